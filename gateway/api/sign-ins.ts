/**
 * Tries to sign in, bounded by name at an address and, more widely, by address: who guesses has to
 * wait. Others do not, also where a proxy gives everybody one address, or somebody guesses a name
 * to keep its owner out.
 */
import type { Clock } from "../clock.ts";
import { Refused } from "../errors.ts";
import type { People } from "../identity/people.ts";
import type { Sessions } from "../identity/sessions.ts";

/** Failed sign-ins within a minute. */
const mostOfName = 5;
const mostOfAddress = 50;
const failureWindowMs = 60_000;
const mostFailureKeys = 10_000;
const longestPassword = 1024;

export class SignIns {
  readonly #people: People;
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #failures = new Map<string, number[]>();

  constructor(people: People, sessions: Sessions, clock: Clock) {
    this.#people = people;
    this.#sessions = sessions;
    this.#clock = clock;
  }

  /** Gives the token of a new session. Throws `Refused`: wrong-password, too-many-tries. */
  async tryTo(name: string, password: string, address: string): Promise<string> {
    const keys = [`name ${name.slice(0, 64)} ${address}`, `address ${address}`] as const;
    this.#insistOnRoom(keys[0], mostOfName);
    this.#insistOnRoom(keys[1], mostOfAddress);
    const person = await this.#people.signIn(name, password.slice(0, longestPassword));
    if (person) return this.#sessions.open(person);
    for (const key of keys) this.#note(key);
    const message = "name and password do not belong together";
    throw new Refused({ code: "wrong-password", message });
  }

  #insistOnRoom(key: string, most: number): void {
    const failures = this.#failuresOf(key);
    const [oldest] = failures;
    if (oldest === undefined || failures.length < most) return;
    throw new Refused({
      code: "too-many-tries",
      message: "too many tries",
      allowed: `${most} wrong passwords a minute`,
      retryAfterMs: oldest + failureWindowMs - this.#clock.now(),
    });
  }

  #note(key: string): void {
    // Whoever tries names without end must not fill the memory: the oldest is forgotten.
    if (this.#failures.size >= mostFailureKeys) {
      const [oldest] = this.#failures.keys();
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    this.#failures.set(key, [...this.#failuresOf(key), this.#clock.now()]);
  }

  #failuresOf(key: string): number[] {
    const since = this.#clock.now() - failureWindowMs;
    const recent = (this.#failures.get(key) ?? []).filter((at) => at > since);
    if (recent.length === 0) this.#failures.delete(key);
    return recent;
  }
}
