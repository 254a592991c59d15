/**
 * `n of m`: so many independent sources of one zone within a window (GB 50116 4.1.6, two signals). A
 * source has voted while its expression is true, and for the window after: signals of fire latch.
 *
 * Unknown is no vote, and none against: where the unknown could make up what is missing, the whole
 * is unknown.
 */
import type { VoteSource } from "../profile.ts";
import { causesOf } from "./causes.ts";
import type { Condition, Memory } from "./condition.ts";

export type Votes = {
  readonly least: number;
  readonly withinMs: number;
  /** Expressions, or the name of a list that each part has of its own. */
  readonly of: readonly VoteSource[] | string;
};

/** True since, last counted at: 0 is never. */
export const placesOfVote = 2;

/** `place`: where in the memory its sources begin; `holds`: how long each must be true, ms. */
export function castVotes(
  { least, withinMs }: Votes,
  sources: readonly Condition[],
  holds: readonly number[],
  place: number,
): Condition {
  const run: Condition["run"] = (sight, memory) => {
    let votes = 0;
    let unknown = 0;
    for (const [i, source] of sources.entries()) {
      const at = place + i * placesOfVote;
      const value = source.run(sight, memory);
      if (hasVoted(memory, at, value, sight.now, holds[i] ?? 0, withinMs)) votes += 1;
      else if (value === undefined) unknown += 1;
    }
    if (votes >= least) return true;
    return votes + unknown >= least ? undefined : false;
  };
  return {
    run,
    dueAt: (memory, now) =>
      earliest(
        sources.map((_source, i) => {
          const at = place + i * placesOfVote;
          const [since = 0, last = 0] = memory.slice(at, at + placesOfVote);
          const next = since > 0 ? since + (holds[i] ?? 0) : last + withinMs;
          return (since > 0 || last > 0) && next > now ? next : null;
        }),
      ),
    // Who has voted, and what that voter itself looked at.
    causes: (memory, now) =>
      sources.flatMap((source, i) => {
        const last = memory[place + i * placesOfVote + 1] ?? 0;
        return last > 0 && now - last < withinMs ? causesOf(source, memory, now) : [];
      }),
    reads: [...new Set(sources.flatMap(({ reads }) => reads))],
    cost: sources.reduce((sum, { cost }) => sum + cost + 1, 1),
  };
}

function hasVoted(
  memory: Memory,
  at: number,
  value: boolean | undefined,
  now: number,
  holdMs: number,
  withinMs: number,
): boolean {
  const since = memory[at] ?? 0;
  const counts = since > 0 && now - since >= holdMs;
  if (counts) memory[at + 1] = now;
  // What becomes unknown has voted until now; a hold begins anew, for nobody saw it go on.
  if (value !== true) memory[at] = 0;
  if (value === true && since === 0) {
    memory[at] = now;
    if (holdMs === 0) memory[at + 1] = now;
  }
  const last = memory[at + 1] ?? 0;
  return last > 0 && now - last < withinMs;
}

export function earliest(instants: readonly (number | null)[]): number | null {
  let first: number | null = null;
  for (const at of instants) if (at !== null && (first === null || at < first)) first = at;
  return first;
}
