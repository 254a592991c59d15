/** What a schema cannot say: references, duplicates, circles, and whether a place is in the district. */
import { kindsOfStation, modbusKinds, opcuaKinds } from "#devices/kinds.ts";
import type { Inventory, Position } from "#rules/inventory.ts";
import { allowedEndpoint, parseEndpoint } from "../adapters/modbus/endpoint.ts";
import { checkLinkage } from "./check-linkage.ts";
import { keyOf, type ListName, listNames, reservedSites } from "./schema.ts";
import type { Path } from "./shape.ts";

/** Told once for each fault: the list, the path in it, what is wrong. */
export type Report = (list: ListName | "district", path: Path, message: string) => void;

type Sets = Readonly<Record<ListName, ReadonlySet<string>>>;

export function checkMeaning(inventory: Inventory, report: Report): void {
  const sets = Object.fromEntries(
    listNames.map((list) => [list, uniqueKeys(list, inventory[list], report)]),
  ) as unknown as Sets;
  const expect: Expect = (list, path, kind, key) => {
    if (key !== undefined && !sets[kind].has(key)) {
      report(list, path, `there is no ${singular[kind]} ${key}; it must stand in ${kind}`);
    }
  };
  checkPositions(inventory, report);
  checkResponders(inventory, expect, report);
  checkVehicles(inventory, expect, report);
  checkSites(inventory, expect, report);
  checkZones(inventory, expect, report);
  checkDevices(inventory, expect, report);
  checkModbus(inventory, report);
  checkOpcua(inventory, report);
  checkLinkage(inventory, (path, kind, key) => expect("linkage", path, kind, key), report);
}

type Expect = (list: ListName, path: Path, kind: ListName, key: string | undefined) => void;

const singular: Readonly<Record<ListName, string>> = {
  towns: "town",
  responders: "responder",
  vehicles: "vehicle",
  sites: "site",
  tenants: "tenant",
  buildings: "building",
  zones: "zone",
  devices: "device",
  points: "point",
  linkage: "row of linkage",
};

function uniqueKeys(list: ListName, items: readonly object[], report: Report): Set<string> {
  const seen = new Set<string>();
  items.forEach((item, i) => {
    const key = keyOf(list, item as Record<string, unknown>);
    if (seen.has(key)) report(list, [i, "id"], `${key} stands in ${list} twice`);
    seen.add(key);
  });
  return seen;
}

function checkPositions(inventory: Inventory, report: Report): void {
  const { bounds } = inventory.district;
  const { west, south, east, north } = bounds;
  if (west >= east || south >= north) {
    report("district", [0, "bounds"], "is no area; allowed: west < east and south < north");
    return;
  }
  const check = (list: ListName, path: Path, position: Position | undefined): void => {
    if (!position) return;
    const { lng, lat } = position;
    if (lng >= west && lng <= east && lat >= south && lat <= north) return;
    const there = `${lng.toFixed(4)}, ${lat.toFixed(4)} (WGS-84)`;
    const allowed = `longitude ${west} to ${east}, latitude ${south} to ${north}`;
    report(list, path, `${there} is outside the district; allowed: ${allowed}`);
  };
  for (const list of ["towns", "responders", "sites", "devices"] as const) {
    inventory[list].forEach((item, i) => {
      check(list, [i, "position"], item.position);
    });
  }
  inventory.sites.forEach((site, i) => {
    for (const key of ["gates", "keyBoxes", "water"] as const) {
      site[key]?.forEach((access, n) => {
        check("sites", [i, key, n, "position"], access.position);
      });
    }
  });
}

function checkResponders({ responders }: Inventory, expect: Expect, report: Report): void {
  responders.forEach((r, i) => {
    expect("responders", [i, "town"], "towns", r.town);
    expect("responders", [i, "site"], "sites", r.site);
    if (r.kind === "micro" && r.site === undefined) {
      report("responders", [i, "site"], "is missing: a micro station stands at a site");
    }
    if (r.brigade !== undefined && r.kind !== "brigade") {
      report("responders", [i, "brigade"], "is only for kind brigade");
    }
    r.firstDue?.towns?.forEach((town, n) => {
      expect("responders", [i, "firstDue", "towns", n], "towns", town);
    });
    if (r.crew && r.crew.atLeast > r.crew.onDuty) {
      const message = `${r.crew.onDuty} on duty never turn out; allowed: at least ${r.crew.atLeast}`;
      report("responders", [i, "crew", "onDuty"], message);
    }
    const ring = r.firstDue?.ring;
    const [first, last] = [ring?.[0], ring?.at(-1)];
    if (first && last && (first[0] !== last[0] || first[1] !== last[1])) {
      report(
        "responders",
        [i, "firstDue", "ring"],
        "is not closed: the last pair is the first one",
      );
    }
  });
}

function checkVehicles({ vehicles }: Inventory, expect: Expect, report: Report): void {
  vehicles.forEach((vehicle, i) => {
    expect("vehicles", [i, "station"], "responders", vehicle.station);
    const { seats, crewAtLeast } = vehicle;
    if (crewAtLeast > seats) {
      const message = `${crewAtLeast} people do not fit; allowed: at most its ${seats} seats`;
      report("vehicles", [i, "crewAtLeast"], message);
    }
  });
}

function checkSites(
  { sites, tenants, buildings }: Inventory,
  expect: Expect,
  report: Report,
): void {
  const parentOf = new Map(sites.map((site) => [site.id, site.parent]));
  sites.forEach((site, i) => {
    if (reservedSites.has(site.id)) {
      report("sites", [i, "id"], `${[...reservedSites].join(", ")} are no site ids`);
    }
    expect("sites", [i, "town"], "towns", site.town);
    expect("sites", [i, "parent"], "sites", site.parent);
    const circle = circleFrom(site.id, parentOf);
    if (circle) report("sites", [i, "parent"], `goes in a circle: ${circle.join(" in ")}`);
    for (const key of ["gates", "keyBoxes", "water"] as const) {
      const ids = site[key]?.map((access) => access.id) ?? [];
      ids.forEach((id, n) => {
        if (ids.indexOf(id) < n) report("sites", [i, key, n], `${id} stands in ${key} twice`);
      });
    }
  });
  tenants.forEach((tenant, i) => {
    expect("tenants", [i, "site"], "sites", tenant.site);
    const building = tenant.building && `${tenant.site}/${tenant.building}`;
    expect("tenants", [i, "building"], "buildings", building);
  });
  buildings.forEach((building, i) => {
    expect("buildings", [i, "site"], "sites", building.site);
  });
}

/** The way from a site through its parents back to it, or null where it leads out. */
function circleFrom(
  id: string,
  parentOf: ReadonlyMap<string, string | undefined>,
): string[] | null {
  const way = [id];
  for (let at = parentOf.get(id); at !== undefined; at = parentOf.get(at)) {
    if (at === id) return [...way, id];
    if (way.includes(at)) return null;
    way.push(at);
  }
  return null;
}

function checkZones({ zones }: Inventory, expect: Expect, report: Report): void {
  const zone = new Map(zones.map((z) => [`${z.site}/${z.id}`, z]));
  zones.forEach((z, i) => {
    expect("zones", [i, "site"], "sites", z.site);
    expect("zones", [i, "building"], "buildings", `${z.site}/${z.building}`);
    z.neighbours.forEach((n, k) => {
      const path = [i, "neighbours", k];
      const other = zone.get(`${z.site}/${n}`);
      if (n === z.id) report("zones", path, "a zone is not its own neighbour");
      else if (!other) expect("zones", path, "zones", `${z.site}/${n}`);
      else if (!other.neighbours.includes(z.id)) {
        report("zones", path, `${n} does not name ${z.id} as its neighbour: a wall has two sides`);
      } else if (other.building !== z.building) {
        report("zones", path, `${n} is in another building: that is always another incident`);
      }
    });
  });
}

function checkDevices(
  { zones, sites, devices, points }: Inventory,
  expect: Expect,
  report: Report,
): void {
  const buildingOf = new Map(zones.map((z) => [`${z.site}/${z.id}`, z.building]));
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  devices.forEach((d, i) => {
    expect("devices", [i, "site"], "sites", d.site);
    expect("devices", [i, "station"], "responders", d.station);
    if (kindsOfStation.has(d.kind) && d.station === undefined) {
      report("devices", [i, "station"], `is missing: a ${d.kind} rings for a station`);
    }
    expect("devices", [i, "building"], "buildings", d.building && `${d.site}/${d.building}`);
    expect("devices", [i, "zone"], "zones", d.zone && `${d.site}/${d.zone}`);
    const building = buildingOf.get(`${d.site}/${d.zone}`);
    if (building !== undefined && d.building !== building) {
      report("devices", [i, "building"], `zone ${d.zone} is in building ${building}`);
    }
    const site = siteOf.get(d.site);
    if (d.gate !== undefined && !site?.gates?.some((gate) => gate.id === d.gate)) {
      report("devices", [i, "gate"], `${d.site} has no gate ${d.gate}; it must stand in its gates`);
    }
    if (d.keyBox !== undefined && !site?.keyBoxes?.some((box) => box.id === d.keyBox)) {
      report("devices", [i, "keyBox"], `${d.site} has no key box ${d.keyBox}; see its keyBoxes`);
    }
  });
  points.forEach((p, i) => {
    expect("points", [i, "device"], "devices", `${p.site}/${p.device}`);
  });
}

/** A warehouse whose compartments stand in no zone would burn nowhere. */
function checkOpcua({ devices, zones }: Inventory, report: Report): void {
  const known = new Set(zones.map(({ site, id }) => `${site}/${id}`));
  devices.forEach(({ site, kind, opcua, zones: own = [] }, i) => {
    if (opcua && !opcuaKinds.has(kind)) {
      const kinds = [...opcuaKinds].join(", ");
      report("devices", [i, "opcua"], `a ${kind} has no OPC UA profile; allowed for: ${kinds}`);
    }
    own.forEach(({ zone }, n) => {
      if (known.has(`${site}/${zone}`)) return;
      report("devices", [i, "zones", n, "zone"], `${site} has no zone ${zone}; see its zones`);
    });
  });
}

/** Two devices with one address on a line would each answer for the other. */
function checkModbus({ devices }: Inventory, report: Report): void {
  const taken = new Map<string, string>();
  devices.forEach(({ site, id, kind, modbus }, i) => {
    if (!modbus) return;
    const { endpoint, unit } = modbus;
    if (!modbusKinds.has(kind)) {
      const known = [...modbusKinds].join(", ");
      report("devices", [i, "modbus"], `a ${kind} has no Modbus profile; allowed for: ${known}`);
    }
    if (!parseEndpoint(endpoint)) {
      report(
        "devices",
        [i, "modbus", "endpoint"],
        `${endpoint} is not allowed; allowed: ${allowedEndpoint}`,
      );
    }
    const address = `${endpoint} ${unit}`;
    const other = taken.get(address);
    if (other === undefined) taken.set(address, `${site}/${id}`);
    else
      report("devices", [i, "modbus", "unit"], `unit ${unit} of ${endpoint} is ${other} already`);
  });
}
