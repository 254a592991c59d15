/**
 * Tasks of hot work (检查任务) on their way to a station's box: to inspect, to know of a permit that nobody
 * has to inspect, and that a task has gone to another station. They have a topic of their own, for they
 * are no order: nothing sounds, and an alarm goes first.
 *
 * As orders do, they come out of the committed state: which station has a task in which revision
 * (`taskRevision`), and what its box has confirmed.
 */
import { isOver } from "#rules/hot-work/lifecycle.ts";
import { inspects } from "#rules/hot-work/matching.ts";
import { type Inspection, type Permit, taskRevision } from "#rules/hot-work/permit.ts";
import type { SignalBody } from "#rules/signal.ts";
import { permitWhere, type TaskKind, taskText } from "#rules/text/permit.ts";
import type { Topics } from "../identity/topics.ts";
import { both } from "../views/sight.ts";
import type { CalledOptions } from "./called.ts";

export type TaskOptions = Pick<CalledOptions, "state" | "world" | "webhooks" | "phoneOf"> & {
  readonly topics: Topics;
  readonly send: (topic: string, message: object, tag?: string) => void;
  readonly push: (body: SignalBody) => void;
};

/** Telephones of a station that one message tries. */
const mostNumbers = 3;

type Matched = Permit & { readonly inspection: Inspection };

export class InspectionTasks {
  readonly #o: TaskOptions;

  constructor(options: TaskOptions) {
    this.#o = options;
  }

  /** What no station has confirmed yet. */
  resend(): void {
    for (const permit of this.#matched()) if (isDue(permit)) this.#send(permit);
  }

  /** Where a permit is now: its station is told, and the one that had the task before. */
  tell(id: string): void {
    const permit = this.#o.state.permits.get(id);
    if (!permit || !isMatched(permit)) return;
    const before = permit.inspection.passed.at(-1);
    if (before !== undefined && before !== permit.inspection.station) {
      this.#publish(permit, before, "withdrawn");
    }
    if (isDue(permit)) this.#send(permit);
  }

  /** Its box is there (again), and may have forgotten. */
  connected(station: string): void {
    for (const permit of this.#matched()) {
      const { station: now, passed } = permit.inspection;
      if (now === station) this.#publish(permit, station, kindOf(permit, station));
      else if (passed.includes(station)) this.#publish(permit, station, "withdrawn");
    }
  }

  #matched(): Matched[] {
    return [...this.#o.state.permits.values()].filter(isMatched);
  }

  #send(permit: Matched): void {
    const { station } = permit.inspection;
    if (station === null) return;
    const responder = this.#o.world().inventory.responders.get(station);
    // What is not ours to order is told nothing by itself (authority via-119).
    if (responder?.authority === "via-119") return;
    const channel = responder?.channels?.[0] ?? { kind: "mqtt" as const };
    if (channel.kind === "mqtt") return this.#publish(permit, station, kindOf(permit, station));
    this.#call(permit, station, channel.endpoint);
  }

  #publish(permit: Matched, station: string, kind: TaskKind): void {
    const tag =
      kind === "withdrawn" ? undefined : `${permit.id}:${taskRevision(permit.inspection)}`;
    this.#o.send(this.#o.topics.task(station), this.#message(permit, station, kind), tag);
  }

  #call({ id, inspection }: Matched, station: string, endpoint: string): void {
    const { state, webhooks, push, world } = this.#o;
    const revision = taskRevision(inspection);
    webhooks.send({
      ...{ endpoint, key: `${id}:${revision}:task` },
      message: () => {
        const permit = state.permits.get(id);
        if (!permit || !isMatched(permit) || !isDue(permit)) return null;
        if (permit.inspection.station !== station) return null;
        const kind = kindOf(permit, station);
        const text = taskText("zh", kind, permit, world());
        return { text, body: this.#message(permit, station, kind), to: this.#numbersOf(station) };
      },
      done: () => push({ kind: "task-delivery", station, permit: id, revision }),
    });
  }

  #numbersOf(station: string): string[] {
    const { roster = [] } = this.#o.world().inventory.responders.get(station) ?? {};
    return roster.flatMap((person) => this.#o.phoneOf(person) ?? []).slice(0, mostNumbers);
  }

  #message(permit: Matched, station: string, kind: TaskKind) {
    const world = this.#o.world();
    const { id, number, class: of, report, inspection } = permit;
    const { kind: work, floor, spot, startsAt, endsAt } = report;
    return {
      ...{ v: 1, permit: id, number, revision: taskRevision(inspection), kind, station },
      ...{ class: of, work, floor, startsAt, endsAt, expectedAt: inspection.expectedAt },
      place: {
        ...both((language) => permitWhere(language, permit, world)),
        ...{ ...spot, datum: "WGS-84" },
      },
      what: both((language) => taskText(language, kind, permit, world)),
    };
  }
}

function isMatched(permit: Permit): permit is Matched {
  return permit.inspection !== null && !isOver(permit.state);
}

function isDue({ inspection }: Matched): boolean {
  return inspection.station !== null && inspection.deliveredRevision < taskRevision(inspection);
}

function kindOf(permit: Matched, station: string): TaskKind {
  const isAsked = permit.inspection.need.need !== "not-drawn" && inspects(permit, station);
  return isAsked ? "inspect" : "notice";
}
