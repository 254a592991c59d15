/** The door of a real gateway: who acted stands in the journal, and an empty control room is heard. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pino from "pino";
import type { Recorded } from "#rules/event.ts";
import { alarmText, placeText } from "#rules/text/render.ts";
import { readConfig } from "./config.ts";
import { ask, ControlServer } from "./control.ts";
import { gatewayHandlers } from "./control-handlers.ts";
import { demoInventory } from "./demo.ts";
import { Gateway } from "./gateway.ts";
import { Pins, withSecond } from "./identity/pins.ts";
import {
  environment,
  firelink,
  firelinkJson,
  makeFolder,
  startGateway,
  until,
} from "./testing/process.ts";

const folder = makeFolder();
const actor = { person: "P-duty", seat: "desk-1" };
let gateway: Gateway;
const seen: Recorded[] = [];

before(async () => {
  const env = environment(folder.path, { FIRELINK_SEAT_UNATTENDED_AFTER_MS: "1500" });
  gateway = new Gateway(readConfig(env), pino({ level: "silent" }));
  gateway.committed.addReader("test", (events) => seen.push(...events));
  await gateway.start(demoInventory());
});

after(async () => {
  await gateway.stop("test");
  folder.remove();
});

const alarmOf = (rule: string) =>
  [...gateway.committed.state.alarms.values()].find((a) => a.rule === rule && a.state !== "normal");

/** Presses a button that nobody has pressed before; gives its alarm. */
async function press(device: string): Promise<string> {
  const presses = [{ seq: 1, ts: null, digest: device }];
  gateway.push({ kind: "press", site: "baolong", device, presses });
  const found = () => seen.find((e) => e.type === "alarm-raised" && e.device === device);
  const event = await until("the alarm", found);
  return event.type === "alarm-raised" ? event.alarm : "";
}

test("SD-2: every event that an act decided names person and seat; what nobody did names nobody", async () => {
  const alarm = await press("btn-01");
  assert.ok(seen.every((e) => e.actor === undefined || e.actor.person === "P-system"));
  const { events } = await gateway.command(actor, { command: "acknowledge", alarm });
  assert.deepEqual(
    events.map((e) => [e.type, e.actor]),
    [
      ["alarm-moved", actor],
      ["verification-moved", actor],
    ],
  );
  const { incident = "" } = gateway.committed.state.alarms.get(alarm) ?? {};
  const noted = await gateway.command(actor, {
    command: "call-back",
    incident: incident ?? "",
    result: "no-answer",
  });
  assert.ok(noted.events.every((e) => e.actor?.seat === "desk-1"));
  // A refusal is an act too.
  await assert.rejects(gateway.command(actor, { command: "silence", alarm: "A0" }));
  const refused = seen.findLast((e) => e.type === "signal-refused");
  assert.deepEqual(refused?.actor, actor);
});

test("SD-2: a crew's answer on its phone names the person; that of the station's box does not", async () => {
  const orders = [...gateway.committed.state.orders.values()].filter((o) => o.state === "issued");
  const [first, second] = orders;
  assert.ok(first && second);
  const crew = { person: "P-crew", seat: "phone-1" };
  const reply = { kind: "reply", reply: "accepted", revision: 1, seq: null, ts: null } as const;
  gateway.push({ ...reply, station: first.station, order: first.id, actor: crew });
  gateway.push({ ...reply, station: second.station, order: second.id });
  const replied = (order: string) => () =>
    seen.find((e) => e.type === "order-replied" && e.order === order);
  const byCrew = await until("the crew's reply", replied(first.id));
  assert.deepEqual([byCrew.actor, byCrew.type === "order-replied" && byCrew.by], [crew, null]);
  const byBox = await until("the box's reply", replied(second.id));
  assert.equal("actor" in byBox, false);
});

test("SD-2: the command line is an actor of its own; each of its requests passes the door", async () => {
  const control = new ControlServer(folder.path, gatewayHandlers(gateway));
  await control.start();
  try {
    const alarm = await press("btn-02");
    const command = { command: "silence", alarm };
    const answer = (await ask(folder.path, { do: "command", command })) as {
      result: { events: Recorded[] };
    };
    assert.deepEqual(answer.result.events[0]?.actor, { person: "P-cli", seat: "cli" });
    await assert.rejects(ask(folder.path, { do: "extinguish" }), { code: "unknown-request" });
  } finally {
    await control.stop();
  }
});

test("SD-11: two people call off a confirmed fire, each with a PIN; both ids are in the journal", async () => {
  const { clock } = gateway;
  const { people } = gateway.door;
  await people.replaceStaff([
    { id: "P-a", name: "甲", role: "duty-operator", pin: "1111" },
    { id: "P-b", name: "乙", role: "duty-operator", pin: "2222" },
  ]);
  const alarm = await press("btn-03");
  const incident = gateway.committed.state.alarms.get(alarm)?.incident ?? "";
  await gateway.command(actor, { command: "verify", incident, result: "undetermined" });
  const priorityOf = (id: string) => gateway.committed.state.incidents.get(id)?.priority;
  assert.equal(priorityOf(incident), "P0");
  const pins = new Pins({ people, clock });
  const at = { seat: "desk-1", essential: false };
  const by = await pins.check("P-a", "1111", at);
  const off = {
    command: "verify",
    incident,
    result: "false",
    look: { how: "camera", found: "nothing" },
    cause: "B2",
  } as const;
  assert.throws(() => withSecond({ ...off, second: "P-b" }, by, null, priorityOf), {
    code: "second-person-needed",
  });
  const second = await pins.check("P-b", "2222", at);
  const command = withSecond(off, by, second, priorityOf);
  const { events } = await gateway.command({ person: by.id, seat: "desk-1" }, command);
  const moved = events.find((e) => e.type === "verification-moved");
  assert.deepEqual(
    [moved?.actor?.person, moved?.type === "verification-moved" && moved.second],
    ["P-a", "P-b"],
  );
});

test("SD-13: nobody at any seat is one P2, in words of its own; who comes ends it, and it waits to be seen", async () => {
  const alarm = await until("G03", () => alarmOf("G03"));
  assert.deepEqual(
    [alarm.priority, alarm.class, alarm.site, alarm.device, alarm.point, alarm.marks],
    ["P2", "system", "station", "gateway", "seat", []],
  );
  const world = gateway.artefacts.world(gateway.committed.state);
  assert.match(alarmText("zh", alarm, world), /^座席无人值守/);
  assert.match(alarmText("en", alarm, world), /^No attended seat/);
  assert.equal(placeText("zh", alarm, world), "本平台");
  gateway.door.seats.streamOpened("T1", "desk-1");
  gateway.door.seats.attend("desk-1", { audio: true, stream: "T1", person: "P-a" });
  await until("it returns", () => alarmOf("G03")?.state === "returned-unacknowledged");
  const metrics = await gateway.metrics.registry.metrics();
  assert.match(metrics, /^firelink_seats_attended 1$/m);
  await gateway.command(actor, { command: "acknowledge", alarm: alarm.id });
  assert.equal(alarmOf("G03"), undefined);
  gateway.door.seats.streamClosed("T1");
  await until("another one", () => alarmOf("G03"));
});

test("SD-15: PINs and users by the command line, with and without a gateway; a scope must be there", async () => {
  const other = makeFolder();
  const add = (name: string, role: string, scope: string) => [
    ...["user", "add", name, "--role", role],
    ...["--scope", scope],
  ];
  firelinkJson(other.path, add("甲", "operator", "*"));
  const pin = () => firelinkJson<{ pin: string }>(other.path, ["user", "pin", "甲"]).pin;
  assert.match(pin(), /^\d{6}$/);
  const running = await startGateway({ folder: other.path, demo: true });
  const pins = /by PIN \(shown this once\): (.*)/.exec(running.stdout())?.[1] ?? "";
  assert.match(pins, /演示值班员1 \d{6}, 演示值班员2 \d{6}$/);
  assert.match(pin(), /^\d{6}$/);
  const refused = firelink(other.path, add("乙", "station", "KQ-99"));
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /no station "KQ-99"[\s\S]*allowed: the id of a station/);
  assert.equal(firelink(other.path, add("乙", "station", "KQ-07")).status, 0);
  assert.equal(firelink(other.path, ["user", "remove", "乙"]).status, 0);
  assert.match(firelink(other.path, ["user", "rename", "乙"]).stderr, /allowed: add, pin, remove/);
  assert.ok(!running.log().some((line) => JSON.stringify(line).includes(pins.slice(-6))));
  await running.stop();
  other.remove();
});
