/**
 * Polls one device: its blocks when they are due, one after the other; learns what it does not have
 * (learned.ts). Where nothing answers, the device is left alone for a while; a block that is silent
 * while others answer has a pause of its own (silences.ts). Devices know nothing of each other.
 */
import { type PollClass, pollClasses } from "#rules/profile.ts";
import type { PointReading, Reading } from "#rules/sample.ts";
import { BackOff, type BackOffLimits } from "./back-off.ts";
import { defaultLessons, Learned, type LessonLimits } from "./learned.ts";
import { LinkError, type ModbusLink } from "./link.ts";
import {
  type Block,
  defaultPlanLimits,
  type Illegal,
  isHole,
  type Limits,
  plan,
  split,
} from "./planner.ts";
import { decode, lengthOf, type Register, type Table } from "./register.ts";
import { incidentPeriods, type Periods, Schedule, usualPeriods } from "./schedule.ts";
import { Silences } from "./silences.ts";

export type PolledPoint = Register & { readonly poll: PollClass };

export type DeviceLink = {
  /** `failing`: it did not answer, and is not lost yet. `lost`: in quarantine until it answers. */
  readonly state: "starting" | "live" | "failing" | "lost";
  /** Failures in a row. */
  readonly failures: number;
  /** What the last failure was: a LinkFault and its words. */
  readonly fault: string | null;
  readonly why: string | null;
  /** Monotonic ms of the next try, where it is being left alone. */
  readonly nextTryAt: number | null;
  /** Points whose address the device says it does not have. */
  readonly holes: readonly string[];
};

export type PollerOptions = {
  readonly link: ModbusLink;
  readonly unit: number;
  readonly points: readonly PolledPoint[];
  /** An answer must be here after this, ms; as the line has it where this is absent. */
  readonly timeoutMs?: number | undefined;
  /** How often in a round a silent read is asked again at once, before the device is failing. */
  readonly retries?: number | undefined;
  readonly periods?: Periods;
  readonly incidentPeriods?: Periods;
  readonly limits?: Limits;
  readonly backOff?: BackOff;
  /** Of a block that is silent while others answer. */
  readonly blockBackOff?: BackOffLimits;
  /** How long it is believed that an address is not there. */
  readonly lessons?: LessonLimits;
  /** 0 to 1: where in a period its turn is. */
  readonly phase: number;
  readonly read: (readings: readonly PointReading[]) => void;
  readonly changed: (link: DeviceLink) => void;
  /** How late a poll began after it was due, ms. */
  readonly began?: (lateMs: number) => void;
};

/** A block as it is asked; `key` names it over all plans. */
type Turn = { readonly block: Block; readonly name: PollClass; readonly key: string };
/** A LinkError: it was silent. */
type Outcome = "read" | "refused" | "not-asked" | LinkError;

/** Longest Node timer; only a pause of a settings poll could come near. */
const longestTimerMs = 2_000_000_000;
const usualRetries = 1;

export class Poller {
  readonly #o: PollerOptions;
  readonly #backOff: BackOff;
  readonly #silences: Silences;
  readonly #schedule: Schedule;
  readonly #lessons: LessonLimits;
  readonly #learned: Learned;
  readonly #plans = new Map<PollClass, Turn[]>();
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #stopped = false;
  #state: DeviceLink["state"] = "starting";
  #fault: string | null = null;
  #why: string | null = null;
  /** Monotonic ms: when anything was last answered. */
  #answeredAt = 0;
  #retriesLeft = 0;
  #holesTold = "[]";

  constructor(options: PollerOptions) {
    this.#o = options;
    this.#lessons = options.lessons ?? defaultLessons;
    this.#learned = new Learned(options.limits ?? defaultPlanLimits, this.#lessons);
    this.#backOff = options.backOff ?? new BackOff();
    this.#silences = new Silences(options.blockBackOff);
    this.#schedule = new Schedule(
      options.periods ?? usualPeriods,
      performance.now(),
      options.phase,
    );
  }

  start(): void {
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  get link(): DeviceLink {
    const { until, failures } = this.#backOff;
    return {
      state: this.#state,
      failures: Math.max(failures, this.#silences.failures),
      fault: this.#fault,
      why: this.#why,
      nextTryAt: until > performance.now() ? until : null,
      holes: this.#holes(),
    };
  }

  /** Asks for everything at once, without waiting for the end of a pause; forgets what it learned. */
  retry(): void {
    this.#backOff.retry();
    this.#silences.endPauses();
    this.#o.link.retry();
    this.#forget();
    this.#schedule.all(performance.now());
    this.#arm();
  }

  /** Twice as often while an incident is open at the site. */
  hurry(on: boolean): void {
    const { periods = usualPeriods, incidentPeriods: quick = incidentPeriods } = this.#o;
    this.#schedule.change(on ? quick : periods, performance.now());
    this.#arm();
  }

  #arm(): void {
    if (this.#busy || this.#stopped) return;
    clearTimeout(this.#timer);
    const dueAt = Math.min(this.#schedule.next(), this.#learned.next());
    const at = Math.max(dueAt, this.#backOff.until);
    // Node cuts a fraction off: the timer would find nothing due, and be set once more.
    const waitMs = Math.min(longestTimerMs, Math.max(0, Math.ceil(at - performance.now())));
    this.#timer = setTimeout(() => void this.#round(at), waitMs);
  }

  async #round(dueAt: number): Promise<void> {
    const now = performance.now();
    if (this.#backOff.until > now) return this.#arm();
    this.#askAnew(now);
    const classes = this.#schedule.take(now);
    if (classes.length === 0) return this.#arm();
    this.#busy = true;
    this.#o.began?.(now - dueAt);
    try {
      await this.#poll(this.#due(classes, now), now);
    } finally {
      this.#busy = false;
      this.#arm();
    }
  }

  /** What is not believed any more stands in its block again, and that is asked now. */
  #askAnew(now: number): void {
    const over = this.#learned.expire(now);
    if (!over) return;
    this.#plans.clear();
    for (const { poll } of this.#pointsOver(over)) this.#schedule.by(poll, now);
  }

  /**
   * The blocks of these classes; and of any class those that were silent, when their pause is over.
   * These come last: before them stands whatever answers.
   */
  #due(classes: readonly PollClass[], now: number): Turn[] {
    const silences = this.#silences;
    const isDue = ({ key, name }: Turn): boolean =>
      silences.has(key) ? !silences.isPaused(key, now) : classes.includes(name);
    return this.#turns()
      .filter(isDue)
      .sort((a, b) => silences.lastAt(a.key) - silences.lastAt(b.key));
  }

  async #poll(turns: readonly Turn[], began: number): Promise<void> {
    // Only who has answered until now is believed to have missed one question.
    const hasCredit = this.#state !== "starting" && this.#backOff.failures === 0;
    this.#retriesLeft = hasCredit ? (this.#o.retries ?? usualRetries) : 0;
    let isWhole = true;
    for (const turn of turns) {
      if (this.#silences.has(turn.key)) this.#retriesLeft = 0;
      const outcome = await this.#readOrLearn(turn.block, turn.name);
      if (this.#stopped) return;
      if (outcome === "read" || outcome === "refused") {
        this.#silences.answered(turn.key);
        continue;
      }
      isWhole = false;
      if (outcome === "not-asked") continue;
      if (!this.#isAlone(turn, began)) return this.#silent(turn, outcome);
      this.#passOver(turn, outcome);
    }
    this.#silences.keep(new Set(this.#turns().map(({ key }) => key)));
    if (isWhole && this.#answeredAt >= began) this.#succeeded();
    if (JSON.stringify(this.#holes()) !== this.#holesTold) this.#tell();
  }

  /** Whether others have answered in this round, or since this one was silent the last time. */
  #isAlone({ key }: Turn, began: number): boolean {
    return this.#answeredAt > (this.#silences.has(key) ? this.#silences.lastAt(key) : began);
  }

  #turns(): Turn[] {
    return pollClasses.flatMap((name) => this.#planOf(name));
  }

  #planOf(name: PollClass): Turn[] {
    const known = this.#plans.get(name);
    if (known) return known;
    const points = this.#o.points.filter(({ poll }) => poll === name);
    const blocks = plan(points, this.#learned.limits(), this.#learned.illegal());
    const turns = blocks.map((block) => ({ block, name, key: `${name} ${rangeOf(block)}` }));
    this.#plans.set(name, turns);
    return turns;
  }

  async #readOrLearn(block: Block, name: PollClass): Promise<Outcome> {
    const words = await this.#ask(block);
    if (this.#stopped) return "not-asked";
    if (words instanceof LinkError) return this.#failed(block, name, words);
    this.#answered();
    this.#learned.gave(block);
    this.#o.read(readingsOf(block, words));
    return "read";
  }

  async #ask({ table, address, length }: Block): Promise<(number | boolean)[] | LinkError> {
    const { link, unit, timeoutMs } = this.#o;
    for (;;) {
      try {
        return await link.read(unit, table, address, length, timeoutMs);
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        if (this.#stopped || this.#retriesLeft === 0 || !isSilence(error)) return error;
        this.#retriesLeft -= 1;
      }
    }
  }

  async #failed(block: Block, name: PollClass, error: LinkError): Promise<Outcome> {
    if (error.fault === "queue-full") return "not-asked";
    if (isSilence(error)) return error;
    this.#answered();
    switch (error.exception) {
      case 1:
        this.#lacks(block.table, block.points.flatMap(addressesOf));
        this.#bad(block, "no-such-address");
        return "refused";
      case 2:
      case 3:
        return this.#divide(block, name);
      default:
        this.#bad(block, "refused");
        // Who is busy is not busy for an hour, which is the period of settings.
        this.#schedule.by(name, performance.now() + this.#lessons.leastMs);
        return "refused";
    }
  }

  /**
   * Halves until the address is found that the device does not have. Where both halves can be read,
   * the gap between them is to blame, or the length of the whole.
   */
  async #divide(block: Block, name: PollClass): Promise<Outcome> {
    const halves = split(block);
    if (!halves) {
      this.#lacks(block.table, block.points.flatMap(addressesOf));
      this.#bad(block, "no-such-address");
      return "refused";
    }
    const [first, second] = halves;
    const a = await this.#readOrLearn(first, name);
    if (a !== "read" && a !== "refused") return a;
    const b = await this.#readOrLearn(second, name);
    if (b !== "read" && b !== "refused") return b;
    if (a === "read" && b === "read") this.#learnBetween(first, second);
    return "refused";
  }

  #learnBetween(first: Block, second: Block): void {
    const from = first.address + first.length;
    const gap = Array.from({ length: second.address - from }, (_, i) => from + i);
    if (gap.length > 0) return this.#lacks(first.table, gap);
    const most = Math.max(first.length, second.length);
    this.#learned.givesAtMost(first.table, most, performance.now());
    this.#plans.clear();
  }

  #lacks(table: Table, addresses: readonly number[]): void {
    this.#learned.lacks(table, addresses, performance.now());
    this.#plans.clear();
  }

  #forget(): void {
    this.#learned.forget();
    this.#plans.clear();
  }

  #pointsOver(addresses: Illegal): PolledPoint[] {
    if (addresses.size === 0) return [];
    return this.#o.points.filter((point) => isHole(point, addresses.get(point.table) ?? new Set()));
  }

  #holes(): string[] {
    return this.#pointsOver(this.#learned.lacking()).map(({ id }) => id);
  }

  #bad(block: Block, reason: "refused" | "no-such-address"): void {
    const reading: Reading = { value: null, quality: "bad", reason };
    this.#o.read(block.points.map(({ id }) => [id, reading]));
  }

  #answered(): void {
    this.#answeredAt = performance.now();
    if (this.#state === "lost") this.#put("failing", this.#fault, this.#why);
  }

  /** A whole round without silence. */
  #succeeded(): void {
    this.#backOff.succeed();
    if (this.#state === "live" || !this.#silences.isEmpty) return;
    const wasFailing = this.#state === "failing";
    // Another device may stand there now, or the same one with another map.
    if (wasFailing) {
      this.#forget();
      this.#schedule.all(performance.now());
    }
    this.#put("live", null, null);
  }

  /** Nothing answers: the device is left alone. Another block is the first to be asked then. */
  #silent({ key }: Turn, { fault, message }: LinkError): void {
    const now = performance.now();
    this.#silences.note(key, now);
    this.#silences.endPauses();
    this.#backOff.fail(now);
    this.#schedule.all(now);
    this.#put(this.#backOff.isLost ? "lost" : "failing", fault, message);
  }

  /** This block is silent, and others answer: it is left alone, and they are not. */
  #passOver({ key, block }: Turn, { fault, message }: LinkError): void {
    this.#silences.fail(key, performance.now());
    this.#put("failing", fault, `${message} (${rangeOf(block)})`);
  }

  #put(state: DeviceLink["state"], fault: string | null, why: string | null): void {
    this.#state = state;
    this.#fault = fault;
    this.#why = why;
    this.#tell();
  }

  #tell(): void {
    const { link } = this;
    this.#holesTold = JSON.stringify(link.holes);
    this.#o.changed(link);
  }
}

/** For people and as a key: `holding-register 0 to 9`. */
function rangeOf({ table, address, length }: Block): string {
  return `${table} ${address} to ${address + length - 1}`;
}

/** 0A and 0B: the gateway in between answers, and the device behind it does not. */
function isPathOfGateway(exception: number): boolean {
  return exception === 0x0a || exception === 0x0b;
}

/** Nobody has answered, or nobody who can be believed. */
function isSilence({ fault, exception }: LinkError): boolean {
  return fault !== "queue-full" && (fault !== "exception" || isPathOfGateway(exception));
}

function addressesOf(point: Register): number[] {
  return Array.from({ length: lengthOf(point) }, (_, i) => point.address + i);
}

function readingsOf(block: Block, words: readonly (number | boolean)[]): PointReading[] {
  return block.points.map((point) => {
    const at = point.address - block.address;
    return [point.id, decode(point, words.slice(at, at + lengthOf(point)))];
  });
}
