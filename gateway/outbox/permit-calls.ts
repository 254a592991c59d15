/**
 * Who is called because of a permit, beside the stream: the watcher whose work must stop (立即停止动火), who
 * has not checked in, or near whom an alarm stands; the park's manager where nobody has said 已停工; the
 * town's office where nobody inspects. By the steps of the configuration, until it is no longer so.
 */
import { callOf } from "#rules/alarm/called.ts";
import { formatDateTime } from "#rules/calendar.ts";
import type { World } from "#rules/draft.ts";
import { isWatched, type Permit } from "#rules/hot-work/permit.ts";
import type { State } from "#rules/state.ts";
import { permitPlace, permitWhere, sayOfPermit } from "#rules/text/permit.ts";
import { say } from "#rules/text/render.ts";
import type { CalledOptions } from "./called.ts";
import type { Message } from "./formats.ts";

export type PermitCallOptions = Pick<
  CalledOptions,
  "state" | "world" | "webhooks" | "steps" | "now" | "phoneOf"
>;

/** Something that is so now: the same cause has the same key for ever. */
type Due = {
  readonly key: string;
  readonly why: "stop" | "check-in" | "fire" | "nobody-accepts";
  /** Steps are counted from here, ms UTC. */
  readonly since: number;
  readonly people: readonly (string | null)[];
  readonly text: string;
};

export class PermitCalls {
  readonly #o: PermitCallOptions;

  constructor(options: PermitCallOptions) {
    this.#o = options;
  }

  resend(): void {
    for (const permit of this.#o.state.permits.values()) this.send(permit.id);
  }

  send(id: string): void {
    const { state, world, steps, now } = this.#o;
    const permit = state.permits.get(id);
    if (!permit) return;
    for (const due of dueOf(permit, state, world())) {
      // A check-in that was missed is said once; a second one stops the work, and then all ways call.
      const ways = due.why === "check-in" ? steps().slice(0, 1) : steps();
      for (const [n, { endpoint, afterMs }] of ways.entries()) {
        if (now() - due.since < afterMs) continue;
        for (const person of due.people)
          if (person !== null) this.#call(id, due, person, endpoint, n);
      }
    }
  }

  #call(id: string, { key }: Due, person: string, endpoint: string, step: number): void {
    const { state, world, webhooks } = this.#o;
    webhooks.send({
      ...{ endpoint, key: `${key}:${person}:${step}` },
      message: () => {
        const permit = state.permits.get(id);
        if (!permit) return null;
        const due = dueOf(permit, state, world()).find((one) => one.key === key);
        return due?.people.includes(person) ? this.#message(permit, due, person) : null;
      },
      done: () => {},
    });
  }

  #message({ id, number, stop }: Permit, { why, text }: Due, person: string): Message {
    const phone = this.#o.phoneOf(person);
    const demo = this.#o.world().inventory.district.demonstration ? say("zh", "mark.demo") : "";
    const said = `${demo}${text}`;
    const cause = why === "stop" ? (stop?.cause ?? null) : null;
    return {
      text: said,
      body: { permit: id, number, person, why, cause, text: said },
      to: phone === null ? [] : [phone],
    };
  }
}

function dueOf(permit: Permit, state: State, world: World): Due[] {
  return [
    stopped(permit, world),
    missed(permit, world),
    burning(permit, state, world),
    uninspected(permit, world),
  ].filter((due) => due !== null);
}

function stopped(permit: Permit, world: World): Due | null {
  const { id, stop, report, clocks } = permit;
  if (stop === null || stop.confirmedBy !== null) return null;
  // Its clock has come and nobody has confirmed: the state says so after a restart as well.
  const isLate = clocks.stop === undefined;
  const manager = callOf(world.inventory, report.site, "safety-manager").person;
  const place = permitPlace("zh", permit, world);
  const text = say("zh", "hot-work.stop", { place, cause: say("zh", `stop-cause.${stop.cause}`) });
  const people = [report.watcher, ...(isLate ? [manager] : [])];
  return { key: `${id}:${stop.at}`, why: "stop", since: stop.at, people, text };
}

function missed(permit: Permit, world: World): Due | null {
  const { id, checkedInAt, missed: count, report, stop } = permit;
  if (count === 0 || !isWatched(permit) || stop !== null) return null;
  const text = sayOfPermit("zh", "call.check-in", { place: permitPlace("zh", permit, world) });
  const key = `${id}:missed:${checkedInAt}:${count}`;
  return { key, why: "check-in", since: 0, people: [report.watcher], text };
}

/** Where work stands already; work that goes on is stopped by it. Until the watcher has checked in since. */
function burning(permit: Permit, state: State, world: World): Due | null {
  const { id, alarms, checkedInAt, report, state: now } = permit;
  const alarm = state.alarms.get(alarms.at(-1) ?? "");
  if (now !== "fire-watch" || alarm === undefined || alarm.state === "normal") return null;
  if ((checkedInAt ?? 0) >= alarm.raisedAt) return null;
  const text = sayOfPermit("zh", "call.fire", { place: permitPlace("zh", permit, world) });
  const key = `${id}:fire:${alarm.id}`;
  return { key, why: "fire", since: alarm.raisedAt, people: [report.watcher], text };
}

function uninspected(permit: Permit, world: World): Due | null {
  const { id, inspection, report, state } = permit;
  if (state !== "matched" || inspection === null || inspection.acceptedBy !== null) return null;
  if (inspection.need.need === "not-drawn" || inspection.done !== null) return null;
  if (!inspection.remoteAsked && inspection.station !== null) return null;
  const town = world.inventory.sites.get(report.site)?.town ?? "";
  const { settings } = world;
  const since = inspection.remoteAsked ? report.startsAt - settings.hotWork.decideBeforeMs : 0;
  const from = formatDateTime(report.startsAt, settings.utcOffsetMin);
  const place = permitWhere("zh", permit, world);
  const text = sayOfPermit("zh", "call.nobody-accepts", { place, from });
  const people = [world.inventory.towns.get(town)?.leader ?? null];
  const key = `${id}:nobody:${inspection.passed.length}:${inspection.remoteAsked}`;
  return { key, why: "nobody-accepts", since, people, text };
}
