/**
 * The parts of a warehouse that rules speak of: compartments, alarm valves, detectors, call points,
 * supervised valves. Each has the words that stand for `{…}` in a rule of its class, and its zone.
 */
import type { Part, VoteSource } from "#rules/profile.ts";
import { type Compartment, three, two, type Warehouse } from "./warehouse.ts";

/** State of a detector in fire (nodes.yaml, enumeration detector). */
const inFire = "2.0";
/** A flow indicator that chatters is no signal (rule F04). */
const flowHoldsMs = 10_000;

const letters = { smoke: "s", heat: "h", beam: "b" } as const;

export function partsOf(layout: Warehouse): Part[] {
  const detectors = detectorParts(layout);
  const inZone = Map.groupBy(detectors, ({ zone }) => zone);
  return [
    ...layout.compartments.map((compartment) =>
      compartmentPart(layout, compartment, inZone.get(compartment.id) ?? []),
    ),
    ...valveParts(layout),
    ...detectors,
    ...layout.callPoints.map(({ compartment, number }): Part => {
      const at = two(compartment);
      const words = { n: String(compartment), k: String(number) };
      return { as: `c${at}_mcp${number}`, class: "call-point", zone: `C${at}`, words };
    }),
    ...supervisedParts(layout),
    ...Array.from({ length: layout.loops }, (_, i): Part => {
      return { as: `l${i + 1}`, class: "loop", zone: null, words: { l: String(i + 1) } };
    }),
    ...Array.from({ length: layout.pumps }, (_, i): Part => {
      return { as: `sp${i + 1}`, class: "pump", zone: null, words: { n: String(i + 1) } };
    }),
  ];
}

function compartmentPart(
  layout: Warehouse,
  { id, number, valve, plan }: Compartment,
  detectors: readonly Part[],
): Part {
  const at = two(number);
  const flow = `c${at}_flow_indicator`;
  const callPoints = layout.callPoints.filter(({ compartment }) => compartment === number);
  const fire: VoteSource[] = [
    ...detectors.map(({ as }) => `${as}_state == ${inFire}`),
    ...callPoints.map((one) => `c${at}_mcp${one.number}`),
    { when: flow, forMs: flowHoldsMs },
  ];
  return {
    as: `c${at}`,
    class: "compartment",
    zone: id,
    words: {
      n: String(number),
      flow,
      pressure: `av${two(valve)}_pressure_switch`,
      test: `c${at}_end_test_valve_open || av${two(valve)}_test_valve_open`,
    },
    sources: { fire },
    plan,
  };
}

/** An alarm valve stands where the first of its compartments is. */
function valveParts({ valves }: Warehouse): Part[] {
  return valves.map(({ number, compartments }) => {
    const at = two(number);
    const flows = compartments.map((n) => `c${two(n)}_flow_indicator`);
    const tests = compartments.map((n) => `c${two(n)}_end_test_valve_open`);
    return {
      as: `av${at}`,
      class: "alarm-valve",
      zone: zoneOf(compartments),
      words: {
        n: String(number),
        pressure: `av${at}_pressure_switch`,
        flow: `(${flows.join(" || ")})`,
        test: [`av${at}_test_valve_open`, ...tests].join(" || "),
      },
    };
  });
}

function detectorParts({ detectors }: Warehouse): Part[] {
  return detectors.map(({ kind, loop, address, compartment }) => {
    const a = `${letters[kind]}${three(address)}`;
    const words = { l: String(loop), a: a.toUpperCase() };
    return { as: `l${loop}_${a}`, class: "detector", zone: `C${two(compartment)}`, words };
  });
}

/** Valves that must stand open: one before each flow indicator, one below each alarm valve. */
function supervisedParts({ compartments, valves }: Warehouse): Part[] {
  return [
    ...compartments.map(({ id, number }): Part => {
      const words = { id, open: `c${two(number)}_signal_valve_open` };
      return { as: `c${two(number)}`, class: "supervised-valve", zone: id, words };
    }),
    ...valves.map(({ id, number, compartments: fed }): Part => {
      const words = { id, open: `av${two(number)}_supply_valve_open` };
      return { as: `av${two(number)}`, class: "supervised-valve", zone: zoneOf(fed), words };
    }),
  ];
}

function zoneOf([first]: readonly number[]): string | null {
  return first === undefined ? null : `C${two(first)}`;
}
