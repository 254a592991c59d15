/**
 * Acting by PIN at a shared desk: who says which person they are, and how wrong PINs are slowed.
 *
 * Wrong PINs are counted for each person and each seat. Over a count, ordinary acts are refused for a
 * while. Essential ones never are: they wait up to 3 s and are then judged, one at a time for a
 * person at a seat, so that nobody can lock a control room out by typing wrong digits.
 */
import type { Command } from "#rules/command.ts";
import type { Clock } from "../clock.ts";
import { Refused } from "../errors.ts";
import type { People, Person } from "./people.ts";

export type PinContext = {
  /** The session's key where there is one: it cannot be invented as a seat's name can. */
  readonly seat: string;
  /** See `isEssential`. */
  readonly essential: boolean;
};

/** Wrong PINs after which the next one has to wait; a seat has several people who mistype. */
const freeOfPerson = 5;
const freeOfSeat = 10;
/** The first wait of an ordinary act; each further wrong PIN doubles it. */
const firstWaitMs = 30_000;
const longestWaitMs = 15 * 60_000;
/** A count is forgotten when nothing wrong has come for this long. */
const forgetMs = 60 * 60_000;
const mostCounts = 10_000;
const firstDelayMs = 250;
const longestDelayMs = 3000;

type Count = { readonly wrong: number; readonly lastAt: number };

export type PinsOptions = {
  readonly people: Pick<People, "checkPin">;
  readonly clock: Clock;
  readonly counted?: (result: "right" | "wrong" | "throttled") => void;
};

export class Pins {
  readonly #o: PinsOptions;
  readonly #counts = new Map<string, Count>();
  /** Essential checks that are being slowed, by person and seat. */
  readonly #slowed = new Set<string>();

  constructor(options: PinsOptions) {
    this.#o = options;
  }

  /**
   * The person, with the role they act in. Throws `Refused`: `bad-pin` for a wrong PIN as for a
   * person who is unknown or has none; `too-many-pins` with the time to wait.
   */
  async check(personId: string, pin: string, { seat, essential }: PinContext): Promise<Person> {
    const keys = [`person ${personId}`, `seat ${seat}`] as const;
    const excess = this.#excess(keys);
    const line = `${personId} ${seat}`;
    if (excess > 0) {
      if (!essential) this.#refuseFor(this.#waitMs(keys));
      if (this.#slowed.has(line)) this.#refuseFor(longestDelayMs);
      this.#slowed.add(line);
    }
    try {
      if (excess > 0) await this.#delay(excess);
      return await this.#judge(personId, pin, essential, keys);
    } finally {
      if (excess > 0) this.#slowed.delete(line);
    }
  }

  /** Counted before it is judged, for a hundred guesses at once are no single one. */
  async #judge(
    personId: string,
    pin: string,
    essential: boolean,
    keys: readonly [string, string],
  ): Promise<Person> {
    for (const key of keys) this.#add(key, 1);
    let person: Person | null;
    try {
      person = await this.#o.people.checkPin(personId, pin, essential ? "essential" : "pin");
    } catch (error) {
      for (const key of keys) this.#add(key, -1);
      throw error;
    }
    if (person) {
      // All of the person's own count, but not the seat's: who knows one PIN may still guess another.
      this.#counts.delete(keys[0]);
      this.#add(keys[1], -1);
      this.#o.counted?.("right");
      return person;
    }
    this.#o.counted?.("wrong");
    throw new Refused({
      code: "bad-pin",
      message: "person and PIN do not belong together",
      allowed: "the PIN of a person who may act at a desk",
    });
  }

  #add(key: string, by: 1 | -1): void {
    const known = this.#count(key);
    const wrong = (known?.wrong ?? 0) + by;
    this.#counts.delete(key);
    if (wrong <= 0) return;
    // Whoever tries ids without end must not fill the memory: the oldest is forgotten.
    if (this.#counts.size >= mostCounts) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    const lastAt = by > 0 ? this.#o.clock.now() : (known?.lastAt ?? 0);
    this.#counts.set(key, { wrong, lastAt });
  }

  #refuseFor(retryAfterMs: number): void {
    this.#o.counted?.("throttled");
    throw new Refused({
      code: "too-many-pins",
      message: "too many wrong PINs",
      allowed: "接警, 消音, 核实, 调派 (acknowledge, silence, verify, order), or a while later",
      retryAfterMs,
    });
  }

  #count(key: string): Count | undefined {
    const count = this.#counts.get(key);
    if (!count || this.#o.clock.now() - count.lastAt < forgetMs) return count;
    this.#counts.delete(key);
    return undefined;
  }

  /** Wrong PINs beyond those that cost nothing; the larger of person and seat. */
  #excess([person, seat]: readonly [string, string]): number {
    const ofPerson = (this.#count(person)?.wrong ?? 0) - freeOfPerson + 1;
    const ofSeat = (this.#count(seat)?.wrong ?? 0) - freeOfSeat + 1;
    // An ordinary act is free again when its wait is over; the next wrong PIN waits longer.
    return this.#waitMs([person, seat]) > 0 ? Math.max(ofPerson, ofSeat, 0) : 0;
  }

  #waitMs([person, seat]: readonly [string, string]): number {
    return Math.max(this.#waitOf(person, freeOfPerson), this.#waitOf(seat, freeOfSeat));
  }

  #waitOf(key: string, free: number): number {
    const count = this.#count(key);
    if (!count || count.wrong < free) return 0;
    const waitMs = Math.min(firstWaitMs * 2 ** (count.wrong - free), longestWaitMs);
    return Math.max(0, count.lastAt + waitMs - this.#o.clock.now());
  }

  #delay(excess: number): Promise<void> {
    const { clock } = this.#o;
    const delayMs = Math.min(firstDelayMs * 2 ** (excess - 1), longestDelayMs);
    return new Promise((resolve) => {
      clock.wakeAt(clock.now() + delayMs, resolve);
    });
  }
}

/**
 * Acts that no count of wrong PINs may stop: acknowledge, silence, a verification that treats the
 * fire as real (also its beginning), and orders. To call a fire off is not among them.
 */
export function isEssential(command: Command): boolean {
  switch (command.command) {
    case "acknowledge":
    case "silence":
    case "order":
    case "order-everybody":
    case "report-incident":
      return true;
    case "verify":
      return command.result !== "false" && command.result !== "test";
    default:
      return false;
  }
}

/** Whether this act takes two people: calling a confirmed fire false (domain D). */
export function needsSecond(command: Command, priorityOf: PriorityOf): boolean {
  if (command.command !== "verify" || command.result !== "false" || command.ask) return false;
  return priorityOf(command.incident) === "P0";
}
type PriorityOf = (incident: string) => string | undefined;

/**
 * The command as the rules get it: `second` is who has just given a PIN of their own, never an id
 * that somebody typed. Throws `Refused` where a second person is missing, or is the same person.
 */
export function withSecond(
  command: Command,
  by: Pick<Person, "id">,
  second: Pick<Person, "id"> | null,
  priorityOf: PriorityOf,
): Command {
  if (command.command !== "verify") {
    if (!second) return command;
    throw new Refused({
      code: "no-second-needed",
      message: `${command.command} takes one person`,
      allowed: "a second person only to verify a P0 incident as false",
    });
  }
  if (second?.id === by.id) {
    throw new Refused({
      code: "second-person-must-differ",
      message: "both PINs are of one person",
      allowed: "another person, with a PIN of their own",
    });
  }
  if (!second && (command.second !== undefined || needsSecond(command, priorityOf))) {
    throw new Refused({
      code: "second-person-needed",
      message: "a confirmed fire is called off by two people",
      allowed: "a second person, with a PIN of their own",
    });
  }
  const { second: _typed, ...rest } = command;
  return second ? { ...rest, second: second.id } : rest;
}
