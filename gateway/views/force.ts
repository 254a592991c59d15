/** Stations as screens read them: what each can do now and how old its word is, candidates, 1-3-5, move-up. */
import { type Arrival, arrivalClassOf, arrivalSteps } from "#rules/dispatch/arrival.ts";
import { adviseMoveUp, type MoveUp } from "#rules/dispatch/move-up.ts";
import type { Candidate } from "#rules/dispatch/rank.ts";
import { availabilityOf, vehicleStatus } from "#rules/dispatch/status.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { Responder, Vehicle } from "#rules/inventory.ts";
import { candidateText, shortText, statusText, termsText, wayText } from "#rules/text/candidate.ts";
import { say } from "#rules/text/render.ts";
import type { IncidentCard } from "../api/contract.ts";
import type { CandidateRow, StationRow, StationsView } from "../api/force-contract.ts";
import { both, type Sight } from "./sight.ts";

/** Stations of one board; a district of more looks them up one by one. */
const mostStations = 500;

export function firstAlarmOf(sight: Sight, { firstAlarm }: Incident): IncidentCard["firstAlarm"] {
  if (!firstAlarm) return null;
  const plan = sight.world.settings.plans.find(({ id }) => id === firstAlarm.plan);
  return {
    plan: plan?.name ?? null,
    short: firstAlarm.short.map((short) => both((language) => shortText(language, short))),
    candidates: firstAlarm.candidates.map((one) => candidateRow(sight, one)),
  };
}

function candidateRow({ world }: Sight, candidate: Candidate): CandidateRow {
  const responder = world.inventory.responders.get(candidate.station);
  return {
    station: candidate.station,
    name: responder?.name ?? both(() => candidate.station),
    kind: responder?.kind ?? "rescue",
    verdict: candidate.verdict,
    reason: both((language) => candidateText(language, candidate)),
    terms: both((language) => termsText(language, candidate.terms)),
    estimateMs: candidate.estimateMs,
    way: both((language) => wayText(language, candidate)),
    distanceM: candidate.distanceM,
    firstDue: candidate.firstDue === true,
    ask: candidate.ask === true,
    status: both((language) => statusText(language, candidate.status ?? null)),
    heardAt: candidate.heardAt ?? null,
  };
}

export function arrivalOf({ world }: Sight, arrival: Arrival | null): IncidentCard["arrival"] {
  if (!arrival) return null;
  const { labels } = world.settings.arrival;
  return {
    from: arrival.from,
    area: both((language) => say(language, `arrival.class-${arrival.class}`)),
    steps: arrivalSteps.map((step) => ({ step, label: labels[step], ...arrival.marks[step] })),
  };
}

export function stationRow(sight: Sight, responder: Responder, at: number): StationRow {
  const { state, world } = sight;
  const { inventory, settings } = world;
  const { standing, status, heardAt, crew } = availabilityOf({ state, world, at }, responder, null);
  const known = state.stations.get(responder.id);
  const town = inventory.towns.get(responder.firstDue?.towns?.[0] ?? responder.town);
  const of = town?.arrival ?? arrivalClassOf(inventory, undefined, settings);
  const incidents = (known?.engaged ?? []).flatMap(({ order }) => {
    const incident = state.incidents.get(state.orders.get(order)?.incident ?? "");
    return incident ? [incident.number] : [];
  });
  return {
    id: responder.id,
    name: responder.name,
    kind: responder.kind,
    status,
    statusText: both((language) => statusText(language, status)),
    heardAt,
    standing,
    crew,
    crewAtLeast: responder.crew?.atLeast ?? null,
    area: both((language) => say(language, `arrival.class-${of}`)),
    incidents,
    vehicles: inventory.vehiclesOf(responder.id).map((vehicle) => {
      const now = vehicleStatus(known, vehicle);
      return {
        id: vehicle.id,
        name: vehicle.name,
        kind: vehicle.kind,
        facts: factsOf(vehicle),
        status: now.status,
        statusText: both((language) => statusText(language, now.status)),
        heardAt: now.at,
      };
    }),
  };
}

function factsOf({ waterT, foamT, pumpLps, ladderM, seats }: Vehicle): StationRow["area"] {
  return both((language) =>
    (
      [
        ["water", waterT],
        ["foam", foamT],
        ["pump", pumpLps],
        ["ladder", ladderM],
        ["seats", seats],
      ] as const
    )
      .flatMap(([key, amount]) => (amount ? [say(language, `vehicle.${key}`, { amount })] : []))
      .join(" · "),
  );
}

export function stationsView(sight: Sight, position: number, at: number): StationsView {
  const { inventory, settings } = sight.world;
  const rescue = [...inventory.rescue.first(mostStations), ...inventory.idle.first(mostStations)]
    .flatMap(({ id }) => inventory.responders.get(id) ?? [])
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, mostStations);
  return {
    position,
    at,
    utcOffsetMin: settings.utcOffsetMin,
    stations: rescue.map((responder) => stationRow(sight, responder, at)),
    moveUp: adviseMoveUp({ state: sight.state, world: sight.world, at }).map((advice) => ({
      area: advice.area,
      by: advice.by,
      text: both((language) => adviceOf(sight, advice, language)),
    })),
  };
}

function adviceOf({ world }: Sight, advice: MoveUp, language: "zh" | "en"): string {
  const { responders, towns } = world.inventory;
  const nameOf = (id: string) => responders.get(id)?.name[language] ?? id;
  const town = towns.get(responders.get(advice.area)?.firstDue?.towns?.[0] ?? "");
  const minutes = Math.round(advice.limitMs / 60_000);
  const area = town?.name[language] ?? nameOf(advice.area);
  if (advice.by === null) return say(language, "move-up.nobody", { area, minutes });
  const way = Math.max(1, Math.round((advice.wayMs ?? 0) / 60_000));
  return say(language, "move-up.advice", { area, minutes, station: nameOf(advice.by), way });
}
