/**
 * Profiles of kinds of device from `devices/KIND/profile.yaml`: the points, and for Modbus where
 * each of them stands. Addresses count from 0 or are Modicon's (40001); the file must say which.
 */
import { globSync } from "node:fs";
import { join } from "node:path";
import Type from "typebox";
import { panelNotes } from "#rules/alarm/panel.ts";
import type { Device } from "#rules/inventory.ts";
import { type PollClass, type Profile, type ProfilePoint, pollClasses } from "#rules/profile.ts";
import type { PolledPoint } from "../adapters/modbus/poller.ts";
import {
  type Encoding,
  encodings,
  isBitTable,
  lengthOf,
  type Order,
  orders,
  type Table,
  tables,
} from "../adapters/modbus/register.ts";
import type { FieldSource, PushedPoint } from "../adapters/mqtt/values.ts";
import type { MonitoredPoint } from "../adapters/opcua/protocol.ts";
import { inSlices } from "../slices.ts";
import { line, object, oneOf, readYamlFile, text, type YamlFault } from "../yaml-file.ts";
import { isWarehouseKnown, warehouseKind, warehouseProfile, warehouseSteps } from "./warehouse.ts";

const folder = join(import.meta.dirname, "../../devices");

export type DeviceProfile = Profile & {
  /** Empty where the kind does not speak Modbus. */
  readonly registers: readonly PolledPoint[];
  /** Empty where the kind does not speak OPC UA. */
  readonly nodes: readonly MonitoredPoint[];
  /** What its `state` messages bring, and how often one of a device on mains comes; null: it sends none. */
  readonly pushed: { readonly everyMs: number; readonly points: readonly PushedPoint[] } | null;
};

const pointId = Type.String({
  pattern: "^[a-z][a-z0-9_]{0,31}$",
  allowed: "a name that conditions can use: a-z 0-9 _, 32 at most, a letter first",
});

const registerShape = object({
  table: Type.Optional(oneOf(tables)),
  address: Type.Integer({ minimum: 0, maximum: 465_536, allowed: "0 to 65535, or Modicon's" }),
  as: Type.Optional(oneOf(encodings)),
  order: Type.Optional(oneOf(orders)),
  bit: Type.Optional(Type.Integer({ minimum: 0, maximum: 15, allowed: "0 to 15" })),
  registers: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, allowed: "1 to 60" })),
  scale: Type.Optional(Type.Number()),
  offset: Type.Optional(Type.Number()),
  sentinels: Type.Optional(Type.Array(Type.Number(), { maxItems: 16 })),
});

const number = Type.Number({ allowed: "a number" });
const fieldShape = Type.Union(
  [
    object({
      field: line,
      scale: Type.Optional(number),
      offset: Type.Optional(number),
      within: Type.Optional(Type.Tuple([number, number], { allowed: "least and most" })),
    }),
    object({ clockOff: Type.Literal(true) }),
  ],
  { allowed: "{ field, scale, offset, within } or { clockOff: true }" },
);

export const profileSchema = object({
  kind: line,
  name: text,
  heartbeat: Type.Optional(
    object({ point: pointId, frozenAfterMs: Type.Integer({ minimum: 1000, maximum: 600_000 }) }),
  ),
  modbus: Type.Optional(
    object({ addresses: oneOf(["zero-based", "modicon"]), order: oneOf(orders) }),
  ),
  mqtt: Type.Optional(
    object({ everyMs: Type.Integer({ minimum: 1000, maximum: 86_400_000, allowed: "ms" }) }),
  ),
  points: Type.Array(
    object({
      id: pointId,
      name: text,
      type: oneOf(["boolean", "number", "text"]),
      unit: Type.Optional(line),
      range: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
      deadBand: Type.Optional(Type.Number({ minimum: 0 })),
      normal: Type.Optional(Type.Boolean()),
      poll: oneOf(pollClasses),
      panel: Type.Optional(oneOf(panelNotes)),
      modbus: Type.Optional(registerShape),
      mqtt: Type.Optional(Type.Array(fieldShape, { minItems: 1, maxItems: 8 })),
    }),
    { minItems: 1, maxItems: 20_000 },
  ),
});

type RegisterSource = {
  readonly table?: Table;
  readonly address: number;
  readonly as?: Encoding;
  readonly order?: Order;
  readonly bit?: number;
  readonly registers?: number;
  readonly scale?: number;
  readonly offset?: number;
  readonly sentinels?: readonly number[];
};

type PointSource = ProfilePoint & {
  readonly modbus?: RegisterSource;
  readonly mqtt?: readonly FieldSource[];
};
type ProfileSource = Omit<Profile, "points" | "isCounted"> & {
  readonly mqtt?: { readonly everyMs: number };
  readonly modbus?: { readonly addresses: "zero-based" | "modicon"; readonly order: Order };
  readonly points: readonly PointSource[];
};

/** Every profile of the house, by kind. Throws `Refused`, with file and line of what is wrong. */
export function readProfiles(): ReadonlyMap<string, DeviceProfile> {
  const paths = globSync(join(folder, "*/profile.yaml")).sort();
  const profiles = [...paths.map(readProfile), warehouseProfile()];
  return new Map(profiles.map((profile) => [profile.kind, profile] as const));
}

/** Of this very device: a warehouse has the points of its area. */
export function profileOf(
  device: Device,
  profiles: ReadonlyMap<string, DeviceProfile>,
): DeviceProfile | undefined {
  const { kind, modbus, opcua } = device;
  if (opcua && kind === warehouseKind) return warehouseProfile(opcua);
  const known = profiles.get(kind);
  return modbus || known?.pushed ? known : undefined;
}

/** Whether it has one; that of a warehouse is not made for the answer. */
export function hasProfile(
  { kind, modbus, opcua }: Device,
  profiles: ReadonlyMap<string, DeviceProfile>,
): boolean {
  if (opcua && kind === warehouseKind) return true;
  const known = profiles.get(kind);
  return known !== undefined && (modbus !== undefined || known.pushed !== null);
}

/**
 * Makes the profiles of these devices that are not there yet, in slices; null where all are: nobody
 * needs to wait.
 */
export function prepareProfiles(devices: readonly Device[]): Promise<void> | null {
  const sizes = devices.flatMap(({ kind, opcua }) =>
    opcua && kind === warehouseKind && !isWarehouseKnown(opcua) ? [opcua] : [],
  );
  if (sizes.length === 0) return null;
  return (async () => {
    for (const size of sizes) await inSlices(warehouseSteps(size));
  })();
}

export function readProfile(path: string): DeviceProfile {
  const { value, refuse } = readYamlFile<ProfileSource>(path, profileSchema);
  const faults: YamlFault[] = [];
  const registers = value.points.flatMap((point, i) => {
    const fault = (key: string, message: string): void => {
      faults.push({ path: ["points", i, ...(key ? key.split(".") : [])], message });
    };
    if (value.points.findIndex(({ id }) => id === point.id) < i) {
      fault("id", `${point.id} stands in the profile twice`);
    }
    if (point.mqtt && !value.mqtt)
      fault("mqtt", "needs `mqtt: { everyMs }` at the head of the file");
    if (!point.modbus) return [];
    return registerOf(value, point, point.modbus, fault) ?? [];
  });
  const heartbeat = value.heartbeat?.point;
  if (heartbeat !== undefined && !value.points.some(({ id }) => id === heartbeat)) {
    faults.push({ path: ["heartbeat", "point"], message: `there is no point ${heartbeat}` });
  }
  refuse(faults);
  const { modbus: _modbus, mqtt, ...profile } = value;
  const points = value.points.map(({ modbus: _register, mqtt: _field, ...point }) => point);
  if (!mqtt) return { ...profile, points, registers, nodes: [], pushed: null };
  const fields = value.points.flatMap(({ id, type, range, mqtt: sources = [] }): PushedPoint[] => {
    return sources.length === 0 ? [] : [{ id, type, ...(range ? { range } : {}), sources }];
  });
  const pushed = { ...mqtt, points: fields };
  return { ...profile, points, registers, nodes: [], pushed, isCounted: true };
}

type Fault = (key: string, message: string) => void;

function registerOf(
  profile: ProfileSource,
  point: PointSource,
  source: RegisterSource,
  fault: Fault,
): PolledPoint | null {
  if (!profile.modbus) {
    fault("modbus", "needs `modbus: { addresses, order }` at the head of the file");
    return null;
  }
  const place =
    profile.modbus.addresses === "modicon" ? modiconPlace(source, fault) : ownPlace(source, fault);
  if (!place) return null;
  const as = source.as ?? (isBitTable(place.table) ? "bool" : null);
  if (!typesAgree(point, as, place.table, fault) || as === null) return null;
  const length = lengthOf({ as, ...(source.registers ? { registers: source.registers } : {}) });
  if (place.address + length > 65_536) fault("modbus.address", "ends after the last address 65535");
  return {
    id: point.id,
    poll: point.poll satisfies PollClass,
    ...place,
    as,
    order: source.order ?? profile.modbus.order,
    scale: source.scale ?? 1,
    offset: source.offset ?? 0,
    sentinels: source.sentinels ?? [],
    ...(source.bit === undefined ? {} : { bit: source.bit }),
    ...(source.registers === undefined ? {} : { registers: source.registers }),
    ...(point.range === undefined ? {} : { range: point.range }),
  };
}

function typesAgree(point: PointSource, as: Encoding | null, table: Table, fault: Fault): boolean {
  const isBits = isBitTable(table);
  if (as === null || (as === "bool") !== isBits) {
    fault(
      "modbus.as",
      `a ${table} holds ${isBits ? "bool" : "every type but bool, named by `as`"}`,
    );
    return false;
  }
  const gives = as === "bool" || as === "bit" ? "boolean" : as === "ascii" ? "text" : "number";
  if (gives !== point.type) fault("type", `is ${point.type}, and ${as} gives ${gives}`);
  return gives === point.type;
}

type Place = { readonly table: Table; readonly address: number };

function ownPlace({ table, address }: RegisterSource, fault: Fault): Place | null {
  if (table === undefined) fault("modbus.table", `is missing; allowed: ${tables.join(", ")}`);
  if (address > 65_535) fault("modbus.address", `${address} is not allowed; allowed: 0 to 65535`);
  return table === undefined || address > 65_535 ? null : { table, address };
}

const modiconTables: Readonly<Record<string, Table>> = {
  0: "coil",
  1: "discrete-input",
  3: "input-register",
  4: "holding-register",
};

/** 40001 and 400001 are the first holding register; 1 to 9999 and 1 to 65536 behind the digit. */
function modiconPlace({ table, address }: RegisterSource, fault: Fault): Place | null {
  const text = String(address);
  const digit = text.length > 4 ? (text[0] ?? "") : "0";
  const number = text.length > 4 ? Number(text.slice(1)) : address;
  const found = modiconTables[digit];
  const most = text.length > 5 ? 65_536 : 9999;
  if (!found || number < 1 || number > most) {
    fault("modbus.address", `${address} is no Modicon address; allowed: 1, 10001, 30001, 40001 …`);
    return null;
  }
  if (table !== undefined && table !== found) {
    fault("modbus.table", `is ${table}, and ${address} is a ${found}`);
    return null;
  }
  return { table: found, address: number - 1 };
}
