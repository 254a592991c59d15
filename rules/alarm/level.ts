/**
 * Levels of detection against the alarm table: a repeat decides nothing, a missed end is found.
 *
 * Unknown is not the end of an alarm: it stays, marked so (law 2).
 */
import type { Draft } from "../draft.ts";
import { joinFire, openOrJoin } from "../incident/opening.ts";
import { deviceKey } from "../inventory.ts";
import { placeOf } from "../place.ts";
import { isOfNoDevice, type Rule, ruleAt, rulebook, ruleOf } from "../rulebook.ts";
import type { Evidence, Level, Signal, SignalBody } from "../signal.ts";
import { pointKey, type State } from "../state.ts";
import { systemSite } from "../system.ts";
import { becomeReal } from "../test-window/end.ts";
import { expectedTest, isRealNow, lookOf, noteExpected } from "../test-window/judge.ts";
import { type Alarm, type Condition, comparePriority } from "./alarm.ts";
import { judgeChatter } from "./chatter.ts";
import { armAgain, armEscalation } from "./escalation.ts";
import { move, rulesOfRates } from "./own.ts";
import { isMoreUrgent, priorityNow } from "./priority.ts";

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
  if (!open) {
    const isExpected = rule.notWhileIncident === true && draft.state.openBySite.has(signal.site);
    if (signal.level === true && !isExpected) raise(draft, rule, signal);
    return;
  }
  const condition = conditionOf(signal.level);
  know(draft, open, condition);
  if (open.test !== null) return levelInTest(draft, open, signal, condition);
  const isBack = condition === "active" && (open.chatters || move(draft, open, "raise"));
  if (signal.worse && !open.worse) worsen(draft, rule, open, signal.evidence ?? []);
  else if (isBack) comeBack(draft, rule, open);
  if (judgeChatter(draft, open, condition)) return;
  if (condition === "inactive") move(draft, open, "return");
}

/** Nothing of a test is urgent; what is not listed makes it real at once. */
function levelInTest(draft: Draft, open: Alarm, signal: Level, condition: Condition): void {
  if (condition === "active" && isRealNow(draft, open, signal.causes)) {
    return becomeReal(draft, open, true);
  }
  if (condition === "active") move(draft, open, "raise");
  if (condition === "inactive") move(draft, open, "return");
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
    .filter(({ rule }) => !rulesOfRates.includes(rule))
    .map(({ rule, site, device, point }) => {
      const level = rule === rulebook.G04.id ? false : "unknown";
      return { kind: "level", rule, site, device, point, level, since: at };
    });
}

function raise(draft: Draft, rule: Rule, signal: Signal & { kind: "level" }): void {
  const { site } = signal;
  const place = placeOf(draft.world.inventory, site, signal.device, signal.zone);
  const alarm = draft.newId("A");
  const point = signal.point ?? rule.point;
  const came = { site, device: signal.device, points: signal.causes ?? [point] };
  const test = expectedTest(draft, rule, came);
  if (test) noteExpected(draft, test, came);
  const priority = priorityNow(draft, rule, place);
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
    ...(signal.evidence ? { since: signal.since, evidence: signal.evidence } : {}),
    ...versionOf(draft, signal),
  });
  if (test) return;
  armEscalation(draft, alarm, { class: rule.class, priority, site });
  // F01 and every P0 order at receipt; what one detector says is looked at first (DESIGN §5).
  const verifyFirst = rule.id !== "F01" && priority !== "P0";
  if (rule.opensIncident) openOrJoin(draft, { id: alarm, priority, place, verifyFirst });
  else if (priority === "P0") joinFire(draft, { id: alarm, site, incident: null });
  const { device, each = null, words = null } = signal;
  const now = { id: alarm, class: rule.class, rule: rule.id, site, device, point, each, words };
  judgeChatter(draft, { ...now, chatters: false }, "active");
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
function worsen(draft: Draft, rule: Rule, open: Alarm, evidence: readonly Evidence[]): void {
  const { whenWorse } = rule;
  const now = priorityNow(draft, rule, open);
  const priority = whenWorse && comparePriority(whenWorse, now) < 0 ? whenWorse : now;
  draft.add({ type: "alarm-worse", alarm: open.id, priority, evidence });
  if (isMoreUrgent(priority, open)) armAgain(draft, open, priority);
  if (priority === "P0") joinFire(draft, open);
}

/** It had returned, and meanwhile something may burn. */
function comeBack(draft: Draft, rule: Rule, open: Alarm): void {
  const priority = priorityNow(draft, rule, open);
  if (!isMoreUrgent(priority, open)) return;
  draft.add({ type: "alarm-priority", alarm: open.id, priority });
  armAgain(draft, open, priority);
  if (priority === "P0") joinFire(draft, open);
}

function conditionOf(level: boolean | "unknown"): Condition {
  if (level === "unknown") return "unknown";
  return level ? "active" : "inactive";
}
