/**
 * 单位通信中断 (rules S02 and G07): where more than a fifth of the devices of a site are not heard, their
 * line is what is broken. That is one alarm of the site, P1, and those of its devices are kept beneath
 * it (ISA-18.2, suppressed by design) until it is over: half of that share, or fewer.
 *
 * A lost link returns nothing to normal: what the devices themselves said stands as it stood. One that
 * is lost again within the hour must be there for five minutes before its alarm ends (domain C1, S02).
 */
import { clearDeadline, deadlineId, setDeadline } from "../deadline.ts";
import type { Draft } from "../draft.ts";
import type { Event } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import { rulebook } from "../rulebook.ts";
import { pointKey, type State } from "../state.ts";
import { wholeSite } from "../system.ts";
import type { Writer } from "../writer.ts";
import type { Alarm } from "./alarm.ts";
import { armAgain } from "./escalation.ts";
import { holdOf } from "./lifecycle.ts";
import { endOwn, raiseOwn } from "./own.ts";

/** Domain C1, S02: more than 20 % of a site; one or two devices are no line. */
const share = 0.2;
const leastDevices = 3;

const calmMs = 300_000;
const rememberedMs = 3_600_000;

export type SiteLinkEvent =
  /** It is there again, and has flapped: over at `endsAt`, unless it is lost before. */
  | { readonly type: "site-link-calming"; readonly site: string; readonly endsAt: number }
  | { readonly type: "site-link-lost-again"; readonly site: string }
  | { readonly type: "site-link-ended"; readonly site: string; readonly rememberedUntil: number }
  | { readonly type: "site-link-forgotten"; readonly site: string };

const { S02: link, G07: usual } = rulebook;

type Standing = Pick<Alarm, "id" | "site" | "device" | "state" | "condition" | "byDesign">;

/** The alarm of the whole site that stands for those of its devices; null where there is none. */
export function siteLinkOf({ openByPoint, alarms }: State, site: string): string | null {
  const id = openByPoint.get(pointKey(deviceKey(site, wholeSite), usual.point));
  const alarm = id === undefined ? undefined : alarms.get(id);
  return alarm && stands(alarm) ? alarm.id : null;
}

/** After a decision: whether links of devices that it loses, or finds again, are the link of a site. */
export function watchSiteLinks(draft: Draft): void {
  for (const site of touched(draft)) judge(draft, site);
}

function judge(draft: Draft, site: string): void {
  const count = draft.world.inventory.deviceCountOf(site);
  const lost = lostAfter(draft, site);
  const open = siteLinkOf(draft.state, site);
  const { deadlines } = draft.state;
  const isCalming = deadlines.has(deadlineId("site-link-calm", site));
  const isLost = lost.length >= leastDevices && lost.length > share * count;
  if (open === null && isLost) {
    const words = { lost: String(lost.length), count: String(count) };
    const alarm = raiseOwn(draft, usual, { site, device: wholeSite, point: usual.point, words });
    keepBeneath(draft, alarm, lost);
  } else if (open !== null && lost.length >= leastDevices && lost.length > (share / 2) * count) {
    keepBeneath(draft, open, lost);
    if (isCalming) draft.add({ type: "site-link-lost-again", site });
  } else if (open !== null && !deadlines.has(deadlineId("site-link", site))) {
    end(draft, site, open, lost);
  } else if (open !== null) {
    // What is lost meanwhile is part of the same flapping.
    keepBeneath(draft, open, lost);
    if (!isCalming) {
      draft.add({ type: "site-link-calming", site, endsAt: draft.at + calmMs });
    }
  }
}

/** It has been there for as long as one that flaps must be. */
export function judgeCalm(draft: Draft, site: string): void {
  const open = siteLinkOf(draft.state, site);
  // A person may have ended it meanwhile.
  if (open === null) draft.add({ type: "site-link-lost-again", site });
  else end(draft, site, open, lostAfter(draft, site));
}

function end(draft: Draft, site: string, open: string, lost: readonly Standing[]): void {
  endOwn(draft, { site, device: wholeSite, point: usual.point });
  release(draft, open, lost);
  draft.add({ type: "site-link-ended", site, rememberedUntil: draft.at + rememberedMs });
}

/** Its deadlines. Decides nothing; see ../evolve.ts. */
export function evolveSiteLink(state: State, event: SiteLinkEvent, writer: Writer): void {
  const { site } = event;
  switch (event.type) {
    case "site-link-calming":
      return setDeadline(state, writer, "site-link-calm", site, event.endsAt);
    case "site-link-lost-again":
      return clearDeadline(state, writer, "site-link-calm", site);
    case "site-link-ended":
      clearDeadline(state, writer, "site-link-calm", site);
      return setDeadline(state, writer, "site-link", site, event.rememberedUntil);
    case "site-link-forgotten":
      return clearDeadline(state, writer, "site-link", site);
    default:
      return event satisfies never;
  }
}

/** Those that came before the site's, and those that come back while it stands. */
function keepBeneath(draft: Draft, by: string, lost: readonly Standing[]): void {
  for (const { id, byDesign } of lost) {
    if (byDesign === null) draft.add({ type: "alarm-suppressed", alarm: id, by });
  }
}

/** What is still lost is at the desk again, each by itself; the rest has returned beneath it. */
function release(draft: Draft, open: string, lost: readonly Standing[]): void {
  for (const alarm of draft.state.alarms.values()) {
    if (alarm.byDesign !== open || alarm.state === "normal") continue;
    draft.add({ type: "alarm-unsuppressed", alarm: alarm.id });
    const isHeld = holdOf({ ...alarm, byDesign: null }) !== null;
    if (!isHeld && lost.some(({ id }) => id === alarm.id)) armAgain(draft, alarm, alarm.priority);
  }
}

function stands({ state, condition }: Pick<Alarm, "state" | "condition">): boolean {
  return state !== "normal" && condition !== "inactive";
}

function touched({ events, state }: Draft): Set<string> {
  const sites = new Set<string>();
  for (const event of events) {
    const of = "alarm" in event && event.alarm ? state.alarms.get(event.alarm) : undefined;
    if (event.type === "alarm-raised" && event.rule === link.id) sites.add(event.site);
    else if (of?.rule === link.id && isOfLink(event)) sites.add(of.site);
  }
  return sites;
}

function isOfLink({ type }: Event): boolean {
  return ["alarm-moved", "alarm-condition", "alarm-priority", "alarm-real"].includes(type);
}

/** As this decision leaves them; what a test expects, or work has taken out of service, is not lost. */
function lostAfter({ state, events }: Draft, site: string): Standing[] {
  const links = new Map<string, Standing>();
  for (const alarm of state.alarms.values()) {
    if (alarm.site !== site || alarm.rule !== link.id) continue;
    if (alarm.test === null && alarm.outOfService === null) links.set(alarm.id, { ...alarm });
  }
  for (const event of events) {
    if (event.type === "alarm-raised") {
      if (event.site !== site || event.rule !== link.id) continue;
      if ((event.test ?? event.outOfService) !== undefined) continue;
      const { alarm: id, device, condition, suppressedBy: byDesign = null } = event;
      links.set(id, { id, site, device, condition, byDesign, state: "unacknowledged" });
    } else if (event.type === "alarm-priority" || event.type === "alarm-real") {
      // More urgent, or real: that has taken it out from beneath.
      const alarm = state.alarms.get(event.alarm);
      if (alarm?.site !== site || alarm.rule !== link.id) continue;
      links.set(alarm.id, { ...alarm, ...links.get(alarm.id), byDesign: null });
    } else if (event.type === "alarm-moved" || event.type === "alarm-condition") {
      const known = links.get(event.alarm);
      if (!known) continue;
      const now =
        event.type === "alarm-moved" ? { state: event.to } : { condition: event.condition };
      links.set(event.alarm, { ...known, ...now });
    }
  }
  return [...links.values()].filter(stands);
}
