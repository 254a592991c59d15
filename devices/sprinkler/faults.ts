/**
 * What somebody may do to a simulated warehouse, in the words of the command line:
 * `simulate fault baolong/wh-01 head C07`. Words without a meaning are refused with what there is.
 */
import {
  type Disablement,
  type Faults,
  initialWarehouse,
  resetPanel,
  type WarehouseState,
} from "./physics.ts";
import { layoutOf, two } from "./warehouse.ts";

type Writable<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, V>
    : T extends ReadonlySet<infer V>
      ? Set<V>
      : T extends readonly (infer V)[]
        ? V[]
        : T;
type Mutable = { -readonly [K in keyof Faults]: Writable<Faults[K]> };

/** What the words work on; `nowMs` dates a disablement. */
export type Scene = {
  readonly state: WarehouseState;
  readonly faults: Mutable;
  readonly nowMs: number;
};

type Action = {
  /** As a person reads it. */
  readonly form: string;
  readonly perform: (scene: Scene, about: string, amount: string) => void;
};

export function noFaults(): Mutable {
  return {
    heads: new Map(),
    leaks: new Map(),
    chatter: new Set(),
    signalValveShut: new Set(),
    switchStuck: new Set(),
    temperatureShown: new Map(),
    pressureShown: new Map(),
    endTest: new Set(),
    supplyShut: new Set(),
    valveTest: new Set(),
    loopShort: new Set(),
    loopOpen: new Set(),
    dirty: new Set(),
    smoke: new Set(),
    callPoints: new Set(),
    pumpTripped: new Set(),
    pumpManual: new Set(),
    disablements: [],
    busy: 0,
    frozenHeartbeat: false,
    panelManual: false,
    mains: true,
    battery: true,
  };
}

const actions: Readonly<Record<string, Action>> = {
  head: {
    form: "head Cnn [HEADS]",
    perform: (scene, about, heads) =>
      scene.faults.heads.set(compartment(scene, about), amount(heads, 1, 1, 50, "heads")),
  },
  leak: {
    form: "leak Cnn [L_PER_S]",
    perform: (scene, about, flow) =>
      scene.faults.leaks.set(compartment(scene, about), amount(flow, 0.7, 0.1, 20, "L/s")),
  },
  close: {
    form: "close Cnn",
    perform: (scene, about) => {
      const number = compartment(scene, about);
      for (const opened of [scene.faults.heads, scene.faults.leaks, scene.faults.endTest]) {
        opened.delete(number);
      }
    },
  },
  chatter: {
    form: "chatter Cnn",
    perform: (scene, about) => scene.faults.chatter.add(compartment(scene, about)),
  },
  "valve-shut": {
    form: "valve-shut Cnn",
    perform: (scene, about) => scene.faults.signalValveShut.add(compartment(scene, about)),
  },
  "end-test": {
    form: "end-test Cnn",
    perform: (scene, about) => scene.faults.endTest.add(compartment(scene, about)),
  },
  disable: { form: "disable Cnn [MINUTES]", perform: disable },
  enable: {
    form: "enable Cnn",
    perform: (scene, about) => {
      const what = `C${two(compartment(scene, about))}`;
      scene.faults.disablements = scene.faults.disablements.filter((one) => one.what !== what);
    },
  },
  hammer: {
    form: "hammer AVnn [SECONDS]",
    perform: (scene, about, seconds) => {
      const surge = amount(seconds, 3, 1, 5, "seconds");
      const struck = scene.state.valves[valve(scene, about) - 1];
      if (struck) struck.surge = surge;
    },
  },
  "switch-stuck": {
    form: "switch-stuck AVnn",
    perform: (scene, about) => scene.faults.switchStuck.add(valve(scene, about)),
  },
  sensor: { form: "sensor Cnn|AVnn VALUE", perform: sensor },
  "supply-shut": {
    form: "supply-shut AVnn",
    perform: (scene, about) => scene.faults.supplyShut.add(valve(scene, about)),
  },
  "valve-test": {
    form: "valve-test AVnn",
    perform: (scene, about) => scene.faults.valveTest.add(valve(scene, about)),
  },
  dirty: {
    form: "dirty Ll.Saaa",
    perform: (scene, about) => scene.faults.dirty.add(detector(scene, about)),
  },
  smoke: {
    form: "smoke Ll.Saaa",
    perform: (scene, about) => scene.faults.smoke.add(detector(scene, about)),
  },
  mcp: {
    form: "mcp Cnn.k",
    perform: (scene, about) => scene.faults.callPoints.add(callPoint(scene, about)),
  },
  "loop-short": {
    form: "loop-short l",
    perform: (scene, about) => scene.faults.loopShort.add(loop(scene, about)),
  },
  "loop-open": {
    form: "loop-open l",
    perform: (scene, about) => scene.faults.loopOpen.add(loop(scene, about)),
  },
  "pump-fail": {
    form: "pump-fail n",
    perform: (scene, about) => scene.faults.pumpTripped.add(pump(scene, about)),
  },
  "pump-manual": {
    form: "pump-manual n",
    perform: (scene, about) => scene.faults.pumpManual.add(pump(scene, about)),
  },
  busy: {
    form: "busy CHANGES_PER_S",
    perform: ({ faults }, changes) => {
      faults.busy = amount(changes, 300, 0, 10_000, "changes a second");
    },
  },
  freeze: {
    form: "freeze",
    perform: ({ faults }) => {
      faults.frozenHeartbeat = true;
    },
  },
  "panel-manual": {
    form: "panel-manual",
    perform: ({ faults }) => {
      faults.panelManual = true;
    },
  },
  "panel-auto": {
    form: "panel-auto",
    perform: ({ faults }) => {
      faults.panelManual = false;
    },
  },
  "panel-reset": {
    form: "panel-reset",
    perform: ({ state }) => resetPanel(state),
  },
  "panel-mute": {
    form: "panel-mute",
    perform: ({ state }) => {
      state.panel.muted = true;
    },
  },
  "mains-off": {
    form: "mains-off",
    perform: ({ faults }) => {
      faults.mains = false;
    },
  },
  "battery-off": {
    form: "battery-off",
    perform: ({ faults }) => {
      faults.battery = false;
    },
  },
};

const usualAreaM2 = 100_000;

export const usage = [...Object.values(actions).map(({ form }) => form), "clear"].join(", ");

/** Throws with what is allowed where the words mean nothing. `clear` is the simulator's. */
export function inject(scene: Scene, words: readonly string[]): void {
  const [what = "", about = "", ...more] = words;
  const action = Object.hasOwn(actions, what) ? actions[what] : undefined;
  if (!action) throw new Error(`no fault ${JSON.stringify(what)}; there are: ${usage}`);
  const most = action.form.split(" ").length;
  if (words.length > most) {
    throw new Error(`too many words after ${JSON.stringify(what)}; allowed: ${action.form}`);
  }
  action.perform(scene, about, more[0] ?? "");
}

/** Throws as the act itself would, in a warehouse where nothing has happened yet. */
export function checkWarehouseWords(words: readonly string[]): void {
  if (words.length === 1 && words[0] === "clear") return;
  const state = initialWarehouse(layoutOf(usualAreaM2));
  inject({ state, faults: noFaults(), nowMs: 0 }, words);
}

/** A broken sensor: the temperature of a compartment, or the pressure above an alarm valve. */
function sensor(scene: Scene, about: string, value: string): void {
  const { temperatureShown, pressureShown } = scene.faults;
  if (about.startsWith("AV")) {
    pressureShown.set(valve(scene, about), shownValue(value, 0, 2, "MPa"));
  } else {
    temperatureShown.set(compartment(scene, about), shownValue(value, -50, 300, "°C"));
  }
}

function shownValue(text: string, least: number, most: number, unit: string): number {
  if (text === "") throw new Error(`a value is missing; allowed: ${least} to ${most} ${unit}`);
  return amount(text, 0, least, most, unit);
}

/** A disabled compartment keeps who, since when, until when and why (GB 25201). */
function disable(scene: Scene, about: string, minutes: string): void {
  const { faults, nowMs } = scene;
  const what = `C${two(compartment(scene, about))}`;
  const untilMs = nowMs + amount(minutes, 480, 1, 43_200, "minutes") * 60_000;
  const found = faults.disablements.find((one) => one.what === what);
  const made: Disablement = {
    id: found?.id ?? freeId(faults.disablements),
    what,
    by: "P-0001",
    fromMs: found?.fromMs ?? nowMs,
    untilMs,
    reason: "hot work",
  };
  faults.disablements = [...faults.disablements.filter((one) => one !== found), made];
}

function freeId(taken: readonly Disablement[]): string {
  let number = 1;
  while (taken.some(({ id }) => id === `D${number}`)) number += 1;
  return `D${number}`;
}

function compartment({ state }: Scene, text: string): number {
  const { compartments } = state.layout;
  const found = compartments.find(({ id }) => id === text);
  if (found) return found.number;
  throw new Error(`no compartment ${JSON.stringify(text)}; there are: ${span(compartments)}`);
}

function valve({ state }: Scene, text: string): number {
  const { valves } = state.layout;
  const found = valves.find(({ id }) => id === text);
  if (found) return found.number;
  throw new Error(`no alarm valve ${JSON.stringify(text)}; there are: ${span(valves)}`);
}

function detector({ state }: Scene, text: string): string {
  const { detectors, loops } = state.layout;
  if (detectors.some(({ id }) => id === text)) return text;
  const onLoop = detectors.filter(({ id }) => id.startsWith(`${text.split(".")[0]}.`));
  const there = onLoop.length > 0 ? span(onLoop) : `loops L1 to L${loops}, as L1.S042`;
  throw new Error(`no detector ${JSON.stringify(text)}; there are: ${there}`);
}

function callPoint({ state }: Scene, text: string): string {
  const { callPoints } = state.layout;
  if (callPoints.some(({ id }) => id === text)) return text;
  const inIt = callPoints.filter(({ id }) => id.startsWith(`${text.split(".")[0]}.`));
  const there = span(inIt.length > 0 ? inIt : callPoints);
  throw new Error(`no call point ${JSON.stringify(text)}; there are: ${there}`);
}

function loop({ state }: Scene, text: string): number {
  return numbered("loop", text, state.layout.loops);
}

function pump({ state }: Scene, text: string): number {
  return numbered("pump", text, state.layout.pumps);
}

function numbered(what: string, text: string, most: number): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
  throw new Error(`no ${what} ${JSON.stringify(text)}; there are: 1 to ${most}`);
}

function amount(text: string, usual: number, least: number, most: number, unit: string): number {
  if (text === "") return usual;
  const value = Number(text);
  if (value >= least && value <= most) return value;
  throw new Error(`${JSON.stringify(text)} is not allowed; allowed: ${least} to ${most} ${unit}`);
}

/** First and last of a list of ids: the whole of it would be a page. */
function span(list: readonly { readonly id: string }[]): string {
  return `${list[0]?.id} to ${list.at(-1)?.id}`;
}
