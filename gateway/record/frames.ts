/**
 * Frames of a replay: after each turn of the journal what it changed of one card. A fire of a whole
 * warehouse has thousands of turns; then those close together become one, so that an answer stays small.
 */
import type { Recorded } from "#rules/event.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { AlarmRow, CardHead, OrderRow, RecordFrame } from "../api/contract.ts";
import { alarmRow, cardHead, orderRow } from "../views/cards.ts";
import type { Sight } from "../views/sight.ts";

export const mostFrames = 2000;
export const mostFrameBytes = 8_000_000;

type Sized = RecordFrame & { readonly bytes: number };

/** Events after which every alarm may read otherwise. */
const changesAll: ReadonlySet<string> = new Set<Recorded["type"]>([
  ...(["artefact-adopted", "site-code-set", "incident-merged", "incident-split"] as const),
  ...(["taken-out-of-service", "returned-to-service", "panel-noted"] as const),
]);

export class Frames {
  readonly #sent = new Map<string, string>();
  #frames: Sized[] = [];
  #dirty = new Set<string>();
  #all = true;
  #waits: { readonly position: number; readonly at: number; readonly signal: string } | null = null;

  /** Before an event is folded: the turn before it has ended where this one is another's. */
  endTurn(event: Recorded, sight: () => Sight, incident: Incident | undefined): void {
    if (this.#waits && this.#waits.signal !== event.signal) this.#draw(sight(), incident);
  }

  /** After it was folded, and it touches the incident. */
  note(event: Recorded): void {
    const { position, at, signal } = event;
    this.#waits = { position, at, signal };
    if ("alarm" in event && event.alarm !== null) this.#dirty.add(event.alarm);
    if (changesAll.has(event.type)) this.#all = true;
  }

  /** All of them, with the last turn. */
  end(sight: Sight, incident: Incident | undefined): RecordFrame[] {
    this.#draw(sight, incident);
    for (let apartMs = 250; this.#isTooMuch(); apartMs *= 2)
      this.#frames = thinned(this.#frames, apartMs);
    return this.#frames.map(({ bytes: _, ...frame }) => frame);
  }

  #isTooMuch(): boolean {
    // Two are never made one: where it began stays as it was.
    if (this.#frames.length <= 2) return false;
    const bytes = this.#frames.reduce((sum, frame) => sum + frame.bytes, 0);
    return this.#frames.length > mostFrames || bytes > mostFrameBytes;
  }

  #draw(sight: Sight, incident: Incident | undefined): void {
    const of = this.#waits;
    this.#waits = null;
    if (!of || !incident) return;
    const { state } = sight;
    const own = (id: string): boolean => incident.alarms.includes(id);
    const alarms = (this.#all ? incident.alarms : [...this.#dirty].filter(own))
      .flatMap((id) => state.alarms.get(id) ?? [])
      .map((alarm) => alarmRow(sight, alarm))
      .filter((row) => this.#isOther(row.id, row));
    const orders = incident.orders
      .flatMap((id) => state.orders.get(id) ?? [])
      .map((order) => orderRow(sight, order))
      .filter((row) => this.#isOther(row.id, row));
    const head = cardHead(sight, incident);
    this.#put(of, {
      head: this.#isOther("", head) ? head : null,
      alarms,
      orders,
      gone: this.#all ? this.#gone(incident) : [],
    });
    this.#dirty = new Set();
    this.#all = false;
  }

  #gone({ alarms, orders }: Incident): string[] {
    const has = new Set([...alarms, ...orders, ""]);
    const gone = [...this.#sent.keys()].filter((id) => !has.has(id));
    for (const id of gone) this.#sent.delete(id);
    return gone;
  }

  #put(
    { position, at }: Pick<RecordFrame, "position" | "at">,
    change: Omit<RecordFrame, "position" | "at">,
  ): void {
    const { head, alarms, orders, gone } = change;
    if (head === null && alarms.length + orders.length + gone.length === 0) return;
    const frame: RecordFrame = { position, at, ...change };
    this.#frames.push({ ...frame, bytes: JSON.stringify(frame).length });
  }

  #isOther(id: string, row: AlarmRow | OrderRow | CardHead): boolean {
    const text = JSON.stringify(row);
    if (this.#sent.get(id) === text) return false;
    this.#sent.set(id, text);
    return true;
  }
}

/** Frames nearer than that to the one before are laid over it; the first stays as it is. */
function thinned(frames: readonly Sized[], apartMs: number): Sized[] {
  const groups: Sized[][] = [];
  for (const frame of frames) {
    const group = groups.at(-1);
    const [begun] = group ?? [];
    if (groups.length > 1 && begun && frame.at - begun.at < apartMs) group?.push(frame);
    else groups.push([frame]);
  }
  return groups.flatMap(together);
}

/** One frame that does what all of them do; it comes when the first did, so that no step comes late. */
function together(group: readonly Sized[]): Sized[] {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last || first === last) return first ? [first] : [];
  const gone = new Set<string>();
  const alarms = new Map<string, AlarmRow>();
  const orders = new Map<string, OrderRow>();
  let head: RecordFrame["head"] = null;
  for (const frame of group) {
    head = frame.head ?? head;
    for (const id of frame.gone) {
      gone.add(id);
      alarms.delete(id);
      orders.delete(id);
    }
    for (const row of frame.alarms) alarms.set(row.id, row);
    for (const row of frame.orders) orders.set(row.id, row);
  }
  const frame: RecordFrame = {
    ...{ position: last.position, at: first.at, head, gone: [...gone] },
    ...{ alarms: [...alarms.values()], orders: [...orders.values()] },
  };
  return [{ ...frame, bytes: JSON.stringify(frame).length }];
}
