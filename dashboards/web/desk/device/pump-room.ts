/**
 * A pump room out of its points: the state of each pump, supply and level in one word. A run contact
 * alone is no running pump: welded, it says 1 while nothing turns; its current proves it. Pure.
 */
import { isOn, type Known, numberOf, type Points } from "./reading.ts";
import type { DeviceWord } from "./words/zh.ts";

export const systems = ["hydrant", "sprinkler"] as const;
export type System = (typeof systems)[number];

export type PumpState = "running" | "not-running" | "no-start" | "fault" | "unproved" | "unknown";

/** A current below it is that of an idle motor (rule P01). */
const runningAbove = 5;

export type Pump = {
  readonly id: string;
  readonly state: PumpState;
  /** True: in AUTO. Null: not known. Undefined: it has no selector. */
  readonly auto: boolean | null | undefined;
  readonly power: boolean | null | undefined;
  readonly current: Known | null;
  /** Nobody knows whether it has a fault. */
  readonly faultUnknown: boolean;
};

/** The pumps of a system from top to bottom: duty, standby, jockey. */
export function pumpsOf(points: Points, system: System): Pump[] {
  const jockey = system === "hydrant" ? "jockey1" : "jockey2";
  const main = [`${system}_pump1`, `${system}_pump2`].map((id) => pumpOf(points, id));
  const isLate = isTold(points, system) && !main.some(({ state }) => state === "running");
  const told = main.map((pump): Pump => {
    return isLate && pump.state === "not-running" ? { ...pump, state: "no-start" } : pump;
  });
  return [...told, pumpOf(points, jockey)];
}

const startContacts: Readonly<Record<System, readonly string[]>> = {
  hydrant: ["hydrant_low_pressure_switch", "roof_tank_flow_switch", "facp_start_command"],
  sprinkler: ["alarm_valve_pressure_switch_any", "facp_start_command"],
};

/** A start signal stands for the pumps of this system (rule P01). */
function isTold(points: Points, system: System): boolean {
  if (isOn(points, "self_inspection_active") === true) return false;
  if (startContacts[system].some((id) => isOn(points, id) === true)) return true;
  const header = numberOf(points, `${system}_header_pressure`);
  const start = numberOf(points, `${system}_main_start_pressure`);
  return header !== null && start !== null && header < start;
}

export function pumpOf(points: Points, id: string): Pump {
  const selector = points.get(`${id}_auto`);
  const power = points.get(`${id}_power_ok`);
  return {
    id,
    state: stateOf(points, id),
    auto: selector && isOn(points, `${id}_auto`),
    power: power && isOn(points, `${id}_power_ok`),
    current: points.get(`${id}_current`) ?? null,
    faultUnknown: isOn(points, `${id}_fault`) === null,
  };
}

function stateOf(points: Points, id: string): PumpState {
  const [run, fault] = [isOn(points, `${id}_run`), isOn(points, `${id}_fault`)];
  if (fault === true) return "fault";
  if (run === null) return "unknown";
  const hasCurrent = points.has(`${id}_current`);
  const current = numberOf(points, `${id}_current`);
  const draws = current !== null && current > runningAbove;
  // A contact that is open while the motor draws current is no more proven than the other way round.
  if (!run) return draws ? "unproved" : "not-running";
  return draws || !hasCurrent ? "running" : "unproved";
}

/** Where a point stands in the list of all of them: the first that fits, shown in this order below. */
const groups: readonly (readonly [group: DeviceWord, ids: RegExp])[] = [
  ["group.settings", /_(start|stop)_pressure$|_limit$|_cycle$|^firmware/],
  ["group.pumps", /^(hydrant_pump|sprinkler_pump|jockey)\d?_/],
  ["group.supplies", /^mains_|^ats_|^control_power|^phase_/],
  ["group.water", /_pressure$|_level$|_flow$/],
  ["group.signals", /_switch|^facp_|^pool_|^roof_tank_|^sump_|^pump_room_|^mechanical_/],
  ["group.control", /inspection|^heartbeat|^remote_start|^room_/],
];

const order: readonly DeviceWord[] = [
  "group.water",
  "group.pumps",
  "group.supplies",
  "group.signals",
  "group.control",
  "group.settings",
  "group.other",
];

export function grouped(points: readonly Known[]): (readonly [DeviceWord, readonly Known[]])[] {
  const groupOf = (id: string): DeviceWord =>
    groups.find(([, ids]) => ids.test(id))?.[0] ?? "group.other";
  return order.flatMap((group) => {
    const of = points.filter(({ id }) => groupOf(id) === group);
    return of.length > 0 ? [[group, of] as const] : [];
  });
}
