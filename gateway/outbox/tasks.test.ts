/** What leaves because of permits: tasks to boxes, and who is called. Of states that the rules have made. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Permit, taskRevision } from "#rules/hot-work/permit.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import { hotWorkInventory, permitStep } from "#rules/scenarios/permit.ts";
import { Scenario } from "#rules/scenarios/play.ts";
import { createTopics } from "../identity/topics.ts";
import { orderMessage } from "./message.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { type Job, Webhooks } from "./webhook.ts";

class Offered extends Webhooks {
  readonly jobs: Job[] = [];
  override send(job: Job): void {
    if (!this.jobs.some(({ key }) => key === job.key)) this.jobs.push(job);
  }
}

class Field {
  readonly scenario = new Scenario();
  readonly webhooks = new Offered({ endpoints: new Map(), failed: () => {} });
  readonly sent: Outgoing[] = [];
  readonly outbox: Outbox;

  constructor(inventory = hotWorkInventory) {
    this.scenario.world = { ...this.scenario.world, inventory: indexInventory(inventory) };
    const { state } = this.scenario;
    this.outbox = new Outbox({
      ...{ state, world: () => this.scenario.world, topics: createTopics("f") },
      webhooks: this.webhooks,
      clock: { now: () => this.scenario.now } as never,
      publish: (message) => this.sent.push(message),
      push: (body) => this.scenario.take(body),
      people: {
        steps: () => [
          { endpoint: "sms", afterMs: 0 },
          { endpoint: "voice", afterMs: 60_000 },
        ],
        ...{ phoneOf: (person) => `tel-${person}`, linkOf: () => null },
      },
      failed: (_subject, error) => assert.fail(String(error)),
    });
    this.scenario.pass(22 * 3_600_000);
  }

  step(words: string): void {
    const from = this.scenario.events.length;
    permitStep(this.scenario, words.split(" "));
    this.outbox.read(this.scenario.events.slice(from));
  }

  /** Whatever was told on the task topics since it was asked last: "R1 inspect 1". */
  told(): string[] {
    return this.sent.splice(0).flatMap(({ topic, payload }) => {
      const [, , station, kind] = topic.split("/");
      if (kind !== "task") return [];
      const { kind: what, revision } = JSON.parse(payload.toString()) as Record<string, unknown>;
      return `${station} ${what} ${revision}`;
    });
  }

  get newest(): Permit | undefined {
    return [...this.scenario.state.permits.values()].at(-1);
  }

  get permit(): Permit {
    return this.newest ?? assert.fail();
  }

  /** Messages that are still wanted, by their first words. */
  calls(): string[] {
    return this.webhooks.jobs.flatMap((job) => {
      const message = job.message();
      return message === null ? [] : `${job.endpoint} ${message.to}: ${message.text}`;
    });
  }
}

test("TK-1: a task reaches the box of its station, again and again until that has confirmed it", () => {
  const field = new Field();
  field.step("report first from 2h");
  assert.deepEqual(field.told(), ["R1 inspect 1"]);
  field.outbox.resend();
  assert.deepEqual(field.told(), ["R1 inspect 1"]);
  field.step("delivered R1 1");
  field.outbox.resend();
  assert.deepEqual(field.told(), []);
  // A box that comes back may have forgotten; nothing of it is an order.
  field.outbox.tasksWanted("R1");
  assert.equal(field.sent[0]?.topic, "f/station/R1/task");
  assert.equal(field.sent[0]?.retain, false);
  assert.deepEqual(field.told(), ["R1 inspect 1"]);
  field.outbox.stationConnected("R1");
  assert.deepEqual(field.told(), []);
});

test("TK-2: an alarm goes first: the station has its order, then its task is withdrawn and the next one has it", () => {
  const field = new Field();
  field.step("report first from 2h");
  field.step("accept R1");
  field.told();
  const from = field.scenario.events.length;
  field.scenario.press("s1", "b1", 1, 0);
  field.outbox.read(field.scenario.events.slice(from));
  const topics = field.sent.map(({ topic }) => topic).filter((topic) => /order$|task$/.test(topic));
  assert.ok(topics.indexOf("f/station/R1/order") < topics.indexOf("f/station/R1/task"));
  assert.deepEqual(field.told(), ["R1 withdrawn 2", "R2 inspect 2"]);
  assert.equal(field.permit.inspection && taskRevision(field.permit.inspection), 2);
  field.outbox.tasksWanted("R1");
  assert.deepEqual(field.told(), ["R1 withdrawn 2"]);
});

test("TK-3: a station without a box is sent its task by its own channel, and not after it is over", () => {
  const channels = [{ kind: "webhook", endpoint: "voice" }] as const;
  const responders = hotWorkInventory.responders.map((one) => ({ ...one, channels }));
  const field = new Field({ ...hotWorkInventory, responders });
  field.step("report first from 2h");
  assert.deepEqual(field.told(), []);
  const [job] = field.webhooks.jobs;
  assert.match(job?.message()?.text ?? "", /请现场检查.*一级动火/);
  field.step("cancel");
  assert.equal(job?.message(), null);
});

test("TK-4: where nobody has to inspect the station is told all the same that hot work is there", () => {
  const field = new Field();
  field.scenario.command({
    command: "set-site-code",
    site: "s1",
    colour: "green",
    reason: "other",
  });
  for (let at = 0; field.newest?.inspection?.need.need !== "not-drawn"; at += 40) {
    field.step(`report second at ${at}m worker P-a${at} watcher P-b${at}`);
  }
  assert.match(field.told().at(-1) ?? "", /notice 1$/);
});

test("TK-5: whoever watches is called when a check-in is missed and when work must stop; nobody afterwards", () => {
  const field = new Field();
  for (const words of ["report first", "ready"]) field.step(words);
  field.scenario.pass(30 * 60_000);
  for (const words of ["check-in", "start"]) field.step(words);
  field.scenario.pass(15 * 60_000);
  field.outbox.resend();
  assert.deepEqual(field.calls().length, 1);
  assert.match(field.calls()[0] ?? "", /^sms tel-P-watcher: .*未按时签到/);
  field.step("check-in");
  assert.deepEqual(field.calls(), []);
  field.step("stop");
  assert.match(field.calls()[0] ?? "", /^sms tel-P-watcher: 立即停止动火/);
  field.scenario.pass(60_000);
  field.outbox.resend();
  assert.ok(field.calls().some((call) => call.startsWith("voice tel-P-watcher")));
  field.step("stopped");
  assert.deepEqual(field.calls(), []);
});

test("TK-6: the town's office is called where 30 min before the start nobody inspects", () => {
  const towns = hotWorkInventory.towns.map((town) => ({ ...town, leader: "P-town" }));
  const field = new Field({ ...hotWorkInventory, towns });
  field.step("report first from 2h");
  field.scenario.pass(91 * 60_000);
  field.outbox.resend();
  assert.match(field.calls()[0] ?? "", /^sms tel-P-town: .*无人接单检查/);
  field.step("video");
  assert.deepEqual(field.calls(), []);
});

test("HN-2: an order names the hot work beside its alarm, and reads the same when the work is long over", () => {
  const field = new Field();
  const { scenario } = field;
  for (const words of ["report first", "ready"]) field.step(words);
  scenario.pass(30 * 60_000);
  for (const words of ["check-in", "start", "end"]) field.step(words);
  scenario.pass(20 * 60_000);
  scenario.press("s1", "b1", 1, 0);
  const order = [...scenario.state.orders.values()][0] ?? assert.fail();
  const said = () => JSON.stringify(orderMessage(order, scenario.state, scenario.world).hotWork);
  const first = said();
  assert.match(first, new RegExp(`"permit":"${field.permit.id}".*"kind":"electric-welding"`));
  scenario.pass(2 * 3_600_000);
  assert.equal(said(), first);
});
