import assert from "node:assert/strict";
import { test } from "node:test";
import { type AlarmState, type AlarmTrigger, stepAlarm } from "./lifecycle.ts";

/** Every cell of both tables, written down a second time by hand: a state, "=" or a refusal. */
const rows: [boolean, AlarmState, Record<AlarmTrigger, string>][] = [
  [
    true,
    "normal",
    { raise: "unacknowledged", return: "=", acknowledge: "not-open", reset: "not-open" },
  ],
  [
    true,
    "unacknowledged",
    { raise: "=", return: "=", acknowledge: "acknowledged", reset: "acknowledge-first" },
  ],
  [
    true,
    "acknowledged",
    { raise: "=", return: "=", acknowledge: "already-acknowledged", reset: "normal" },
  ],
  [
    false,
    "normal",
    { raise: "unacknowledged", return: "=", acknowledge: "not-open", reset: "not-open" },
  ],
  [
    false,
    "unacknowledged",
    {
      raise: "=",
      return: "returned-unacknowledged",
      acknowledge: "acknowledged",
      reset: "not-latched",
    },
  ],
  [
    false,
    "acknowledged",
    { raise: "=", return: "normal", acknowledge: "already-acknowledged", reset: "not-latched" },
  ],
  [
    false,
    "returned-unacknowledged",
    { raise: "unacknowledged", return: "=", acknowledge: "normal", reset: "not-latched" },
  ],
];

test("AL-1: the life cycle of an alarm, every state and trigger (ISA-18.2)", () => {
  for (const [latched, state, expected] of rows) {
    for (const [trigger, result] of Object.entries(expected)) {
      const step = stepAlarm(state, trigger as AlarmTrigger, latched);
      const got = "to" in step ? step.to : "same" in step ? "=" : step.refused;
      assert.equal(got, result, `${latched ? "latched" : "unlatched"} ${state} ${trigger}`);
    }
  }
});

test("AL-2: fire is held until reset: the end of its condition moves nothing", () => {
  for (const state of ["unacknowledged", "acknowledged"] as const) {
    assert.deepEqual(stepAlarm(state, "return", true), { same: true });
  }
});
