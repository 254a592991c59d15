/**
 * Decide: what a signal means in a state. Pure: (state, signal, world) → events, nothing else.
 *
 * Start reading here. Each kind of signal goes to the file that is named after its subject.
 */

import { holdByDesign } from "./alarm/by-design.ts";
import { acknowledge, closeOutage, reset, silence } from "./alarm/command.ts";
import { decideDeviceEvent } from "./alarm/device-event.ts";
import { watchFlood } from "./alarm/flood.ts";
import { decideLevel } from "./alarm/level.ts";
import { returnToService, takeOutOfService } from "./alarm/out-of-service.ts";
import { decidePanel } from "./alarm/panel.ts";
import { decidePress } from "./alarm/press.ts";
import { shelve, unshelve } from "./alarm/shelf.ts";
import { watchSiteLinks } from "./alarm/site-link.ts";
import { decideTraced } from "./alarm/trace.ts";
import {
  answerForPerson,
  callOutByPerson,
  decideCallAnswer,
  decideCallDelivery,
} from "./call-out/call-out.ts";
import type { Command } from "./command.ts";
import { decideClock } from "./dispatch/clock.ts";
import {
  orderByPerson,
  orderEverybody,
  reassign,
  recallByPerson,
  reinforce,
} from "./dispatch/command.ts";
import { decideWays } from "./dispatch/measured.ts";
import { decideDelivery, decideReply, replyByRadio } from "./dispatch/reply.ts";
import { noteStatus, noteStatusByPerson } from "./dispatch/status.ts";
import { Draft, type World } from "./draft.ts";
import type { Event } from "./event.ts";
import { decideHotWork } from "./hot-work/act.ts";
import { decideTaskDelivery } from "./hot-work/inspection.ts";
import { watchPermits } from "./hot-work/watch.ts";
import { watchImpairments } from "./impairment/impairment.ts";
import { noteChecklist, watchChecklist } from "./incident/checklist-rows.ts";
import { watchClosing } from "./incident/closing.ts";
import { callBack, merge, reopen, split } from "./incident/command.ts";
import { reportIncident } from "./incident/reported.ts";
import { answerFalse, noteCommand119, recordLinkage, verify } from "./incident/verify.ts";
import { decideFeedback, watchLinkage } from "./linkage/linkage.ts";
import { closeMaintenance, openMaintenance } from "./maintenance/command.ts";
import { watchNuisance } from "./maintenance/nuisance.ts";
import { decideQuarantine } from "./quarantine.ts";
import type { Actor, Signal } from "./signal.ts";
import { setSiteCode } from "./site-code.ts";
import type { State } from "./state.ts";
import { adopt, decideStarted, decideUnheard } from "./system.ts";
import { announcePress, endTestByPerson, openTest } from "./test-window/command.ts";

export function decide(state: State, signal: Signal, world: World): Event[] {
  const draft = new Draft(state, signal, world);
  switch (signal.kind) {
    case "press":
      decidePress(draft, signal);
      break;
    case "device-event":
      decideDeviceEvent(draft, signal);
      break;
    case "level":
      decideLevel(draft, signal);
      break;
    case "panel":
      decidePanel(draft, signal);
      break;
    case "reply":
      decideReply(draft, signal);
      break;
    case "station-status":
      noteStatus(draft, signal, null);
      break;
    case "delivery":
      decideDelivery(draft, signal);
      break;
    case "task-delivery":
      decideTaskDelivery(draft, signal);
      break;
    case "call-answer":
      decideCallAnswer(draft, signal);
      break;
    case "call-delivery":
      decideCallDelivery(draft, signal);
      break;
    case "linkage-feedback":
      decideFeedback(draft, signal);
      break;
    case "command":
      decideCommand(draft, signal.command, signal.actor);
      break;
    case "time":
      decideClock(draft);
      break;
    case "started":
      decideStarted(draft, signal);
      break;
    case "stopped":
      draft.add({ type: "gateway-stopped", reason: signal.reason });
      break;
    case "unheard":
      decideUnheard(draft, signal);
      break;
    case "clock-jumped":
      draft.add({ type: "clock-jumped", jumpMs: signal.jumpMs });
      break;
    case "ways":
      decideWays(draft, signal);
      break;
    case "traced":
      decideTraced(draft, signal.traces);
      break;
    case "quarantine":
      decideQuarantine(draft, signal);
      break;
    default:
      signal satisfies never;
  }
  // Of what has thrown once nothing more is asked.
  if (signal.kind !== "quarantine") {
    holdByDesign(draft);
    watchPermits(draft);
    watchImpairments(draft);
    watchSiteLinks(draft);
    watchNuisance(draft);
    watchFlood(draft);
    watchLinkage(draft);
    watchChecklist(draft);
    watchClosing(draft);
  }
  return draft.events;
}

function decideCommand(draft: Draft, command: Command, actor: Actor): void {
  switch (command.command) {
    case "acknowledge":
      return acknowledge(draft, command.alarm, actor);
    case "silence":
      return silence(draft, command.alarm, actor);
    case "reset":
      return reset(draft, command, actor);
    case "close-outage":
      return closeOutage(draft, command.alarm, command.checkedAtPanel, actor);
    case "verify":
      return verify(draft, command, actor);
    case "answer-false":
      return answerFalse(draft, command, actor);
    case "note-checklist":
      return noteChecklist(draft, command, actor);
    case "command-119":
      return noteCommand119(draft, command, actor);
    case "record-linkage":
      return recordLinkage(draft, command, actor);
    case "call-back":
      return callBack(draft, command, actor);
    case "order":
      return orderByPerson(draft, command, actor);
    case "order-everybody":
      return orderEverybody(draft, command.incident, actor);
    case "recall":
      return recallByPerson(draft, command.order, command.reason, actor);
    case "reinforce":
      return reinforce(draft, command, actor);
    case "reassign":
      return reassign(draft, command, actor);
    case "note-status":
      return noteStatusByPerson(draft, command, actor);
    case "reply-by-radio":
      return replyByRadio(draft, command, actor);
    case "report-incident":
      return reportIncident(draft, command, actor);
    case "call-out":
      return callOutByPerson(draft, command, actor);
    case "answer-call-out":
      return answerForPerson(draft, command, actor);
    case "merge":
      return merge(draft, command, actor);
    case "split":
      return split(draft, command, actor);
    case "reopen":
      return reopen(draft, command, actor);
    case "shelve":
      return shelve(draft, command, actor);
    case "set-site-code":
      return setSiteCode(draft, command, actor);
    case "unshelve":
      return unshelve(draft, command, actor);
    case "take-out-of-service":
      return takeOutOfService(draft, command, actor);
    case "return-to-service":
      return returnToService(draft, command, actor);
    case "open-test":
      return openTest(draft, command, actor);
    case "announce-press":
      return announcePress(draft, command, actor);
    case "end-test":
      return endTestByPerson(draft, command, actor);
    case "open-maintenance":
      return openMaintenance(draft, command, actor);
    case "close-maintenance":
      return closeMaintenance(draft, command, actor);
    case "adopt":
      return adopt(draft, command, actor);
    default:
      return decideHotWork(draft, command, actor);
  }
}
