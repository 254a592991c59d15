/** The plan in words the journal keeps: who was considered, and why each was taken or left. */
import type { Responder } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import type { Candidate, CandidateReason, Ranked } from "./rank.ts";

/** What was found for the first alarm; every list nearest in time first. */
export type FirstAlarm = {
  readonly ranked: readonly Ranked[];
  /** Ordered at once, told at once, and those a person reaches by 119. */
  readonly taken: readonly Ranked[];
  readonly told: readonly Ranked[];
  readonly via119: readonly Ranked[];
  /** Rescue stations the system may order in all. */
  readonly reserve: number;
  /** Rescue stations that are not in service. */
  readonly idle: readonly Ranked[];
  readonly micro: readonly Ranked[];
  readonly brigades: readonly Ranked[];
};

/** Candidates of each kind that the journal and the card show. */
const shownStations = 6;
const shownOthers = 8;

export function candidatesOf(inventory: InventoryIndex, plan: FirstAlarm): Candidate[] {
  const responderOf = (way: Ranked) => inventory.responders.get(way.station);
  const stations = plan.ranked
    .slice(0, Math.max(shownStations, plan.taken.length))
    .map((way) => ({ ...way, ...stationVerdict(plan, way) }));
  const furthest = stations.at(-1)?.estimateMs ?? 0;
  // A nearer station that is left must be explained; one further away explains itself.
  const idle = plan.idle
    .filter((way) => way.estimateMs <= furthest || stations.length === 0)
    .map((way) => ({ ...way, verdict: "left" as const, reason: idleReason(responderOf(way)) }));
  const others = [
    ...plan.micro
      .slice(0, shownOthers)
      .map((way, i) => ({ ...way, ...microVerdict(i, responderOf(way)) })),
    ...plan.brigades
      .slice(0, shownOthers)
      .map((way) => ({ ...way, ...brigadeVerdict(responderOf(way)) })),
  ].map((candidate) => withRoster(candidate, responderOf(candidate)));
  return [...stations, ...idle, ...others];
}

type Judged = Pick<Candidate, "verdict" | "reason">;

function stationVerdict(plan: FirstAlarm, way: Ranked): Judged {
  const taken = plan.taken.indexOf(way);
  if (taken >= 0) return { verdict: "taken", reason: taken === 0 ? "nearest" : "plan" };
  if (plan.told.includes(way)) return { verdict: "taken", reason: "notify-only" };
  if (plan.via119.includes(way)) return { verdict: "left", reason: "via-119" };
  const place = plan.ranked.indexOf(way) - plan.told.length - plan.via119.length;
  if (place < plan.reserve) return { verdict: "reserve", reason: "next-if-silent" };
  return { verdict: "left", reason: "further-away" };
}

function idleReason(responder: Responder | undefined): CandidateReason {
  const state = responder?.lifecycle.state ?? "in-service";
  return state === "in-service" ? "placeholder" : state;
}

function microVerdict(index: number, responder: Responder | undefined): Judged {
  if (index > 0) return { verdict: "left", reason: "further-away" };
  const reason = responder?.authority === "notify" ? "notify-only" : "micro-of-site";
  return { verdict: "taken", reason };
}

function brigadeVerdict(responder: Responder | undefined): Judged {
  if (!responder || responder.certainty === "placeholder") {
    return { verdict: "left", reason: "placeholder" };
  }
  const { state } = responder.lifecycle;
  if (state !== "in-service") return { verdict: "left", reason: state };
  return { verdict: "reserve", reason: "brigade-if-silent" };
}

function withRoster(candidate: Candidate, responder: Responder | undefined): Candidate {
  const roster = responder?.roster;
  return roster === undefined ? candidate : { ...candidate, roster };
}
