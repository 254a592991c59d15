import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { stringify } from "yaml";
import { defaultPlans } from "#rules/dispatch/first-alarm.ts";
import { readConfig } from "./config.ts";
import { readPlans } from "./plans.ts";
import { makeFolder } from "./testing/process.ts";

test("RN-11: plans are data: a file takes the place of the program's, and what is wrong in it is named", () => {
  const folder = makeFolder();
  try {
    const path = join(folder.path, "plans.yaml");
    const write = (plans: unknown) =>
      writeFileSync(path, stringify({ v: 1, plans }, { aliasDuplicateObjects: false }));
    write(defaultPlans);
    assert.deepEqual(readPlans(path), defaultPlans);
    assert.deepEqual(readConfig({ FIRELINK_RULES_PLANS_FILE: path }).settings.plans, defaultPlans);
    const [, ...others] = defaultPlans;
    write([{ ...defaultPlans[0], needs: [{ what: "dragon", count: 0 }] }, ...others]);
    assert.throws(
      () => readPlans(path),
      /plans\.yaml:\d+: plans\.0\.needs\.0\.what .*allowed: engine/s,
    );
    write(defaultPlans.filter(({ id }) => id !== "fire"));
    assert.throws(() => readPlans(path), /has no plan for every fire/);
    write([...defaultPlans, ...defaultPlans]);
    assert.throws(() => readPlans(path), /chemicals stands here twice/);
  } finally {
    folder.remove();
  }
});
