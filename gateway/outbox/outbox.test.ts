/** What the outbox offers to webhooks, of a state that the rules have made. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Inventory } from "#rules/inventory.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import { districtInventory } from "#rules/scenarios/fixture.ts";
import { Scenario } from "#rules/scenarios/play.ts";
import { createTopics } from "../identity/topics.ts";
import { CalledPeople } from "./called.ts";
import { Outbox } from "./outbox.ts";
import { type Job, Webhooks } from "./webhook.ts";

class Offered extends Webhooks {
  readonly jobs: Job[] = [];
  override send(job: Job): void {
    this.jobs.push(job);
  }
}
const offered = () => new Offered({ endpoints: new Map(), failed: () => {} });

function scenarioOf(change: Partial<Inventory>): Scenario {
  const scenario = new Scenario();
  const inventory = indexInventory({ ...districtInventory, ...change });
  scenario.world = { ...scenario.world, inventory };
  return scenario;
}

test("OB-3: who has no box but a telephone is called at once", () => {
  const channels = [{ kind: "webhook", endpoint: "voice" }] as const;
  const responders = districtInventory.responders.map((one) => ({ ...one, channels }));
  const scenario = scenarioOf({ responders });
  const webhooks = offered();
  scenario.press("s1", "b1", 1, 0);
  const outbox = new Outbox({
    ...{ state: scenario.state, world: () => scenario.world, topics: createTopics("f"), webhooks },
    clock: { now: () => scenario.now } as never,
    publish: ({ topic }) => assert.doesNotMatch(topic, /order$/),
    push: () => {},
    failed: (_subject, error) => assert.fail(String(error)),
  });
  outbox.read(scenario.last);
  const { id } = scenario.orderOf("R1");
  const call = webhooks.jobs.find(({ key }) => key === `${id}:1:0`);
  assert.equal(call?.endpoint, "voice");
  assert.ok(call?.message());
});

test("OB-4: nobody is called any more for an alarm that was none, while its clearing up goes on", () => {
  const roster = ["P-a", "P-b"];
  const sites = districtInventory.sites.map((site) => ({ ...site, roster }));
  const scenario = scenarioOf({ sites });
  scenario.press("s1", "b1", 1, 0);
  scenario.detect("F02", "s1", "b1");
  const incident = scenario.incident.id;
  scenario.command({ command: "call-out", incident, site: true });
  const webhooks = offered();
  const people = new CalledPeople({
    ...{ state: scenario.state, world: () => scenario.world, webhooks },
    steps: () => [{ endpoint: "sms", afterMs: 0 }],
    ...{ now: () => scenario.now, phoneOf: () => null, linkOf: () => null },
    delivered: () => {},
  });
  people.resend();
  assert.equal(webhooks.jobs.length, 2);
  const look = { how: "camera", found: "nothing" } as const;
  scenario.command({ command: "verify", incident, result: "false", cause: "A1", look });
  assert.equal(scenario.incident.closedAt, null);
  assert.deepEqual(
    webhooks.jobs.map((job) => job.message()),
    [null, null],
  );
  people.resend();
  assert.equal(webhooks.jobs.length, 2);
});
