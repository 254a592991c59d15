/**
 * 火警处置单: what has to be done at a confirmed fire beside the orders, which it never delays (GB 25201
 * 5.3). Opened by a result, by F03 and F04, and by what is treated as real. A person notes a row done,
 * or not possible with a reason; two rows tick themselves by what panels say (checklist-rows.ts).
 *
 * firelink never dials 119: a person does, and logs it here.
 */
import type { Call } from "../alarm/called.ts";
import type { CauseCode, Look } from "./incident.ts";

export const checklistRows = [
  "linkage-auto",
  "call-119",
  "evacuate",
  "pump",
  "responsible-told",
  "gate-guide",
] as const;
export type ChecklistRow = (typeof checklistRows)[number];

export const checklistReasons = ["confirmed", "two-signals", "water-flow", "undetermined"] as const;
export type ChecklistReason = (typeof checklistReasons)[number];

/** Why a row cannot be done. */
export const notPossibleReasons = [
  "nobody-there",
  "no-access",
  "device-fault",
  "no-such-device",
  "no-line",
  "other",
] as const;
export type NotPossibleReason = (typeof notPossibleReasons)[number];

export const rowStates = ["open", "done", "not-possible"] as const;
export type RowState = (typeof rowStates)[number];

export type RowNote = {
  readonly state: RowState;
  readonly at: number;
  /** Null where a signal says so. */
  readonly by: string | null;
  readonly reason: NotPossibleReason | null;
};

export type Checklist = {
  readonly openedAt: number;
  readonly why: ChecklistReason;
  /** What has been noted; a row that is not there is open. */
  readonly rows: Map<ChecklistRow, RowNote>;
  /** Who is to be called because 119 was not logged in time; null until then. */
  overdue: { readonly at: number; readonly calls: readonly Call[] } | null;
};

export type ChecklistEvent =
  | {
      readonly type: "checklist-opened";
      readonly incident: string;
      readonly why: ChecklistReason;
      readonly overdueAt: number;
    }
  | {
      readonly type: "checklist-noted";
      readonly incident: string;
      readonly row: ChecklistRow;
      readonly state: RowState;
      readonly by: string | null;
      readonly reason: NotPossibleReason | null;
    }
  | {
      /** The alarm where it burns sounds again, and the shift leader is to be called. */
      readonly type: "call-119-overdue";
      readonly incident: string;
      readonly alarm: string | null;
      readonly calls: readonly Call[];
    };

/** What happens to an incident on its way to an end: who commands, and whether it is false. */
export type HandlingEvent =
  | {
      /** 119 指挥: from now on nobody is ordered by the system; `ended`: it is again. */
      readonly type: "command-119-noted";
      readonly incident: string;
      readonly by: string;
      readonly ended: boolean;
    }
  | {
      readonly type: "false-proposed";
      readonly incident: string;
      readonly by: string;
      readonly cause: CauseCode;
      readonly reason: string | null;
      readonly look: Look;
      readonly calls: readonly Call[];
      readonly answerBy: number;
    }
  | {
      /** The second person says no, or nothing: it stays open, and its orders stand. */
      readonly type: "false-rejected";
      readonly incident: string;
      /** Null where nobody has answered. */
      readonly by: string | null;
    }
  | {
      /** 值班记录: how the linkage controller of a site is to stand. */
      readonly type: "linkage-recorded";
      readonly site: string;
      readonly auto: boolean;
      readonly by: string;
    }
  | {
      readonly type: "recall-answered";
      readonly order: string;
      /** Null where the unit itself has answered. */
      readonly by: string | null;
    }
  | { readonly type: "recall-unanswered"; readonly order: string; readonly channel: number };
