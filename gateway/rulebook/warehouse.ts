/**
 * The profile of a warehouse over OPC UA: not a list but the layout of its area, expanded (devices/
 * sprinkler). Two warehouses of one area and root share it.
 */
import { nodesOf, readTemplates, type WarehouseNode } from "#devices/sprinkler/nodes.ts";
import { partsOf } from "#devices/sprinkler/parts.ts";
import { layoutOf } from "#devices/sprinkler/warehouse.ts";
import type { OpcuaAccess } from "#rules/inventory.ts";
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

export function warehouseProfile({
  root,
  areaM2,
}: Pick<OpcuaAccess, "root" | "areaM2"> = usual): DeviceProfile {
  const key = `${root} ${areaM2}`;
  const made = known.get(key) ?? make(root, areaM2);
  known.set(key, made);
  return made;
}

function make(root: string, areaM2: number): DeviceProfile {
  const layout = layoutOf(areaM2);
  const templates = readTemplates();
  const nodes = nodesOf(templates, layout, { root, namespace });
  return {
    kind: warehouseKind,
    name: templates.name,
    heartbeat: templates.heartbeat,
    points: nodes,
    parts: partsOf(layout),
    registers: [],
    nodes: nodes.map(monitored),
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
