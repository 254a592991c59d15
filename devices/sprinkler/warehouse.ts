/**
 * The layout of a warehouse of a given area: halls, fire compartments, alarm valves with their
 * groups, detectors and call points on loops, as the rules of design would have it. Pure and
 * deterministic: the same area is the same in the simulator, in the gateway and on a screen's plan.
 */
export type Rectangle = {
  readonly xM: number;
  readonly yM: number;
  readonly widthM: number;
  readonly depthM: number;
};

export type Compartment = {
  /** C01; also the id of the zone. */
  readonly id: string;
  /** Counts from 1, as all numbers of a layout. */
  readonly number: number;
  readonly hall: number;
  /** Number of the alarm valve that feeds it. */
  readonly valve: number;
  readonly plan: Rectangle;
};

export type AlarmValve = {
  /** AV01 */
  readonly id: string;
  readonly number: number;
  /** Numbers of the compartments it feeds. */
  readonly compartments: readonly number[];
};

export type DetectorKind = "smoke" | "heat" | "beam";

export type Detector = {
  /** L1.S042 */
  readonly id: string;
  readonly kind: DetectorKind;
  readonly loop: number;
  /** On its loop; no two devices of a loop share one. */
  readonly address: number;
  readonly compartment: number;
};

export type CallPoint = {
  /** C07.2 */
  readonly id: string;
  readonly compartment: number;
  readonly number: number;
  readonly loop: number;
  readonly address: number;
};

export type Warehouse = {
  readonly areaM2: number;
  /** Of all halls and the lanes between them. */
  readonly site: { readonly widthM: number; readonly depthM: number };
  readonly compartments: readonly Compartment[];
  readonly valves: readonly AlarmValve[];
  readonly detectors: readonly Detector[];
  readonly callPoints: readonly CallPoint[];
  readonly loops: number;
  readonly pumps: number;
};

export const areaLimitsM2 = { least: 1000, most: 290_000 } as const;

/** Single storey, class C-2, with sprinklers (GB 50016 3.3.2). */
const compartmentM2 = 3000;
/** 800 heads for a wet alarm valve, one head on 9 m² (GB 50084 6.2.3, 7.1.2). */
const valveM2 = 800 * 9;
/** A point detector for 60 to 80 m² (GB 50116 6.2.2). */
const smokeM2 = 76.9;
/** Only where batteries are charged and people sit in offices. */
const heatM2 = 833;
/** Only in the high bays. */
const beamM2 = 2500;
/** From any place at most 30 m to one (GB 50116 6.3.1). */
const callPointsPerCompartment = 4;
/** GB 50116 3.1.5 */
const pointsPerLoop = 200;
const compartmentsPerHall = 8;
const hallDepthM = 70;
/** Room for fire engines between the halls. */
const laneM = 20;

const letters: Readonly<Record<DetectorKind, string>> = { smoke: "S", heat: "H", beam: "B" };

/** Throws with what is allowed where no warehouse has that area. */
export function layoutOf(areaM2: number): Warehouse {
  const { least, most } = areaLimitsM2;
  if (!(areaM2 >= least && areaM2 <= most)) {
    throw new Error(`no warehouse of ${areaM2} m²; allowed: ${least} to ${most} m²`);
  }
  const compartments = compartmentsOf(areaM2);
  const places = placesOf(areaM2, compartments);
  const loops = Math.ceil(places.length / pointsPerLoop);
  const wired = wire(places, loops);
  const halls = compartments.at(-1)?.hall ?? 0;
  return {
    areaM2,
    site: {
      widthM: Math.max(...compartments.map(({ plan }) => metres(plan.xM + plan.widthM))),
      depthM: halls * hallDepthM + (halls - 1) * laneM,
    },
    compartments,
    valves: valvesOf(compartments),
    ...wired,
    loops,
    pumps: 2,
  };
}

/** `{nn}` of a compartment or an alarm valve. */
export function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** `{aaa}` of an address. */
export function three(number: number): string {
  return String(number).padStart(3, "0");
}

/**
 * Each hall is one row of compartments, so that each has two outer walls. Valves stand in a hall
 * and feed neighbours of that hall, never through a lane.
 */
function compartmentsOf(areaM2: number): Compartment[] {
  const count = Math.ceil(areaM2 / compartmentM2);
  const halls = distribute(count, Math.ceil(count / compartmentsPerHall));
  const valves = distribute(Math.ceil(areaM2 / valveM2), halls.length);
  const widthM = areaM2 / count / hallDepthM;
  let number = 0;
  let valve = 0;
  return halls.flatMap((inHall, h) =>
    distribute(inHall, valves[h] ?? 1).flatMap((size) => {
      valve += 1;
      return Array.from({ length: size }, (): Compartment => {
        const column = number - sum(halls.slice(0, h));
        number += 1;
        const plan = {
          xM: metres(column * widthM),
          yM: h * (hallDepthM + laneM),
          widthM: metres(widthM),
          depthM: hallDepthM,
        };
        return { id: `C${two(number)}`, number, hall: h + 1, valve, plan };
      });
    }),
  );
}

function valvesOf(compartments: readonly Compartment[]): AlarmValve[] {
  const groups = Map.groupBy(compartments, ({ valve }) => valve);
  return [...groups].map(([number, group]) => ({
    id: `AV${two(number)}`,
    number,
    compartments: group.map((compartment) => compartment.number),
  }));
}

type Place = { readonly kind: DetectorKind | "call-point"; readonly compartment: Compartment };

/** What stands on the loops, compartment by compartment, as the cable runs. */
function placesOf(areaM2: number, compartments: readonly Compartment[]): Place[] {
  const count = compartments.length;
  const smoke = distribute(Math.round(areaM2 / smokeM2), count);
  const beam = distribute(Math.round(areaM2 / beamM2), count);
  // Offices and battery charging are at the head of each hall.
  const heads = compartments.filter(({ hall }, i) => hall !== compartments[i - 1]?.hall);
  const heat = distribute(Math.round(areaM2 / heatM2), heads.length);
  return compartments.flatMap((compartment, i) => {
    const some = (kind: Place["kind"], length: number): Place[] =>
      Array.from({ length }, () => ({ kind, compartment }));
    return [
      ...some("smoke", smoke[i] ?? 0),
      ...some("heat", heat[heads.indexOf(compartment)] ?? 0),
      ...some("beam", beam[i] ?? 0),
      ...some("call-point", callPointsPerCompartment),
    ];
  });
}

/** A loop ends where it is full: the compartment there stands on two, as it does in buildings. */
function wire(
  places: readonly Place[],
  loops: number,
): { detectors: Detector[]; callPoints: CallPoint[] } {
  const detectors: Detector[] = [];
  const callPoints: CallPoint[] = [];
  let at = 0;
  distribute(places.length, loops).forEach((size, l) => {
    const onLoop = places.slice(at, at + size);
    at += size;
    // Smoke detectors have the low addresses, call points the last.
    const sorted = onLoop.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    sorted.forEach(({ kind, compartment: { id, number: compartment } }, i) => {
      const where = { compartment, loop: l + 1, address: i + 1 };
      if (kind === "call-point") {
        const number = callPoints.filter((other) => other.compartment === compartment).length + 1;
        callPoints.push({ ...where, id: `${id}.${number}`, number });
      } else {
        detectors.push({ ...where, id: `L${l + 1}.${letters[kind]}${three(i + 1)}`, kind });
      }
    });
  });
  return { detectors, callPoints };
}

const order: readonly Place["kind"][] = ["smoke", "heat", "beam", "call-point"];

/** `total` in so many parts that differ by one at most, the larger ones first. */
function distribute(total: number, parts: number): number[] {
  const least = Math.floor(total / parts);
  const more = total - least * parts;
  return Array.from({ length: parts }, (_, i) => least + (i < more ? 1 : 0));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** To the centimetre. */
function metres(value: number): number {
  return Math.round(value * 100) / 100;
}
