/** What is known of an incident that may be opened by this very decision: its kind, and whose area it is. */
import type { IncidentKind } from "../dispatch/first-alarm.ts";
import type { Draft } from "../draft.ts";
import type { InventoryIndex } from "../inventory-index.ts";

/** What kind of incident it is, also of one that this very decision opens. */
export function kindOf(
  { state, events }: Pick<Draft, "state" | "events">,
  id: string,
): IncidentKind {
  const known = state.incidents.get(id);
  if (known) return known.kind;
  const opened = events.find((e) => e.type === "incident-opened" && e.incident === id);
  return (opened?.type === "incident-opened" && opened.kind) || "fire";
}

/** The town whose area it is: of its site, else what was reported; empty where nobody knows. */
export function townOf({ state, events = [], world }: Sighted, id: string, site: string): string {
  const opened = events.find((e) => e.type === "incident-opened" && e.incident === id);
  const reported = opened?.type === "incident-opened" ? opened.town : undefined;
  const known = world.inventory.sites.get(site)?.town;
  return known ?? state.incidents.get(id)?.town ?? reported ?? "";
}

type Sighted = {
  readonly state: Draft["state"];
  readonly world: { readonly inventory: InventoryIndex };
  readonly events?: Draft["events"];
};
