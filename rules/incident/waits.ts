/**
 * What the closing of a false alarm waits for: every unit that knows of the order has heard its recall,
 * every point is normal again, and the linkage controller stands as the shift has recorded it; where
 * nobody has recorded anything, as it stood when the incident was opened (GB 25201 5.3).
 */
import type { Alarm } from "../alarm/alarm.ts";
import { ordersOf } from "../dispatch/issue.ts";
import type { Draft } from "../draft.ts";
import { isController, saidOf } from "./checklist-rows.ts";
import type { Incident } from "./incident.ts";

export const waitCodes = ["recall", "point", "linkage"] as const;
/** `of`: the order, the alarm, or the device. */
export type Wait = { readonly code: (typeof waitCodes)[number]; readonly of: string };

type Known = Pick<Draft, "state" | "world" | "events">;

/** With what this decision has changed; of a committed state `events` are empty. */
export function waitsOf(draft: Known, incident: Incident): Wait[] {
  return [
    ...ordersOf(draft, incident)
      .filter(({ id, recallAwaited }) => isAwaited(draft, id, recallAwaited))
      .map(({ id }): Wait => ({ code: "recall", of: id })),
    ...incident.alarms
      .flatMap((id) => draft.state.alarms.get(id) ?? [])
      .filter((alarm) => !isNormal(draft, alarm))
      .map(({ id }): Wait => ({ code: "point", of: id })),
    ...wrongModes(draft, incident).map((of): Wait => ({ code: "linkage", of })),
  ];
}

function isAwaited({ events }: Known, order: string, awaited: boolean): boolean {
  let now = awaited;
  for (const event of events) {
    if (!("order" in event) || event.order !== order) continue;
    if (event.type === "order-recalled") now = event.answerBy !== undefined;
    if (event.type === "recall-answered") now = false;
    if (event.type === "order-replied" && event.reply === "returned") now = false;
  }
  return now;
}

/** Unknown is not normal (law 2); what a person has reset is over, and what is worked on says nothing. */
function isNormal({ events }: Known, alarm: Alarm): boolean {
  let { condition, state } = alarm;
  for (const event of events) {
    if (!("alarm" in event) || event.alarm !== alarm.id) continue;
    if (event.type === "alarm-condition") condition = event.condition;
    if (event.type === "alarm-moved") state = event.to;
  }
  return condition === "inactive" || state === "normal" || alarm.outOfService !== null;
}

/** Linkage controllers that stand otherwise than they should. */
function wrongModes(draft: Known, { site, linkageBefore }: Incident): string[] {
  const recorded = draft.events.findLast(
    (event) => event.type === "linkage-recorded" && event.site === site,
  );
  const asked =
    recorded?.type === "linkage-recorded"
      ? recorded.auto
      : draft.state.linkageModes.get(site)?.auto;
  const wrong = saidOf(draft, site).flatMap(({ key, device, note, value }) => {
    if (note !== "auto" || !isController(draft, site, device)) return [];
    const should = asked ?? linkageBefore.get(key);
    return should === undefined || should === value ? [] : [device];
  });
  return [...new Set(wrong)];
}
