/** The rows of the checklist, their keys, and what noting one says. Pure. */
import type { IncidentCard } from "#gateway/api/contract.ts";
import type { ChecklistRow, RowState } from "#rules/incident/checklist.ts";
import type { Command } from "../acts.ts";
import type { DeskAction } from "../keys.ts";

export const rowKeys: Readonly<Record<ChecklistRow, DeskAction>> = {
  "linkage-auto": "row-1",
  "call-119": "row-2",
  evacuate: "row-3",
  pump: "row-4",
  "responsible-told": "row-5",
  "gate-guide": "row-6",
};

export function rowOfKey(does: DeskAction): ChecklistRow | null {
  const found = Object.entries(rowKeys).find(([, key]) => key === does);
  return found ? (found[0] as ChecklistRow) : null;
}

export function noteOf(card: IncidentCard, row: ChecklistRow, state: RowState): Command {
  return { command: "note-checklist", incident: card.id, row, state };
}

/** A key notes what is open, and takes nothing back. */
export function mayNote({ checklist }: IncidentCard, row: ChecklistRow): boolean {
  return checklist?.rows.some((one) => one.row === row && one.state === "open") ?? false;
}
