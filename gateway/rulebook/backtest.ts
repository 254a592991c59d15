/**
 * A rule over stored samples: which alarms would have come and gone, beside those of the rule in force
 * and those the journal has. The detector is the live one; time is that of the samples.
 *
 * What it knows of the time: values that are stored (beyond their dead band, at least once a minute),
 * when the gateway was away, when incidents were open. Priorities are not decided anew.
 */
import { Detector } from "#rules/detect/detector.ts";
import type { CompiledPack, RuleSource } from "#rules/detect/pack.ts";
import { lookBackOf, type Moment as Past } from "#rules/detect/past.ts";
import { seenWithinMs } from "#rules/periodic/periodic.ts";
import type { Profile } from "#rules/profile.ts";
import type { Sample } from "#rules/sample.ts";
import type { Evidence, Level } from "#rules/signal.ts";
import type { Moment } from "../history/replay.ts";

export type Span = {
  /** When its alarm came; before the time asked for where it stood already. */
  readonly from: number;
  /** When its condition ended; null where it stands at the end. */
  readonly to: number | null;
};

export type Episode = Span & {
  readonly point: string;
  readonly each: string | null;
  readonly words: Readonly<Record<string, string>> | null;
  /** Since when its condition was true. */
  readonly since: number;
  readonly worseAt: number | null;
  /** How long nobody could tell whether it still was. */
  readonly unknownMs: number;
  readonly evidence: readonly Evidence[];
};

/** What happened beside the samples, in order of time. */
export type Around =
  | { readonly at: number; readonly what: "away" | "back" }
  | { readonly at: number; readonly what: "incident"; readonly open: boolean };

export type Tried = { readonly rule: RuleSource; readonly pack: CompiledPack };

export type DeviceRun = {
  readonly site: string;
  readonly device: string;
  readonly profile: Profile;
  /** The rule that is tried, and the one in force where there is one: they are fed the same. */
  readonly tried: readonly Tried[];
  readonly moments: Iterable<Moment>;
  readonly around: readonly Around[];
  /** From where on alarms are told of; samples before it warm up windows and holds. */
  readonly from: number;
  readonly to: number;
  readonly progress: (at: number) => void;
};

export type DeviceResult = {
  /** Of each rule that was tried. */
  readonly episodes: readonly (readonly Episode[])[];
  /** Longest time that any part of the rule could not tell, ms, of each. */
  readonly blindMs: readonly number[];
  readonly samples: number;
  /** Time of the first sample; null where none is stored. */
  readonly firstAt: number | null;
};

const progressEvery = 4096;
/** Moments that are remembered before the old ones among them are dropped. */
const mostPast = 4096;

export function runDevice(run: DeviceRun): DeviceResult {
  const tracks = run.tried.map((tried) => new Track(run, tried));
  const around = [...run.around];
  let samples = 0;
  let firstAt: number | null = null;
  const pass = (until: number): void => {
    while (around[0] && around[0].at <= until) {
      const event = around.shift() as Around;
      for (const track of tracks) track.happened(event);
    }
    for (const track of tracks) track.pass(until);
  };
  let isBegun = false;
  for (const moment of run.moments) {
    pass(moment.at);
    if (!isBegun) for (const track of tracks) track.begin(moment.at);
    isBegun = true;
    for (const track of tracks) track.take(moment);
    firstAt ??= moment.at;
    samples += moment.samples.length;
    if (samples % progressEvery < moment.samples.length) run.progress(moment.at);
  }
  if (isBegun) pass(run.to);
  const ends = tracks.map((track) => track.end(run.to));
  return {
    episodes: ends.map(({ episodes }) => episodes),
    blindMs: ends.map(({ blindMs }) => blindMs),
    samples,
    firstAt,
  };
}

type Open = {
  readonly from: number;
  readonly level: Level;
  unknownFrom: number | null;
  unknownMs: number;
  worseAt: number | null;
};

/** One rule on one device: its detector, and what it has said. */
class Track {
  readonly #run: DeviceRun;
  readonly #tried: Tried;
  readonly #key: string;
  readonly #types: ReadonlyMap<string, string>;
  #detector = new Detector();
  readonly #open = new Map<string, Open>();
  readonly #blind = new Map<string, { since: number | null; ms: number }>();
  readonly #due = new Map<string, { readonly at: number; readonly level: Level }>();
  readonly #episodes: Episode[] = [];
  readonly #last = new Map<string, Pick<Sample, "value" | "quality">>();
  readonly #lookBackMs: number;
  /** What a start of the gateway gives back to the windows of the rule. */
  #past: Past[] = [];
  #pastIsLong = mostPast;
  #incident = false;
  #now = 0;

  constructor(run: DeviceRun, tried: Tried) {
    this.#run = run;
    this.#tried = tried;
    this.#key = `${run.site}/${run.device}`;
    this.#lookBackMs = lookBackOf(tried.pack).ms;
    this.#types = new Map(run.profile.points.map(({ id, type }) => [id, type] as const));
  }

  /** As at a start of the gateway: nothing is known yet. */
  begin(now: number): void {
    const { site, device, profile } = this.#run;
    this.#detector = new Detector();
    this.#last.clear();
    if (this.#incident) this.#detector.incident(site, true, now);
    const { pack } = this.#tried;
    const watched = { key: this.#key, site, device };
    this.#prune(now);
    this.#hear(this.#detector.watch(watched, pack, profile, now, this.#past), now);
    const slots = new Set(pack.rules.flatMap(({ reads }) => reads));
    const nothing = { value: null, quality: "stale", reason: "never-read", at: 0 } as const;
    const unread = [...slots].flatMap((slot) => {
      const point = profile.points[slot]?.id;
      return point === undefined ? [] : { ...nothing, point, sourceTs: null };
    });
    this.#hear(this.#detector.take(this.#key, unread, now), now);
  }

  take({ at, samples }: Moment): void {
    const changed: Sample[] = [];
    for (const { point, value: stored, quality } of samples) {
      const isFlag = this.#types.get(point) === "boolean" && stored !== null;
      const value = isFlag ? stored === 1 : stored;
      if (this.#lookBackMs > 0) this.#past.push({ point, value, quality, at });
      // What is stored again because a minute is over has not changed: detection never hears of it,
      // except of a kind whose readings are counted.
      const isCounted = this.#run.profile.isCounted === true && quality !== "stale";
      const last = this.#last.get(point);
      if (!isCounted && last && last.value === value && last.quality === quality) continue;
      this.#last.set(point, { value, quality });
      changed.push({ point, value, quality, reason: null, at, sourceTs: null });
    }
    if (this.#past.length > this.#pastIsLong) this.#prune(at);
    if (changed.length > 0) this.#hear(this.#detector.take(this.#key, changed, at), at);
  }

  #prune(now: number): void {
    this.#past = this.#past.filter(({ at }) => at >= now - this.#lookBackMs);
    this.#pastIsLong = Math.max(mostPast, 2 * this.#past.length);
  }

  /** Holds that are over until then, and what has not been done in time. */
  pass(until: number): void {
    this.#passHolds(until);
    for (const [point, { at, level }] of this.#due) {
      if (at > until) continue;
      this.#due.delete(point);
      this.#open.set(point, { from: at, level, unknownFrom: null, unknownMs: 0, worseAt: null });
    }
  }

  #passHolds(until: number): void {
    let last: number | null = null;
    for (;;) {
      const at = this.#detector.nextAt();
      if (at === null || at > until || at === last) return;
      last = at;
      const now = Math.max(at, this.#now);
      this.#hear(this.#detector.tick(now), now);
    }
  }

  happened(event: Around): void {
    this.pass(event.at);
    if (event.what === "incident") {
      this.#incident = event.open;
      const { site } = this.#run;
      this.#hear(this.#detector.incident(site, event.open, event.at), event.at);
    } else if (event.what === "away") {
      for (const open of this.#open.values()) open.unknownFrom ??= event.at;
      this.#detector.forget(this.#key);
    } else this.begin(event.at);
  }

  end(to: number): { readonly episodes: readonly Episode[]; readonly blindMs: number } {
    for (const [point, open] of this.#open) this.#close(point, open, to, null);
    const blind = [...this.#blind.values()].map(({ since, ms }) => {
      return ms + (since === null ? 0 : to - since);
    });
    const told = this.#episodes.filter((one) => one.to === null || one.to >= this.#run.from);
    const episodes = told.sort((a, b) => a.from - b.from);
    return { episodes, blindMs: Math.max(0, ...blind) };
  }

  #hear(levels: readonly Level[], now: number): void {
    this.#now = Math.max(this.#now, now);
    for (const level of levels) this.#one(level, now);
  }

  #one(level: Level, now: number): void {
    const point = level.point ?? this.#tried.rule.point;
    const within = seenWithinMs(this.#tried.rule, level.each ?? null);
    if (within !== null) return this.#seen(point, level, now, within);
    this.#noteBlind(point, level.level === "unknown", now);
    const open = this.#open.get(point);
    if (open && level.level !== "unknown" && open.unknownFrom !== null) {
      open.unknownMs += now - open.unknownFrom;
      open.unknownFrom = null;
    }
    if (level.level === "unknown") {
      if (open) open.unknownFrom ??= now;
    } else if (level.level === false) {
      if (open) this.#close(point, open, now, now);
    } else if (open) {
      if (level.worse) open.worseAt ??= now;
    } else if (!(this.#tried.rule.notWhileIncident && this.#incident)) {
      this.#open.set(point, { from: now, level, unknownFrom: null, unknownMs: 0, worseAt: null });
    }
  }

  /** Of what has to be done again and again: not the level is its alarm, but that it does not come. */
  #seen(point: string, level: Level, now: number, within: number): void {
    this.#noteBlind(point, level.level === "unknown", now);
    const open = this.#open.get(point);
    const isDone = level.level === true;
    if (isDone && open) this.#close(point, open, now, now);
    if (isDone || !(open || this.#due.has(point)))
      this.#due.set(point, { at: now + within, level });
  }

  #noteBlind(point: string, isBlind: boolean, now: number): void {
    const from = Math.max(now, this.#run.from);
    const known = this.#blind.get(point) ?? { since: null, ms: 0 };
    this.#blind.set(point, known);
    if (isBlind) known.since ??= from;
    else if (known.since !== null) {
      known.ms += Math.max(0, from - known.since);
      known.since = null;
    }
  }

  #close(point: string, open: Open, now: number, to: number | null): void {
    const { from, level, unknownFrom, unknownMs, worseAt } = open;
    this.#open.delete(point);
    this.#episodes.push({
      point,
      each: level.each ?? null,
      words: level.words ?? null,
      from,
      to,
      since: level.since,
      worseAt,
      unknownMs: unknownMs + (unknownFrom === null ? 0 : now - unknownFrom),
      evidence: level.evidence ?? [],
    });
  }
}
