/**
 * The values of every device as they are now, each with quality and age (law 2). In memory only.
 *
 * Readings come in from the adapters. Out go samples: every change to detection (every
 * reading of a kind whose readings are counted); to history and
 * screens what is beyond the dead band, another quality, or a minute old. What is not read in three
 * of its periods, what stands behind a dead link or a frozen heartbeat, is stale.
 */

import { type PollClass, type Profile, type ProfilePoint, slotsOf } from "#rules/profile.ts";
import type { PointReading, QualityReason, Reading, Sample } from "#rules/sample.ts";
import { Gathered } from "../gathered.ts";

export type ValuesOptions = {
  readonly profile: Profile;
  /** A point of a class that was not read for so long is stale, ms; null: the source tells changes. */
  readonly staleAfterMs: Readonly<Record<PollClass, number>> | null;
  /** Every change. */
  readonly changed: (samples: readonly Sample[], at: number) => void;
  /** What is worth keeping and showing. */
  readonly worth: (samples: readonly Sample[], at: number) => void;
  /** Its heartbeat moves again: what was read meanwhile is not known to be true. */
  readonly woken: () => void;
};

/** A value that does not change is kept once in so long, so that a gap in history is a gap. */
const keepAtLeastEveryMs = 60_000;

type Slot = {
  readonly point: ProfilePoint;
  sample: Sample;
  /** As it came in last, believed or not; null: never. */
  raw: Sample | null;
  /** As it was last given to history; null: never, or nobody knows what was between. */
  kept: Sample | null;
};

/**
 * What came of some samples, for detection and for history: two lists that grow once for all devices,
 * for 20,000 messages a second come by here. Who is told has a copy that is no longer than it must be.
 */
const changed = new Gathered<Sample>();
const worth = new Gathered<Sample>();

/** The values of one device. Times are those of the one clock, ms UTC. */
export class DeviceValues {
  readonly #o: ValuesOptions;
  readonly #slots: readonly Slot[];
  readonly #slotOf: ReadonlyMap<string, number>;
  readonly #since: number;
  #linkLost = false;
  #heartbeat: { value: Reading["value"]; movedAt: number } | null = null;
  #frozen = false;

  constructor(options: ValuesOptions, now: number) {
    this.#o = options;
    this.#slotOf = slotsOf(options.profile);
    this.#since = now;
    this.#slots = options.profile.points.map((point) => {
      return { point, sample: never(point), raw: null, kept: null };
    });
  }

  samples(): Sample[] {
    return this.#slots.map(({ sample }) => sample);
  }

  /** Of points that were ever read, the last sample. */
  heard(): Sample[] {
    return this.samples().filter(({ at }) => at > 0);
  }

  sample(point: string): Sample | null {
    return this.#slot(point)?.sample ?? null;
  }

  get isHeartbeatFrozen(): boolean {
    return this.#frozen;
  }

  take(readings: readonly PointReading[], at: number): void {
    if (this.#linkLost && this.#heartbeat) this.#heartbeat.movedAt = at;
    this.#linkLost = false;
    const wasFrozen = this.#frozen;
    this.#noteHeartbeat(readings, at);
    if (wasFrozen && !this.#frozen) this.live(at);
    beginAnew();
    // An entry is not taken apart by an iterator: that would be 60,000 a second.
    for (const entry of readings) {
      const slot = this.#slot(entry[0]);
      if (!slot) continue;
      // Of a controller that does not live, the last that was believed stands, with its time.
      slot.raw = sampleOf(slot.point.id, entry, at);
      if (!this.#frozen) this.#put(slot, slot.raw, at);
    }
    this.#tell(at);
  }

  /**
   * What was kept on its way for long: history has each of them, nobody judges them, and what is known now
   * stays as it is, with its age. The next value is news to history, whatever it is.
   */
  late(readings: readonly PointReading[], at: number): void {
    beginAnew();
    for (const entry of readings) {
      const slot = this.#slot(entry[0]);
      if (!slot) continue;
      slot.kept = null;
      worth.add(sampleOf(slot.point.id, entry, at));
    }
    this.#tell(at);
  }

  /**
   * Its link is whole, or its heartbeat moves again. A source that tells changes says nothing twice:
   * what it said last is what is so.
   */
  live(now: number): void {
    if (this.#o.staleAfterMs !== null || this.#frozen || this.#linkLost) return;
    const told = this.#slots.flatMap(({ raw, sample }) => {
      return raw && sample.quality === "stale" ? [raw] : [];
    });
    this.#putAll(told, now);
  }

  /** The device does not answer any more: nothing of it is known. */
  linkLost(now: number): void {
    if (this.#linkLost) return;
    this.#linkLost = true;
    this.#age("no-answer", now, () => true);
  }

  /** Time has come to `now`: what has not been read in time, or stands still, is stale. */
  sweep(now: number): void {
    const { staleAfterMs } = this.#o;
    // Each by itself: one read of a class may be silent while the others of it are answered.
    if (staleAfterMs) {
      this.#age("no-answer", now, ({ point, raw }) => {
        return now - (raw?.at ?? this.#since) >= staleAfterMs[point.poll];
      });
    }
    const { heartbeat } = this.#o.profile;
    // Behind a dead link nobody can see whether it moves.
    if (!heartbeat || !this.#heartbeat || this.#frozen || this.#linkLost) return;
    if (now - this.#heartbeat.movedAt < heartbeat.frozenAfterMs) return;
    this.#frozen = true;
    this.#age("heartbeat-frozen", now, () => true);
  }

  #noteHeartbeat(readings: readonly PointReading[], at: number): void {
    const id = this.#o.profile.heartbeat?.point;
    if (id === undefined) return;
    const reading = readings.find(([point]) => point === id)?.[1];
    if (reading?.quality !== "good") return;
    if (this.#heartbeat && this.#heartbeat.value === reading.value) return;
    this.#heartbeat = { value: reading.value, movedAt: at };
    if (!this.#frozen) return;
    this.#frozen = false;
    for (const slot of this.#slots) slot.kept = null;
    this.#o.woken();
  }

  #age(reason: QualityReason, now: number, which: (slot: Slot) => boolean): void {
    const samples: Sample[] = [];
    for (const slot of this.#slots) {
      const { sample } = slot;
      if (!which(slot) || sample.quality === "bad" || sample.quality === "stale") continue;
      samples.push({ ...sample, ...aged(sample, reason) });
    }
    this.#putAll(samples, now);
  }

  #putAll(samples: readonly Sample[], at: number): void {
    beginAnew();
    for (const sample of samples) this.#put(this.#slot(sample.point) as Slot, sample, at);
    this.#tell(at);
  }

  #put(slot: Slot, sample: Sample, at: number): void {
    const { value, quality, reason } = slot.sample;
    const isNew = value !== sample.value || quality !== sample.quality || reason !== sample.reason;
    const isCounted = this.#o.profile.isCounted === true && sample.quality !== "stale";
    if (isNew || isCounted) changed.add(sample);
    slot.sample = sample;
    if (!isWorth(slot, sample, at)) return;
    slot.kept = sample;
    worth.add(sample);
  }

  #slot(point: string): Slot | undefined {
    return this.#slots[this.#slotOf.get(point) ?? -1];
  }

  #tell(at: number): void {
    // Both before anybody is told: who is told may bring the values of another device.
    const isNew = changed.size > 0 ? changed.copy() : null;
    const isKept = worth.size > 0 ? (changed.isSame(worth) ? isNew : worth.copy()) : null;
    if (isNew) this.#o.changed(isNew, at);
    if (isKept) this.#o.worth(isKept, at);
  }
}

function beginAnew(): void {
  changed.clear();
  worth.clear();
}

function sampleOf(point: string, entry: PointReading, at: number): Sample {
  const { value, quality, reason } = entry[1];
  const [sourceTs, serverTs] = [entry[2] ?? null, entry[3] ?? null];
  const sample: Sample = { point, value, quality, reason, at, sourceTs };
  return serverTs === null ? sample : { ...sample, serverTs };
}

function never({ id }: ProfilePoint): Sample {
  const reason = "never-read";
  return { point: id, value: null, quality: "stale", reason, at: 0, sourceTs: null };
}

function aged(reading: Reading, reason: QualityReason): Reading {
  if (reading.quality === "bad") return reading;
  return { value: reading.value, quality: "stale", reason };
}

function isWorth({ kept, point }: Slot, { value, quality }: Sample, at: number): boolean {
  if (kept?.quality !== quality || at - kept.at >= keepAtLeastEveryMs) return true;
  if (typeof value !== "number" || typeof kept.value !== "number") return value !== kept.value;
  const by = Math.abs(value - kept.value);
  return by > 0 && by >= (point.deadBand ?? 0);
}
