/** Whether what comes in belongs to a test: then it is shown as one, and nobody is sent. */
import type { Alarm } from "../alarm/alarm.ts";
import type { Draft } from "../draft.ts";
import type { AlarmEvent } from "../event.ts";
import type { Rule } from "../rulebook.ts";
import { isAnnounced, type TestWindow, testOf } from "./test-window.ts";

type Came = {
  readonly site: string;
  readonly device: string;
  /** What made it true: all of it must be listed, each voter of a vote. */
  readonly points: readonly string[];
};

/** The test that expects it; of a call point or a button, only a press that was announced. */
export function expectedTest(draft: Draft, rule: Rule, came: Came): TestWindow | null {
  const test = testOf(draft.state, came.site, came.device, came.points);
  if (!test || rule.id !== "F01") return test;
  const { device, points } = came;
  const announced = points.every((point) =>
    isAnnounced(test, { device, point }, draft.at, draft.world.packs),
  );
  return announced ? test : null;
}

/** As what an alarm is raised: a test is no priority of its rule, and ends by itself. */
export function lookOf(
  rule: Pick<Rule, "class" | "priority" | "latched">,
  test: TestWindow | null,
): Pick<AlarmEvent & { type: "alarm-raised" }, "class" | "priority" | "latched" | "test"> {
  if (!test) return { class: rule.class, priority: rule.priority, latched: rule.latched };
  return { class: "test", priority: "P4", latched: false, test: test.id };
}

/** A signal that was expected has come. */
export function noteExpected(draft: Draft, { id }: TestWindow, { device, points }: Came): void {
  draft.add({ type: "test-signal-came", test: id, device, points });
}

/** A test alarm that something unlisted now makes true as well. */
export function isRealNow(
  { state }: Draft,
  { test, site, device }: Alarm,
  points?: readonly string[],
) {
  if (test === null || points === undefined) return false;
  return testOf(state, site, device, points)?.id !== test;
}
