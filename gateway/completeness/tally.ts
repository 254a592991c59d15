/**
 * What one device owes and what of it came, by hours of the last day. Each reading costs a few additions;
 * nothing is scanned while they come. Pure: times come in.
 *
 * A reading that is sooner than half its period after the one before is a repeat and counts nothing; one
 * that is later says how many are missing. Only what has a known value has come (law 2). What the device
 * says that it does not have is not owed.
 */
import type { PointReading } from "#rules/sample.ts";

const hourMs = 3_600_000;
export const keptHours = 24;
/** Gaps that late data may still fill. */
const mostGaps = 16;
const absent: ReadonlySet<string | null> = new Set(["no-such-address", "no-such-node"]);

/** One thing that is owed every period: a point, or a message. */
type Due = { readonly periodMs: number; at: number };
type Gap = { readonly from: number; to: number; filledTo: number };

export type Rate = { readonly expected: number; readonly received: number };

export class Tally {
  readonly #due: ReadonlyMap<string, Due>;
  readonly #gaps: Gap[] = [];
  readonly #expected = new Uint32Array(keptHours);
  readonly #received = new Uint32Array(keptHours);
  /** The newest hour in the ring, hours since 1970. */
  #hour: number;
  readonly since: number;
  /** When anything with a value came last; null while nothing has. */
  heardAt: number | null = null;

  /** `periods`: what is owed, and how often, ms. */
  constructor(periods: ReadonlyMap<string, number>, now: number) {
    this.since = now;
    this.#hour = hourOf(now);
    this.#due = new Map([...periods].map(([id, periodMs]) => [id, { periodMs, at: now }]));
  }

  /** Exactly these, each in its time. */
  owes(periods: ReadonlyMap<string, number>): boolean {
    if (periods.size !== this.#due.size) return false;
    for (const [id, periodMs] of periods) {
      if (this.#due.get(id)?.periodMs !== periodMs) return false;
    }
    return true;
  }

  take(readings: readonly PointReading[], at: number): void {
    for (const [id, { quality, reason }] of readings) {
      const due = this.#due.get(id);
      if (!due) continue;
      if (absent.has(reason)) due.at = at;
      else if (quality === "good") this.#came(due, at);
    }
  }

  /** A message of a device that sends by itself; `bornAt`: its own time, where it comes late. */
  message(id: string, at: number, bornAt: number | null): void {
    const due = this.#due.get(id);
    if (!due) return;
    if (bornAt !== null) return this.#late(due, bornAt);
    this.#came(due, at);
  }

  /** Of a source that tells changes only: once a minute, how many of its points are known. */
  known(of: number, good: number, at: number): void {
    this.#add(this.#expected, at, of);
    this.#add(this.#received, at, good);
    if (good > 0) this.heardAt = at;
  }

  /** Time has come to `now`: what should have come by then and has not is missing. */
  settle(now: number): void {
    this.#turn(now);
    for (const due of this.#due.values()) {
      const { periodMs, at } = due;
      const missing = Math.floor((now - at - periodMs / 2) / periodMs);
      if (missing > 0) this.#missed(due, missing);
    }
  }

  /** Nothing was owed until now: it is out of service. */
  skip(now: number): void {
    this.#turn(now);
    for (const due of this.#due.values()) due.at = Math.max(due.at, now);
  }

  /** Of the last so many hours, the one that runs among them. */
  rate(now: number, hours = keptHours): Rate {
    this.#turn(now);
    let [expected, received] = [0, 0];
    for (let n = 0; n < hours; n += 1) {
      const i = (this.#hour - n) % keptHours;
      expected += this.#expected[i] ?? 0;
      received += this.#received[i] ?? 0;
    }
    return { expected, received };
  }

  #came(due: Due, at: number): void {
    const periods = Math.round((at - due.at) / due.periodMs);
    if (at - due.at < due.periodMs / 2) {
      // The first one of all is heard, although it is not due yet.
      this.heardAt = at;
      return;
    }
    if (periods > 1) this.#missed(due, periods - 1);
    this.#add(this.#expected, at, 1);
    this.#add(this.#received, at, 1);
    due.at = at;
    this.heardAt = at;
  }

  #missed(due: Due, count: number): void {
    const { periodMs } = due;
    const from = due.at;
    const last = this.#gaps.at(-1);
    const to = from + count * periodMs;
    if (last && last.to === from) last.to = to;
    else this.#gaps.push({ from, to, filledTo: from });
    if (this.#gaps.length > mostGaps) this.#gaps.shift();
    for (let left = count; left > 0; ) {
      const at = due.at + periodMs;
      const ends = (hourOf(at) + 1) * hourMs;
      const fit = Math.min(left, Math.ceil((ends - at) / periodMs));
      this.#add(this.#expected, at, fit);
      due.at += fit * periodMs;
      left -= fit;
    }
  }

  /** It fills the place that was left for it, once. */
  #late({ periodMs }: Due, bornAt: number): void {
    const half = periodMs / 2;
    const gap = this.#gaps.find(({ from, to }) => bornAt >= from + half && bornAt <= to + half);
    if (!gap || bornAt < gap.filledTo + half) return;
    gap.filledTo = bornAt;
    this.#add(this.#received, bornAt, 1);
  }

  #add(counts: Uint32Array, at: number, count: number): void {
    this.#turn(at);
    const hour = hourOf(at);
    if (hour <= this.#hour - keptHours) return;
    const i = hour % keptHours;
    counts[i] = (counts[i] ?? 0) + count;
  }

  /** Hours that leave the ring are forgotten. */
  #turn(at: number): void {
    const hour = hourOf(at);
    const first = Math.max(this.#hour + 1, hour - keptHours + 1);
    for (let next = first; next <= hour; next += 1) {
      this.#expected[next % keptHours] = 0;
      this.#received[next % keptHours] = 0;
    }
    this.#hour = Math.max(this.#hour, hour);
  }
}

function hourOf(at: number): number {
  return Math.floor(at / hourMs);
}
