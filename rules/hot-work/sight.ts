/** What a screen asks of a permit as it stands: what it lacks, and what is not whole where it is. */
import { Draft, type World } from "../draft.ts";
import type { State } from "../state.ts";
import { type Impaired, impairedBy } from "./impaired.ts";
import { isOver } from "./lifecycle.ts";
import { isWatched, type Permit } from "./permit.ts";
import { missingToStart, type StartFault } from "./start.ts";

export type PermitSight = {
  readonly missing: readonly StartFault[];
  readonly impaired: readonly Impaired[];
};

/** As its watcher would find it who starts it now. */
export function sightOf(state: State, world: World, permit: Permit, at: number): PermitSight {
  const draft = new Draft(state, { kind: "time", id: "", at }, world);
  if (isOver(permit.state)) return { missing: [], impaired: [] };
  const isBegun = isWatched(permit) && permit.state !== "suspended";
  const missing = isBegun ? [] : missingToStart(draft, permit, permit.report.watcher);
  return { missing, impaired: impairedBy(draft, permit) };
}
