import assert from "node:assert/strict";
import { test } from "node:test";
import { incidentCard, orderRow } from "../shared/testing/cards.ts";
import { incidentSteps, orderSteps, type Step } from "./progress.ts";

const done = (steps: readonly Step[]): string =>
  steps
    .filter((step) => step.state === "done")
    .map((step) => step.name)
    .join();

test("DK-15: the steps of an incident show both tracks, each as far as it has come", () => {
  const card = incidentCard({ verification: "received", response: "turned-out" });
  assert.equal(done(incidentSteps(card, false)), "received,ordered,turned-out");
  const verified = incidentCard({ verification: "false", response: "recalled" });
  const steps = incidentSteps(verified, true);
  assert.equal(done(steps), "received,acknowledged,verifying,ordered,closed");
  assert.equal(steps.find((step) => step.name === "verifying")?.result, "false");
});

test("DK-15: sent, delivered and accepted are three steps; a refusal is none of the path", () => {
  assert.equal(done(orderSteps(orderRow())), "issued");
  assert.equal(done(orderSteps(orderRow({ delivered: true }))), "issued,delivered");
  assert.equal(
    done(orderSteps(orderRow({ state: "on-scene" }))),
    "issued,delivered,accepted,turned-out,on-scene",
  );
  assert.equal(orderSteps(orderRow({ state: "refused" })).at(-1)?.state, "failed");
  assert.equal(orderSteps(orderRow({ kind: "notify" })).length, 2);
});
