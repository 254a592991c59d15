/**
 * Where the nearest station is chosen: rescue stations by estimated time, nearest first.
 *
 * Deterministic: equal times go by distance, then by station id. Every candidate keeps the reason
 * why it was taken or left, so that the journal explains the choice next month.
 */
import type { Position, Responder } from "../inventory.ts";
import type { Settings } from "../settings.ts";
import { distanceM, estimateMs } from "./travel.ts";

export type Candidate = {
  readonly station: string;
  readonly distanceM: number;
  readonly estimateMs: number;
  readonly verdict: "taken" | "reserve" | "left";
  readonly reason: "nearest" | "plan" | "next-if-silent" | "further-away";
};

export type Ranked = {
  readonly responder: Responder;
  readonly distanceM: number;
  readonly estimateMs: number;
};

/** All responders of the list with their way to the place, nearest in time first. */
export function rank(
  responders: readonly Responder[],
  place: Position,
  settings: Settings,
): Ranked[] {
  return responders
    .map((responder) => ({
      responder,
      distanceM: Math.round(distanceM(responder.position, place)),
      estimateMs: estimateMs(responder.position, place, settings.travel),
    }))
    .sort(
      (a, b) =>
        a.estimateMs - b.estimateMs ||
        a.distanceM - b.distanceM ||
        (a.responder.id < b.responder.id ? -1 : 1),
    );
}

/** The first `shown` candidates, each with its verdict: what the journal and the card show. */
export function explain(
  ranked: readonly Ranked[],
  taken: number,
  reserve: number,
  shown: number,
): Candidate[] {
  return ranked.slice(0, shown).map((r, index) => ({
    station: r.responder.id,
    distanceM: r.distanceM,
    estimateMs: r.estimateMs,
    ...verdictOf(index, taken, reserve),
  }));
}

function verdictOf(
  index: number,
  taken: number,
  reserve: number,
): Pick<Candidate, "verdict" | "reason"> {
  if (index === 0 && taken > 0) return { verdict: "taken", reason: "nearest" };
  if (index < taken) return { verdict: "taken", reason: "plan" };
  if (index < reserve) return { verdict: "reserve", reason: "next-if-silent" };
  return { verdict: "left", reason: "further-away" };
}
