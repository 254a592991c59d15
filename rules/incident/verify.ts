/**
 * 核实: the result that a person gives. A false one needs a cause, who looked on the spot and what was
 * found; of a P0 it needs a second person, at the desk or, as the shift leader, from elsewhere. It
 * recalls everybody who was told, and opens a record of repair (故障维修记录) for what said so.
 */
import { comparePriority } from "../alarm/alarm.ts";
import { callOf } from "../alarm/called.ts";
import { acknowledgeAlarm } from "../alarm/command.ts";
import type { Command } from "../command.ts";
import { ordersOf, recallOrder } from "../dispatch/issue.ts";
import { type OrderState, orderAtEnd } from "../dispatch/order.ts";
import type { Draft } from "../draft.ts";
import { openForFalse } from "../maintenance/command.ts";
import { verifyReasons } from "../reasons.ts";
import type { Actor } from "../signal.ts";
import { closeWhenDone } from "./closing.ts";
import { openIncidentOf } from "./command.ts";
import { foundCodes, type Incident, type Look, lookWays, verificationForward } from "./incident.ts";
import { raisePriority } from "./opening.ts";
import { sceneOf } from "./scene.ts";

type Verify = Command & { command: "verify" };

/** False and test recall everybody; confirmed and undetermined call. */
export function verify(draft: Draft, command: Verify, actor: Actor): void {
  const incident = openIncidentOf(draft, command.incident, "verify", actor);
  if (!incident) return;
  const refusal = verifyRefusal(draft, incident, command, actor);
  if (refusal) return draft.refuse("verify", refusal, actor.person);
  // Who gives a result has taken the alarm: it is acknowledged by that person, not by the system.
  for (const id of incident.alarms) acknowledgeAlarm(draft, id, actor);
  if (isAsked(incident, command)) return propose(draft, incident, command, actor);
  settle(draft, incident, command, { by: actor.person, second: command.second ?? null });
}

/** The second person is not at this desk. */
function isAsked({ priority }: Incident, { result, ask, second }: Verify): boolean {
  return result === "false" && priority === "P0" && ask === true && second === undefined;
}

type Result = Pick<Verify, "result" | "cause" | "reason" | "look">;
type People = { readonly by: string; readonly second: string | null };

function settle(
  draft: Draft,
  incident: Incident,
  { result, cause, reason, look }: Result,
  { by, second }: People,
): void {
  draft.add({
    type: "verification-moved",
    incident: incident.id,
    to: result,
    by,
    second,
    cause: cause ?? null,
    reason: reason ?? null,
    ...(result === "false" && look ? { look } : {}),
  });
  if (result === "verifying") return;
  if (result === "confirmed" || result === "undetermined") {
    const alarm = sceneOf(draft, incident);
    // How urgent a flood is has been said by whoever took the call.
    const isFire = incident.kind === "fire";
    if (isFire && alarm !== null && comparePriority("P0", incident.priority) < 0) {
      raisePriority(draft, incident, "P0", result, alarm);
    }
    return closeWhenDone(draft, incident, { verification: result });
  }
  const recalled = new Map<string, OrderState>();
  for (const order of ordersOf(draft, incident)) {
    if (orderAtEnd(order.state)) continue;
    const isFalse = result === "false";
    recallOrder(draft, order, isFalse ? "false-alarm" : "test", by, isFalse);
    recalled.set(order.id, "recalled");
  }
  if (result === "false") openForFalse(draft, incident.id, by);
  closeWhenDone(draft, incident, { verification: result, orders: recalled });
}

function verifyRefusal(
  draft: Draft,
  incident: Incident,
  command: Verify,
  actor: Actor,
): string | null {
  if (!verificationForward(incident.verification, command.result)) return "not-forward";
  if (command.reason !== undefined && !isOneOf(verifyReasons, command.reason)) {
    return "unknown-reason";
  }
  if (command.result !== "false") return null;
  if (command.cause === undefined) return "cause-needed";
  const look = lookRefusal(draft, incident, command.look);
  if (look) return look;
  if (incident.priority !== "P0" || command.ask) return null;
  if (command.second === undefined) return "second-person-needed";
  return command.second === actor.person ? "second-person-must-differ" : null;
}

/** Rules that no picture takes back: two signals, and water that flows. */
const beyondCamera = ["F03", "F04"];

function lookRefusal(draft: Draft, incident: Incident, look: Look | undefined): string | null {
  if (look === undefined) return "look-needed";
  if (!isOneOf(lookWays, look.how)) return "unknown-look";
  if (!isOneOf(foundCodes, look.found)) return "found-needed";
  // Whoever has lit the fire is no witness of there being none.
  if (look.how === "hot-work-crew") return "hot-work-word-alone";
  const rules = incident.alarms.map((id) => draft.state.alarms.get(id)?.rule ?? "");
  if (look.how === "camera") {
    return rules.some((rule) => beyondCamera.includes(rule)) ? "camera-not-enough" : null;
  }
  if (look.person === undefined || look.arrivedAt === undefined) return "witness-needed";
  return look.arrivedAt > draft.at ? "arrival-in-future" : null;
}

/** The first half of a P0 that is false: until the other half comes, all orders stand. */
function propose(
  draft: Draft,
  incident: Incident,
  { cause, reason, look }: Verify,
  { person: by }: Actor,
): void {
  if (cause === undefined || look === undefined) return;
  if (verificationForward(incident.verification, "verifying")) {
    settle(draft, incident, { result: "verifying" }, { by, second: null });
  }
  const { secondPersonAfterMs } = draft.world.settings.incident;
  draft.add({
    type: "false-proposed",
    incident: incident.id,
    by,
    cause,
    reason: reason ?? null,
    look,
    calls: [callOf(draft.world.inventory, incident.site, "shift-leader")],
    answerBy: draft.at + secondPersonAfterMs,
  });
}

/** The shift leader, from wherever; where the inventory names none, anybody but the first person. */
export function answerFalse(
  draft: Draft,
  { incident: id, agrees }: Command & { command: "answer-false" },
  { person, ...seat }: Actor,
): void {
  const incident = openIncidentOf(draft, id, "answer-false", { person, ...seat });
  if (!incident) return;
  const { proposal } = incident;
  const refuse = (why: string): void => draft.refuse("answer-false", why, person);
  if (!proposal) return refuse("nothing-asked");
  if (proposal.by === person) return refuse("second-person-must-differ");
  const leader = draft.world.inventory.district.duty?.shiftLeader;
  if (leader !== undefined && leader !== person) return refuse("not-the-shift-leader");
  if (!agrees) return draft.add({ type: "false-rejected", incident: id, by: person });
  const { by, cause, reason, look } = proposal;
  const result = { result: "false", cause, look, ...(reason === null ? {} : { reason }) } as const;
  settle(draft, incident, result, { by, second: person });
}

/** 119 指挥: firelink goes on watching and tells, and orders nobody by itself. */
export function noteCommand119(
  draft: Draft,
  { incident: id, ended }: Command & { command: "command-119" },
  actor: Actor,
): void {
  const incident = openIncidentOf(draft, id, "command-119", actor);
  const ends = ended === true;
  if (!incident || (incident.command119 === null) === ends) return;
  draft.add({ type: "command-119-noted", incident: id, by: actor.person, ended: ends });
}

/** 值班记录: how the linkage controller of a site is to stand while nothing burns. */
export function recordLinkage(
  draft: Draft,
  { site, auto }: Command & { command: "record-linkage" },
  { person: by }: Actor,
): void {
  if (!draft.world.inventory.sites.get(site)) {
    return draft.refuse("record-linkage", "unknown-site", by);
  }
  if (draft.state.linkageModes.get(site)?.auto === auto) return;
  draft.add({ type: "linkage-recorded", site, auto, by });
}

function isOneOf(set: readonly string[], code: string): boolean {
  return set.includes(code);
}
