/**
 * What stood at a site in a time, out of the journal, for the marks beside a curve: alarms, permits, tests,
 * what was out of service. In the reader's thread; most events are left by their type unread.
 */
import type { Recorded } from "#rules/event.ts";
import type { State } from "#rules/state.ts";
import type { TrendMark } from "../api/trend-contract.ts";
import { instantOf } from "../id.ts";
import { decodeEvent } from "../journal/codec.ts";
import type { JournalFile } from "../journal/file.ts";
import { before } from "../journal/seek.ts";

export type Mark = {
  readonly kind: TrendMark["kind"];
  readonly id: string;
  readonly at: number;
  /** Its end, ms UTC; null while it stands. */
  readonly until: number | null;
  /** Null where it is of the whole site. */
  readonly device: string | null;
  readonly zone: string | null;
  /** Of an alarm; else null. */
  readonly rule: string | null;
  readonly priority: string | null;
  readonly class: string | null;
  /** Of an alarm: its incident. */
  readonly incident: string | null;
  /** As people say it: of a permit. */
  readonly number: string | null;
};

export type MarksRequest = {
  readonly site: string;
  readonly from: number;
  readonly to: number;
  /** What stands at the site now, however long it has. */
  readonly standing: readonly Mark[];
};
export type Marks = {
  /** Oldest first. */
  readonly marks: readonly Mark[];
  /** The journal was read from here on, ms UTC: what began and ended before is not among them. */
  readonly since: number;
  /** There are more; the newest are here. */
  readonly more: boolean;
};

/** What began earlier, ended later than the range and stands no more is found so far back: no hot work is longer. */
const backMs = 4 * 86_400_000;
/** Events that are looked at for one question: 300,000 take the reader less than a second. */
const mostEvents = 300_000;
const mostMarks = 500;
/** What waited for its turn is journalled later than its id was made, and ids borrow from time. */
const aroundMs = 60_000;

const types: ReadonlySet<string> = new Set([
  ...["alarm-raised", "alarm-moved", "incident-opened", "incident-joined"],
  ...["permit-drafted", "permit-moved", "test-opened", "test-ended"],
  ...["taken-out-of-service", "returned-to-service"],
]);
const typeOf = /"type":"([a-z0-9-]+)"/;
/** The envelope and the type stand at the beginning. */
const headBytes = 400;

export function readMarks(journal: JournalFile, request: MarksRequest): Marks {
  const { from, to } = request;
  const wanted = before(journal, from - backMs);
  const first = Math.max(wanted, before(journal, to) - mostEvents);
  const standing = request.standing.filter(({ at }) => at < to);
  const found = new Found(request, standing, beginnings(journal));
  let since = from - backMs;
  let isFirst = first > wanted;
  for (const { body } of journal.read(first)) {
    const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, headBytes));
    const type = typeOf.exec(head.toString("latin1"))?.[1] ?? "";
    if (!isFirst && !types.has(type)) continue;
    const event = decodeEvent(body);
    if (isFirst) since = event.at;
    isFirst = false;
    if (event.at >= to) break;
    found.take(event);
  }
  const marks = found.all().filter(({ until }) => until === null || until >= from);
  return { marks: marks.slice(-mostMarks), since, more: marks.length > mostMarks };
}

/**
 * Looks up how something began that ended in the range: its id has its instant in it. Of a permit that is from
 * its report to the beginning of the work, else one event.
 */
function beginnings(journal: JournalFile): (id: string) => Recorded[] {
  let left = mostEvents;
  return (id) => {
    const instant = instantOf(id.slice(1, 27));
    if (instant === null || left <= 0) return [];
    const named = Buffer.from(`"${id}"`);
    const events: Recorded[] = [];
    const rows = journal.read(before(journal, instant - aroundMs));
    for (const { body } of rows) {
      left -= 1;
      const isNamed = Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(named);
      const event = isNamed ? decodeEvent(body) : null;
      if (event && types.has(event.type)) events.push(event);
      const isPermit = event?.type === "permit-drafted" || event?.type === "permit-moved";
      const isBegun = event?.type === "permit-moved" && event.to === "active";
      if (left <= 0 || isBegun || (events.length > 0 && !isPermit && event)) break;
    }
    rows.return(undefined);
    return events;
  };
}

type Open = { -readonly [key in keyof Mark]: Mark[key] };

const nothing = { until: null, device: null, zone: null } as const;
const noAlarm = { rule: null, priority: null, class: null, incident: null, number: null } as const;

/** The marks of one site, while its events come in their order. */
class Found {
  readonly #site: string;
  readonly #from: number;
  readonly #beginning: (id: string) => Recorded[];
  readonly #marks = new Map<string, Open>();
  readonly #permits = new Map<string, { number: string; zone: string | null }>();
  /** Of another site, or looked up in vain. */
  readonly #others = new Set<string>();

  constructor(
    { site, from }: MarksRequest,
    standing: readonly Mark[],
    beginning: (id: string) => Recorded[],
  ) {
    this.#site = site;
    this.#from = from;
    this.#beginning = beginning;
    for (const mark of standing) this.#marks.set(mark.id, { ...mark });
  }

  all(): readonly Mark[] {
    return [...this.#marks.values()].sort((a, b) => a.at - b.at);
  }

  take(event: Recorded): void {
    const { at } = event;
    if ("site" in event && event.site !== this.#site) {
      this.#others.add(idOf(event));
      return;
    }
    switch (event.type) {
      case "alarm-raised": {
        const { alarm: id, rule, priority, class: of, device, zone } = event;
        const is = { ...nothing, ...noAlarm, kind: "alarm", id, at, rule } as const;
        this.#marks.set(id, { ...is, priority, class: of, device, zone });
        return;
      }
      case "alarm-moved":
        if (event.to === "normal") this.#end(event.alarm, at);
        return;
      case "incident-opened":
      case "incident-joined": {
        const mark = this.#marks.get(event.alarm);
        if (mark) mark.incident = event.incident;
        return;
      }
      case "permit-drafted":
        if (event.report.site !== this.#site) {
          this.#others.add(event.permit);
          return;
        }
        this.#permits.set(event.permit, { number: event.number, zone: event.report.zone });
        return;
      case "permit-moved":
        return this.#permit(event, at);
      case "test-opened":
        this.#marks.set(event.test, { ...nothing, ...noAlarm, kind: "test", id: event.test, at });
        return;
      case "test-ended":
        return this.#end(event.test, at);
      case "taken-out-of-service": {
        const { record: id, device } = event;
        this.#marks.set(id, { ...nothing, ...noAlarm, kind: "out-of-service", id, at, device });
        return;
      }
      case "returned-to-service":
        return this.#end(event.record, at);
      default:
        return;
    }
  }

  /** From the beginning of the work to its end; the fire watch after it is part of it. */
  #permit({ permit: id, to }: { readonly permit: string; readonly to: string }, at: number): void {
    if (to === "active") {
      if (!this.#permits.has(id)) this.#recall(id);
      const known = this.#permits.get(id);
      if (!known || this.#marks.has(id)) return;
      this.#marks.set(id, { ...nothing, ...noAlarm, kind: "permit", id, at, ...known });
    } else if (to === "closed") this.#end(id, at);
  }

  #end(id: string, at: number): void {
    // What is over before the range has no mark anyway.
    if (!this.#marks.has(id) && at >= this.#from) this.#recall(id);
    const mark = this.#marks.get(id);
    if (mark && mark.until === null) mark.until = at;
  }

  /** It began before what was read. */
  #recall(id: string): void {
    if (this.#others.has(id)) return;
    this.#others.add(id);
    for (const event of this.#beginning(id)) this.take(event);
  }
}

function idOf(event: Recorded): string {
  switch (event.type) {
    case "alarm-raised":
      return event.alarm;
    case "test-opened":
      return event.test;
    case "taken-out-of-service":
      return event.record;
    default:
      return "";
  }
}

/** What stands at a site, as the journal would have begun its mark. */
export function standingAt(state: State, of: string): Mark[] {
  const isHere = ({ site }: { readonly site: string }): boolean => site === of;
  const isOpen = ({ state: now }: { readonly state: string }): boolean => now !== "normal";
  const open = [...state.alarms.values()].filter((alarm) => isHere(alarm) && isOpen(alarm));
  const alarms = open.map((alarm): Mark => {
    const { id, raisedAt: at, device, zone, rule, priority, class: kind, incident } = alarm;
    const is = { ...noAlarm, kind: "alarm", id, at, until: null, device, zone } as const;
    return { ...is, rule, priority, class: kind, incident };
  });
  const tests = [...state.tests.values()].filter(isHere).map(({ id, openedAt: at }): Mark => {
    return { ...nothing, ...noAlarm, kind: "test", id, at };
  });
  const out = [...state.outOfService.values()].filter(isHere).map(({ id, at, device }): Mark => {
    return { ...nothing, ...noAlarm, kind: "out-of-service", id, at, device };
  });
  const permits = [...state.permits.values()].flatMap((permit): Mark[] => {
    const { id, number, report, startedAt: at, state: now } = permit;
    if (at === null || now === "closed" || !isHere(report)) return [];
    return [{ ...nothing, ...noAlarm, kind: "permit", id, at, number, zone: report.zone }];
  });
  return [...alarms, ...tests, ...out, ...permits];
}
