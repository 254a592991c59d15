/**
 * 立即停止动火: the second channel to a watcher whose work must stop, and to the park's manager where nobody
 * has said 已停工 in time. By the steps of the configuration, as call-outs are; until it is confirmed.
 */
import { callOf } from "#rules/alarm/called.ts";
import type { Permit } from "#rules/hot-work/permit.ts";
import { placeText, say } from "#rules/text/render.ts";
import type { CalledOptions } from "./called.ts";
import type { Message } from "./formats.ts";

export type StoppedOptions = Pick<
  CalledOptions,
  "state" | "world" | "webhooks" | "steps" | "now" | "phoneOf"
>;

export class StoppedWork {
  readonly #o: StoppedOptions;

  constructor(options: StoppedOptions) {
    this.#o = options;
  }

  resend(): void {
    for (const permit of this.#o.state.permits.values()) this.send(permit.id);
  }

  send(id: string): void {
    const permit = this.#o.state.permits.get(id);
    const stop = permit?.stop;
    if (!permit || !stop || stop.confirmedBy !== null) return;
    const { state, world, steps, now } = this.#o;
    // Its clock has come and nobody has confirmed: the state says so after a restart as well.
    const isLate = permit.clocks.stop === undefined;
    const { inventory } = world();
    const manager = callOf(inventory, permit.report.site, "safety-manager").person;
    const people = [permit.report.watcher, ...(isLate && manager !== null ? [manager] : [])];
    for (const [n, { endpoint, afterMs }] of steps().entries()) {
      if (now() - stop.at < afterMs) continue;
      for (const person of people) {
        const isWanted = (): boolean =>
          state.permits.get(id)?.stop?.at === stop.at &&
          state.permits.get(id)?.stop?.confirmedBy === null;
        this.#o.webhooks.send({
          ...{ endpoint, key: `${id}:${stop.at}:${person}:${n}` },
          message: () => (isWanted() ? this.#message(permit, person) : null),
          done: () => {},
        });
      }
    }
  }

  #message({ id, number, report, stop }: Permit, person: string): Message {
    const world = this.#o.world();
    const of = { site: report.site, device: id, zone: null, words: { permit: number } };
    const demo = world.inventory.district.demonstration ? say("zh", "mark.demo") : "";
    const cause = say("zh", `stop-cause.${stop?.cause ?? "person"}`);
    const place = placeText("zh", of, world);
    const phone = this.#o.phoneOf(person);
    const text = `${demo}${say("zh", "hot-work.stop", { place, cause })}`;
    return {
      text,
      body: { permit: id, number, person, cause: stop?.cause ?? null, text },
      to: phone === null ? [] : [phone],
    };
  }
}
