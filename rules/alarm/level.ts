/**
 * Levels of detection against the alarm table: a repeat decides nothing, a missed end is found.
 *
 * Unknown is not the end of an alarm: it stays, marked so (law 2).
 */
import type { Draft } from "../draft.ts";
import { isCalledOff } from "../incident/incident.ts";
import { joinFire, openOrJoin } from "../incident/opening.ts";
import { deviceKey } from "../inventory.ts";
import { decidePeriodic } from "../periodic/periodic.ts";
import { placeOf } from "../place.ts";
import { isOfNoDevice, type Rule, ruleAt, rulebook, ruleOf } from "../rulebook.ts";
import type { Evidence, Level, Signal, SignalBody } from "../signal.ts";
import { pointKey, type State } from "../state.ts";
import { systemSite } from "../system.ts";
import { becomeReal } from "../test-window/end.ts";
import { expectedTest, isRealNow, lookOf, noteExpected } from "../test-window/judge.ts";
import { type Alarm, type Condition, comparePriority, type Priority } from "./alarm.ts";
import { explainedBy } from "./by-design.ts";
import { judgeChatter } from "./chatter.ts";
import { armAgain, armEscalation } from "./escalation.ts";
import { holdOf } from "./lifecycle.ts";
import { mostPointsOut, outOfServiceOf } from "./out-of-service.ts";
import { move, ownRules } from "./own.ts";
import { decidePanel } from "./panel.ts";
import { isMoreUrgent, priorityNow } from "./priority.ts";
import { siteLinkOf } from "./site-link.ts";

export function decideLevel(draft: Draft, signal: Signal & { kind: "level" }): void {
  const device = deviceKey(signal.site, signal.device);
  const { inventory, packs } = draft.world;
  const rule = ruleOf(signal.rule, packs, inventory.devices.get(device)?.kind, signal.site);
  const open = openAlarm(draft, device, signal.point ?? rule?.point);
  if (!rule) {
    // Its pack has been replaced, or its device is gone: nobody knows any more. What the old rule says
    // besides is too late: the alarm ends by the rule that came after it, or by a person.
    if (signal.level === "unknown" && open?.rule === signal.rule) know(draft, open, "unknown");
    return;
  }
  if (rule.seenWithin !== undefined) return decidePeriodic(draft, rule, signal);
  if (rule.notes !== undefined) return noteState(draft, rule, signal);
  if (!open) {
    const isExpected = rule.notWhileIncident === true && draft.state.openBySite.has(signal.site);
    if (signal.level === true && !isExpected) raise(draft, rule, signal);
    return;
  }
  const condition = conditionOf(signal.level);
  if (firesAgain(draft, open, condition)) return fireAgain(draft, rule, open, signal);
  know(draft, open, condition);
  if (open.test !== null || open.outOfService !== null) {
    return levelKeptAside(draft, open, signal, condition);
  }
  // What chatters stands until it has been quiet: it does not come back, and may be more urgent now.
  const isActive = condition === "active";
  const isBack = isActive && !open.chatters && move(draft, open, "raise");
  if (signal.worse && !open.worse) worsen(draft, rule, open, signal.evidence ?? [], isBack);
  else if (isBack || (isActive && open.chatters)) comeBack(draft, rule, open, isBack);
  if (judgeChatter(draft, open, condition)) return;
  if (condition === "inactive") move(draft, open, "return");
}

/** It reports a state, and is no alarm: what is not known is not said to be so (law 2). */
function noteState(draft: Draft, rule: Rule, { site, device, point, level }: LevelSignal): void {
  const note = rule.notes;
  if (note === undefined) return;
  decidePanel(draft, {
    ...{ site, device, point: point ?? rule.point, note },
    ...{ value: level === true, ts: null },
  });
}

/**
 * The panel was reset since, and the point fires again: that is another alarm. So is one that was
 * normal again and whose incident is over, or was called off.
 */
function firesAgain(
  { state }: Draft,
  { latched, panelResetAt, condition, incident, ...of }: Alarm,
  now: Condition,
): boolean {
  if (!latched || now !== "active" || condition === "active") return false;
  if (panelResetAt !== null) return true;
  if (condition !== "inactive" || of.test !== null || of.outOfService !== null) return false;
  const known = incident === null ? undefined : state.incidents.get(incident);
  return known !== undefined && (known.closedAt !== null || isCalledOff(known));
}

/** It sounds anew and joins what is open; the first one waits for its acknowledgement, if it still does. */
function fireAgain(draft: Draft, rule: Rule, open: Alarm, signal: LevelSignal): void {
  const { id, state } = open;
  // One that waits stands for those after it: a panel that is reset again and again is no hundred rows.
  if (state !== "unacknowledged" || waitsAlready(draft, open)) {
    const why = "superseded";
    draft.add({ type: "alarm-moved", alarm: id, to: "normal", why, by: null, seat: null });
  }
  raise(draft, rule, signal);
}

/** An earlier alarm of this point waits for its acknowledgement. */
function waitsAlready({ state }: Draft, { id, incident, device, point }: Alarm): boolean {
  const { alarms = [] } = (incident && state.incidents.get(incident)) || {};
  return alarms.some((other) => {
    const known = other === id ? undefined : state.alarms.get(other);
    if (known?.device !== device || known.point !== point) return false;
    return known.state === "unacknowledged";
  });
}

/** Nothing of a test, or of work, is urgent; what is not listed makes it real at once. */
function levelKeptAside(draft: Draft, open: Alarm, signal: Level, condition: Condition): void {
  const { causes } = signal;
  const isReal =
    open.test === null
      ? causes !== undefined && outOfServiceOf(draft.state, { ...open, causes }) === null
      : isRealNow(draft, open, causes);
  if (condition === "active" && isReal) return becomeReal(draft, open, true);
  if (condition === "active") move(draft, open, "raise");
  // What chatters ends when it has been quiet, with the fault that says so.
  if (condition === "inactive" && !open.chatters) move(draft, open, "return");
}

function openAlarm({ state }: Draft, device: string, point: string | undefined): Alarm | null {
  const id = point === undefined ? undefined : state.openByPoint.get(pointKey(device, point));
  return (id !== undefined && state.alarms.get(id)) || null;
}

function know(draft: Draft, alarm: Alarm, condition: Condition): void {
  if (alarm.condition === condition) return;
  draft.add({ type: "alarm-condition", alarm: alarm.id, condition });
}

/**
 * For a start: what stands open is unknown until detection has looked; and no rule is parked any more.
 */
export function unknownLevels({ alarms }: State, at: number): SignalBody[] {
  return [...alarms.values()]
    .filter(({ latched, state }) => !latched && state !== "normal")
    .filter(({ rule }) => !ownRules.includes(rule))
    .map(({ rule, site, device, point }) => {
      const level = rule === rulebook.G04.id ? false : "unknown";
      return { kind: "level", rule, site, device, point, level, since: at };
    });
}

type LevelSignal = Signal & { readonly kind: "level" };

function raise(draft: Draft, rule: Rule, signal: LevelSignal): void {
  const { site } = signal;
  const place = placeOf(draft.world.inventory, site, signal.device, signal.zone);
  const alarm = draft.newId("A");
  const point = signal.point ?? rule.point;
  const came = { site, device: signal.device, points: signal.causes ?? [point] };
  const test = expectedTest(draft, rule, came);
  if (test) noteExpected(draft, test, came);
  const priority = priorityNow(draft, rule, place);
  const aside = test
    ? null
    : keptAside(draft, rule, { ...came, each: signal.each ?? null, priority });
  draft.add({
    type: "alarm-raised",
    alarm,
    rule: rule.id,
    site,
    device: signal.device,
    point,
    zone: place.zone,
    building: place.building,
    condition: "active",
    ...lookOf({ ...rule, priority }, test),
    marks: isStranger(draft, signal, place.knownDevice) ? ["unknown-device"] : [],
    deviceTs: null,
    seq: null,
    key: null,
    outage: null,
    ...(signal.each === undefined ? {} : { each: signal.each }),
    ...(signal.words === undefined ? {} : { words: signal.words }),
    ...causesIn(signal),
    ...(signal.evidence ? { since: signal.since, evidence: signal.evidence } : {}),
    ...versionOf(draft, signal),
    ...aside,
    // Until somebody has seen it, it ends by itself, as a test does.
    ...(aside?.outOfService === undefined ? {} : { latched: false }),
  });
  if (test || aside) return;
  armEscalation(draft, alarm, { class: rule.class, priority, site });
  // F01 and every P0 order at receipt; what one detector says is looked at first (DESIGN §5).
  const verifyFirst = rule.id !== "F01" && priority !== "P0";
  if (rule.opensIncident) openOrJoin(draft, { id: alarm, priority, place, verifyFirst });
  else if (priority === "P0") joinFire(draft, { id: alarm, site, incident: null });
  const { device, each = null, words = null } = signal;
  const now = { id: alarm, class: rule.class, rule: rule.id, site, device, point, each, words };
  judgeChatter(draft, { ...now, chatters: false, byDesign: null }, "active");
}

/** Of a vote with more voters than a record may name, nobody could take out each of them. */
function causesIn({ causes = [] }: Level): { readonly causes?: readonly string[] } {
  return causes.length > 0 && causes.length <= mostPointsOut ? { causes } : {};
}

type Came = { readonly site: string; readonly device: string; readonly points: readonly string[] };

/** What keeps it from the desk from the beginning; null where nothing does. */
function keptAside(
  draft: Draft,
  rule: Rule,
  came: Came & { readonly each: string | null; readonly priority: Priority },
): { readonly suppressedBy?: string; readonly outOfService?: string } | null {
  const { site, device, points } = came;
  const causes = points.length > 0 ? points : [rule.point];
  const record = outOfServiceOf(draft.state, { site, device, rule: rule.id, causes });
  if (record) return { outOfService: record.id };
  const siteLink = rule.id === rulebook.S02.id ? siteLinkOf(draft.state, site) : null;
  const suppressedBy = siteLink ?? explainedBy(draft, rule, came);
  return suppressedBy === null ? null : { suppressedBy };
}

/** The gateway itself, a site and a permit stand in no list of devices, and are no strangers. */
function isStranger({ world }: Draft, { site, rule }: Level, isKnown: boolean): boolean {
  return !isKnown && site !== systemSite && !isOfNoDevice(rule, world.packs);
}

/** Which packs its rule is of; nothing of a rule of the gateway itself. */
function versionOf(
  { state, world }: Draft,
  { rule: id, site, device }: Signal & { kind: "level" },
): { readonly packs?: string } {
  const { kind = "" } = world.inventory.devices.get(deviceKey(site, device)) ?? {};
  const { packs } = state.adopted;
  return packs !== null && ruleAt(world.packs, { id, kind, site }) ? { packs } : {};
}

/** The same condition, for so long that it is worse: said again, with what is true by now. */
function worsen(
  draft: Draft,
  rule: Rule,
  open: Alarm,
  evidence: readonly Evidence[],
  isBack: boolean,
): void {
  const { whenWorse } = rule;
  const now = priorityNow(draft, rule, open);
  const priority = whenWorse && comparePriority(whenWorse, now) < 0 ? whenWorse : now;
  draft.add({ type: "alarm-worse", alarm: open.id, priority, evidence });
  waitAnew(draft, open, priority, isBack);
  if (priority === "P0") joinFire(draft, open);
}

/** It had returned, and meanwhile something may burn. */
function comeBack(draft: Draft, rule: Rule, open: Alarm, isBack: boolean): void {
  const priority = priorityNow(draft, rule, open);
  const isMore = isMoreUrgent(priority, open);
  if (isMore) draft.add({ type: "alarm-priority", alarm: open.id, priority });
  waitAnew(draft, open, isMore ? priority : open.priority, isBack);
  if (isMore && priority === "P0") joinFire(draft, open);
}

/** Somebody must acknowledge it (again): others are called, unless it is kept from the desk. */
function waitAnew(draft: Draft, open: Alarm, priority: Priority, isBack: boolean): void {
  const isMore = isMoreUrgent(priority, open);
  if (isBack && (isMore || holdOf(open) === null)) {
    armEscalation(draft, open.id, { site: open.site, class: open.class, priority });
  } else if (isMore) armAgain(draft, open, priority);
}

function conditionOf(level: boolean | "unknown"): Condition {
  if (level === "unknown") return "unknown";
  return level ? "active" : "inactive";
}
