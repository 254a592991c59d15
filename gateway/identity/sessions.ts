/**
 * Who is signed in: tokens of 256 bits, kept hashed, in memory; a restart signs everybody out.
 *
 * A session that nobody has acted in for 12 h expires, but is not thrown out: it becomes read-only,
 * for a desk whose list and sound go dark in the night is worse than one that asks for a PIN. What a
 * page asks by itself does not count as an act: it would keep every session alive for ever.
 */
import { hash, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Asker } from "./may.ts";
import type { Person } from "./people.ts";

export type Session = {
  /** Names the session inside the gateway; the token that stands for it is known to the page only. */
  readonly key: string;
  /** Who signed in. */
  readonly person: Person;
  /** Who acts at this desk now: the same, or somebody who took over by PIN. */
  readonly acting: Person;
  /** Must come with every form: another site cannot know it. */
  readonly formToken: string;
  /** When it becomes, or has become, read-only. */
  readonly expiresAt: number;
  readonly access: "full" | "read-only";
};

export type EndReason = "signed-out" | "expired" | "scope-changed";
type Listener = (key: string, reason: EndReason) => void;

const idleMs = 12 * 3_600_000;
/** How long an expired session still lists and sounds: over a long holiday weekend. */
const readOnlyMs = 7 * 24 * 3_600_000;
const mostSessions = 10_000;

type Kept = {
  readonly key: string;
  readonly person: Person;
  readonly formToken: string;
  acting: Person;
  lastAct: number;
  isExpired: boolean;
};

export class Sessions {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Set<Listener>();
  #cancelWake: (() => void) | null = null;
  #wakeAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives the token that stands for the session, to be put into a cookie. */
  open(person: Person): string {
    const token = randomBytes(32).toString("base64url");
    const key = keyOf(token);
    if (this.#kept.size >= mostSessions) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#end(oldest, "signed-out");
    }
    const formToken = randomBytes(16).toString("base64url");
    const lastAct = this.#clock.now();
    this.#kept.set(key, { key, person, formToken, acting: person, lastAct, isExpired: false });
    this.#arm();
    return token;
  }

  /** The session of a cookie, read-only where it has expired; null where there is none. */
  find(token: string | undefined): Session | null {
    if (!token) return null;
    const kept = this.#kept.get(keyOf(token));
    if (!kept) return null;
    // The timer may be late by a moment; a right must not.
    this.#judge(kept);
    return this.#kept.has(kept.key) ? viewOf(kept) : null;
  }

  /** A person has done something: the 12 h begin anew. An expired session stays expired. */
  touch(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#judge(kept);
    if (!kept.isExpired) kept.lastAct = this.#clock.now();
  }

  /** Somebody else acts at this desk from now on; by PIN, which the caller has checked. */
  actAs(key: string, person: Person): Session | null {
    const kept = this.#kept.get(key);
    if (!kept) return null;
    this.touch(key);
    kept.acting = person;
    return viewOf(kept);
  }

  /** Signs out. */
  close(token: string): void {
    this.#end(keyOf(token), "signed-out");
  }

  /** Ends every session of a person who may no longer what they might; gives how many there were. */
  endOf(person: string, reason: EndReason = "scope-changed"): number {
    const keys = [...this.#kept.values()].filter(
      (kept) => kept.person.id === person || kept.acting.id === person,
    );
    for (const { key } of keys) this.#end(key, reason);
    return keys.length;
  }

  /** After an import: who has left the lists acts nowhere; the desk is again who signed in. */
  review(isKnown: (person: string) => boolean): void {
    for (const kept of this.#kept.values()) {
      if (kept.acting === kept.person || isKnown(kept.acting.id)) continue;
      kept.acting = kept.person;
      this.#tell(kept.key, "scope-changed");
    }
  }

  /**
   * Told within a second when a session changes what it may: streams end with this reason, and the
   * page learns anew what it may see. Gives a function that stops the telling.
   */
  onEnd(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#cancelWake?.();
    this.#cancelWake = null;
    this.#wakeAt = Infinity;
  }

  #end(key: string, reason: EndReason): void {
    if (this.#kept.delete(key)) this.#tell(key, reason);
  }

  #tell(key: string, reason: EndReason): void {
    for (const listener of this.#listeners) listener(key, reason);
  }

  #judge(kept: Kept): void {
    const now = this.#clock.now();
    if (now >= nextChange(kept) && kept.isExpired) return this.#end(kept.key, "signed-out");
    if (now < nextChange(kept)) return;
    kept.isExpired = true;
    this.#tell(kept.key, "expired");
    this.#judge(kept);
  }

  /** One timer for all, at the earliest change; it looks again, for an act may have moved it. */
  #arm(): void {
    let next = Infinity;
    for (const kept of this.#kept.values()) next = Math.min(next, nextChange(kept));
    if (next === this.#wakeAt) return;
    this.#cancelWake?.();
    this.#cancelWake = null;
    this.#wakeAt = next;
    if (next === Infinity) return;
    this.#cancelWake = this.#clock.wakeAt(next, () => {
      this.#wakeAt = Infinity;
      for (const kept of [...this.#kept.values()]) this.#judge(kept);
      this.#arm();
    });
  }
}

/** Reads are asked for the person who signed in. */
export function readerOf({ person, access }: Session): Asker {
  return { kind: "person", person, access };
}

/** Acts are asked for the person who acts at this desk now. */
export function actorOf({ acting, access }: Session): Asker {
  return { kind: "person", person: acting, access };
}

function nextChange({ lastAct, isExpired }: Kept): number {
  return lastAct + idleMs + (isExpired ? readOnlyMs : 0);
}

function viewOf({ key, person, acting, formToken, lastAct, isExpired }: Kept): Session {
  const access = isExpired ? "read-only" : "full";
  return { key, person, acting, formToken, expiresAt: lastAct + idleMs, access };
}

function keyOf(token: string): string {
  return hash("sha256", token, "hex");
}
