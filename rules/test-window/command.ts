/** What people do with a test: open it, announce a press, end it, and end it because it burns. */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import type { Actor } from "../signal.ts";
import { endTest } from "./end.ts";
import { hotWorkAgainst } from "./hot-work.ts";
import { expectedKey, expects, mostExpected, type TestWindow, testLimits } from "./test-window.ts";

export function openTest(
  draft: Draft,
  { site, tester, linkage, endsAt, expected }: Command & { command: "open-test" },
  { person }: Actor,
): void {
  const refuse = (reason: string): void => draft.refuse("open-test", reason, person);
  const { state, world } = draft;
  if (!world.inventory.sites.get(site)) return refuse("unknown-site");
  if (expected.length === 0) return refuse("nothing-expected");
  if (expected.length > mostExpected) return refuse("too-many-expected");
  if (endsAt <= draft.at) return refuse("ends-in-the-past");
  const { longestMs } = testLimits(world.packs, site);
  if (endsAt - draft.at > longestMs) return refuse("longer-than-allowed");
  // While something may burn there, nothing is expected.
  if (state.openBySite.has(site)) return refuse("incident-open");
  const stranger = expected.find(
    (one) => !world.inventory.devices.get(deviceKey(site, one.device)),
  );
  if (stranger) return refuse("unknown-device");
  const hotWork = hotWorkAgainst(draft, { site, expected, endsAt });
  if (hotWork !== null) return refuse(hotWork);
  if (isListedElsewhere(draft, site, expected)) return refuse("listed-in-another-test");
  const unique = [...new Map(expected.map((one) => [expectedKey(one), one])).values()];
  draft.add({
    type: "test-opened",
    test: draft.newId("T"),
    site,
    tester,
    by: person,
    linkage,
    endsAt,
    expected: unique,
  });
}

function isListedElsewhere({ state }: Draft, site: string, expected: TestWindow["expected"]) {
  return [...state.tests.values()].some(
    (test) => test.site === site && expected.some((one) => expects(test, one)),
  );
}

/** 预告按下: a press of this point within the next two minutes belongs to the test. */
export function announcePress(
  draft: Draft,
  { test: id, device, point }: Command & { command: "announce-press" },
  { person: by }: Actor,
): void {
  const test = draft.state.tests.get(id);
  if (!test) return draft.refuse("announce-press", "unknown-test", by);
  if (!expects(test, { device, point })) return draft.refuse("announce-press", "not-listed", by);
  draft.add({ type: "press-announced", test: id, device, point, by });
}

export function endTestByPerson(
  draft: Draft,
  { test: id, fire }: Command & { command: "end-test" },
  { person: by }: Actor,
): void {
  const test = draft.state.tests.get(id);
  if (!test) return draft.refuse("end-test", "unknown-test", by);
  endTest(draft, test, fire === true ? "fire" : "person", by);
}
