/** The simulated devices against a plain broker: they behave as the devices they stand for. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { after, before, test } from "node:test";
import { Aedes } from "aedes";
import { ButtonSimulator, sentences } from "./button/simulator.ts";
import { Notifier } from "./siren/simulator.ts";
import { type BoxOptions, StationBox } from "./station-box/simulator.ts";
import { notices } from "./station-box/speech.ts";
import { type Call, VoiceProvider } from "./voice/provider.ts";

type Seen = { readonly topic: string; readonly payload: string; readonly retain: boolean };

let aedes: Aedes;
let url: string;
const server = createServer();
const seen: Seen[] = [];
const access = { root: "r", username: "u", password: "p" };

before(async () => {
  aedes = await Aedes.createBroker();
  server.on("connection", (socket) => void aedes.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  aedes.on("publish", (packet, client) => {
    const { topic, payload, retain } = packet;
    if (client) seen.push({ topic, payload: payload.toString(), retain });
  });
});

const boxes: StationBox[] = [];

after(() => {
  // One that a failed test has left would hold the process.
  for (const made of boxes) made.cut();
  aedes.close();
  server.close();
});

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!condition()) {
    assert.ok(performance.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function button(device: string, more = {}): Promise<ButtonSimulator> {
  const made = new ButtonSimulator({
    ...access,
    username: device,
    url,
    site: "s",
    device,
    repeatEveryMs: 50,
    ...more,
  });
  await once(made, "connected");
  return made;
}

function send(topic: string, message: unknown): void {
  const payload = Buffer.from(JSON.stringify(message));
  aedes.publish({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false }, () => {});
}

const events = (device: string): string[] =>
  seen.filter((m) => m.topic === `r/s/${device}/event`).map((m) => m.payload);

test("DV-1: a press is repeated byte for byte until it is received; the lamp flashes, then is steady", async () => {
  const made = await button("d1");
  assert.equal(made.press(200), null, "half a second of hold makes a press");
  const seq = made.press();
  assert.equal(made.lamp, "flashing");
  await until("three times", () => events("d1").length >= 3);
  assert.equal(new Set(events("d1")).size, 1);
  // Another one's acknowledgement, or one without a state, is none of this press.
  send("r/s/d1/ack", { v: 1, seq: Number(seq) + 5, state: "received" });
  send("r/s/d1/ack", { v: 1, seq });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(made.lamp, "flashing");
  send("r/s/d1/ack", { v: 1, seq, state: "received" });
  await until("the lamp is steady", () => made.lamp === "steady");
  const count = events("d1").length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(events("d1").length, count);
  await made.stop();
});

test("DV-2: the speaker says nothing before it is true", async () => {
  const made = await button("d2");
  const said: string[] = [];
  made.on("say", (text: string) => said.push(text));
  const seq = made.press();
  send("r/s/d2/ack", { v: 1, seq, state: "received" });
  await until("received", () => made.lamp === "steady");
  assert.deepEqual(said, []);
  send("r/s/d2/ack", { v: 1, seq, state: "acknowledged" });
  await until("a person has it", () => said.length === 1);
  send("r/s/d2/cmd", null);
  send("r/s/d2/cmd", { v: 1, cmd: "speak", say: "something else" });
  send("r/s/d2/cmd", { v: 1, cmd: "speak", say: "turned-out" });
  await until("they have turned out", () => said.length === 2);
  assert.deepEqual(said, [sentences.acknowledged, sentences["turned-out"]]);
  await made.stop();
});

test("DV-3: a press that never arrives fails once, aloud, after twelve repeats", async () => {
  const made = await button("d3", { repeatEveryMs: 10 });
  const said: string[] = [];
  made.on("say", (text: string) => said.push(text));
  made.press();
  await until("it has failed", () => said.length === 1);
  assert.equal(events("d3").length, 13);
  assert.equal(made.lamp, "off");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(said, [sentences.failed]);
  await made.stop();
});

test("DV-4: a second press does not push the first one out; a cancel is repeated too", async () => {
  const made = await button("d4");
  const [first, second] = [made.press(), made.press()];
  made.cancel();
  send("r/s/d4/ack", { v: 1, seq: second, state: "received" });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(made.lamp, "flashing", "the first press has not arrived");
  const sent = (word: string) => events("d4").filter((text) => text.includes(`"${word}"`)).length;
  assert.ok(sent("cancel") >= 2);
  send("r/s/d4/ack", { v: 1, seq: first, state: "received" });
  await until("both have arrived", () => made.lamp === "steady");
  await made.stop();
});

test("DV-5: birth and last will; an orderly end says offline itself", async () => {
  const states = (device: string) =>
    seen.filter((m) => m.topic === `r/s/${device}/status`).map((m) => m.payload);
  const cut = await button("d5");
  cut.cut();
  await until("the will", () => states("d5").at(-1) === "offline");
  const stopped = await button("d6");
  await stopped.stop();
  await until("its own word", () => states("d6").join() === "online,offline");
});

test("DV-6: a box confirms an order, shows it once, and answers it in its newest revision", async () => {
  const box = new StationBox({
    ...access,
    username: "k1",
    url,
    station: "K1",
    mode: { kind: "accept", afterMs: 10 },
  });
  await once(box, "connected");
  let shown = 0;
  box.on("order", () => {
    shown += 1;
  });
  const order = { v: 1, order: "O1", kind: "turn-out", incident: "I1" };
  send("r/station/K1/order", null);
  send("r/station/K1/order", { ...order, revision: 1 });
  send("r/station/K1/order", { ...order, revision: 1 });
  const replies = () => seen.filter((m) => m.topic === "r/station/K1/reply");
  await until("accepted", () => replies().length === 1);
  send("r/station/K1/order", { ...order, revision: 2 });
  await until("the revision", () => shown === 2);
  box.reply("O1", "turned-out");
  await until("turned out", () => replies().length === 2);
  const last = JSON.parse(replies()[1]?.payload ?? "") as Record<string, unknown>;
  assert.deepEqual([last.reply, last.revision], ["turned-out", 2]);
  await box.stop();
});

test("TK-8: a task of hot work is spoken once and sounds nothing; another station's is taken back", async () => {
  const made = await box("K8");
  const what = { zh: "请现场检查:宝龙 动火作业票 1126-D-001", en: "" };
  const task = { v: 1, permit: "W1", kind: "inspect", revision: 1, what };
  send("r/station/K8/task", null);
  send("r/station/K8/task", task);
  send("r/station/K8/task", task);
  send("r/station/K8/task", {
    ...task,
    kind: "withdrawn",
    revision: 2,
    what: { zh: "已收回", en: "" },
  });
  await until("taken back", () => made.spoken.length === 2 && made.tasks.size === 0);
  assert.deepEqual(made.spoken, [what.zh, "已收回"]);
  assert.equal(made.siren, "off");
  assert.equal(made.strobe, false);
  await made.stop();
});

async function box(station: string, more: Partial<BoxOptions> = {}): Promise<StationBox> {
  const made = new StationBox({ ...access, username: station, url, station, ...more });
  boxes.push(made);
  await once(made, "connected");
  return made;
}

const repliesOf = (station: string) =>
  seen
    .filter((m) => m.topic === `r/station/${station}/reply`)
    .map((m) => JSON.parse(m.payload) as { reply: string; order: string; revision: number });
const at = { what: { zh: "宝龙园区 1号仓库 手动报警(火警待核实)", en: "" } };

test("SB-1: an order sounds, flashes and is spoken in Chinese once for each revision; each kind differently", async () => {
  const made = await box("K2");
  const sounds: string[] = [];
  made.on("siren", (siren: string) => sounds.push(siren));
  const order = { v: 1, order: "O1", incident: "I1", ...at };
  const said = () => made.spoken.length;
  send("r/station/K2/order", { ...order, revision: 1, kind: "stand-by" });
  send("r/station/K2/order", { ...order, revision: 1, kind: "stand-by" });
  await until("spoken", () => said() === 1);
  send("r/station/K2/order", { ...order, revision: 2, kind: "turn-out" });
  await until("the second revision", () => said() === 2);
  assert.equal(made.strobe, true);
  send("r/station/K2/order", { ...order, revision: 3, kind: "recall" });
  send("r/station/K2/order", { ...order, order: "O2", revision: 1, kind: "notify" });
  await until("all of them", () => said() === 4);
  assert.deepEqual(sounds, ["chime", "two-tone", "falling", "single"]);
  assert.deepEqual(made.spoken, [
    `预警,暂不出动。${at.what.zh}。`,
    `调派指令,立即出动。内容已更新。${at.what.zh}。请按接令键。`,
    `中途返回。${at.what.zh}。`,
    `警情通报。${at.what.zh}。`,
  ]);
  await made.stop();
});

test("SB-2: its keys answer the newest order they fit, in its revision; an answer elsewhere ends the siren", async () => {
  const made = await box("K3");
  assert.equal(made.press("accepted"), null, "there is no order");
  const order = { v: 1, incident: "I1", kind: "turn-out", ...at };
  send("r/station/K3/order", { ...order, order: "O1", revision: 1 });
  send("r/station/K3/order", { ...order, order: "O2", revision: 4 });
  await until("both", () => made.orders.size === 2);
  assert.equal(made.press("accepted"), "O2");
  assert.equal(made.siren, "two-tone", "the other one still rings");
  send("r/station/K3/answer", { v: 1, order: "O1", revision: 1, state: "accepted" });
  await until("silence", () => made.siren === "off");
  assert.equal(made.press("accepted"), null, "both are accepted");
  assert.equal(made.press("turned-out"), "O2");
  assert.equal(made.press("turned-out"), "O1");
  assert.equal(made.press("on-scene"), "O2");
  await until("four answers", () => repliesOf("K3").length === 4);
  const answers = repliesOf("K3").map((r) => `${r.order}:${r.revision} ${r.reply}`);
  assert.deepEqual(answers, [
    "O2:4 accepted",
    "O2:4 turned-out",
    "O1:1 turned-out",
    "O2:4 on-scene",
  ]);
  await made.stop();
});

test("SB-3: without mains it rings on its battery, says so and reports it; a low battery too", async () => {
  const made = await box("K4", { device: { site: "s", id: "box" } });
  const states = () =>
    seen
      .filter((m) => m.topic === "r/s/box/state")
      .map((m) => (JSON.parse(m.payload) as { points: Record<string, unknown> }).points);
  made.setMains(false);
  await until("it says so", () => states().at(-1)?.ext_power === false);
  send("r/station/K4/order", { v: 1, order: "O1", revision: 1, incident: "I1", kind: "turn-out" });
  await until("it rings", () => made.siren === "two-tone");
  made.setBattery(15);
  made.setMains(true);
  await until("mains", () => states().at(-1)?.ext_power === true);
  assert.equal(states().at(-1)?.battery_pct, 15);
  const own = made.spoken.filter((s) => !s.includes("出动"));
  assert.deepEqual(own, [notices.battery, notices["battery-low"], notices.mains]);
  await made.stop();
});

test("SB-4: a gateway that is silent, or does not record, is said by the box: 与平台断线", async () => {
  const made = await box("K5", { gatewayLostAfterMs: 2000 });
  const beat = (recording: boolean) => send("r/heartbeat", { v: 1, recording });
  const beating = setInterval(() => beat(true), 50);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.deepEqual(made.spoken, [], "while it is heard nothing is said");
  clearInterval(beating);
  await until("it is missed", () => !made.linked);
  beat(true);
  await until("it is heard again", () => made.linked);
  beat(false);
  beat(false);
  await until("it does not record", () => made.spoken.length === 3);
  const { "gateway-lost": lost, "gateway-back": back, "not-recording": unrecorded } = notices;
  assert.deepEqual(made.spoken, [lost, back, unrecorded]);
  assert.equal(lost, "与平台断线");
  await made.stop();
});

test("DV-7: the provider knows a call that is repeated, refuses what is none, and signs its receipts", async () => {
  const receipts: string[] = [];
  const listener = createHttpServer((request, response) => {
    request.on("data", (body) =>
      receipts.push(`${request.headers["x-firelink-signature"]} ${body}`),
    );
    request.on("end", () => response.end());
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const back = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
  const called: string[] = [];
  const voice = new VoiceProvider("s3cret", (call: Call) => called.push(call.station));
  const address = await voice.start();
  const post = (body: string, key?: string) =>
    fetch(address, {
      method: "POST",
      body,
      ...(key ? { headers: { "idempotency-key": key } } : {}),
    });
  const body = JSON.stringify({ station: "K1", kind: "voice", receipts: back });
  assert.equal((await post(body, "O1:1:1")).status, 202);
  assert.equal((await post(body, "O1:1:1")).status, 200);
  assert.equal((await post(body)).status, 400);
  assert.equal((await post("not json", "O2:1:1")).status, 400);
  assert.deepEqual(called, ["K1"]);
  await until("its receipt", () => receipts.length === 1);
  const mac = createHmac("sha256", "s3cret").update('{"key":"O1:1:1","status":"delivered"}');
  assert.equal(receipts[0], `sha256=${mac.digest("hex")} {"key":"O1:1:1","status":"delivered"}`);
  await voice.stop();
  listener.close();
});

test("LN-7: a siren or board does each command once, says which run it has done, and what it could not", async () => {
  const made = new Notifier({ ...access, username: "n1", url, site: "s", device: "n1" });
  await once(made, "connected");
  const did: string[] = [];
  made.on("does", (what: string) => did.push(what));
  const states = () =>
    seen
      .filter((m) => m.topic === "r/s/n1/state")
      .map((m) => (JSON.parse(m.payload) as { points: Record<string, unknown> }).points);
  send("r/s/n1/cmd", { v: 1, cmd: "siren", linkage: "L1" });
  send("r/s/n1/cmd", { v: 1, cmd: "siren", linkage: "L1" });
  send("r/s/n1/cmd", { v: 1, cmd: "start-pump", linkage: "L2" });
  await until("it says so", () => states().at(-1)?.linkage === "L1");
  assert.equal(states().at(-1)?.sounding, true);
  send("r/s/n1/cmd", { v: 1, cmd: "silence", linkage: "L1" });
  await until("it is silent", () => states().at(-1)?.sounding === false);
  assert.deepEqual(did, ["siren", "silence"], "and knows no pump");
  made.setBroken(true);
  send("r/s/n1/cmd", { v: 1, cmd: "siren", linkage: "L3" });
  await until("it could not", () => states().at(-1)?.linkage_ok === false);
  await made.stop();
});

test("DV-8: the simulators' process ends when its parent is gone", async () => {
  const child = fork(new URL("./simulate.ts", import.meta.url), [], { stdio: "ignore" });
  const exited = once(child, "exit");
  child.send({
    kind: "start",
    url,
    root: "r",
    buttons: [],
    stations: [],
    notifiers: [],
    voiceSecret: "s",
    pumpRooms: [],
    warehouses: [],
  });
  await once(child, "message");
  child.disconnect();
  const [code] = await exited;
  assert.equal(code, 0);
});
