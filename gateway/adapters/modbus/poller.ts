/**
 * Polls one device: its blocks when they are due, one after the other; learns what it does not have;
 * leaves it alone for a while when it does not answer. Devices know nothing of each other.
 */
import type { PollClass } from "#rules/profile.ts";
import type { PointReading, Reading } from "#rules/sample.ts";
import { BackOff } from "./back-off.ts";
import type { LinkError, ModbusLink } from "./link.ts";
import { type Block, defaultPlanLimits, isHole, type Limits, plan, split } from "./planner.ts";
import { decode, lengthOf, type Register, type Table } from "./register.ts";
import { incidentPeriods, type Periods, Schedule, usualPeriods } from "./schedule.ts";

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
  readonly periods?: Periods;
  readonly incidentPeriods?: Periods;
  readonly limits?: Limits;
  readonly backOff?: BackOff;
  /** 0 to 1: where in a period its turn is. */
  readonly phase: number;
  readonly read: (readings: readonly PointReading[]) => void;
  readonly changed: (link: DeviceLink) => void;
  /** How late a poll began after it was due, ms. */
  readonly began?: (lateMs: number) => void;
};

/** Longest Node timer; only a pause of a settings poll could come near. */
const longestTimerMs = 2_000_000_000;

export class Poller {
  readonly #o: PollerOptions;
  readonly #backOff: BackOff;
  readonly #schedule: Schedule;
  readonly #illegal = new Map<Table, Set<number>>();
  #limits: Limits;
  #plans = new Map<PollClass, Block[]>();
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #stopped = false;
  #state: DeviceLink["state"] = "starting";
  #fault: string | null = null;
  #why: string | null = null;

  constructor(options: PollerOptions) {
    this.#o = options;
    this.#limits = options.limits ?? defaultPlanLimits;
    this.#backOff = options.backOff ?? new BackOff();
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
    return {
      state: this.#state,
      failures: this.#backOff.failures,
      fault: this.#fault,
      why: this.#why,
      nextTryAt: this.#backOff.until === 0 ? null : this.#backOff.until,
      holes: this.#holes(),
    };
  }

  /** Asks for everything at once, without waiting for the end of a pause; forgets what it learned. */
  retry(): void {
    this.#backOff.retry();
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
    const at = Math.max(this.#schedule.next(), this.#backOff.until);
    // Node cuts a fraction off: the timer would find nothing due, and be set once more.
    const waitMs = Math.min(longestTimerMs, Math.max(0, Math.ceil(at - performance.now())));
    this.#timer = setTimeout(() => void this.#round(at), waitMs);
  }

  async #round(dueAt: number): Promise<void> {
    const now = performance.now();
    const classes = this.#backOff.until > now ? [] : this.#schedule.take(now);
    if (classes.length === 0) return this.#arm();
    this.#busy = true;
    this.#o.began?.(now - dueAt);
    // Once an hour the device is asked for all of it again: maps change.
    if (classes.includes("settings")) this.#forget();
    try {
      for (const name of classes) {
        const isWell = await this.#poll(name);
        if (!isWell || this.#stopped) break;
      }
    } finally {
      this.#busy = false;
      this.#arm();
    }
  }

  /** False where the device did not answer: it is left alone then. */
  async #poll(name: PollClass): Promise<boolean> {
    for (const block of this.#planOf(name)) {
      const outcome = await this.#readOrLearn(block);
      if (this.#stopped || outcome === "silent") return false;
    }
    return true;
  }

  #planOf(name: PollClass): Block[] {
    const known = this.#plans.get(name);
    if (known) return known;
    const points = this.#o.points.filter(({ poll }) => poll === name);
    const blocks = plan(points, this.#limits, this.#illegal);
    this.#plans.set(name, blocks);
    return blocks;
  }

  async #readOrLearn(block: Block): Promise<"read" | "refused" | "silent"> {
    const { table, address, length } = block;
    let words: (number | boolean)[];
    try {
      words = await this.#o.link.read(this.#o.unit, table, address, length);
    } catch (error) {
      if (this.#stopped) return "silent";
      return this.#failed(block, error as LinkError);
    }
    if (this.#stopped) return "silent";
    this.#succeeded();
    this.#o.read(readingsOf(block, words));
    return "read";
  }

  async #failed(block: Block, error: LinkError): Promise<"refused" | "silent"> {
    if (error.fault === "queue-full") return "refused";
    if (error.fault !== "exception" || isPathOfGateway(error.exception)) {
      this.#silent(error);
      return "silent";
    }
    this.#succeeded();
    switch (error.exception) {
      case 1:
        this.#learn(block.table, block.points.flatMap(addressesOf));
        this.#bad(block, "no-such-address");
        break;
      case 2:
      case 3:
        return this.#divide(block);
      default:
        this.#bad(block, "refused");
    }
    return "refused";
  }

  /**
   * Halves until the address is found that the device does not have. Where both halves can be read,
   * the gap between them is to blame, or the length of the whole.
   */
  async #divide(block: Block): Promise<"refused" | "silent"> {
    const halves = split(block);
    if (!halves) {
      this.#learn(block.table, block.points.flatMap(addressesOf));
      this.#bad(block, "no-such-address");
      return "refused";
    }
    const [first, second] = halves;
    const a = await this.#readOrLearn(first);
    if (a === "silent") return a;
    const b = await this.#readOrLearn(second);
    if (b === "silent") return b;
    if (a === "read" && b === "read") this.#learnBetween(first, second);
    return "refused";
  }

  #learnBetween(first: Block, second: Block): void {
    const from = first.address + first.length;
    const gap = Array.from({ length: second.address - from }, (_, i) => from + i);
    if (gap.length > 0) return this.#learn(first.table, gap);
    const most = Math.max(first.length, second.length);
    const isBits = first.table === "coil" || first.table === "discrete-input";
    this.#limits = { ...this.#limits, [isBits ? "bits" : "registers"]: most };
    this.#plans.clear();
  }

  #learn(table: Table, addresses: readonly number[]): void {
    const known = this.#illegal.get(table) ?? new Set();
    for (const address of addresses) known.add(address);
    this.#illegal.set(table, known);
    this.#plans.clear();
    this.#tell();
  }

  #forget(): void {
    const limits = this.#o.limits ?? defaultPlanLimits;
    if (this.#illegal.size === 0 && this.#limits === limits) return;
    this.#illegal.clear();
    this.#limits = limits;
    this.#plans.clear();
  }

  #holes(): string[] {
    if (this.#illegal.size === 0) return [];
    return this.#o.points
      .filter((point) => isHole(point, this.#illegal.get(point.table) ?? new Set()))
      .map(({ id }) => id);
  }

  #bad(block: Block, reason: "refused" | "no-such-address"): void {
    const reading: Reading = { value: null, quality: "bad", reason };
    this.#o.read(block.points.map(({ id }) => [id, reading]));
  }

  #succeeded(): void {
    if (this.#state === "live") return;
    const wasLost = this.#state === "lost";
    this.#backOff.succeed();
    this.#put("live", null, null);
    // Another device may stand there now, or the same one with another map.
    if (!wasLost) return;
    this.#forget();
    this.#schedule.all(performance.now());
  }

  #silent({ fault, message }: LinkError): void {
    this.#backOff.fail(performance.now());
    this.#schedule.all(performance.now());
    this.#put(this.#backOff.isLost ? "lost" : "failing", fault, message);
  }

  #put(state: DeviceLink["state"], fault: string | null, why: string | null): void {
    this.#state = state;
    this.#fault = fault;
    this.#why = why;
    this.#tell();
  }

  #tell(): void {
    this.#o.changed(this.link);
  }
}

/** 0A and 0B: the gateway in between answers, and the device behind it does not. */
function isPathOfGateway(exception: number): boolean {
  return exception === 0x0a || exception === 0x0b;
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
