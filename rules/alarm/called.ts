/** Whom escalation calls (rule E01): ids of persons, never a name or a number (DESIGN §3). */
import type { InventoryIndex } from "../inventory-index.ts";

export const escalationSteps = [
  "second-desk",
  "shift-leader",
  "duty-technician",
  "safety-manager",
  "town-leader",
] as const;
export type EscalationStep = (typeof escalationSteps)[number];

/** One who is called; null where it is a desk, or where the inventory names nobody. */
export type Call = { readonly to: EscalationStep; readonly person: string | null };

/** A unit of a park that names nobody of its own has the park's. */
export function callOf(inventory: InventoryIndex, siteId: string, to: EscalationStep): Call {
  const { duty } = inventory.district;
  const site = inventory.sites.get(siteId);
  const park = site?.parent === undefined ? undefined : inventory.sites.get(site.parent);
  const person = (): string | undefined => {
    switch (to) {
      case "second-desk":
        return undefined;
      case "shift-leader":
        return duty?.shiftLeader;
      case "duty-technician":
        return site?.technician ?? park?.technician ?? duty?.technician;
      case "safety-manager":
        return site?.safetyManager ?? park?.safetyManager ?? site?.contact24h ?? park?.contact24h;
      case "town-leader":
        return inventory.towns.get(site?.town ?? "")?.leader;
      default:
        return to satisfies never;
    }
  };
  return { to, person: person() ?? null };
}
