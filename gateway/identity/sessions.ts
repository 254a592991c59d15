/** Who is signed in: tokens of 256 bits, kept hashed, in memory; a restart signs everybody out. */
import { hash, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Person } from "./people.ts";

export type Session = {
  readonly person: Person;
  /** Must come with every form: another site cannot know it. */
  readonly formToken: string;
};

const idleMs = 12 * 3_600_000;
const mostSessions = 10_000;

type Kept = Session & { lastSeen: number };

export class Sessions {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives the token that stands for the session, to be put into a cookie. */
  open(person: Person): string {
    const token = randomBytes(32).toString("base64url");
    const formToken = randomBytes(16).toString("base64url");
    if (this.#kept.size >= mostSessions) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(keyOf(token), { person, formToken, lastSeen: this.#clock.now() });
    return token;
  }

  find(token: string | undefined): Session | null {
    if (!token) return null;
    const kept = this.#kept.get(keyOf(token));
    if (!kept) return null;
    const now = this.#clock.now();
    if (now - kept.lastSeen > idleMs) {
      this.#kept.delete(keyOf(token));
      return null;
    }
    kept.lastSeen = now;
    return kept;
  }

  close(token: string): void {
    this.#kept.delete(keyOf(token));
  }
}

function keyOf(token: string): string {
  return hash("sha256", token, "hex");
}
