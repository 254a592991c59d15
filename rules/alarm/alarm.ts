/**
 * An alarm: one abnormal condition of one point, as the table of alarms keeps it (ISA-18.2).
 *
 * Class and priority are two things: P1 has two classes, and an unconfirmed fire stands above
 * suppression out of service (DESIGN §5).
 */
import type { Reported } from "../incident/report.ts";
import type { Evidence } from "../signal.ts";
import type { Escalation } from "./escalation.ts";
import type { AlarmState } from "./lifecycle.ts";

export type Priority = "P0" | "P1" | "P2" | "P3" | "P4";
/** `emergency`: flood, typhoon, rescue, as a person has reported it. */
export type AlarmClass =
  | "fire"
  | "emergency"
  | "suppression"
  | "supervisory"
  | "fault"
  | "test"
  | "system";

/** What the rules know of a condition now. A dead link or a silent device is unknown, not false. */
export type Condition = "active" | "inactive" | "unknown";

export type AlarmMark =
  /** 迟到: the device says it was made long before it arrived. */
  | "late"
  /** The payload could not be read; the press counts all the same. */
  | "unreadable"
  | "unknown-device"
  | "unknown-site"
  /** The device's clock is not believed. */
  | "clock-not-believed"
  /** Raised by quarantine: the rules threw, a person must look. */
  | "quarantined";

export type Alarm = {
  readonly id: string;
  /** Rule of the pack: F01, S02, …; G01 is 系统中断. */
  readonly rule: string;
  class: AlarmClass;
  priority: Priority;
  readonly site: string;
  readonly device: string;
  /** The point of the device: press, tamper, link, … */
  readonly point: string;
  readonly zone: string | null;
  readonly building: string | null;
  readonly raisedAt: number;
  /** Device time, ms UTC, as sent; shown, never judged when it is not believed. */
  readonly deviceTs: number | null;
  /** Sequence number of the device that raised it; the order echoes it. */
  readonly seq: number | null;
  readonly marks: readonly AlarmMark[];
  latched: boolean;
  state: AlarmState;
  condition: Condition;
  incident: string | null;
  acknowledgedBy: string | null;
  acknowledgedAt: number | null;
  /** Audible on screens; silence is not acknowledge. */
  sounding: boolean;
  /** Which of the things its rule is about; null where it is about one. */
  readonly each: string | null;
  readonly words: Readonly<Record<string, string>> | null;
  /** Since when its condition has been true; null of a press. */
  readonly since: number | null;
  /** Points that made it true, each voter of a vote; none where nobody has said. */
  readonly causes: readonly string[];
  /** What the rule read when it decided, and when it became worse. */
  evidence: readonly Evidence[];
  worse: boolean;
  /** Hash of the packs whose rule it is: the version of the rule. Null of the gateway's own rules. */
  readonly packs: string | null;
  /** When it was decided and on disk; null where the process ended before it could say so. */
  trace: { readonly decidedAt: number; readonly committedAt: number } | null;
  /** The test that expected it; null where it is real. */
  test: string | null;
  /** 暂缓提醒: put aside by a person; null where it is not. */
  shelved: { readonly reason: string; readonly until: number; readonly by: string } | null;
  /** 按设计抑制: the alarm that explains this one; null where none does. */
  byDesign: string | null;
  /** 停用: the record it is held by, and whether it stood at the desk before. */
  outOfService: { readonly record: string; readonly seen: boolean } | null;
  /** When the panel was reset since it was raised; null where it was not, or nobody can say. */
  panelResetAt: number | null;
  /** Who else was called because no desk acknowledged; null where nobody ever is. */
  escalation: Escalation | null;
  /** It sets and clears too often: it stands until it has been quiet (rule C02). */
  chatters: boolean;
  /** What a person has reported (接报); null of what a device says. */
  readonly reported: Reported | null;
  /** Presses since, the first included. */
  presses: number;
  lastPressAt: number;
  /** Only for 系统中断: how long nobody was watching, and who has not been heard since. */
  outage: {
    from: number;
    to: number;
    unheard: readonly string[];
    unheardCount: number;
  } | null;
};

const order: Readonly<Record<Priority, number>> = {
  P0: 0,
  P1: 1,
  P2: 2,
  P3: 3,
  P4: 4,
};

/** Negative where `a` is the more urgent. */
export function comparePriority(a: Priority, b: Priority): number {
  return order[a] - order[b];
}

type Kind = { readonly class: AlarmClass; readonly priority: Priority };

/**
 * Negative where `a` stands above: P1 has two classes, and an unconfirmed fire (火警待核实) is above
 * suppression out of service (消防设施失效), which is all the rest of P1.
 */
export function compareUrgency(a: Kind, b: Kind): number {
  return comparePriority(a.priority, b.priority) || Number(isFire(b)) - Number(isFire(a));
}

function isFire({ class: of }: Kind): boolean {
  return of === "fire" || of === "emergency";
}

/**
 * Of the alarms of an incident the one whose place is where it burns, and where crews are sent: the
 * newest fire; a pump room that fails meanwhile is part of the incident and not its place.
 */
export function sceneAlarm<A extends { readonly class: AlarmClass }>(
  alarms: readonly A[],
): A | undefined {
  return alarms.findLast((alarm) => alarm.class === "fire") ?? alarms.at(-1);
}
