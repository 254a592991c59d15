/**
 * Valhalla's configuration as we need it: tiles in a folder, tables of ways by car, nothing logged. Its
 * own generator needs Python. What is left out has its default in the engine.
 */

/** More than we ever ask: 64 responders to 25 places. */
const mostPairs = 10_000;

export function valhallaConfig(tiles: string): object {
  const silent = { type: "" };
  const car = {
    max_distance: 500_000,
    max_locations: 20,
    max_matrix_distance: 400_000,
    max_matrix_location_pairs: mostPairs,
    max_transit_walking_distance: 1,
    min_transit_walking_distance: 1,
  };
  const costings = ["auto", "truck", "bus", "taxi", "bicycle", "bikeshare", "pedestrian"];
  const others = ["motorcycle", "motor_scooter", "multimodal", "transit"];
  const limits = Object.fromEntries([...costings, ...others].map((name) => [name, car]));
  return {
    mjolnir: {
      tile_dir: tiles,
      // The builder says what it does; the engine in our child has no ear for it.
      logging: { type: "std_err" },
      concurrency: 1,
      max_cache_size: 200_000_000,
      data_processing: { use_admin_db: false },
      include_driving: true,
      include_bicycle: false,
      include_pedestrian: false,
      hierarchy: true,
      shortcuts: true,
    },
    additional_data: {},
    loki: {
      actions: ["sources_to_targets", "route", "locate", "status"],
      logging: silent,
      use_connectivity: true,
      service_defaults: {
        minimum_reachability: 50,
        radius: 0,
        // A place further from any road than this is off the map.
        search_cutoff: 2000,
        node_snap_tolerance: 5,
        street_side_tolerance: 5,
        street_side_max_distance: 1000,
        heading_tolerance: 60,
      },
    },
    thor: { logging: silent, source_to_target_algorithm: "select_optimal" },
    odin: { logging: silent, markup_formatter: { markup_enabled: false } },
    meili: {
      logging: silent,
      mode: "auto",
      customizable: [],
      verbose: false,
      grid: { cache_size: 100, size: 500 },
      default: {
        beta: 3,
        breakage_distance: 2000,
        geometry: false,
        gps_accuracy: 5,
        interpolation_distance: 10,
        max_route_distance_factor: 5,
        max_route_time_factor: 5,
        max_search_radius: 100,
        route: true,
        search_radius: 50,
        sigma_z: 4.07,
        turn_penalty_factor: 0,
      },
    },
    service_limits: {
      ...limits,
      max_exclude_locations: 200,
      max_exclude_polygons_length: 10_000,
      max_radius: 200,
      max_reachability: 100,
      max_alternates: 0,
      max_timedep_distance: 0,
      max_timedep_distance_matrix: 0,
      max_distance_disable_hierarchy_culling: 0,
      allow_hard_exclusions: false,
      isochrone: {
        max_contours: 1,
        max_distance: 1,
        max_distance_contour: 1,
        max_locations: 1,
        max_time_contour: 1,
      },
      centroid: { max_distance: 1, max_locations: 1 },
      status: { allow_verbose: false },
      trace: {
        max_alternates: 0,
        max_alternates_shape: 1,
        max_distance: 1,
        max_gps_accuracy: 1,
        max_search_radius: 1,
        max_shape: 1,
      },
      skadi: { max_shape: 1, min_resample: 10 },
    },
  };
}
