/**
 * What stood at a site in a time, out of the journal, for the marks beside a curve: alarms, permits, tests,
 * what was out of service. In the reader's thread; most events are left by their type unread.
 */
import type { Recorded } from "#rules/event.ts";
import type { TrendMark } from "../api/trend-contract.ts";
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

export type MarksRequest = { readonly site: string; readonly from: number; readonly to: number };
export type Marks = {
  /** Oldest first. */
  readonly marks: readonly Mark[];
  /** The journal was read from here on, ms UTC: what began and ended before is not among them. */
  readonly since: number;
  /** There are more; the newest are here. */
  readonly more: boolean;
};

/** What began earlier and still stands is found so far back. */
const backMs = 86_400_000;
/** Events that are looked at for one question: 300,000 take the reader less than a second. */
const mostEvents = 300_000;
const mostMarks = 500;

const types: ReadonlySet<string> = new Set([
  ...["alarm-raised", "alarm-moved", "incident-opened", "incident-joined"],
  ...["permit-drafted", "permit-moved", "test-opened", "test-ended"],
  ...["taken-out-of-service", "returned-to-service"],
]);
const typeOf = /"type":"([a-z0-9-]+)"/;
/** The envelope and the type stand at the beginning. */
const headBytes = 400;

export function readMarks(journal: JournalFile, { site, from, to }: MarksRequest): Marks {
  const wanted = before(journal, from - backMs);
  const first = Math.max(wanted, before(journal, to) - mostEvents);
  const found = new Found(site);
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

type Open = { -readonly [key in keyof Mark]: Mark[key] };

const nothing = { until: null, device: null, zone: null } as const;
const noAlarm = { rule: null, priority: null, class: null, incident: null, number: null } as const;

/** The marks of one site, while its events come in their order. */
class Found {
  readonly #site: string;
  readonly #marks = new Map<string, Open>();
  readonly #permits = new Map<string, { number: string; zone: string | null }>();

  constructor(site: string) {
    this.#site = site;
  }

  all(): readonly Mark[] {
    return [...this.#marks.values()].sort((a, b) => a.at - b.at);
  }

  take(event: Recorded): void {
    const { at } = event;
    if ("site" in event && event.site !== this.#site) return;
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
        if (event.report.site !== this.#site) return;
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
    const known = this.#permits.get(id);
    if (!known) return;
    if (to === "active" && !this.#marks.has(id)) {
      this.#marks.set(id, { ...nothing, ...noAlarm, kind: "permit", id, at, ...known });
    }
    if (to === "closed") this.#end(id, at);
  }

  #end(id: string, at: number): void {
    const mark = this.#marks.get(id);
    if (mark && mark.until === null) mark.until = at;
  }
}
