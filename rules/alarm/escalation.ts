/**
 * 未应答升级 (rule E01): an alarm that no desk acknowledges goes on to others by itself, and 60 s after a
 * fire whatever was not ordered at receipt is. Suppression out of service goes to those who repair it,
 * and never to the leader of the town.
 *
 * The clock is a deadline of the state: it survives a restart, and ends when somebody acknowledges or
 * the condition has returned.
 */
import type { Draft } from "../draft.ts";
import { type NumberName, numberOf } from "../numbers.ts";
import type { Packs } from "../rulebook.ts";
import type { Alarm, AlarmClass, Priority } from "./alarm.ts";
import type { Call, EscalationStep } from "./called.ts";

export type Escalation = {
  /** When its clock began, ms UTC. */
  readonly from: number;
  /** Who was called since. */
  readonly steps: readonly (Call & { readonly at: number })[];
};

type Step = { readonly to: EscalationStep; readonly afterMs: number };
/** What decides who is called: a site has its own times (rule E01). */
type Kind = {
  readonly class: AlarmClass;
  readonly priority: Priority;
  readonly site: string;
};

/** Empty: nobody is called beside the desk. */
export function stepsOf({ class: of, priority, site }: Kind, packs: Packs): readonly Step[] {
  const ms = (name: NumberName<"E01">) => numberOf(packs, "E01", name, site);
  const isUrgent = priority === "P0" || priority === "P1";
  if (isUrgent && (of === "fire" || priority === "P0")) {
    return [
      { to: "second-desk", afterMs: ms("secondDeskMs") },
      { to: "shift-leader", afterMs: ms("shiftLeaderMs") },
      { to: "town-leader", afterMs: ms("townLeaderMs") },
    ];
  }
  if (priority !== "P1") return [];
  return [
    { to: "shift-leader", afterMs: ms("otherShiftLeaderMs") },
    { to: "duty-technician", afterMs: ms("otherTechnicianMs") },
    { to: "safety-manager", afterMs: ms("otherTechnicianMs") },
  ];
}

/** Begins the clock of an alarm that is new, as urgent as this only now, or there again. */
export function armEscalation(draft: Draft, alarm: string, kind: Kind): void {
  const [first] = stepsOf(kind, draft.world.packs);
  if (first) draft.add({ type: "escalation-armed", alarm, firstAt: draft.at + first.afterMs });
}

/** What nobody has acknowledged is more urgent now, or has come to the desk again. */
export function armAgain(draft: Draft, alarm: Alarm, priority: Priority): void {
  // The clock of a fire runs already, and nothing sets it back.
  if (alarm.state !== "unacknowledged" || alarm.class === "fire") return;
  armEscalation(draft, alarm.id, { site: alarm.site, class: alarm.class, priority });
}

/** Who has not been called since its clock began. */
export function leftOf(alarm: Alarm, packs: Packs): readonly Step[] {
  const { steps = [] } = alarm.escalation ?? {};
  return stepsOf(alarm, packs).filter(({ to }) => !steps.some((done) => done.to === to));
}

/** Who is called next where nobody acknowledges; all that are due at the same time. */
export function nextCalls(alarm: Alarm, packs: Packs): EscalationStep[] {
  const left = leftOf(alarm, packs);
  return left.filter(({ afterMs }) => afterMs === left[0]?.afterMs).map(({ to }) => to);
}
