/**
 * Detection in its shell: gives the detector its devices, packs, samples and time, and takes its
 * levels to the inbox. A level that finds no place there is said again.
 */
import { type BlindRule, Detector } from "#rules/detect/detector.ts";
import {
  type CompiledPack,
  type CompiledRule,
  compilePack,
  compileSteps,
  type PackFault,
  type PackSource,
} from "#rules/detect/pack.ts";
import {
  backOf,
  heldForMs,
  longLooking,
  lookBackOf,
  type Moment,
  type Stored,
} from "#rules/detect/past.ts";
import { sitesOfHotWork } from "#rules/hot-work/permit.ts";
import { overrideKey, rulesAt } from "#rules/override.ts";
import type { Profile } from "#rules/profile.ts";
import type { Packs } from "#rules/rulebook.ts";
import type { Sample } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import type { Clock } from "./clock.ts";
import type { Trend } from "./history/thin.ts";
import type { LiveDevice } from "./live/devices.ts";
import { inParts, inSlices } from "./slices.ts";

export type DetectionOptions = {
  readonly clock: Clock;
  /** False where the inbox is full. */
  readonly push: (level: Level) => boolean;
  readonly failed: (error: unknown) => void;
  /** What is stored of a point between two instants; absent: nothing. */
  readonly stored?: (
    key: string,
    point: string,
    from: number,
    to: number,
    most?: number,
  ) => Promise<Trend>;
};

const tryAgainMs = 100;
/** What rules look back at is waited for so long: a press must not wait for the history of a pump. */
const pastWithinMs = 300;
const mostPastMs = 3_600_000;
/** Of one device; a warehouse has thousands of points, and few of them have windows. */
const mostPastPoints = 100;
/** Samples of one point for a window that is longer; so many of them stand for a stretch of time. */
const mostOfLongPast = 240;
const samplesOfBucket = 4;
/** Of one device at once: a lost link makes thousands of values unknown, and takes 10 ms to judge. */
const samplesAtOnce = 400;

type Batch = { readonly samples: readonly Sample[]; readonly at: number };

export class Detection {
  readonly #o: DetectionOptions;
  readonly #detector: Detector;
  #packs: Packs | null = null;
  /**
   * By profile, for two warehouses of different size have different points; and by the numbers that a
   * site has of its own.
   */
  #compiled = new Map<Profile, Map<string, CompiledPack | null>>();
  /** Compiled for packs that are not in force yet. */
  #prepared: {
    readonly packs: Packs;
    readonly compiled: Map<Profile, Map<string, CompiledPack | PackFault[]>>;
  } | null = null;
  #calls = 0;
  #watched = new Map<string, LiveDevice>();
  readonly #sites = new Set<string>();
  /** Last words about what is watched no more, while the inbox is full. */
  readonly #owed: Level[] = [];
  /** By device: what was stored of it, until it is watched. */
  readonly #past = new Map<string, readonly Moment[]>();
  /** By device: what is to be judged after what came before it. */
  readonly #waiting = new Map<string, Batch[]>();
  #recalled: Promise<void> = Promise.resolve();
  #cancel: (() => void) | null = null;
  #wakeAt: number | null = null;
  #stopped = false;

  constructor(options: DetectionOptions) {
    this.#o = options;
    this.#detector = new Detector(() => options.clock.monotonic());
  }

  /** These devices and packs are in force; a device that stays as it was goes on undisturbed. */
  watch(devices: readonly LiveDevice[], packs: Packs): void {
    if (packs !== this.#packs) this.#replace(packs);
    const now = this.#o.clock.now();
    const next = new Map(devices.map((device) => [device.key, device] as const));
    for (const key of [...this.#detector.watched]) {
      if (!next.has(key)) this.#say(this.#detector.forget(key));
    }
    for (const device of devices) {
      if (this.#watched.get(device.key) === device) continue;
      const pack = this.#packOf(device, packs);
      if (!pack) {
        this.#say(this.#detector.forget(device.key));
        continue;
      }
      this.#takeAll(device.key);
      const past = this.#past.get(device.key);
      this.#say(this.#detector.watch(device, pack, device.profile, now, past));
      this.take(device, device.values.heard(), now);
    }
    this.#watched = next;
    this.#arm();
  }

  /**
   * The same when the rules are compiled, in slices: thousands of them would hold up an alarm. What was
   * in force stays so until then; of several calls the last one counts.
   */
  async watchSoon(devices: () => readonly LiveDevice[], packs: Packs): Promise<void> {
    this.#calls += 1;
    const call = this.#calls;
    const isOff = (): boolean => call !== this.#calls || this.#stopped;
    for (const device of devices()) {
      if (packs === this.#packs && this.#watched.get(device.key) === device) continue;
      await this.#prepare(device, packs, isOff);
      if (isOff()) return;
    }
    await Promise.race([this.#readPast(devices(), packs), waitMs(pastWithinMs)]);
    if (isOff()) return;
    const before = new Set(this.#detector.watched);
    this.watch(devices(), packs);
    this.#prepared = null;
    this.#past.clear();
    const fresh = devices().filter(({ key }) => !before.has(key));
    this.#recalled = this.#recallLong(fresh, isOff).catch(this.#o.failed);
  }

  /** Once long windows know what was stored, or history does not answer. */
  get recalled(): Promise<void> {
    return this.#recalled;
  }

  /** Days of windows that are longer than an hour, while what is read is judged already. */
  async #recallLong(devices: readonly LiveDevice[], isOff: () => boolean): Promise<void> {
    const { stored, clock } = this.#o;
    if (!stored) return;
    for (const device of devices) {
      const pack = this.#packs && this.#packOf(device, this.#packs);
      if (!pack) continue;
      for (const n of longLooking(pack, mostPastMs)) {
        const past = await this.#storedFor(device, pack.rules[n] as CompiledRule, stored);
        // Without an answer they are unknown for their length, as on the first day.
        if (isOff() || past === null) return;
        if (past.length > 0) this.#say(this.#detector.recall(device.key, n, past, clock.now()));
      }
    }
    this.#arm();
  }

  /** Coarse: a week of a point is a few hundred samples. Null where history does not answer. */
  async #storedFor(
    { key, profile }: LiveDevice,
    rule: CompiledRule,
    stored: NonNullable<DetectionOptions["stored"]>,
  ): Promise<Stored[] | null> {
    const to = this.#o.clock.now();
    const ms = backOf(rule);
    const all: Stored[] = [];
    for (const slot of rule.reads) {
      const point = profile.points[slot]?.id ?? "";
      try {
        const { samples, thinned } = await stored(key, point, to - ms, to, mostOfLongPast);
        const moments = samples.map((sample) => ({ ...sample, point }));
        const heldMs = thinned ? (ms / mostOfLongPast) * samplesOfBucket : heldForMs;
        all.push({ moments, heldMs });
      } catch {
        return null;
      }
    }
    return all.some(({ moments }) => moments.length > 0) ? all : [];
  }

  /** Of devices that are new here: windows over half an hour would not know for half an hour. */
  async #readPast(devices: readonly LiveDevice[], packs: Packs): Promise<void> {
    const { clock, stored } = this.#o;
    if (!stored) return;
    const to = clock.now();
    const call = this.#calls;
    const watched = new Set(this.#detector.watched);
    for (const { key, profile, site } of devices) {
      const pack = watched.has(key) ? null : this.#compiledFor(profile, site, packs);
      if (!pack) continue;
      const { ms, slots } = lookBackOf(pack);
      const points = slots.slice(0, mostPastPoints).map((slot) => profile.points[slot]?.id ?? "");
      const past: Moment[] = [];
      for (const point of points) {
        try {
          const { samples } = await stored(key, point, to - Math.min(ms, mostPastMs), to);
          past.push(...samples.map((sample) => ({ ...sample, point })));
        } catch {
          // Without the past a window is unknown for its length, as on the first day.
          return;
        }
      }
      // Who is watched already, without it or by a later call, is not told any more.
      if (call === this.#calls) this.#past.set(key, past);
    }
  }

  #compiledFor(profile: Profile, site: string, packs: Packs): CompiledPack | null {
    const key = overrideKey(packs, profile.kind, site);
    const prepared = this.#prepared?.packs === packs ? this.#prepared.compiled : null;
    const pack = prepared?.get(profile)?.get(key) ?? this.#compiled.get(profile)?.get(key);
    return pack && !Array.isArray(pack) ? pack : null;
  }

  async #prepare(device: LiveDevice, packs: Packs, isOff: () => boolean): Promise<void> {
    if (this.#prepared?.packs !== packs) this.#prepared = { packs, compiled: new Map() };
    const { compiled } = this.#prepared;
    const { profile, site } = device;
    const key = overrideKey(packs, profile.kind, site);
    const isThere = compiled.get(profile)?.has(key) === true;
    if (isThere || this.#isInForce(profile, key, packs)) return;
    const result = await inSlices(compileSteps(packFor(profile, site, key, packs), profile), isOff);
    if (result === null) return;
    compiled.set(profile, (compiled.get(profile) ?? new Map()).set(key, result));
  }

  #isInForce(profile: Profile, key: string, packs: Packs): boolean {
    if (!this.#compiled.get(profile)?.has(key)) return false;
    return packs === this.#packs || isSameOfKind(this.#packs ?? [], packs, profile.kind);
  }

  /** One more device, by the packs in force: it has just said something for the first time. */
  join(device: LiveDevice): void {
    const pack = this.#packs && !this.#stopped ? this.#packOf(device, this.#packs) : null;
    if (!pack) return;
    const now = this.#o.clock.now();
    this.#say(this.#detector.watch(device, pack, device.profile, now));
    this.#watched.set(device.key, device);
    this.#arm();
  }

  /** Judges them now; of very many a part at a time, in their order, with others between. */
  take({ key }: LiveDevice, samples: readonly Sample[], at: number): void {
    const waiting = this.#waiting.size > 0 ? this.#waiting.get(key) : undefined;
    if (!waiting && samples.length <= samplesAtOnce) {
      const { looks } = this.#detector;
      this.#say(this.#detector.take(key, samples, at));
      // Most values are of points that no rule reads.
      if (this.#detector.looks !== looks) this.#arm();
      return;
    }
    const batches = inParts(samples, samplesAtOnce).map((part) => ({ samples: part, at }));
    if (waiting) waiting.push(...batches);
    else {
      this.#waiting.set(key, batches);
      this.#takeWaiting(key);
    }
  }

  /** What waits is judged by the rules that were in force when it came. */
  #takeAll(key: string): void {
    const batches = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const { samples, at } of batches) this.#say(this.#detector.take(key, samples, at));
  }

  #takeWaiting(key: string): void {
    const batches = this.#waiting.get(key);
    const batch = batches?.shift();
    if (!batches || this.#stopped) return;
    if (!batch) {
      this.#waiting.delete(key);
      return;
    }
    this.#say(this.#detector.take(key, batch.samples, batch.at));
    this.#arm();
    setImmediate(() => this.#takeWaiting(key));
  }

  /** Points of a device that a rule says nobody may rely on. */
  distrusted(key: string): string[] {
    return this.#detector.distrusted(key);
  }

  /** Rules of a device that cannot tell, although it answers. */
  blind(key: string): BlindRule[] {
    return this.#detector.blind(key, this.#o.clock.now());
  }

  /**
   * Where an incident is open, or hot work goes on, holds are short and devices are asked more often;
   * gives the sites where that has changed.
   */
  incidents(state: State): (readonly [site: string, open: boolean])[] {
    const now = this.#o.clock.now();
    const changed: (readonly [string, boolean])[] = [];
    const urgent = sitesOfHotWork(state);
    for (const [site, open] of state.openBySite) if (open.length > 0) urgent.add(site);
    for (const site of urgent) if (!this.#sites.has(site)) changed.push([site, true]);
    for (const site of this.#sites) if (!urgent.has(site)) changed.push([site, false]);
    for (const [site, open] of changed) {
      if (open) this.#sites.add(site);
      else this.#sites.delete(site);
      this.#say(this.#detector.incident(site, open, now));
    }
    if (changed.length > 0) this.#arm();
    return changed;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    this.#cancel?.();
  }

  /** Other packs: devices whose rules are the same objects as before go on undisturbed. */
  #replace(packs: Packs): void {
    const before = this.#packs ?? [];
    this.#packs = packs;
    const old = this.#compiled;
    this.#compiled = new Map();
    const stays = new Map<string, LiveDevice>();
    for (const [key, device] of this.#watched) {
      const { kind, site, profile } = device;
      const numbers = overrideKey(packs, kind, site);
      const pack = old.get(profile)?.get(numbers);
      if (pack === undefined || overrideKey(before, kind, site) !== numbers) continue;
      if (!isSameOfKind(before, packs, kind)) continue;
      this.#compiledOf(profile).set(numbers, pack);
      stays.set(key, device);
    }
    this.#watched = stays;
  }

  #compiledOf(profile: Profile): Map<string, CompiledPack | null> {
    const known = this.#compiled.get(profile) ?? new Map<string, CompiledPack | null>();
    this.#compiled.set(profile, known);
    return known;
  }

  #packOf({ profile, site }: LiveDevice, packs: Packs): CompiledPack | null {
    const { kind } = profile;
    const compiledHere = this.#compiledOf(profile);
    const key = overrideKey(packs, kind, site);
    const known = compiledHere.get(key);
    if (known !== undefined) return known;
    const prepared = this.#prepared?.packs === packs ? this.#prepared.compiled : null;
    const compiled =
      prepared?.get(profile)?.get(key) ?? compilePack(packFor(profile, site, key, packs), profile);
    // Packs of an earlier version that this one cannot read: their rules are out, and that is said.
    const isWrong = Array.isArray(compiled);
    if (isWrong) this.#o.failed(new Error(`packs for ${kind}: ${compiled[0]?.message}`));
    compiledHere.set(key, isWrong ? null : compiled);
    return isWrong ? null : compiled;
  }

  #say(levels: readonly Level[]): void {
    for (const level of levels) {
      if (!this.#o.push(level) && !this.#detector.unsaid(level)) this.#owed.push(level);
    }
  }

  /** One timer for the next hold that is over. */
  #arm(): void {
    const at = this.#owed.length > 0 ? 0 : this.#detector.nextAt();
    if (this.#stopped || (at === this.#wakeAt && this.#cancel)) return;
    this.#cancel?.();
    this.#cancel = null;
    this.#wakeAt = at;
    if (at === null) return;
    const { clock } = this.#o;
    this.#cancel = clock.wakeAt(Math.max(at, at === 0 ? clock.now() + tryAgainMs : at), () => {
      this.#cancel = null;
      this.#say([...this.#owed.splice(0), ...this.#detector.tick(clock.now())]);
      this.#arm();
    });
  }
}

function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** Every rule of a kind as one pack, by the numbers of the site, if it has its own. */
function packFor({ kind }: Profile, site: string, key: string, packs: Packs): PackSource {
  return { v: 1, pack: kind, kind, rules: rulesAt(packs, kind, key === "" ? null : site) };
}

/** An adoption keeps the packs that it does not change, object for object. */
function isSameOfKind(before: Packs, after: Packs, kind: string): boolean {
  const old = before.filter((pack) => pack.kind === kind);
  const next = after.filter((pack) => pack.kind === kind);
  return old.length === next.length && old.every((pack, i) => pack === next[i]);
}
