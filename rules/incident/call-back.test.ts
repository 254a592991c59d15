import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";
import { say } from "../text/render.ts";
import { callBackResults } from "./incident.ts";

function pressed(): Scenario {
  const scenario = new Scenario();
  scenario.press("s1", "b1", 1, 0);
  return scenario;
}

test("SD-1: each answer of a call-back is noted with its person, and none of them is a result", () => {
  for (const result of callBackResults) {
    const scenario = pressed();
    const { id: incident } = scenario.incident;
    scenario.command({ command: "call-back", incident, result }, "P-2");
    const noted = scenario.last.find((event) => event.type === "call-back-noted");
    assert.deepEqual(
      [noted?.result, noted?.by, noted?.actor],
      [result, "P-2", { person: "P-2", seat: "desk" }],
    );
    assert.equal(scenario.incident.verification, "verifying", result);
    assert.equal(scenario.incident.closedAt, null, result);
    assert.equal(scenario.orderOf("R1").state, "issued", result);
  }
  assert.deepEqual(
    callBackResults.map((result) => say("zh", `call-back.${result}`)),
    ["无人接", "有火", "无火", "说不清"],
  );
});

test("SD-1: the state keeps the newest fifty calls of an incident, the journal every one", () => {
  const scenario = pressed();
  const { id: incident } = scenario.incident;
  for (let n = 0; n < 60; n += 1) {
    scenario.now += 1000;
    scenario.command({ command: "call-back", incident, result: "no-answer" });
  }
  const noted = scenario.events.filter((event) => event.type === "call-back-noted");
  assert.equal(noted.length, 60);
  assert.deepEqual(
    scenario.incident.calls.map((call) => call.at),
    noted.slice(-50).map((event) => event.at),
  );
});
