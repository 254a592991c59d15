/**
 * A warehouse out of its points: what is the matter in each compartment, in one word and one shape.
 * The worst that is known comes first; what is unknown is never taken for well. Pure.
 */
import type { PartView } from "#gateway/api/contract.ts";
import { isOn, type Known, type Points } from "./reading.ts";
import type { DeviceWord } from "./words/zh.ts";

/** States of a detector (devices/sprinkler/nodes.yaml). */
const detector = { prealarm: 1, fire: 2, fault: 3, disabled: 4, dirty: 5 } as const;

export const conditions = [
  "fire",
  "flow",
  "valve-shut",
  "unknown",
  "prealarm",
  "disabled",
  "fault",
  "quiet",
] as const;
export type RoomCondition = (typeof conditions)[number];

export type Room = {
  readonly part: PartView;
  readonly condition: RoomCondition;
  /** How many detectors and call points say so, where they are counted. */
  readonly count: number | null;
};

export const conditionWord: Readonly<Record<RoomCondition, DeviceWord>> = {
  fire: "room.fire",
  flow: "room.flow",
  "valve-shut": "room.valve-shut",
  unknown: "room.unknown",
  prealarm: "room.prealarm",
  disabled: "room.disabled",
  fault: "room.fault",
  quiet: "room.quiet",
};

export function roomOf(part: PartView, points: Points, own: readonly Known[]): Room {
  const room = (condition: RoomCondition, count: number | null = null): Room => {
    return { part, condition, count };
  };
  const states = own.filter(({ id }) => id.endsWith("_state"));
  const inState = (...of: readonly number[]): number =>
    states.filter(({ value, quality }) => quality === "good" && of.includes(Number(value))).length;
  const pressed = own.filter(({ id, value, quality }) => {
    return /_mcp\d+$/.test(id) && quality === "good" && value === true;
  }).length;
  const fire = inState(detector.fire) + pressed;
  if (fire > 0) return room("fire", fire);
  if (isOn(points, `${part.as}_flow_indicator`) === true) return room("flow");
  const supply = (part.words.pressure ?? "").replace("_pressure_switch", "_supply_valve_open");
  const isShut = [`${part.as}_signal_valve_open`, supply].some((id) => isOn(points, id) === false);
  if (isShut) return room("valve-shut");
  const unknown = own.filter(({ quality }) => quality !== "good").length;
  if (unknown > 0) return room("unknown", unknown);
  const prealarm = inState(detector.prealarm);
  if (prealarm > 0) return room("prealarm", prealarm);
  const disabled = inState(detector.disabled);
  if (disabled > 0) return room("disabled", disabled);
  const fault = inState(detector.fault, detector.dirty);
  return fault > 0 ? room("fault", fault) : room("quiet");
}

/** Detectors that the panel has disabled: nobody is warned by them. */
export function disabledOf(points: readonly Known[]): Known[] {
  return points.filter(
    ({ id, value, quality }) =>
      /^l\d+_[shb]\d+_state$/.test(id) && quality === "good" && value === detector.disabled,
  );
}
