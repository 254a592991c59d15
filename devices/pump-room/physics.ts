/**
 * A pump room as physics and controller: pressures by what flows in and out, jockeys that keep them,
 * main pumps that start by themselves and never stop by themselves (GB 50974 11.0.2, 11.0.4), two
 * supplies. Pure: `step` takes the state dt seconds further.
 *
 * Pressures in MPa, flows in L/s, levels in m, currents in A, voltages in V, temperatures in °C.
 */
export type System = "hydrant" | "sprinkler";
export const systems: readonly System[] = ["hydrant", "sprinkler"];
export type PumpName = `${System}_pump${1 | 2}`;
export const pumpNames: readonly PumpName[] = systems.flatMap(
  (system) => [`${system}_pump1`, `${system}_pump2`] as const,
);

export type Pump = {
  selector: "auto" | "manual" | "off";
  commanded: boolean;
  /** Seconds since the command to start. */
  since: number;
  /** 0 to 1. */
  speed: number;
  motorTemp: number;
};

export type Network = {
  pressure: number;
  flow: number;
  jockey: boolean;
  lowSwitch: boolean;
  /** Seconds that water has flowed through the alarm valve, or from the roof tank. */
  flowing: number;
};

export type Inspection = { active: boolean; pump: number; seconds: number };

export type PumpRoom = {
  seconds: number;
  readonly pumps: Record<PumpName, Pump>;
  readonly networks: Record<System, Network>;
  pool: number;
  roofTank: number;
  onB: boolean;
  /** Seconds that the supply in use has been away. */
  dark: number;
  jockeyStarts: number;
  jockeySeconds: number;
  readonly inspection: Inspection;
  lastInspectionEpoch: number;
  inspectionResult: number;
  heartbeat: number;
};

/** What somebody has broken or opened; names are those of the command line. */
export type Faults = {
  readonly noStart: ReadonlySet<PumpName>;
  readonly tripped: ReadonlySet<PumpName>;
  /** The run contact is welded: it says running, and nothing turns. */
  readonly welded: ReadonlySet<PumpName>;
  readonly selector: ReadonlyMap<PumpName, Pump["selector"]>;
  /** Steady loss of water, L/s. */
  readonly leak: Readonly<Record<System, number>>;
  /** What open hydrants or heads would take at 0.6 MPa, L/s. */
  readonly demand: Readonly<Record<System, number>>;
  readonly mainsA: boolean;
  readonly mainsB: boolean;
  readonly facp: boolean;
  readonly frozenHeartbeat: boolean;
  readonly poolRefill: boolean;
  readonly flood: boolean;
  readonly phaseFault: boolean;
  /** What a broken sensor shows, whatever is so. */
  readonly sensors: ReadonlyMap<Sensor, number>;
};

/** Sensors that may be broken, with their span. */
export const sensorSpans = {
  "hydrant-pressure": [0, 1.6],
  "sprinkler-pressure": [0, 1.6],
  "hydrant-end": [0, 1.6],
  "sprinkler-end": [0, 1.6],
  pool: [0, 4.5],
  "roof-tank": [0, 2.5],
  temperature: [-20, 60],
  "mains-a": [0, 500],
  "mains-b": [0, 500],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;
export type Sensor = keyof typeof sensorSpans;

export const settings = {
  jockeyStart: 0.62,
  jockeyStop: 0.68,
  mainStart: 0.54,
  poolLow: 2.9,
  poolExtremeLow: 0.5,
  poolHigh: 3.5,
  roofTankLow: 1.2,
  inspectionCycleDays: 7,
  firmware: 0x0102,
} as const;

/** L of water that raise a network by 1 MPa: pipes are stiff, the pressure tank is not. */
const litresPerMpa = 100;
const jockeyFlow = 0.2;
const usualLeak = 0.01;
const shutOff = 0.9;
/** 0.75 MPa at 40 L/s. */
const headLoss = (shutOff - 0.75) / 40 ** 2;
const roofTankHead = 0.3;
const poolAreaM2 = 400;
const roofTankAreaM2 = 12;
const runUpSeconds = 8;
const contactorSeconds = 1;
/** No pressure after this: the standby pump is started (GB 50974 13.1 asks for 2 min). */
const standbyAfterSeconds = 20;
const transferSeconds = 2;
const flowSwitchDelaySeconds = 30;
const alarmValveDelaySeconds = 5;
const inspectionSecondsPerPump = 120;
const inspectionSpeed = 0.3;

export function initialRoom(epochSeconds: number): PumpRoom {
  const pump = (): Pump => ({
    selector: "auto",
    commanded: false,
    since: 0,
    speed: 0,
    motorTemp: 25,
  });
  const network = (pressure: number): Network => ({
    pressure,
    flow: 0,
    jockey: false,
    lowSwitch: false,
    flowing: 0,
  });
  return {
    seconds: 0,
    pumps: {
      hydrant_pump1: pump(),
      hydrant_pump2: pump(),
      sprinkler_pump1: pump(),
      sprinkler_pump2: pump(),
    },
    networks: { hydrant: network(0.65), sprinkler: network(0.67) },
    pool: 3.2,
    roofTank: 1.6,
    onB: false,
    dark: 0,
    jockeyStarts: 240,
    jockeySeconds: 7200,
    inspection: { active: false, pump: 0, seconds: 0 },
    lastInspectionEpoch: Math.floor(epochSeconds) - 2 * 86_400,
    inspectionResult: 0,
    heartbeat: 0,
  };
}

export function hasPower(room: PumpRoom, faults: Faults): boolean {
  return room.onB ? faults.mainsB : faults.mainsA;
}

/** What starts the main pumps of a system directly, whatever the linkage controller says (11.0.4). */
export function startSignal(room: PumpRoom, system: System, faults: Faults): boolean {
  const { lowSwitch, flowing } = room.networks[system];
  const byFlow =
    system === "hydrant" ? flowing >= flowSwitchDelaySeconds : flowing >= alarmValveDelaySeconds;
  return lowSwitch || byFlow || faults.facp;
}

/** Contacts of the two switches that feel flow: at once, their start may be delayed. */
export function flowSwitch(room: PumpRoom, system: System): boolean {
  const { flowing } = room.networks[system];
  return system === "hydrant" ? flowing > 0.5 : flowing >= alarmValveDelaySeconds;
}

/** Amperes of a pump: what its speed and its load take. */
export function currentOf(room: PumpRoom, name: PumpName): number {
  const { speed } = room.pumps[name];
  if (speed === 0) return 0;
  const { flow } = room.networks[systemOf(name)];
  return speed < 1 && !room.inspection.active ? 180 * speed : 60 * speed + 1.2 * flow * speed;
}

export function systemOf(name: PumpName): System {
  return name.startsWith("hydrant") ? "hydrant" : "sprinkler";
}

/** Takes the room `dt` seconds further; at most 0.05 s at a time keeps the pressures steady. */
export function step(room: PumpRoom, faults: Faults, dt: number): void {
  room.seconds += dt;
  stepSupplies(room, faults, dt);
  if (!faults.frozenHeartbeat) room.heartbeat = Math.floor(room.seconds) % 65_536;
  for (const system of systems) {
    control(room, system, faults, dt);
    flow(room, system, faults, dt);
  }
  stepInspection(room, faults, dt);
  if (faults.poolRefill && room.pool < 3.2) room.pool += (10 / poolAreaM2 / 1000) * dt;
}

/** The transfer switch goes to B when A has been away for a moment, and back when A is there. */
function stepSupplies(room: PumpRoom, faults: Faults, dt: number): void {
  room.dark = hasPower(room, faults) ? 0 : room.dark + dt;
  if (room.dark > transferSeconds && (room.onB ? faults.mainsA : faults.mainsB)) {
    room.onB = !room.onB;
    room.dark = 0;
  } else if (room.onB && faults.mainsA && room.dark === 0) {
    room.onB = false;
  }
}

function control(room: PumpRoom, system: System, faults: Faults, dt: number): void {
  const duty = room.pumps[`${system}_pump1`];
  const network = room.networks[system];
  const wanted = startSignal(room, system, faults);
  if (wanted) command(duty);
  const dutyFails =
    faults.tripped.has(`${system}_pump1`) ||
    duty.selector !== "auto" ||
    (duty.commanded && duty.since > standbyAfterSeconds && network.pressure < settings.mainStart);
  if (wanted && dutyFails) command(room.pumps[`${system}_pump2`]);
  for (const name of [`${system}_pump1`, `${system}_pump2`] as const) turn(room, name, faults, dt);
  jockey(room, system, faults, dt);
}

function command(pump: Pump): void {
  if (pump.selector !== "auto" || pump.commanded) return;
  pump.commanded = true;
  pump.since = 0;
}

function turn(room: PumpRoom, name: PumpName, faults: Faults, dt: number): void {
  const pump = room.pumps[name];
  pump.selector = faults.selector.get(name) ?? "auto";
  if (pump.selector === "off") pump.commanded = false;
  pump.since += dt;
  const turns =
    pump.commanded &&
    pump.since > contactorSeconds &&
    hasPower(room, faults) &&
    !faults.noStart.has(name) &&
    !faults.tripped.has(name) &&
    !faults.welded.has(name);
  const rate = dt / runUpSeconds;
  if (turns) pump.speed = Math.min(1, pump.speed + rate);
  else if (!isInspected(room, name)) pump.speed = Math.max(0, pump.speed - 2 * rate);
  const warm = 25 + 40 * pump.speed;
  pump.motorTemp += ((warm - pump.motorTemp) * dt) / 300;
}

function jockey(room: PumpRoom, system: System, faults: Faults, dt: number): void {
  const network = room.networks[system];
  const powered = hasPower(room, faults);
  if (!network.jockey && powered && network.pressure < settings.jockeyStart) {
    network.jockey = true;
    room.jockeyStarts = (room.jockeyStarts + 1) % 2 ** 32;
  }
  if (network.jockey && (!powered || network.pressure >= settings.jockeyStop)) {
    network.jockey = false;
  }
  if (network.jockey) room.jockeySeconds += dt;
}

/** Water in and out: the pressure follows. What no pump brings, the roof tank does, by its height. */
function flow(room: PumpRoom, system: System, faults: Faults, dt: number): void {
  const network = room.networks[system];
  const push = Math.sqrt(network.pressure / 0.6);
  const out = faults.demand[system] * push;
  const lost = (usualLeak + faults.leak[system]) * push;
  const brought = pumped(room, system, network.pressure) + (network.jockey ? jockeyFlow : 0);
  const next = Math.max(0, network.pressure + ((brought - out - lost) / litresPerMpa) * dt);
  // The tank gives what keeps its own height, as long as there is water in it.
  const fed = next < roofTankHead && room.roofTank > 0.05;
  network.pressure = fed ? roofTankHead : next;
  if (fed) room.roofTank = Math.max(0, room.roofTank - (out / roofTankAreaM2 / 1000) * dt);
  room.pool = Math.max(0, room.pool - (brought / poolAreaM2 / 1000) * dt);
  network.flow = out;
  const flows = system === "hydrant" ? fed && out > 1 : out > 1;
  network.flowing = flows ? network.flowing + dt : 0;
  if (network.pressure < settings.mainStart) network.lowSwitch = true;
  else if (network.pressure > settings.mainStart + 0.04) network.lowSwitch = false;
}

/** What the running pumps of a system bring against a pressure: head falls with the square of flow. */
function pumped(room: PumpRoom, system: System, pressure: number): number {
  if (room.pool < 0.3) return 0;
  return [room.pumps[`${system}_pump1`], room.pumps[`${system}_pump2`]].reduce((sum, { speed }) => {
    const spare = shutOff * speed ** 2 - pressure;
    return sum + (spare > 0 ? Math.sqrt(spare / headLoss) : 0);
  }, 0);
}

function isInspected(room: PumpRoom, name: PumpName): boolean {
  return room.inspection.active && pumpNames[room.inspection.pump] === name;
}

/** Each pump two minutes at low speed; a start signal ends it at once (GB 27898). */
function stepInspection(room: PumpRoom, faults: Faults, dt: number): void {
  const { inspection } = room;
  if (!inspection.active) return;
  const name = pumpNames[inspection.pump];
  if (!name || systems.some((system) => startSignal(room, system, faults))) {
    inspection.active = false;
    return;
  }
  const fails = faults.noStart.has(name) || faults.tripped.has(name);
  if (fails) room.inspectionResult |= 1 << inspection.pump;
  room.pumps[name].speed = fails ? 0 : inspectionSpeed;
  inspection.seconds += dt;
  if (inspection.seconds < inspectionSecondsPerPump) return;
  inspection.seconds = 0;
  inspection.pump += 1;
  if (inspection.pump < pumpNames.length) return;
  inspection.active = false;
  inspection.pump = 0;
}

/** Starts a self-inspection; its results replace the last ones. */
export function inspect(room: PumpRoom, epochSeconds: number): void {
  room.inspectionResult = 0;
  room.lastInspectionEpoch = Math.floor(epochSeconds);
  Object.assign(room.inspection, { active: true, pump: 0, seconds: 0 });
}

/** A person at the cabinet starts one pump by hand; nothing has asked for it. */
export function startByHand(room: PumpRoom, name: PumpName): void {
  Object.assign(room.pumps[name], { commanded: true, since: 0 });
}

/** A person at the cabinet: all pumps off, back to automatic. */
export function stopPumps(room: PumpRoom): void {
  for (const name of pumpNames) {
    const pump = room.pumps[name];
    pump.commanded = false;
    pump.since = 0;
  }
}
