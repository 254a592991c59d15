import assert from "node:assert/strict";
import { test } from "node:test";
import { priorityText } from "../text/render.ts";
import { type AlarmClass, compareUrgency, type Priority } from "./alarm.ts";

const classes: readonly AlarmClass[] = ["fire", "suppression", "supervisory", "fault", "test"];

test("AL-5: whatever is no fire is the second class of P1, and stands below every unconfirmed fire", () => {
  for (const of of classes) {
    const isFire = of === "fire";
    assert.equal(priorityText("zh", "P1", of), isFire ? "火警待核实" : "消防设施失效", of);
    const order = compareUrgency({ class: "fire", priority: "P1" }, { class: of, priority: "P1" });
    assert.equal(order < 0, !isFire, of);
  }
  const kinds: [AlarmClass, Priority][] = [
    ["supervisory", "P2"],
    ["supervisory", "P1"],
    ["fire", "P1"],
    ["suppression", "P0"],
  ];
  const sorted = kinds.map(([of, priority]) => ({ class: of, priority })).sort(compareUrgency);
  assert.deepEqual(
    sorted.map((one) => `${one.priority} ${one.class}`),
    ["P0 suppression", "P1 fire", "P1 supervisory", "P2 supervisory"],
  );
});
