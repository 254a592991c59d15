/**
 * Detectors of a warehouse: smoke that spreads from a fire to those farther away, heat, beams,
 * dirt, and what a short or a broken wire takes away. Pure.
 */
import type { Faults, WarehouseState } from "./physics.ts";
import type { Detector, DetectorKind, Warehouse } from "./warehouse.ts";

export const words = { normal: 0, prealarm: 1, fire: 2, fault: 3, disabled: 4, dirty: 5 } as const;
export type DetectorWord = (typeof words)[keyof typeof words];

/** In the order of the layout's detectors. */
export type DetectorState = {
  readonly word: DetectorWord[];
  readonly obscuration: number[];
  /** How many of its kind and compartment stand nearer to the fire. */
  readonly rank: readonly number[];
  /** Place in the layout of the nth of its kind. */
  readonly ofKind: Readonly<Record<DetectorKind, readonly number[]>>;
};

const cleanAir = 0.02;
const dirtyAir = 0.09;
/** Point smoke detectors answer at 0.05 to 0.3 dB/m (GB 4715). */
const prealarmAt = 0.12;
const fireAt = 0.25;
const smokePerSecond = 0.01;
const thickest = 1.5;
/** Smoke needs so long to the nearest detector, and to each one farther away. */
const firstSeconds = 5;
const nextSeconds = 6;
/** No more of a compartment than these are reached while heads hold the fire. */
const mostReached = 24;
const airingSeconds = 60;
const heatPrealarm = 50;
const heatFire = 57;
const beamPrealarmSeconds = 25;
const beamFireSeconds = 40;

/** Isolators stand so that a short takes one section of a loop away (GB 50116 3.1.6). */
const shortSection = { first: 65, last: 96 } as const;
/** The loops are wired as spurs: a broken wire takes away what stands behind it. */
const openBehind = 100;

export function initialDetectors({ detectors }: Warehouse): DetectorState {
  const seen = new Map<string, number>();
  const rank = detectors.map(({ kind, compartment }) => {
    const like = `${kind} ${compartment}`;
    const before = seen.get(like) ?? 0;
    seen.set(like, before + 1);
    return before;
  });
  const ofKind = (kind: DetectorKind): number[] =>
    detectors.flatMap((detector, i) => (detector.kind === kind ? i : []));
  return {
    word: detectors.map(() => words.normal),
    obscuration: detectors.map(() => cleanAir),
    rank,
    ofKind: { smoke: ofKind("smoke"), heat: ofKind("heat"), beam: ofKind("beam") },
  };
}

export function stepDetectors(state: WarehouseState, faults: Faults, dt: number): void {
  const { detectors, layout } = state;
  const disabled = new Set(faults.disablements.map(({ what }) => Number(what.slice(1))));
  for (const [i, detector] of layout.detectors.entries()) {
    const air = airAt(state, faults, i, detector);
    const now = detectors.obscuration[i] ?? cleanAir;
    // Thicker at once, thinner as the hall is aired.
    const next = air >= now ? air : now + ((air - now) * dt) / airingSeconds;
    detectors.obscuration[i] = next;
    if (isLost(faults, detector)) continue;
    const sensed = state.panel.resetting > 0 ? words.normal : sense(state, detector, next);
    const isDisabled = disabled.has(detector.compartment);
    detectors.word[i] = wordOf(
      state.panel.resetting > 0 ? words.normal : detectors.word[i],
      sensed,
      isDisabled,
      faults.dirty.has(detector.id),
    );
  }
}

/** What the panel hears nothing of: its value is not known, which is neither fault nor normal. */
export function isLost(
  faults: Faults,
  { loop, address }: { readonly loop: number; readonly address: number },
): boolean {
  const { first, last } = shortSection;
  return (
    (faults.loopShort.has(loop) && address >= first && address <= last) ||
    (faults.loopOpen.has(loop) && address > openBehind)
  );
}

function airAt(state: WarehouseState, faults: Faults, i: number, detector: Detector): number {
  if (faults.smoke.has(detector.id)) return 2 * fireAt;
  const usual = faults.dirty.has(detector.id) ? dirtyAir : cleanAir;
  const rank = state.detectors.rank[i] ?? 0;
  const burning = state.compartments[detector.compartment - 1]?.burning ?? 0;
  if (detector.kind !== "smoke" || rank >= mostReached) return usual;
  const since = burning - firstSeconds - nextSeconds * rank;
  return since > 0 ? Math.min(thickest, usual + smokePerSecond * since) : usual;
}

function sense(state: WarehouseState, detector: Detector, air: number): DetectorWord {
  const compartment = state.compartments[detector.compartment - 1];
  const level = (value: number, prealarm: number, fire: number): DetectorWord => {
    if (value >= fire) return words.fire;
    return value >= prealarm ? words.prealarm : words.normal;
  };
  // A single detector that is set on fire by hand answers whatever its kind.
  if (air >= 2 * fireAt && detector.kind !== "smoke") return words.fire;
  switch (detector.kind) {
    case "smoke":
      return level(air, prealarmAt, fireAt);
    case "heat":
      return level(compartment?.temperature ?? 0, heatPrealarm, heatFire);
    case "beam":
      return level(compartment?.burning ?? 0, beamPrealarmSeconds, beamFireSeconds);
  }
}

/** Fire stays until the panel is reset (GB 4717); dirt is told where there is nothing worse. */
function wordOf(
  before: DetectorWord | undefined,
  sensed: DetectorWord,
  isDisabled: boolean,
  isDirty: boolean,
): DetectorWord {
  if (isDisabled) return words.disabled;
  if (before === words.fire || sensed === words.fire) return words.fire;
  if (isDirty) return words.dirty;
  return sensed;
}
