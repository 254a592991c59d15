/**
 * What a crew may do with an order, what their phone sounds like, and what stands on top. Pure: the
 * same orders give the same page.
 */
import type { CalledOutRow, CalledRow, CrewOrder, CrewOrders } from "#gateway/api/contract.ts";
import { judgeReply, type OrderReply, orderAtEnd } from "#rules/dispatch/order.ts";
import { type Language, say } from "#rules/text/render.ts";
import type { SoundKind } from "../shared/sound-choice.ts";

type Row = CrewOrder["order"];

/**
 * The answers offered: the next step, and where there is one the way out. The gateway would take a
 * later step too; a page that offers all six at once invites the wrong one.
 */
export function repliesFor({
  kind,
  state,
  recallAwaited = false,
}: Pick<Row, "kind" | "state"> & Partial<Pick<Row, "recallAwaited">>): OrderReply[] {
  // Who is only told (警情通报) is not sent, and answers nothing.
  if (kind === "notify" && state === "issued") return [];
  // Who stands by (预警,暂不出动) does not go before it is told to.
  if (kind === "stand-by" && state === "accepted") return ["refused"];
  // A recall is heard before anybody is back.
  if (state === "recalled" && recallAwaited) return ["accepted", "returned"];
  const next: Readonly<Record<Row["state"], readonly OrderReply[]>> = {
    issued: ["accepted", "refused"],
    accepted: ["turned-out", "refused"],
    "turned-out": ["on-scene"],
    "on-scene": ["controlled"],
    controlled: ["returned"],
    refused: ["accepted"],
    recalled: ["returned"],
    returned: [],
  };
  return next[state].filter((reply) => judgeReply(state, reply) === "moves");
}

/** In force, or a recall the crew has not come back from; the rest is history. */
export function isOpen({ state }: Pick<Row, "state">): boolean {
  return !orderAtEnd(state) || state === "recalled";
}

/** Waits for the crew: it sounds and stands on top. */
export function waits({ kind, state }: Pick<Row, "kind" | "state">): boolean {
  return (state === "issued" && kind !== "notify") || state === "recalled";
}

/** Open ones first, those that wait before the others, then the newest; history behind. */
export function arrange(orders: readonly CrewOrder[]): { open: CrewOrder[]; ended: CrewOrder[] } {
  const newest = (a: CrewOrder, b: CrewOrder): number => b.order.issuedAt - a.order.issuedAt;
  const sorted = [...orders].sort(
    (a, b) => Number(waits(b.order)) - Number(waits(a.order)) || newest(a, b),
  );
  return {
    open: sorted.filter(({ order }) => isOpen(order)),
    ended: orders.filter(({ order }) => !isOpen(order)).sort(newest),
  };
}

/** What was silenced or heard: an order in this revision and this part of its life. */
export function soundKey({ id, revision, state }: Row): string {
  return `${id}:${revision}:${state === "issued" || state === "recalled" ? state : "taken"}`;
}

/** What was silenced: this call of this person. */
export function callKey({ alarm, to, at }: Pick<CalledRow, "alarm" | "to" | "at">): string {
  return `call:${alarm}:${to}:${at}`;
}

/** What was silenced: one call-out of this person. */
export function callOutKey({ callOut, person }: Pick<CalledOutRow, "callOut" | "person">): string {
  return `call-out:${callOut}:${person}`;
}

export type SoundInput = {
  readonly orders: readonly CrewOrder[];
  /** What this very person is called for. */
  readonly calls?: readonly CalledRow[];
  /** What this very person is called out for (召集). */
  readonly callOuts?: readonly CalledOutRow[];
  readonly lost: boolean;
  /** The loss of the link was silenced by hand. */
  readonly lostSilenced: boolean;
  readonly silenced: ReadonlySet<string>;
  readonly now: number;
};

export type CrewSound = { readonly kind: SoundKind; readonly keys: readonly string[] };

/** A page that is opened hours later does not cry about a recall of this morning. */
const recallSoundsForMs = 2 * 3_600_000;

const urgency: readonly SoundKind[] = ["P0", "P1-fire", "P1-suppression", "P2", "P3"];

/** One sound at a time, the most urgent; null is silence. */
export function soundFor(input: SoundInput): CrewSound | null {
  if (input.lost && !input.lostSilenced) return { kind: "lost", keys: [] };
  const sounding = new Map<SoundKind, string[]>();
  const add = (key: string, kind: SoundKind | null): void => {
    if (kind && !input.silenced.has(key)) {
      sounding.set(kind, [...(sounding.get(kind) ?? []), key]);
    }
  };
  for (const one of input.orders) add(soundKey(one.order), soundOf(one, input.now));
  for (const call of input.calls ?? []) add(callKey(call), soundOfCall(call));
  // Who is called out is asked until there is an answer, as a crew is by its order.
  for (const one of input.callOuts ?? []) {
    add(callOutKey(one), one.answer === null ? "P1-fire" : null);
  }
  for (const kind of urgency) {
    const keys = sounding.get(kind);
    if (keys) return { kind, keys };
  }
  return null;
}

/** The page asks for a touch: something calls, and the browser lets nothing be heard before one. */
export function asksForTouch(running: boolean, now: CrewSound | null, isTouched: boolean): boolean {
  return !isTouched && !running && now !== null && now.kind !== "lost";
}

function soundOf({ order, class: of }: CrewOrder, now: number): SoundKind | null {
  const { state, kind, priority, revision } = order;
  if (state === "recalled") return now - order.issuedAt < recallSoundsForMs ? "P2" : null;
  if (orderAtEnd(state)) return null;
  // Who has answered already hears once that the order has changed.
  if (state !== "issued") return revision > 1 ? "P3" : null;
  if (kind === "notify") return "P3";
  if (priority === "P0") return "P0";
  if (priority === "P1") return isSentFor(of) ? "P1-fire" : "P1-suppression";
  return "P2";
}

/** Somebody is called until the alarm is acknowledged, whoever does it. */
function soundOfCall({ acknowledgedAt, priority, class: of }: CalledRow): SoundKind | null {
  if (acknowledgedAt !== null) return null;
  if (priority === "P0") return "P0";
  return isSentFor(of) ? "P1-fire" : "P1-suppression";
}

/** A flood and a rescue sound as a fire does. */
function isSentFor(of: CalledRow["class"]): boolean {
  return of === "fire" || of === "emergency";
}

/** An answer that was not sent is of no use any more once the order has moved on by itself. */
export function stillWanted(view: CrewOrders, order: string, reply: OrderReply): boolean {
  const one = view.orders.find((candidate) => candidate.order.id === order);
  return one !== undefined && judgeReply(one.order.state, reply) === "moves";
}

/** The gateway's text for a box says 【演示】 itself; the page has a mark of its own for it. */
export function withoutMark(language: Language, text: string): string {
  const mark = say(language, "mark.demo");
  return text.startsWith(mark) ? text.slice(mark.length).trimStart() : text;
}

/** What happened, without saying again where: that stands above it in larger letters. */
export function happening(language: Language, one: Pick<CrewOrder, "what" | "place">): string {
  const what = withoutMark(language, one.what[language]);
  const place = one.place[language];
  // In English a colon stands between the two.
  return what.startsWith(place) ? what.slice(place.length).replace(/^[\s:]+/, "") || what : what;
}

/** "Way, kind of the time · doubt · doubt": the doubts stand apart, so that they are seen. */
export function wayAndDoubts(why: string): { way: string; doubts: string[] } {
  const [way = "", ...doubts] = why.split(" · ");
  return { way, doubts };
}

/** Whose page this is: the address, else the scope of a station's own account, else a choice. */
export function stationOf(search: string, person: { role: string; scope: string }): string | null {
  const asked = new URLSearchParams(search).get("station");
  if (asked !== null && /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(asked)) return asked;
  return person.role === "station" && person.scope !== "*" ? person.scope : null;
}
