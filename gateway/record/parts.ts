/** Parts of an incident's record as screens show them: who was chosen, what each order took, the site. */
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import type { DispatchEvent } from "#rules/dispatch/event.ts";
import type { Candidate } from "#rules/dispatch/rank.ts";
import type { TravelSource } from "#rules/dispatch/travel.ts";
import type { Recorded } from "#rules/event.ts";
import type { Incident } from "#rules/incident/incident.ts";
import {
  type IncidentTimes,
  type OrderTimes,
  onSceneLimitMs,
  turnOutLimitMs,
} from "#rules/incident/times.ts";
import type { Access, Position, Text, Water } from "#rules/inventory.ts";
import { whereOf } from "#rules/place.ts";
import { candidateText, termsText } from "#rules/text/candidate.ts";
import { say } from "#rules/text/render.ts";
import type { CandidateView, RecordView } from "../api/contract.ts";
import { both, type Sight } from "../views/sight.ts";

type Ranked = Recorded<DispatchEvent> & { type: "dispatch-ranked" };

export function choiceOf(event: Ranked, sight: Sight): RecordView["choices"][number] {
  const { position, at } = event;
  return { position, at, candidates: event.candidates.map((one) => candidateView(one, sight)) };
}

function candidateView(candidate: Candidate, sight: Sight): CandidateView {
  const { station, distanceM, estimateMs, verdict } = candidate;
  const responder = sight.world.inventory.responders.get(station);
  return {
    station,
    name: stationName(sight, station),
    kind: responder?.kind ?? "rescue",
    distanceM,
    estimateMs,
    travel: travelOf(candidate),
    verdict,
    why: both((language) => candidateText(language, candidate)),
    terms: both((language) => termsText(language, candidate.terms)),
  };
}

/** What an order or a candidate does not say was the detour model's. */
function travelOf({
  source,
}: {
  readonly source?: TravelSource | null | undefined;
}): CandidateView["travel"] {
  return (source ?? "detour") === "detour" ? "estimate" : "roads";
}

export function ordersView(times: IncidentTimes, sight: Sight, site: string): RecordView["orders"] {
  const { responders } = sight.world.inventory;
  return [...times.orders.values()].map((order) => {
    const isOfSite = responders.get(order.station)?.site === site;
    const limitMs = onSceneLimitMs(times, order, isOfSite);
    return { ...orderView(order, sight), onSceneLimitMs: limitMs };
  });
}

function orderView(
  times: OrderTimes,
  sight: Sight,
): Omit<RecordView["orders"][number], "onSceneLimitMs"> {
  const { order, station, stationKind, kind, why, by, reason, replies } = times;
  const known = sight.state.orders.get(order);
  const { issuedAt, deliveredAt, recalledAt } = times;
  return {
    ...{ order, station, stationKind, kind },
    stationName: stationName(sight, station),
    why: both((language) => say(language, `order-reason.${why}`)),
    byName: by === null ? null : (sight.nameOf(by) ?? by),
    reason: reason === null ? null : both((language) => say(language, `reason.${reason}`)),
    distanceM: known?.distanceM ?? null,
    estimateMs: known?.estimateMs ?? null,
    travel: travelOf(known ?? {}),
    ...{ issuedAt, deliveredAt, recalledAt },
    acceptedAt: replies.accepted ?? null,
    refusedAt: replies.refused ?? null,
    turnedOutAt: replies["turned-out"] ?? null,
    onSceneAt: replies["on-scene"] ?? null,
    controlledAt: replies.controlled ?? null,
    returnedAt: replies.returned ?? null,
    turnOutLimitMs: kind === "turn-out" && stationKind !== "brigade" ? turnOutLimitMs : null,
  };
}

export function placeView({ state, world }: Sight, incident: Incident): RecordView["place"] {
  const alarms = incident.alarms.flatMap((id) => state.alarms.get(id) ?? []);
  const alarm = sceneAlarm(alarms);
  const at =
    alarm?.site === incident.site ? alarm : { site: incident.site, device: "", zone: null };
  return point(whereOf(world.inventory, at).position ?? undefined);
}

export function siteView({ world }: Sight, id: string): RecordView["site"] {
  const site = world.inventory.sites.get(id);
  return {
    id,
    name: site?.name ?? both(() => id),
    gates: (site?.gates ?? []).map(accessView),
    keyBoxes: (site?.keyBoxes ?? []).map(accessView),
    water: (site?.water ?? []).map(waterView),
  };
}

function accessView({ id, name, position }: Access): RecordView["site"]["gates"][number] {
  return { id, name, at: point(position) };
}

function waterView(water: Water): RecordView["site"]["water"][number] {
  return { ...accessView(water), kind: water.kind, note: water.note ?? null };
}

function stationName({ world }: Sight, id: string): Text {
  return world.inventory.responders.get(id)?.name ?? both(() => id);
}

function point(position: Position | undefined): { lng: number; lat: number } | null {
  return position ? { lng: position.lng, lat: position.lat } : null;
}
