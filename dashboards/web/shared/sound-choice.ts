/**
 * Which sound a desk makes now, and what each one is made of. Pure.
 *
 * One sound at a time, that of the most urgent alarm nobody has silenced. Silence (消音) is a fact
 * of the alarm, journalled by the gateway; that of a lost link is a matter of this seat alone.
 */
import type { AlarmRow, IncidentCard } from "#gateway/api/contract.ts";
import { floodOf } from "./flood.ts";
import type { Live } from "./live-state.ts";

export type SoundKind = "lost" | "P0" | "P1-fire" | "P1-suppression" | "P2" | "P3" | "test";

const urgency: readonly SoundKind[] = ["P0", "P1-fire", "P1-suppression", "P2", "P3", "test"];
/** In a flood nothing else is heard; it sounds when that is over, if nobody has silenced it. */
const fire: readonly SoundKind[] = ["P0", "P1-fire"];

export type SoundInput = {
  readonly live: Live;
  /** The loss of the link that this seat has silenced already (`lostSince`). */
  readonly lostSilenced: number | null;
  /** Alarms whose single soft sound was heard. */
  readonly heard: ReadonlySet<string>;
};

export type SoundChoice = { readonly kind: SoundKind; readonly alarms: readonly string[] };

export function chooseSound({ live, lostSilenced, heard }: SoundInput): SoundChoice | null {
  if (live.link === "lost" && live.lostSince !== lostSilenced) return { kind: "lost", alarms: [] };
  if (live.link === "signed-out") return null;
  const sounding = new Map<SoundKind, string[]>();
  const add = (kind: SoundKind | null, id: string): void => {
    if (kind === null || (!tones[kind].repeats && heard.has(id))) return;
    sounding.set(kind, [...(sounding.get(kind) ?? []), id]);
  };
  for (const card of live.incidents.values()) {
    for (const row of card.alarms) if (row.sounding) add(kindOf(row, card), row.id);
  }
  for (const row of live.alarms.values()) if (row.sounding) add(kindOf(row, null), row.id);
  // A press that is not on disk can be neither acknowledged nor silenced: it sounds on.
  if (live.recording.unrecordedCount > 0) add("P1-fire", "unrecorded");
  for (const kind of floodOf(live) ? fire : urgency) {
    const alarms = sounding.get(kind);
    if (alarms) return { kind, alarms };
  }
  return null;
}

/** An incident that was confirmed sounds as such, whatever its alarm began as. */
function kindOf(row: AlarmRow, card: IncidentCard | null): SoundKind | null {
  const priority = card && card.priority < row.priority ? card.priority : row.priority;
  if (priority === "P4") return row.test === null ? null : "test";
  if (priority !== "P1") return priority;
  return row.class === "fire" || row.class === "emergency" ? "P1-fire" : "P1-suppression";
}

type Part = {
  readonly atMs: number;
  readonly ms: number;
  readonly hz: number;
  readonly fade?: true;
};

export type Tone = {
  readonly periodMs: number;
  /** False: once, and no more. */
  readonly repeats: boolean;
  readonly gain: number;
  readonly parts: readonly Part[];
};

/** Told apart by rhythm first: pitch alone is lost in a noisy room. */
export const tones: Readonly<Record<SoundKind, Tone>> = {
  P0: {
    periodMs: 500,
    repeats: true,
    gain: 0.5,
    parts: [
      { atMs: 0, ms: 250, hz: 800 },
      { atMs: 250, ms: 250, hz: 1000 },
    ],
  },
  "P1-fire": {
    periodMs: 250,
    repeats: true,
    gain: 0.45,
    parts: [{ atMs: 0, ms: 140, hz: 950 }],
  },
  "P1-suppression": {
    periodMs: 1200,
    repeats: true,
    gain: 0.4,
    parts: [{ atMs: 0, ms: 500, hz: 640 }],
  },
  P2: {
    periodMs: 6000,
    repeats: true,
    gain: 0.35,
    parts: [
      { atMs: 0, ms: 500, hz: 784, fade: true },
      { atMs: 350, ms: 900, hz: 622, fade: true },
    ],
  },
  P3: {
    periodMs: 1000,
    repeats: false,
    gain: 0.18,
    parts: [{ atMs: 0, ms: 800, hz: 523, fade: true }],
  },
  /** 试验: once at the desk, and nothing that could be taken for an alarm. */
  test: {
    periodMs: 800,
    repeats: false,
    gain: 0.2,
    parts: [
      { atMs: 0, ms: 180, hz: 440, fade: true },
      { atMs: 220, ms: 180, hz: 440, fade: true },
    ],
  },
  lost: {
    periodMs: 2000,
    repeats: true,
    gain: 0.4,
    parts: [
      { atMs: 0, ms: 220, hz: 720 },
      { atMs: 260, ms: 220, hz: 540 },
      { atMs: 520, ms: 420, hz: 360 },
    ],
  },
};

const rampS = 0.008;

/** One period as samples; a loop over them needs no timer, which a hidden tab would slow down. */
export function samplesOf(tone: Tone, sampleRate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round((tone.periodMs / 1000) * sampleRate));
  for (const { atMs, ms, hz, fade } of tone.parts) {
    const from = Math.round((atMs / 1000) * sampleRate);
    const length = Math.min(Math.round((ms / 1000) * sampleRate), samples.length - from);
    for (let i = 0; i < length; i += 1) {
      const t = i / sampleRate;
      const edge = Math.min(1, t / rampS, (length / sampleRate - t) / rampS);
      const body = fade ? Math.exp((-4 * i) / length) : 1;
      // A little of the third harmonic carries through walls and old ears.
      const wave = Math.sin(2 * Math.PI * hz * t) + 0.3 * Math.sin(6 * Math.PI * hz * t);
      samples[from + i] = (samples[from + i] ?? 0) + tone.gain * edge * body * (wave / 1.3);
    }
  }
  return samples;
}
