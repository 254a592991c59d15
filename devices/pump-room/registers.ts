/**
 * The registers of the simulated controller: what its maker would print in the manual. Written down
 * once more beside profile.yaml on purpose: a test holds the two against each other, and other
 * masters (mbpoll, pymodbus) read these.
 */
import {
  currentOf,
  type Faults,
  flowSwitch,
  hasPower,
  type PumpName,
  type PumpRoom,
  pumpNames,
  type Sensor,
  settings,
} from "./physics.ts";

/** What the simulator shows of a room: discrete inputs by address, then both kinds of register. */
export type Registers = {
  readonly discrete: readonly boolean[];
  readonly input: readonly number[];
  readonly holding: readonly number[];
};

export function registersOf(room: PumpRoom, faults: Faults): Registers {
  return {
    discrete: discreteInputs(room, faults),
    input: inputRegisters(room, faults),
    holding: holdingRegisters(),
  };
}

function discreteInputs(room: PumpRoom, faults: Faults): boolean[] {
  const { hydrant, sprinkler } = room.networks;
  const pumps = pumpNames.flatMap((name) => pumpContacts(room, name, faults));
  const power = hasPower(room, faults);
  return [
    ...pumps,
    hydrant.jockey,
    false,
    sprinkler.jockey,
    false,
    faults.mainsA,
    faults.mainsB,
    room.onB,
    power,
    faults.phaseFault,
    room.inspection.active,
    room.inspectionResult !== 0,
    false,
    hydrant.lowSwitch,
    flowSwitch(room, "hydrant"),
    flowSwitch(room, "sprinkler"),
    faults.facp,
    room.pool > settings.poolHigh,
    room.pool < settings.poolLow,
    room.pool < settings.poolExtremeLow,
    false,
    room.roofTank < settings.roofTankLow,
    false,
    faults.flood,
    false,
  ];
}

/** run, fault, in AUTO, power present */
function pumpContacts(room: PumpRoom, name: PumpName, faults: Faults): boolean[] {
  const { speed, selector } = room.pumps[name];
  const power = hasPower(room, faults);
  return [
    speed > 0.05 || faults.welded.has(name),
    faults.tripped.has(name),
    selector === "auto",
    power,
  ];
}

function inputRegisters(room: PumpRoom, faults: Faults): number[] {
  const { hydrant, sprinkler } = room.networks;
  const shown = (sensor: Sensor, is: number): number => faults.sensors.get(sensor) ?? is;
  const volts = (sensor: Sensor, on: boolean): number =>
    Math.round(shown(sensor, on ? 380 : 0) * 10) & 0xffff;
  // The most remote hydrant and the end of the sprinklers stand higher.
  const remote = Math.max(0, hydrant.pressure - 0.25 - hydrant.flow * 0.002);
  const end = Math.max(0, sprinkler.pressure - 0.35 - sprinkler.flow * 0.001);
  return [
    ...float32(shown("hydrant-pressure", hydrant.pressure)),
    ...float32(shown("sprinkler-pressure", sprinkler.pressure)),
    ...float32(shown("hydrant-end", remote)),
    ...float32(shown("sprinkler-end", end)),
    ...float32(shown("pool", room.pool)),
    ...float32(shown("roof-tank", room.roofTank)),
    ...float32(hydrant.flow),
    ...float32(sprinkler.flow),
    Math.round(shown("temperature", 20) * 10) & 0xffff,
    ...pumpNames.map((name) => Math.round(room.pumps[name].motorTemp * 10)),
    ...Array<number>(3).fill(volts("mains-a", faults.mainsA)),
    ...Array<number>(3).fill(volts("mains-b", faults.mainsB)),
    ...pumpNames.map((name) => Math.round(currentOf(room, name) * 10)),
    ...uint32(room.jockeyStarts),
    ...uint32(Math.floor(room.jockeySeconds)),
    ...uint32(room.lastInspectionEpoch),
    room.inspectionResult,
    room.heartbeat,
  ];
}

function holdingRegisters(): number[] {
  const milli = (value: number): number => Math.round(value * 1000);
  const centi = (value: number): number => Math.round(value * 100);
  return [
    milli(settings.jockeyStart),
    milli(settings.jockeyStop),
    milli(settings.mainStart),
    milli(settings.mainStart),
    centi(settings.poolLow),
    centi(settings.poolExtremeLow),
    centi(settings.poolHigh),
    centi(settings.roofTankLow),
    settings.inspectionCycleDays,
    settings.firmware,
  ];
}

function float32(value: number): [number, number] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}

function uint32(value: number): [number, number] {
  return [Math.floor(value / 65_536) % 65_536, value % 65_536];
}
