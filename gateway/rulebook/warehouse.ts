/**
 * The profile of a warehouse over OPC UA: not a list but the layout of its area, expanded (devices/
 * sprinkler). Two warehouses of one area and root share it.
 */
import { nodeSteps, readTemplates, type WarehouseNode } from "#devices/sprinkler/nodes.ts";
import { partsOf } from "#devices/sprinkler/parts.ts";
import { layoutOf } from "#devices/sprinkler/warehouse.ts";
import type { OpcuaAccess } from "#rules/access.ts";
import type { MonitoredPoint } from "../adapters/opcua/protocol.ts";
import type { DeviceProfile } from "./profiles.ts";

export const warehouseKind = "warehouse";
/** What packs are checked against: they speak of parts, and the smallest warehouse has them all. */
const usual = { root: "WH01", areaM2: 3000 };
/** The namespace of the address space; the first two belong to OPC UA and to the server. */
const namespace = 2;
/** A level or a temperature does not change in a quarter of a second. */
const analogSamplingMs = 1000;

const known = new Map<string, DeviceProfile>();

export type Size = Pick<OpcuaAccess, "root" | "areaM2">;

export function warehouseProfile(size: Size = usual): DeviceProfile {
  const steps = warehouseSteps(size);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Whether it takes no time to ask for it. */
export function isWarehouseKnown({ root, areaM2 }: Size): boolean {
  return known.has(`${root} ${areaM2}`);
}

/** The same a little at a time: the thousands of points of a large one hold up an alarm. */
export function* warehouseSteps({ root, areaM2 }: Size): Generator<void, DeviceProfile> {
  const key = `${root} ${areaM2}`;
  const made = known.get(key) ?? (yield* make(root, areaM2));
  known.set(key, made);
  return made;
}

function* make(root: string, areaM2: number): Generator<void, DeviceProfile> {
  const layout = layoutOf(areaM2);
  yield;
  const templates = readTemplates();
  yield;
  const nodes = yield* nodeSteps(templates, layout, { root, namespace });
  yield;
  return {
    kind: warehouseKind,
    name: templates.name,
    heartbeat: templates.heartbeat,
    points: nodes,
    parts: partsOf(layout),
    registers: [],
    nodes: nodes.map(monitored),
    pushed: null,
  };
}

function monitored({ id, nodeId, type, poll, deadBand, range, values }: WarehouseNode) {
  const point: MonitoredPoint = {
    id,
    nodeId,
    type,
    ...(poll === "analog" ? { samplingMs: analogSamplingMs } : {}),
    ...(deadBand === undefined ? {} : { deadBand }),
    ...(range === undefined ? {} : { range }),
    ...(values === undefined ? {} : { values: values.map(({ value }) => value) }),
  };
  return point;
}
