/**
 * What the journal knows of a stretch of time, for a back-test: alarms of a rule as they were, when the
 * gateway was away, when incidents were open. Reads the stretch and what led up to it, not the whole.
 */
import type { Recorded } from "#rules/event.ts";
import { decodeEvent } from "../journal/codec.ts";
import type { JournalFile } from "../journal/file.ts";
import { before } from "../journal/seek.ts";
import type { Around, Span } from "./backtest.ts";

export type RealSpan = Span & {
  readonly device: string;
  readonly point: string;
  readonly alarm: string;
};

export type JournalFacts = {
  readonly alarms: readonly RealSpan[];
  /** By site, in order of time. */
  readonly around: ReadonlyMap<string, readonly Around[]>;
};

/** What stands for longer than that before the stretch is not seen. */
const lookBackMs = 7 * 86_400_000;

export function journalFacts(
  journal: JournalFile,
  rule: string,
  sites: ReadonlySet<string>,
  { from, to }: { readonly from: number; readonly to: number },
): JournalFacts {
  const alarms = new Alarms(rule);
  const around = new Map([...sites].map((site) => [site, [] as Around[]] as const));
  const open = new Map<string, Set<string>>();
  const siteOf = new Map<string, string>();
  const incident = (id: string, at: number, isOpen: boolean): void => {
    const site = siteOf.get(id);
    const list = site === undefined ? undefined : around.get(site);
    if (site === undefined || !list) return;
    const ids = open.get(site) ?? new Set<string>();
    open.set(site, ids);
    const before = ids.size > 0;
    if (isOpen) ids.add(id);
    else ids.delete(id);
    if (before !== ids.size > 0) list.push({ at, what: "incident", open: ids.size > 0 });
  };
  for (const event of eventsOf(journal, from - lookBackMs, to)) {
    alarms.take(event);
    switch (event.type) {
      case "gateway-started": {
        const { aliveUntil, at } = event;
        for (const list of around.values()) {
          if (aliveUntil !== null) list.push({ at: Math.min(aliveUntil, at), what: "away" });
          list.push({ at, what: "back" });
        }
        break;
      }
      case "incident-opened":
        siteOf.set(event.incident, event.site);
        incident(event.incident, event.at, true);
        break;
      case "incident-reopened":
        incident(event.incident, event.at, true);
        break;
      case "incident-closed":
      case "incident-merged":
        incident(event.incident, event.at, false);
        break;
      default:
    }
  }
  for (const list of around.values()) list.sort((a, b) => a.at - b.at);
  return { alarms: alarms.end().filter((one) => one.to === null || one.to >= from), around };
}

/** Alarms of one rule: while their condition was active, as the journal says. */
class Alarms {
  readonly #rule: string;
  readonly #known = new Map<string, { readonly device: string; readonly point: string }>();
  readonly #since = new Map<string, number>();
  readonly #spans: RealSpan[] = [];

  constructor(rule: string) {
    this.#rule = rule;
  }

  take(event: Recorded): void {
    if (event.type === "alarm-raised" && event.rule === this.#rule) {
      const device = `${event.site}/${event.device}`;
      this.#known.set(event.alarm, { device, point: event.point });
      if (event.condition === "active") this.#since.set(event.alarm, event.at);
    } else if (event.type === "alarm-condition" && this.#known.has(event.alarm)) {
      if (event.condition === "inactive") this.#end(event.alarm, event.at);
      // What becomes unknown neither ends nor begins.
      if (event.condition === "active" && !this.#since.has(event.alarm)) {
        this.#since.set(event.alarm, event.at);
      }
    } else if (event.type === "alarm-moved" && event.to === "normal") {
      this.#end(event.alarm, event.at);
    }
  }

  end(): RealSpan[] {
    for (const alarm of [...this.#since.keys()]) this.#end(alarm, null);
    return this.#spans.sort((a, b) => a.from - b.from);
  }

  #end(alarm: string, to: number | null): void {
    const from = this.#since.get(alarm);
    const known = this.#known.get(alarm);
    this.#since.delete(alarm);
    if (from !== undefined && known) this.#spans.push({ ...known, alarm, from, to });
  }
}

/** From the first at `from` or later to the last before `to`: found by halves, for time goes one way. */
function* eventsOf(journal: JournalFile, from: number, to: number): Generator<Recorded> {
  for (const { body } of journal.read(before(journal, from))) {
    const event = decodeEvent(body);
    if (event.at >= to) return;
    yield event;
  }
}
