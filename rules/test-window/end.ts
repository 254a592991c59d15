/**
 * The end of a test, by a person, by its time, or because it burns: what did not come is a fault,
 * and what is not back is real from now on: a valve is shut, a pump is in manual, a detector is in
 * fire.
 *
 * What is not back becomes real one by one, each in a decision of its own: two fires of one zone are
 * one incident only where the second finds the first.
 */

import type { Alarm } from "../alarm/alarm.ts";
import { comparePriority } from "../alarm/alarm.ts";
import { armEscalation } from "../alarm/escalation.ts";
import { priorityNow } from "../alarm/priority.ts";
import type { Draft } from "../draft.ts";
import { joinFire, openOrJoin } from "../incident/opening.ts";
import { deviceKey } from "../inventory.ts";
import { placeOf } from "../place.ts";
import { type Rule, rulebook, ruleOf } from "../rulebook.ts";
import { pointKey } from "../state.ts";
import { expectedKey, type TestWindow } from "./test-window.ts";

export type TestEnd = "person" | "time" | "fire";

export function endTest(draft: Draft, test: TestWindow, why: TestEnd, by: string | null): void {
  const alarms = [...draft.state.alarms.values()]
    .filter((alarm) => alarm.test === test.id && alarm.state !== "normal")
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const notBack = alarms.filter(isNotBack);
  const missing = test.expected.filter((one) => !test.came.has(expectedKey(one)));
  // The first fire orders in this very decision; the others find its incident.
  const first = why === "fire" ? fireOf(draft, notBack) : undefined;
  draft.add({
    type: "test-ended",
    test: test.id,
    why,
    by,
    missing,
    notBack: notBack.filter((alarm) => alarm !== first).map(({ id }) => id),
  });
  for (const alarm of alarms) if (!isNotBack(alarm)) over(draft, alarm);
  // Somebody who calls a fire ends whatever was tried: that nothing came is no fault then.
  if (why !== "fire") return raiseMissing(draft, test, missing);
  if (first) becomeReal(draft, first, false);
  else raiseFire(draft, test);
}

/** A deadline of `test-ended`, or of `returned-to-service`, has come for one that was not back. */
export function judgeNotBack(draft: Draft, alarm: Alarm): void {
  if (isNotBack(alarm)) becomeReal(draft, alarm, true);
  else over(draft, alarm);
}

/** It was thought to be part of a test or of work, and is not: as if it had been raised now. */
export function becomeReal(draft: Draft, alarm: Alarm, verifyFirst: boolean): void {
  const rule = ruleFor(draft, alarm);
  const { id, site, device, zone, building } = alarm;
  const priority = priorityNow(draft, rule, alarm);
  draft.add({
    type: "alarm-real",
    alarm: id,
    class: rule.class,
    priority,
    latched: rule.latched,
  });
  armEscalation(draft, id, { class: rule.class, priority, site });
  const place = { ...placeOf(draft.world.inventory, site, device), zone, building };
  if (rule.opensIncident) {
    const looks = verifyFirst && rule.id !== "F01" && comparePriority("P0", priority) < 0;
    openOrJoin(draft, { id, priority, place, verifyFirst: looks });
  } else if (priority === "P0") joinFire(draft, alarm);
}

/** Unknown is not back (law 2). A press is momentary: it is over when the test is. */
function isNotBack({ condition }: Alarm): boolean {
  return condition !== "inactive";
}

function over(draft: Draft, { id }: Alarm): void {
  const why = "test-ended";
  draft.add({ type: "alarm-moved", alarm: id, to: "normal", why, by: null, seat: null });
}

function fireOf(draft: Draft, alarms: readonly Alarm[]): Alarm | undefined {
  return alarms.find((alarm) => ruleFor(draft, alarm).opensIncident);
}

/** What nobody knows any more is a fault: it was a rule when it was raised. */
function ruleFor({ world }: Draft, { rule, site, device }: Alarm): Rule {
  const kind = world.inventory.devices.get(deviceKey(site, device))?.kind;
  return ruleOf(rule, world.packs, kind, site) ?? rulebook.G05;
}

/** 真实火警,结束试验: nothing of the test stands as a fire, and somebody there says that it burns. */
function raiseFire(draft: Draft, { site, expected }: TestWindow): void {
  const device = expected[0]?.device ?? "";
  const { F01: rule } = rulebook;
  const place = placeOf(draft.world.inventory, site, device);
  const id = raise(draft, rule, { site, device, point: "test-fire" }, place);
  armEscalation(draft, id, { ...rule, site });
  openOrJoin(draft, { id, priority: rule.priority, place });
}

/** One fault for each device that was to say something and did not. */
function raiseMissing(draft: Draft, { site }: TestWindow, missing: TestWindow["expected"]): void {
  const { G05: rule } = rulebook;
  for (const device of new Set(missing.map((one) => one.device))) {
    const { point } = rule;
    if (draft.state.openByPoint.has(pointKey(deviceKey(site, device), point))) continue;
    const place = placeOf(draft.world.inventory, site, device);
    const points = missing.filter((one) => one.device === device).map((one) => one.point);
    raise(draft, rule, { site, device, point }, place, points);
  }
}

type At = { readonly site: string; readonly device: string; readonly point: string };

const mostEvidence = 12;

function raise(
  draft: Draft,
  rule: Rule,
  at: At,
  { zone, building }: { readonly zone: string | null; readonly building: string | null },
  missing: readonly string[] = [],
): string {
  const alarm = draft.newId("A");
  const evidence = missing
    .slice(0, mostEvidence)
    .map((point) => ({ point, value: null, quality: "bad", at: 0 }) as const);
  draft.add({
    type: "alarm-raised",
    alarm,
    rule: rule.id,
    class: rule.class,
    priority: rule.priority,
    ...at,
    zone,
    building,
    // Both are of a moment: nothing at the device is in that state now.
    condition: "inactive",
    latched: rule.latched,
    marks: [],
    deviceTs: null,
    seq: null,
    key: null,
    outage: null,
    ...(evidence.length > 0 ? { evidence } : {}),
  });
  return alarm;
}
