/** The gateway's figures for Prometheus. Names end in their unit. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const milliseconds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "firelink_process_" });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets: milliseconds, registers });
  return {
    registry,
    signals: counter("firelink_signals_total", "Signals decided"),
    events: counter("firelink_events_total", "Events committed", ["type"]),
    notes: counter("firelink_received_total", "Arrivals that need a look", ["note"]),
    refused: counter("firelink_mqtt_refused_total", "Refused by the broker", ["code"]),
    quarantined: counter("firelink_quarantined_total", "Signals on which the rules threw"),
    failures: counter("firelink_failures_total", "Effects that could not be made", ["part"]),
    commitTries: counter("firelink_commit_failures_total", "Failed tries to commit", ["reason"]),
    decide: histogram("firelink_turn_decide_ms", "Deciding one turn"),
    commit: histogram("firelink_turn_commit_ms", "Committing one turn"),
    clients: gauge("firelink_mqtt_clients", "Connected MQTT clients"),
    inbox: gauge("firelink_inbox_depth", "Signals waiting", ["lane"]),
    recording: gauge("firelink_recording", "1 while what arrives gets onto disk"),
    position: gauge("firelink_journal_position", "Position of the last committed event"),
    incidents: gauge("firelink_incidents_open", "Open incidents"),
    seats: gauge("firelink_seats_attended", "Seats with a live page whose sound runs"),
    pins: counter("firelink_pins_total", "PINs given at desks", ["result"]),
    streams: gauge("firelink_streams_open", "Event streams of screens"),
    slowStreams: counter(
      "firelink_streams_slow_total",
      "Streams cut off: their reader was too slow",
    ),
    samples: counter("firelink_samples_total", "Samples for the local history", ["to"]),
    influxWritten: counter("firelink_influx_written_total", "Written to InfluxDB", ["what"]),
    influxFailures: counter("firelink_influx_failures_total", "Requests InfluxDB did not take"),
    influxLagPoints: gauge("firelink_influx_lag_points", "Samples that wait for InfluxDB"),
    influxLag: gauge("firelink_influx_lag_seconds", "How long the oldest of them waits"),
    pollLate: histogram("firelink_poll_late_ms", "How late a poll began after it was due"),
    deviceLinks: gauge("firelink_device_links", "Devices with values by their link", ["state"]),
    completeness: gauge("firelink_completeness_ratio", "Received of expected data, last 24 h"),
    incomplete: gauge("firelink_completeness_incomplete_devices", "Devices below 100 % in 24 h"),
    storedPlaces: gauge("firelink_roads_places", "Places with stored ways by road"),
    undelivered: gauge("firelink_orders_undelivered", "Orders in force that no box has confirmed"),
  };
}
