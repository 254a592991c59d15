/**
 * What the server shows of a warehouse: for each template of nodes.yaml the value of its nth node.
 * A test holds the two against each other. Pressures are shown to 0.001 MPa, temperatures to
 * 0.1 °C.
 */
import { isLost, words } from "./detectors.ts";
import type { WarehouseNode } from "./nodes.ts";
import { type Faults, gongSounds, isRunning, type WarehouseState } from "./physics.ts";
import type { DetectorKind } from "./warehouse.ts";

export type Shown = {
  readonly value: boolean | number;
  /** False where the panel hears nothing of it. */
  readonly heard: boolean;
};

type Show = (state: WarehouseState, faults: Faults, index: number) => boolean | number;

const panel = { normal: 0, fire: 1, fault: 2, disabled: 3, test: 4 } as const;

const shows: Readonly<Record<string, Show>> = {
  area_m2: ({ layout }) => layout.areaM2,
  panel_state: (state, faults) => panelState(state, faults),
  panel_auto_mode: (_state, faults) => !faults.panelManual,
  panel_mains_ok: (_state, faults) => faults.mains,
  panel_battery_ok: (_state, faults) => faults.battery,
  panel_heartbeat: ({ heartbeat }) => heartbeat,
  panel_resets: ({ panel: { resets } }) => resets,
  panel_muted: ({ panel: { muted } }) => muted,
  panel_disablements: (_state, { disablements }) => disablements.length,
  "av{nn}_pressure_switch": ({ valves }, { switchStuck }, i) =>
    switchStuck.has(i + 1) || (valves[i]?.pressureSwitch ?? false),
  "av{nn}_water_gong": ({ valves }, _, i) => valves[i] !== undefined && gongSounds(valves[i]),
  "av{nn}_supply_valve_open": (_state, { supplyShut }, i) => !supplyShut.has(i + 1),
  "av{nn}_test_valve_open": (_state, { valveTest }, i) => valveTest.has(i + 1),
  "av{nn}_pressure_above": ({ valves }, { pressureShown }, i) =>
    pressureShown.get(i + 1) ?? round(valves[i]?.above ?? 0, 1000),
  "av{nn}_pressure_below": ({ main }, { supplyShut }, i) =>
    supplyShut.has(i + 1) ? 0 : round(main, 1000),
  "c{nn}_flow_indicator": ({ compartments }, _, i) => compartments[i]?.flowIndicator ?? false,
  "c{nn}_signal_valve_open": (_state, { signalValveShut }, i) => !signalValveShut.has(i + 1),
  "c{nn}_end_pressure": ({ compartments }, _, i) => round(compartments[i]?.endPressure ?? 0, 1000),
  "c{nn}_end_test_valve_open": (_state, { endTest }, i) => endTest.has(i + 1),
  "c{nn}_temperature": ({ compartments }, { temperatureShown }, i) =>
    temperatureShown.get(i + 1) ?? round(compartments[i]?.temperature ?? 0, 10),
  "c{nn}_mcp{k}": ({ layout }, { callPoints }, i) => callPoints.has(layout.callPoints[i]?.id ?? ""),
  "l{l}_s{aaa}_state": ({ detectors }, _, i) =>
    detectors.word[detectors.ofKind.smoke[i] ?? -1] ?? 0,
  "l{l}_s{aaa}_obscuration": (state, { busy }, i) => {
    const { obscuration, ofKind } = state.detectors;
    const wobble = isOdd(state, busy, i) ? 0.01 : 0;
    return round((obscuration[ofKind.smoke[i] ?? -1] ?? 0) + wobble, 100);
  },
  "l{l}_h{aaa}_state": ({ detectors }, _, i) => detectors.word[detectors.ofKind.heat[i] ?? -1] ?? 0,
  "l{l}_b{aaa}_state": ({ detectors }, _, i) => detectors.word[detectors.ofKind.beam[i] ?? -1] ?? 0,
  "l{l}_short_circuit": (_state, { loopShort }, i) => loopShort.has(i + 1),
  "l{l}_open_circuit": (_state, { loopOpen }, i) => loopOpen.has(i + 1),
  "sp{n}_running": ({ pumps }, _, i) => pumps[i] !== undefined && isRunning(pumps[i]),
  "sp{n}_fault": (_state, { pumpTripped }, i) => pumpTripped.has(i + 1),
  "sp{n}_auto": (_state, { pumpManual }, i) => !pumpManual.has(i + 1),
};

/** Throws where nothing stands behind a template: a fault of this folder, not of its user. */
export function shown(state: WarehouseState, faults: Faults, node: WarehouseNode): Shown {
  const show = shows[node.template];
  if (!show) throw new Error(`nothing is shown for ${node.template}`);
  return { value: show(state, faults, node.index), heard: isHeard(state, faults, node) };
}

const kinds: Readonly<Record<string, DetectorKind>> = { s: "smoke", h: "heat", b: "beam" };

function isHeard({ layout, detectors }: WarehouseState, faults: Faults, node: WarehouseNode) {
  if (faults.loopShort.size + faults.loopOpen.size === 0) return true;
  const { template, index } = node;
  const kind = kinds[/^l\{l\}_([shb])\{aaa\}/.exec(template)?.[1] ?? ""];
  const device = kind
    ? layout.detectors[detectors.ofKind[kind][index] ?? -1]
    : template.includes("_mcp")
      ? layout.callPoints[index]
      : undefined;
  return device === undefined || !isLost(faults, device);
}

/** Turns over one detector after the other, so that `busy` of them change in each second. */
function isOdd({ seconds, detectors }: WarehouseState, busy: number, index: number): boolean {
  return Math.floor((seconds * busy + index) / detectors.ofKind.smoke.length) % 2 === 1;
}

/** The worst of what there is (GB 4717): fire before fault, fault before the rest. */
function panelState(state: WarehouseState, faults: Faults): number {
  const { word } = state.detectors;
  const flows =
    state.compartments.some(({ flowIndicator }) => flowIndicator) ||
    state.valves.some(({ pressureSwitch }) => pressureSwitch);
  const tests = faults.endTest.size + faults.valveTest.size > 0;
  if (word.includes(words.fire) || faults.callPoints.size > 0) return panel.fire;
  if (flows && !tests) return panel.fire;
  const broken =
    faults.loopShort.size + faults.loopOpen.size + faults.pumpTripped.size + faults.dirty.size;
  if (broken > 0 || !faults.mains || !faults.battery) return panel.fault;
  if (faults.disablements.length > 0) return panel.disabled;
  return tests ? panel.test : panel.normal;
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
