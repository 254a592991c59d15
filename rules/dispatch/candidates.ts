/** The plan in words the journal keeps: who was considered, and why each was taken or left. */
import type { Responder } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import { type Chosen, isFree, type Judged } from "./choice.ts";
import type { Candidate, CandidateReason, Ranked } from "./rank.ts";

/** What was found for the first alarm; stations best first, every other list nearest in time first. */
export type FirstAlarm = {
  readonly ranked: readonly Judged[];
  readonly chosen: Chosen;
  /** Told at once, and those a person reaches by 119. */
  readonly told: readonly Judged[];
  readonly via119: readonly Judged[];
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
  const { taken } = plan.chosen;
  const last = Math.max(...taken.map((one) => plan.ranked.indexOf(one) + 1), shownStations);
  const stations = plan.ranked.slice(0, last).map((way) => stationCandidate(plan, way));
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

type Verdict = Pick<Candidate, "verdict" | "reason">;

function stationCandidate(plan: FirstAlarm, judged: Judged): Candidate {
  const { weightMs, isFirstDue, availability, ...way } = judged;
  const { status, heardAt, standing } = availability;
  const need = plan.chosen.broughtIn.get(way.station);
  return {
    ...way,
    ...stationVerdict(plan, judged),
    ...(isFirstDue ? { firstDue: true } : {}),
    ...(status === null ? {} : { status }),
    ...(heardAt === null ? {} : { heardAt }),
    ...(standing === "ask" ? { ask: true } : {}),
    ...(need ? { need } : {}),
  };
}

function stationVerdict(plan: FirstAlarm, way: Judged): Verdict {
  const { taken, broughtIn, allBusy } = plan.chosen;
  if (taken.includes(way)) {
    const reason = allBusy ? "nobody-else" : broughtIn.has(way.station) ? "brings" : "plan";
    return { verdict: "taken", reason: way === taken[0] ? firstReason(plan, way) : reason };
  }
  if (plan.told.includes(way)) return { verdict: "taken", reason: "notify-only" };
  if (plan.via119.includes(way)) return { verdict: "left", reason: "via-119" };
  const { status } = way.availability;
  if (!isFree(way)) {
    return { verdict: "left", reason: status && status !== "in-service" ? status : "low-crew" };
  }
  if (way.noWay) return { verdict: "left", reason: "no-way" };
  const place = plan.ranked.filter(isFree).indexOf(way) - plan.told.length - plan.via119.length;
  if (place < plan.reserve) return { verdict: "reserve", reason: "next-if-silent" };
  return { verdict: "left", reason: "further-away" };
}

/** The first one is the nearest, or first-due, or has least against it. */
function firstReason({ ranked, chosen }: FirstAlarm, first: Judged): CandidateReason {
  if (chosen.allBusy) return "nobody-else";
  if (first.noWay) return "no-way";
  const nearer = ranked.filter((way) => isFree(way) && way.estimateMs < first.estimateMs);
  if (nearer.length === 0) return "nearest";
  const against = ({ weightMs, isFirstDue, estimateMs }: Judged) =>
    isFirstDue ? estimateMs : weightMs;
  return first.isFirstDue && nearer.some((way) => against(way) < first.estimateMs)
    ? "first-due"
    : "quickest";
}

function idleReason(responder: Responder | undefined): CandidateReason {
  const state = responder?.lifecycle.state ?? "in-service";
  return state === "in-service" ? "placeholder" : state;
}

function microVerdict(index: number, responder: Responder | undefined): Verdict {
  if (index > 0) return { verdict: "left", reason: "further-away" };
  const reason = responder?.authority === "notify" ? "notify-only" : "micro-of-site";
  return { verdict: "taken", reason };
}

function brigadeVerdict(responder: Responder | undefined): Verdict {
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
