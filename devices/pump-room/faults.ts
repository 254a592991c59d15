/**
 * What somebody may do to a simulated pump room, in the words of the command line:
 * `simulate fault baolong/pump-01 no-start hydrant_pump1`.
 */
import {
  type Faults,
  type PumpName,
  pumpNames,
  type Sensor,
  type System,
  sensorSpans,
  systems,
} from "./physics.ts";

type Mutable = {
  noStart: Set<PumpName>;
  tripped: Set<PumpName>;
  welded: Set<PumpName>;
  selector: Map<PumpName, "auto" | "manual" | "off">;
  leak: Record<System, number>;
  demand: Record<System, number>;
  mainsA: boolean;
  mainsB: boolean;
  facp: boolean;
  frozenHeartbeat: boolean;
  poolRefill: boolean;
  flood: boolean;
  phaseFault: boolean;
  sensors: Map<Sensor, number>;
};

/** What may be said; capitals stand for a word of the list, or a number. */
const forms = [
  "no-start PUMP",
  "trip PUMP",
  "welded PUMP",
  "manual PUMP",
  "off PUMP",
  "leak SYSTEM L_PER_S",
  "open SYSTEM L_PER_S",
  "mains-a-off",
  "mains-b-off",
  "panel-start",
  "phase-fault",
  "flood",
  "sensor NAME VALUE",
  "freeze-heartbeat",
  "pool METRES",
  "roof-tank METRES",
  "hand-start PUMP",
  "inspect",
  "stop-pumps",
  "clear",
] as const;

/** Throws with what is allowed where the words mean nothing; changes nothing. */
export function checkWords(words: readonly string[]): void {
  const [what = "", about = "", amount = ""] = words;
  const form = forms.map((one) => one.split(" ")).find(([word]) => word === what);
  if (!form) throw new Error(`no fault ${JSON.stringify(what)}; there are: ${forms.join(", ")}`);
  if (form.includes("PUMP")) pump(about);
  if (form.includes("SYSTEM")) system(about);
  if (form.includes("L_PER_S")) litres(amount);
  if (form.includes("NAME")) reading(sensor(about), amount);
  if (form.includes("METRES")) level(what, about);
  // A second pump on the same line would go unheard, and be missed when it matters.
  const tooMuch = words[form.length];
  if (tooMuch === undefined) return;
  throw new Error(`${JSON.stringify(tooMuch)} is too much; allowed: ${form.join(" ")}`);
}

export function noFaults(): Faults & Mutable {
  return {
    noStart: new Set(),
    tripped: new Set(),
    welded: new Set(),
    selector: new Map(),
    leak: { hydrant: 0, sprinkler: 0 },
    demand: { hydrant: 0, sprinkler: 0 },
    mainsA: true,
    mainsB: true,
    facp: false,
    frozenHeartbeat: false,
    poolRefill: true,
    flood: false,
    phaseFault: false,
    sensors: new Map(),
  };
}

/** Words that have been checked. */
export function inject(faults: Mutable, words: readonly string[]): void {
  const [what = "", about = "", amount = ""] = words;
  switch (what) {
    case "no-start":
      faults.noStart.add(pump(about));
      break;
    case "trip":
      faults.tripped.add(pump(about));
      break;
    case "welded":
      faults.welded.add(pump(about));
      break;
    case "manual":
    case "off":
      faults.selector.set(pump(about), what);
      break;
    case "leak":
      faults.leak[system(about)] = litres(amount);
      break;
    case "open":
      faults.demand[system(about)] = litres(amount);
      break;
    case "mains-a-off":
      faults.mainsA = false;
      break;
    case "mains-b-off":
      faults.mainsB = false;
      break;
    case "panel-start":
      faults.facp = true;
      break;
    case "phase-fault":
      faults.phaseFault = true;
      break;
    case "flood":
      faults.flood = true;
      break;
    case "sensor":
      faults.sensors.set(sensor(about), reading(sensor(about), amount));
      break;
    case "freeze-heartbeat":
      faults.frozenHeartbeat = true;
      break;
    default:
      throw new Error(`${JSON.stringify(what)} injects no fault`);
  }
}

export function pump(name: string): PumpName {
  const found = pumpNames.find((known) => known === name);
  if (found) return found;
  throw new Error(`no pump ${JSON.stringify(name)}; there are: ${pumpNames.join(", ")}`);
}

function system(name: string): System {
  const found = systems.find((known) => known === name);
  if (found) return found;
  throw new Error(`no system ${JSON.stringify(name)}; there are: ${systems.join(", ")}`);
}

function litres(text: string): number {
  const value = Number(text);
  if (text !== "" && value >= 0 && value <= 200) return value;
  throw new Error(`${JSON.stringify(text)} is no flow; allowed: 0 to 200 L/s`);
}

function sensor(name: string): Sensor {
  if (Object.hasOwn(sensorSpans, name)) return name as Sensor;
  const known = Object.keys(sensorSpans).join(", ");
  throw new Error(`no sensor ${JSON.stringify(name)}; there are: ${known}`);
}

/** A broken sensor may show more than its span: the gateway must not believe it. */
function reading(of: Sensor, text: string): number {
  const [least, most] = sensorSpans[of];
  const span = most - least;
  return number(text, least - span, most + span, `shown by ${of}`);
}

/** Water in the pool or in the tank on the roof, m. */
export function level(what: string, text: string): number {
  return number(text, 0, what === "pool" ? 4.5 : 2.5, "m");
}

function number(text: string, least: number, most: number, unit: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new Error(`${JSON.stringify(text)} is not allowed; allowed: ${least} to ${most} ${unit}`);
}
