/**
 * The 1-3-5 clock of an incident: the site's own micro station at the point within 1 min, neighbours
 * within 3 min, a rescue station within 5, 10 or 15 min as the area promises. It runs from receipt;
 * who is late is said once. Where nobody of a step was sent, nobody is late.
 */
import type { Draft } from "../draft.ts";
import { townOf } from "../incident/about.ts";
import { type Incident, isCalledOff } from "../incident/incident.ts";
import type { ArrivalClass, Site, Town } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import type { Settings } from "../settings.ts";
import { type Order, orderAtEnd } from "./order.ts";

export const arrivalSteps = ["micro", "neighbours", "station"] as const;
export type ArrivalStep = (typeof arrivalSteps)[number];

export type ArrivalMark = {
  /** Null: the area promises nothing. */
  readonly limitAt: number | null;
  readonly reachedAt: number | null;
  /** Judged at its limit: `late`, or nobody of it was sent. */
  readonly verdict: "late" | "nobody-sent" | "called-off" | null;
};

export type Arrival = {
  readonly from: number;
  readonly class: ArrivalClass;
  readonly marks: Readonly<Record<ArrivalStep, ArrivalMark>>;
};

export type ArrivalEvent =
  | {
      readonly type: "arrival-clock-started";
      readonly incident: string;
      readonly from: number;
      readonly class: ArrivalClass;
      readonly limits: Readonly<Record<ArrivalStep, number | null>>;
    }
  | {
      readonly type: "arrival-reached";
      readonly incident: string;
      readonly step: ArrivalStep;
      readonly order: string;
    }
  | {
      readonly type: "arrival-due";
      readonly incident: string;
      readonly step: ArrivalStep;
      readonly verdict: "late" | "nobody-sent" | "called-off";
    };

/** What the area of a site promises; the site's own word before its town's. */
export function arrivalClassOf(
  inventory: InventoryIndex,
  site: string | Site | undefined,
  settings: Settings,
): ArrivalClass {
  const known = typeof site === "string" ? inventory.sites.get(site) : site;
  const town: Town | undefined = inventory.towns.get(known?.town ?? "");
  return known?.arrival ?? town?.arrival ?? settings.arrival.defaultClass;
}

export function limitOf(of: ArrivalClass): number | null {
  return of === "best-effort" ? null : Number(of) * 60_000;
}

/** Starts with the first order of an incident, and counts from its receipt. */
export function startArrivalClock(draft: Draft, id: string, known: Incident | undefined): void {
  const goesOn = known && known.closedAt === null && !isCalledOff(known);
  if (goesOn && known.arrival) return;
  const isStarted = draft.events.some(
    (e) => e.type === "arrival-clock-started" && e.incident === id,
  );
  if (isStarted) return;
  const { inventory, settings } = draft.world;
  const opened = draft.events.find((e) => e.type === "incident-opened" && e.incident === id);
  const site = known?.site ?? (opened?.type === "incident-opened" ? opened.site : "");
  // What was over and burns again is late by its own measure.
  const from = goesOn ? known.openedAt : draft.at;
  const { arrival } = inventory.towns.get(townOf(draft, id, site)) ?? {};
  const home = inventory.sites.get(site);
  const of = home
    ? arrivalClassOf(inventory, home, settings)
    : (arrival ?? settings.arrival.defaultClass);
  const limit = limitOf(of);
  const { microMs, neighboursMs } = settings.arrival;
  const limits = {
    micro: from + microMs,
    neighbours: from + neighboursMs,
    station: limit === null ? null : from + limit,
  };
  draft.add({ type: "arrival-clock-started", incident: id, from, class: of, limits });
}

/** Somebody stands where it burns. */
export function noteArrival(draft: Draft, incident: Incident, order: Order): void {
  const marks = incident.arrival?.marks;
  if (!marks || order.kind === "notify") return;
  const step = stepOf(draft, incident, order);
  if (marks[step].reachedAt !== null) return;
  draft.add({ type: "arrival-reached", incident: incident.id, step, order: order.id });
}

function stepOf(draft: Draft, incident: Incident, order: Order): ArrivalStep {
  if (order.stationKind === "rescue") return "station";
  const home = draft.world.inventory.responders.get(order.station)?.site === incident.site;
  const isOwn = order.stationKind === "micro" && home;
  // A second one of the site is a neighbour of the first.
  return isOwn && incident.arrival?.marks.micro.reachedAt === null ? "micro" : "neighbours";
}

/** The limit of a step has come. */
export function judgeArrival(
  draft: Draft,
  incident: Incident,
  step: ArrivalStep,
  orders: readonly Order[],
): void {
  const sent = orders.filter((order) => goesThere(order) && isOfStep(draft, step, order, incident));
  const wanted = sent.filter(({ state }) => !orderAtEnd(state));
  const verdict = wanted.length > 0 ? "late" : sent.length > 0 ? "called-off" : "nobody-sent";
  draft.add({ type: "arrival-due", incident: incident.id, step, verdict });
  if (verdict !== "late") return;
  const code = `late-${step}` as const;
  const [first] = wanted;
  draft.add({ type: "operator-prompted", incident: incident.id, code, order: first?.id ?? null });
}

/** Who is only told, or stands by, is not on the way. */
function goesThere({ kind }: Order): boolean {
  return kind === "turn-out" || kind === "recall";
}

function isOfStep(draft: Draft, step: ArrivalStep, order: Order, incident: Incident): boolean {
  if (step === "station") return order.stationKind === "rescue";
  const home = draft.world.inventory.responders.get(order.station)?.site === incident.site;
  const isOwn = order.stationKind === "micro" && home;
  if (step === "micro") return isOwn;
  return order.stationKind !== "rescue" && !isOwn;
}
