/**
 * A warehouse as physics: water from the ring main through alarm valves to open heads, pumps that
 * start by a pressure switch and never stop by themselves, and what a fire does to the detectors of
 * its compartment (detectors.ts). Pure: `step` takes the state dt seconds further.
 *
 * Pressures in MPa, flows in L/s, temperatures in °C, obscuration in dB/m. Lists are in the order
 * of the layout, so the compartment with number n stands at n - 1.
 */
import { type DetectorState, initialDetectors, stepDetectors } from "./detectors.ts";
import type { Warehouse } from "./warehouse.ts";

export type CompartmentState = {
  flow: number;
  /** Seconds that enough water flows for the indicator. */
  flowing: number;
  flowIndicator: boolean;
  endPressure: number;
  temperature: number;
  /** Seconds that it burns; 0 is no fire. */
  burning: number;
};

export type ValveState = {
  flow: number;
  /** Seconds that enough water flows for the alarm port. */
  flowing: number;
  /** Seconds since it last did. */
  still: number;
  above: number;
  pressureSwitch: boolean;
  /** Seconds that the switch is closed. */
  closed: number;
  /** Seconds that a surge still holds the switch. */
  surge: number;
};

export type PumpState = { commanded: boolean; since: number; speed: number };

export type Settings = {
  /** Delay set in each flow indicator, 2 to 90 s (GB 5135.7). */
  readonly flowDelaySeconds: number;
  /** What the retard chamber takes to fill, 1 to 90 s. */
  readonly retardSeconds: number;
  /** The cabinet takes a contact that lasts so long; a surge is shorter. */
  readonly startHoldSeconds: number;
};

export const usualSettings: Settings = {
  flowDelaySeconds: 10,
  retardSeconds: 15,
  startHoldSeconds: 6,
};

export type WarehouseState = {
  readonly layout: Warehouse;
  readonly settings: Settings;
  seconds: number;
  heartbeat: number;
  /** Its resets since it was switched on; while it resets, no detector is heard. */
  readonly panel: { resets: number; resetting: number; muted: boolean };
  /** Below every alarm valve: the ring main. */
  main: number;
  jockey: boolean;
  readonly compartments: readonly CompartmentState[];
  readonly valves: readonly ValveState[];
  readonly pumps: readonly PumpState[];
  readonly detectors: DetectorState;
};

export type Disablement = {
  readonly id: string;
  /** Id of the compartment. */
  readonly what: string;
  /** Id of a person, never a name. */
  readonly by: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
};

/** What somebody has opened, shut or broken. Compartments, valves, loops and pumps by number. */
export type Faults = {
  /** Open heads. Where a head is open it burns. */
  readonly heads: ReadonlyMap<number, number>;
  /** L/s that run out without a fire. */
  readonly leaks: ReadonlyMap<number, number>;
  readonly chatter: ReadonlySet<number>;
  readonly signalValveShut: ReadonlySet<number>;
  /** The contact of the pressure switch is stuck closed. */
  readonly switchStuck: ReadonlySet<number>;
  /** What a broken sensor shows: °C of a compartment, MPa above an alarm valve. */
  readonly temperatureShown: ReadonlyMap<number, number>;
  readonly pressureShown: ReadonlyMap<number, number>;
  readonly endTest: ReadonlySet<number>;
  readonly supplyShut: ReadonlySet<number>;
  readonly valveTest: ReadonlySet<number>;
  readonly loopShort: ReadonlySet<number>;
  readonly loopOpen: ReadonlySet<number>;
  /** Ids of detectors and call points: L1.S042, C07.2. */
  readonly dirty: ReadonlySet<string>;
  readonly smoke: ReadonlySet<string>;
  readonly callPoints: ReadonlySet<string>;
  readonly pumpTripped: ReadonlySet<number>;
  readonly pumpManual: ReadonlySet<number>;
  readonly disablements: readonly Disablement[];
  /** So many obscurations change each second, for measurements. */
  readonly busy: number;
  readonly frozenHeartbeat: boolean;
  readonly panelManual: boolean;
  readonly mains: boolean;
  readonly battery: boolean;
};

/** Height of the roof over the alarm valves. */
export const roofMpa = 0.35;
const restMpa = 0.65;
const jockeyStart = 0.62;
const jockeyStop = 0.68;
const jockeyFlow = 0.2;
const usualLeak = 0.02;
/** What the roof tank keeps up by its height while no pump runs. */
const roofTankMpa = 0.45;
/** L of water that raise the ring main, and the pipes above one valve, by 1 MPa. */
const mainLitresPerMpa = 400;
const systemLitresPerMpa = 40;
const shutOff = 0.95;
/** 0.75 MPa at 40 L/s. */
const headLoss = (shutOff - 0.75) / 40 ** 2;
/** One head K80: 80 L/min at 0.1 MPa. */
const headFlow = (80 / 60) * Math.sqrt(10);
/** MPa lost in the pipes of a compartment at 1 L/s, and in an alarm valve. */
const pipeLoss = 0.002;
const valveLoss = 0.00005;
const clapperMpa = 0.01;
/** An indicator works at 15 to 37.5 L/min (GB 5135.7), a wet valve over 1 L/s (GB 50261). */
const indicatorFlow = 0.5;
const alarmFlow = 1;
const drainSeconds = 5;
const gongSeconds = 3;
const runUpSeconds = 8;
const contactorSeconds = 1;
const standbyAfterSeconds = 15;
const chatterSeconds = 2;
const panelResetSeconds = 3;
const longestStep = 0.05;

/** Throws where a delay is none that the devices can be set to. */
export function initialWarehouse(layout: Warehouse, settings = usualSettings): WarehouseState {
  const { flowDelaySeconds, retardSeconds } = settings;
  if (!(flowDelaySeconds >= 2 && flowDelaySeconds <= 90)) {
    throw new Error(`a flow indicator has no delay of ${flowDelaySeconds} s; allowed: 2 to 90 s`);
  }
  if (!(retardSeconds >= 1 && retardSeconds <= 90)) {
    throw new Error(`no retard chamber fills in ${retardSeconds} s; allowed: 1 to 90 s`);
  }
  return {
    layout,
    settings,
    seconds: 0,
    heartbeat: 0,
    panel: { resets: 0, resetting: 0, muted: false },
    main: restMpa,
    jockey: false,
    compartments: layout.compartments.map(() => ({
      flow: 0,
      flowing: 0,
      flowIndicator: false,
      endPressure: restMpa - roofMpa,
      temperature: 20,
      burning: 0,
    })),
    valves: layout.valves.map(() => ({
      flow: 0,
      flowing: 0,
      still: 0,
      above: restMpa,
      pressureSwitch: false,
      closed: 0,
      surge: 0,
    })),
    pumps: Array.from({ length: layout.pumps }, () => ({ commanded: false, since: 0, speed: 0 })),
    detectors: initialDetectors(layout),
  };
}

/** Any dt; within it the steps are small enough for steady pressures. */
export function step(state: WarehouseState, faults: Faults, dt: number): void {
  const steps = Math.ceil(dt / longestStep - 1e-9);
  for (let i = 0; i < steps; i += 1) water(state, faults, dt / steps);
  state.compartments.forEach((compartment, i) => {
    warm(compartment, state.seconds, i + 1, faults, dt);
  });
  stepDetectors(state, faults, dt);
  state.panel.resetting = Math.max(0, state.panel.resetting - dt);
  if (!faults.frozenHeartbeat) state.heartbeat = Math.floor(state.seconds + 1e-6) % 2 ** 32;
}

export function isRunning(pump: PumpState): boolean {
  return pump.speed > 0.05;
}

export function gongSounds(valve: ValveState): boolean {
  return valve.closed >= gongSeconds;
}

/** Everything is well again: the panel is reset, pumps are stopped, pipes are vented to rest. */
export function reset(state: WarehouseState): void {
  const { heartbeat, seconds, layout, settings, panel } = state;
  Object.assign(state, initialWarehouse(layout, settings), { heartbeat, seconds, panel });
  resetPanel(state);
}

/** Somebody resets the panel: what it had latched is gone, and whatever still burns fires again. */
export function resetPanel({ panel }: WarehouseState): void {
  panel.resets += 1;
  panel.resetting = panelResetSeconds;
  panel.muted = false;
}

function water(state: WarehouseState, faults: Faults, dt: number): void {
  state.seconds += dt;
  let out = usualLeak;
  for (const [i, valve] of state.valves.entries()) {
    const group = state.layout.valves[i]?.compartments ?? [];
    for (const number of group) drawn(state, number, valve.above, faults, dt);
    const taken = group.reduce((sum, n) => sum + (state.compartments[n - 1]?.flow ?? 0), 0);
    out += through(state, i + 1, valve, taken, faults, dt);
    alarmPort(valve, state.settings, dt);
  }
  const started = state.valves.some(({ closed }) => closed >= state.settings.startHoldSeconds);
  pumping(state, started, faults, dt);
  ringMain(state, out, dt);
}

/** What leaves a compartment at this pressure, and what its flow indicator makes of it. */
function drawn(
  state: WarehouseState,
  number: number,
  above: number,
  faults: Faults,
  dt: number,
): void {
  const compartment = state.compartments[number - 1];
  if (!compartment) return;
  const heads = (faults.heads.get(number) ?? 0) + (faults.endTest.has(number) ? 1 : 0);
  const leak = faults.leaks.get(number) ?? 0;
  if (faults.signalValveShut.has(number)) {
    // What stands behind a shut valve runs out, and nothing follows.
    if (heads > 0 || leak > 0) compartment.endPressure *= Math.exp(-dt / 3);
    compartment.flow = 0;
  } else {
    const k = headFlow * heads;
    const end = Math.max(0, above - roofMpa) / (1 + pipeLoss * k ** 2);
    compartment.flow = k * Math.sqrt(end) + (end > 0 ? leak : 0);
    compartment.endPressure = end;
  }
  const turns = compartment.flow >= indicatorFlow;
  compartment.flowing = turns ? compartment.flowing + dt : 0;
  const chatters =
    faults.chatter.has(number) && Math.floor(state.seconds / chatterSeconds) % 2 === 1;
  compartment.flowIndicator = chatters || compartment.flowing >= state.settings.flowDelaySeconds;
}

/** Water through one alarm valve; gives what it takes from the ring main. */
function through(
  state: WarehouseState,
  number: number,
  valve: ValveState,
  taken: number,
  faults: Faults,
  dt: number,
): number {
  const open = !faults.supplyShut.has(number);
  const test = faults.valveTest.has(number) && open ? 2 : 0;
  const target = open ? state.main - clapperMpa - valveLoss * taken ** 2 : 0;
  // The clapper holds what stands above it until heads have taken the pressure down.
  const sunk = Math.max(0, valve.above - (taken / systemLitresPerMpa) * dt);
  const lifted = open && taken > 0 && sunk <= target;
  valve.above = open ? Math.max(sunk, target) : sunk;
  valve.flow = test + (lifted ? taken : 0);
  return valve.flow;
}

/** Alarm port, retard chamber and pressure switch; a surge closes the switch without water. */
function alarmPort(valve: ValveState, settings: Settings, dt: number): void {
  const flows = valve.flow > alarmFlow;
  valve.flowing = flows ? valve.flowing + dt : 0;
  valve.still = flows ? 0 : valve.still + dt;
  const wet = valve.pressureSwitch && valve.surge === 0;
  valve.surge = Math.max(0, valve.surge - dt);
  const byWater = valve.flowing >= settings.retardSeconds || (wet && valve.still < drainSeconds);
  valve.pressureSwitch = byWater || valve.surge > 0;
  valve.closed = valve.pressureSwitch ? valve.closed + dt : 0;
}

/** Hard wire from the switches to the cabinet: the linkage controller's AUTO has no part in it. */
function pumping(state: WarehouseState, started: boolean, faults: Faults, dt: number): void {
  const able = (i: number): boolean =>
    !faults.pumpTripped.has(i + 1) && !faults.pumpManual.has(i + 1);
  let wanted = started;
  for (const [i, pump] of state.pumps.entries()) {
    if (wanted && able(i) && !pump.commanded) Object.assign(pump, { commanded: true, since: 0 });
    if (!able(i)) pump.commanded = false;
    pump.since += dt;
    const turns = pump.commanded && pump.since > contactorSeconds;
    const rate = dt / runUpSeconds;
    pump.speed = turns ? Math.min(1, pump.speed + rate) : Math.max(0, pump.speed - 2 * rate);
    // The next one stands by: it is wanted where this one cannot, or has not in its time.
    const late = pump.commanded && pump.since > standbyAfterSeconds && !isRunning(pump);
    wanted = wanted && (!able(i) || late);
  }
}

function ringMain(state: WarehouseState, out: number, dt: number): void {
  if (state.main < jockeyStart) state.jockey = true;
  else if (state.main >= jockeyStop) state.jockey = false;
  const pumped = state.pumps.reduce((sum, { speed }) => {
    const spare = shutOff * speed ** 2 - state.main;
    return sum + (spare > 0 ? Math.sqrt(spare / headLoss) : 0);
  }, 0);
  const brought = pumped + (state.jockey ? jockeyFlow : 0);
  state.main = Math.max(roofTankMpa, state.main + ((brought - out) / mainLitresPerMpa) * dt);
}

/** The sensor under the roof: a fire that gets water is cooled, one that gets none is not. */
function warm(
  compartment: CompartmentState,
  seconds: number,
  number: number,
  faults: Faults,
  dt: number,
): void {
  const burns = (faults.heads.get(number) ?? 0) > 0;
  compartment.burning = burns ? compartment.burning + dt : 0;
  const day = 20 + Math.sin((2 * Math.PI * seconds) / 3600 + number) - Math.sin(number);
  const hot = compartment.flow > indicatorFlow ? 42 : 64;
  const aim = burns ? hot : day;
  compartment.temperature += ((aim - compartment.temperature) * dt) / (burns ? 40 : 120);
}
