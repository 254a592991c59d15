/**
 * Call-outs on their way to each person: by the steps of the configuration, until somebody answers or
 * the incident is over. Names and numbers are looked up here, and stand nowhere else (ADR 6).
 */
import type { CallOut } from "#rules/call-out/call-out.ts";
import type { World } from "#rules/draft.ts";
import type { State } from "#rules/state.ts";
import { alarmText, say } from "#rules/text/render.ts";
import type { CallStep } from "./endpoints.ts";
import type { Message } from "./formats.ts";
import type { Webhooks } from "./webhook.ts";

export type CalledOptions = {
  readonly state: State;
  readonly world: () => World;
  readonly webhooks: Webhooks;
  readonly steps: () => readonly CallStep[];
  readonly now: () => number;
  readonly phoneOf: (person: string) => string | null;
  readonly linkOf: (callOut: string, person: string) => string | null;
  readonly delivered: (callOut: string, person: string) => void;
};

export class CalledPeople {
  readonly #o: CalledOptions;

  constructor(options: CalledOptions) {
    this.#o = options;
  }

  /** Everybody who has not answered and whose step is due; silent for the rest. */
  resend(): void {
    for (const one of this.#o.state.callOuts.values()) this.send(one.id);
  }

  send(id: string): void {
    const { state, steps, now } = this.#o;
    const one = state.callOuts.get(id);
    if (!one || !this.#isOpen(one)) return;
    const passed = now() - one.at;
    for (const [n, { endpoint, afterMs }] of steps().entries()) {
      if (passed < afterMs) continue;
      for (const person of one.people.keys())
        this.#call(one, person, `${id}:${person}:${n}`, endpoint);
    }
  }

  #call(one: CallOut, person: string, key: string, endpoint: string): void {
    const isWanted = (): boolean => this.#isOpen(one) && one.people.get(person)?.answer === null;
    if (!isWanted()) return;
    this.#o.webhooks.send({
      endpoint,
      key,
      message: () => (isWanted() ? this.#message(one, person) : null),
      done: (how) => {
        if (how === "delivered") this.#o.delivered(one.id, person);
      },
    });
  }

  #isOpen(one: CallOut): boolean {
    return this.#o.state.incidents.get(one.incident)?.closedAt === null;
  }

  #message(one: CallOut, person: string): Message {
    const { state, world, phoneOf, linkOf } = this.#o;
    const now = world();
    const incident = state.incidents.get(one.incident);
    const alarm = state.alarms.get(incident?.alarms.at(-1) ?? "");
    const what = alarm ? alarmText("zh", alarm, now) : (incident?.number ?? one.incident);
    const demo = now.inventory.district.demonstration ? say("zh", "mark.demo") : "";
    const text = `${demo}${say("zh", "call-out.message", { what })}`;
    const phone = phoneOf(person);
    const link = linkOf(one.id, person);
    return {
      text,
      body: { callOut: one.id, person, incident: one.incident },
      to: phone === null ? [] : [phone],
      ...(link === null ? {} : { link }),
    };
  }
}
