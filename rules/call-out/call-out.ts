/**
 * Calling people out (召集): a whole roster by one act, each person answers 来, 不来 or 已到. Person ids
 * only (DESIGN §3); who they are and how they are reached is known to the outbox alone.
 */

import type { Command } from "../command.ts";
import { openOne } from "../dispatch/command.ts";
import { issue, latestOf, ordersOf, placeOfAlarm, wayTo } from "../dispatch/issue.ts";
import { type Entered, orderAtEnd, type ReportedVia, reportedVia } from "../dispatch/order.ts";
import type { Draft } from "../draft.ts";
import type { Called } from "../incident/incident.ts";
import { canBeOrdered, type Position, type Responder } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import type { Actor, Signal } from "../signal.ts";
import type { State } from "../state.ts";

export const callAnswers = ["comes", "cannot", "arrived"] as const;
export type CallAnswer = (typeof callAnswers)[number];

/** The page under one's own sign-in, the link of the message, or a desk that was told. */
export const callVias = ["page", "link", "desk"] as const;
export type CallVia = (typeof callVias)[number];

export type CalledPerson = {
  /** The roster: a responder's id, or the site's. */
  readonly of: string;
  /** A provider says that the message is there; no answer. */
  delivered: boolean;
  answer: CallAnswer | null;
  answeredAt: number | null;
  via: CallVia | null;
  /** Answers so far that were another than the one before. */
  answers: number;
  /** Of the answer that a desk has entered: by whom, on whose report; null of one's own. */
  entered: Entered | null;
};

export type CallOut = {
  readonly id: string;
  incident: string;
  readonly site: string;
  /** Null where linkage called. */
  readonly by: string | null;
  readonly at: number;
  readonly people: Map<string, CalledPerson>;
};

export type CallOutEvent =
  | {
      readonly type: "call-out-issued";
      readonly callOut: string;
      readonly incident: string;
      readonly site: string;
      readonly by: string | null;
      /** By roster. */
      readonly people: Readonly<Record<string, readonly string[]>>;
    }
  | {
      readonly type: "call-out-delivered";
      readonly callOut: string;
      readonly incident: string;
      readonly person: string;
    }
  | {
      readonly type: "call-out-answered";
      readonly callOut: string;
      readonly incident: string;
      readonly person: string;
      readonly answer: CallAnswer;
      readonly via: CallVia;
      /** Of a desk: who entered it, on whose report (a person), and how that came. */
      readonly by: string | null;
      readonly reportedBy?: string;
      readonly reportedVia?: ReportedVia;
    };

/** Of one call-out; a roster of the inventory has 500 at most. */
export const mostCalled = 1000;
/** Brigades of one area: each gets an order in the same turn. */
export const mostBrigades = 200;

/** A town's id, or a ring of WGS-84 [lng, lat] whose last pair is the first. */
export type CallArea =
  | { readonly town: string }
  | { readonly ring: readonly (readonly [number, number])[] };

export type CallOutFor = {
  /** Ids of responders. */
  readonly rosters?: readonly string[];
  /** The roster of the incident's site, and of the park it stands in. */
  readonly site?: true;
  /** Village and enterprise brigades in it. */
  readonly area?: CallArea;
};

export function callOutByPerson(
  draft: Draft,
  command: Command & { command: "call-out" },
  actor: Actor,
): void {
  const incident = openOne(draft, command.incident, "call-out", actor);
  if (!incident) return;
  const refusal = callOut(draft, incident, command, actor.person);
  if (refusal !== null) draft.refuse("call-out", refusal, actor.person);
}

/** Gives why nobody is called, or null. */
export function callOut(
  draft: Draft,
  incident: Called,
  wanted: CallOutFor,
  by: string | null,
): string | null {
  const { responders } = draft.world.inventory;
  const named = wanted.rosters ?? [];
  if (named.some((id) => responders.get(id) === undefined)) return "unknown-station";
  const brigades = wanted.area ? brigadesIn(draft, wanted.area) : [];
  if (brigades.length > mostBrigades) return "too-many-brigades";
  const rosters = [
    ...(wanted.site ? rostersOfSite(draft, incident.site) : []),
    ...[...named.flatMap((id) => responders.get(id) ?? []), ...brigades].map(
      ({ id, roster = [] }) => ({ id, roster }),
    ),
  ];
  const called = alreadyCalled(draft, incident.id);
  const known = rosters.some(({ roster }) => roster.length > 0);
  const people: Record<string, readonly string[]> = {};
  let count = 0;
  for (const { id, roster } of rosters) {
    const fresh = roster.filter((person) => !called.has(person));
    for (const person of fresh) called.add(person);
    if (fresh.length > 0) people[id] = fresh;
    count += fresh.length;
  }
  if (count > mostCalled) return "too-many-people";
  const ordered = orderBrigades(draft, incident, brigades, by);
  if (count === 0) return ordered > 0 ? null : known ? "already-called" : "nobody-to-call";
  const { id, site } = incident;
  const event = { callOut: draft.newId("C"), incident: id, site, by, people } as const;
  draft.add({ type: "call-out-issued", ...event });
  return null;
}

type Roster = { readonly id: string; readonly roster: readonly string[] };

function rostersOfSite({ world }: Draft, site: string): Roster[] {
  const own = world.inventory.sites.get(site);
  const park = own?.parent === undefined ? undefined : world.inventory.sites.get(own.parent);
  return [own, park].flatMap((one) =>
    one?.roster === undefined ? [] : [{ id: one.id, roster: one.roster }],
  );
}

function alreadyCalled({ state, events }: Draft, incident: string): Set<string> {
  const called = new Set<string>();
  for (const one of state.callOuts.values()) {
    if (one.incident === incident) for (const person of one.people.keys()) called.add(person);
  }
  for (const event of events) {
    if (event.type !== "call-out-issued" || event.incident !== incident) continue;
    for (const person of Object.values(event.people).flat()) called.add(person);
  }
  return called;
}

/** Village and enterprise brigades that may be ordered and stand there. */
function brigadesIn({ world }: Draft, area: CallArea): Responder[] {
  if ("town" in area) return world.inventory.brigadesOf(area.town).filter(isCallable);
  return callableBrigades(world.inventory).filter((one) => isWithin(one.position, area.ring));
}

/** Brigades that somebody may call by area. */
export function callableBrigades({ towns, brigadesOf }: InventoryIndex): Responder[] {
  return [...towns.keys()].flatMap((town) => brigadesOf(town).filter(isCallable));
}

function isCallable(one: Responder): boolean {
  return one.kind === "brigade" && canBeOrdered(one) && one.authority !== "via-119";
}

/** A brigade that is called also has its order: its box rings, and the card knows it. */
function orderBrigades(
  draft: Draft,
  incident: Called,
  brigades: readonly Responder[],
  by: string | null,
): number {
  const fresh = brigades.filter(({ id }) => !isOrdered(draft, incident, id));
  if (fresh.length === 0) return 0;
  const { alarm, priority } = latestOf(draft, incident);
  const to = { incident: incident.id, alarm, priority, place: placeOfAlarm(draft, alarm) };
  for (const { id } of fresh) {
    issue(draft, to, wayTo(draft, id, to.place), by === null ? "linkage" : "by-person", by);
  }
  return fresh.length;
}

/** Has an open order of the incident, or gets one by this very decision. */
export function isOrdered(draft: Draft, incident: Called, station: string): boolean {
  return (
    ordersOf(draft, incident).some((o) => o.station === station && !orderAtEnd(o.state)) ||
    draft.events.some(
      (e) => e.type === "order-issued" && e.incident === incident.id && e.station === station,
    )
  );
}

/** A circle as a ring of 32 corners: what stands within `km` of a place. */
export function ringAround(
  { lng, lat }: Pick<Position, "lng" | "lat">,
  km: number,
): readonly (readonly [number, number])[] {
  const degreesLat = km / 111.32;
  const degreesLng = degreesLat / Math.cos((lat * Math.PI) / 180);
  const corner = (i: number): readonly [number, number] => {
    const angle = ((i % 32) * Math.PI) / 16;
    return [lng + degreesLng * Math.cos(angle), lat + degreesLat * Math.sin(angle)];
  };
  return Array.from({ length: 33 }, (_, i) => corner(i));
}

/** Even-odd rule over the ring's edges; a point on an edge may fall either way. */
export function isWithin(
  { lng, lat }: Pick<Position, "lng" | "lat">,
  ring: readonly (readonly [number, number])[],
): boolean {
  let within = false;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [x1, y1] = ring[i] as readonly [number, number];
    const [x2, y2] = ring[i + 1] as readonly [number, number];
    const crosses = y1 > lat !== y2 > lat;
    if (crosses && lng < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) within = !within;
  }
  return within;
}

/** A person may be undecided so often; then there is a pause between two answers, then the desk. */
export const answersBound = { freely: 5, pauseMs: 60_000, most: 20 } as const;

type Answered = { readonly callOut: string; readonly person: string; readonly answer: CallAnswer };
type Judged = {
  readonly is: "new" | "same" | "refused";
  readonly why: string;
  readonly inMs?: number;
};

/**
 * What an answer is worth: new, the same again, or refused with a code. Pure, for whoever takes it in
 * asks first: what changes nothing becomes no event, however often a link is opened.
 */
export function judgeAnswer(
  { callOuts, incidents }: Pick<State, "callOuts" | "incidents">,
  { callOut, person, answer }: Answered,
  at: number,
  isByDesk = false,
): Judged {
  const refused = (why: string, inMs?: number): Judged =>
    inMs === undefined ? { is: "refused", why } : { is: "refused", why, inMs };
  const found = callOuts.get(callOut);
  if (!found) return refused("unknown-call-out");
  const called = found.people.get(person);
  if (!called) return refused("not-called");
  const incident = incidents.get(found.incident);
  if (!incident || incident.closedAt !== null) return refused("closed");
  if (called.answer === answer) return { is: "same", why: "" };
  // Who is here has come; what is said after that is of another day.
  if (called.answer === "arrived") return refused("has-arrived");
  if (isByDesk || called.answers < answersBound.freely) return { is: "new", why: "" };
  if (called.answers >= answersBound.most) return refused("too-many-answers");
  const waitMs = (called.answeredAt ?? 0) + answersBound.pauseMs - at;
  return waitMs > 0 ? refused("too-many-answers", waitMs) : { is: "new", why: "" };
}

/** A person answers, by page or link. */
export function decideCallAnswer(draft: Draft, signal: Signal & { kind: "call-answer" }): void {
  answer(draft, signal, signal.person, { via: signal.via, by: null });
}

/** The desk enters it for somebody who has said so by telephone or radio, or had it said. */
export function answerForPerson(
  draft: Draft,
  command: Command & { command: "answer-call-out" },
  { person: by }: Actor,
): void {
  const { reportedBy = command.person, via = "phone" } = command;
  const refuse = (why: string): void => draft.refuse("answer-call-out", why, by);
  if (!reportedVia.includes(via)) return refuse("unknown-way");
  // Who speaks for somebody is called as well, or has come to the desk: the log names nobody else.
  const { people } = draft.state.callOuts.get(command.callOut) ?? {};
  if (people && reportedBy !== command.person && reportedBy !== by && !people.has(reportedBy)) {
    return refuse("unknown-reporter");
  }
  answer(draft, command, by, { via: "desk", by, reportedBy, reportedVia: via });
}

function answer(
  draft: Draft,
  answered: Answered,
  who: string,
  how: Pick<
    CallOutEvent & { type: "call-out-answered" },
    "via" | "by" | "reportedBy" | "reportedVia"
  >,
): void {
  const { is, why } = judgeAnswer(draft.state, answered, draft.at, how.by !== null);
  if (is === "refused") return draft.refuse("answer-call-out", why, who);
  const { callOut, person, answer: word } = answered;
  const incident = draft.state.callOuts.get(callOut)?.incident;
  if (is === "same" || incident === undefined) return;
  draft.add({ type: "call-out-answered", callOut, incident, person, answer: word, ...how });
}

export function decideCallDelivery(
  draft: Draft,
  { callOut: id, person }: Signal & { kind: "call-delivery" },
): void {
  const found = draft.state.callOuts.get(id);
  const called = found?.people.get(person);
  if (!found || !called || called.delivered) return;
  draft.add({ type: "call-out-delivered", callOut: id, incident: found.incident, person });
}
