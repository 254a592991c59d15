/** Conditions of a server as readings of points that it has no node of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConditionEvent } from "../adapters/opcua/protocol.ts";
import { warehouseProfile } from "../rulebook/warehouse.ts";
import { conditionReading } from "./conditions.ts";

const profile = warehouseProfile({ root: "WH01", areaM2: 100_000 });

function event(of: Partial<ConditionEvent>): ConditionEvent {
  return {
    ...{
      eventId: "00",
      conditionId: null,
      conditionName: null,
      sourceNode: null,
      sourceName: null,
    },
    ...{ time: 1000, severity: 800, active: true, acked: false, retain: true, message: null },
    refreshed: false,
    ...of,
  };
}

test("UA-23: a condition says what a point is that the server has no node of, and no other", () => {
  const flow = "c07_flow_indicator";
  const say = (of: Partial<ConditionEvent>, holes = [flow, "l1_s042_state"]) => {
    const isHeard = (id: string) => !holes.includes(id);
    return conditionReading(event({ conditionName: flow, ...of }), profile, isHeard);
  };
  assert.deepEqual(say({}), [flow, { value: true, quality: "good", reason: null }, 1000, null]);
  assert.equal(say({ active: false })?.[1].value, false);
  const smoke = { conditionName: "l1_s042_state" };
  assert.deepEqual([say(smoke)?.[1].value, say({ ...smoke, active: false })?.[1].value], [2, 0]);
  assert.equal(say({}, []), null, "a node that is monitored says it itself");
  assert.equal(say({ active: null }), null, "an event that leaves it out says nothing");
  assert.equal(say({ conditionName: "of no point" }), null);
  assert.equal(say({ conditionName: null }), null);
});
