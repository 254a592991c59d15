/**
 * The demo as a stranger runs it: pages, sign-in, a press from the command line, silence that moves
 * the order on, and what the speaker says.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  firelink,
  firelinkJson,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";

const folder = makeFolder();
let gateway: Started;
let cookie = "";

/** Short clocks: what is tested here is that the parts work together, not the times. */
const env = {
  FIRELINK_RULES_SECOND_CHANNEL_AFTER_MS: "1000",
  FIRELINK_RULES_SECOND_STATION_AFTER_MS: "2000",
  FIRELINK_RULES_THIRD_STATION_AFTER_MS: "3000",
};

before(async () => {
  gateway = await startGateway({ folder: folder.path, demo: true, env });
});

after(async () => {
  await gateway.kill();
  folder.remove();
});

async function signIn(name: string, password: string): Promise<Response> {
  return fetch(`${gateway.httpUrl}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ name, password }),
    redirect: "manual",
  });
}

async function page(path = "/plain"): Promise<string> {
  return (await fetch(`${gateway.httpUrl}${path}`, { headers: { cookie } })).text();
}

/** Sends the form of the page whose hidden fields include these. */
async function submit(fields: Record<string, string>): Promise<Response> {
  const token = /name="token" value="([^"]+)"/.exec(await page())?.[1] ?? "";
  return fetch(`${gateway.httpUrl}/command`, {
    method: "POST",
    headers: { cookie },
    body: new URLSearchParams({ ...fields, token }),
    redirect: "manual",
  });
}

const seenBy = (who: string) =>
  gateway
    .log()
    .filter((line) => line.who === who)
    .map((line) => String(line.what));

const types = () => journalOf(folder.path).map((e) => e.type);

test("HT-1: nobody sees the page without the password that was printed once", async () => {
  const anonymous = await fetch(`${gateway.httpUrl}/plain`, { redirect: "manual" });
  assert.equal(anonymous.status, 303);
  assert.match(anonymous.headers.get("location") ?? "", /sign-in/);
  assert.equal((await signIn("admin", "wrong")).status, 401);
  const password = /password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  const answer = await signIn("admin", password);
  assert.equal(answer.status, 303);
  const set = answer.headers.get("set-cookie") ?? "";
  assert.match(set, /HttpOnly.*SameSite=Strict/);
  cookie = set.split(";")[0] ?? "";
  const html = await page();
  assert.match(html, /当前没有未结案的警情/);
  assert.match(html, /本平台只通知人员、警报与显示,不启停水泵、阀门、风阀/);
});

test("HT-2: a press of the demo is on the page, in both languages, with its station", async () => {
  const simulated = firelink(folder.path, ["simulate", "press", "baolong/btn-07"]);
  assert.equal(simulated.status, 0, simulated.stderr);
  await until("it is on the page", async () => (await page()).includes("火警待核实"));
  const zh = await page();
  assert.match(zh, /宝龙园区 1号仓库 2层中部偏西 7号防火分区/);
  assert.match(zh, /KQ-07/);
  assert.match(zh, /ms-0\d/);
  const en = await page("/plain?lang=en");
  assert.match(en, /Fire, not yet verified/);
  await page("/plain?lang=zh");
  assert.ok(await until("the lamp", () => seenBy("baolong/btn-07").includes("lamp steady")));
});

test("SP-9: silence: the voice channel, the second station, the third and the brigade, no fourth", async () => {
  await until(
    "the third step",
    () => types().filter((t) => t === "escalation-stepped").length === 2,
  );
  await until("the call", () => seenBy("KQ-07").some((what) => what.startsWith("voice call")));
  const orders = journalOf(folder.path).filter((e) => e.type === "order-issued");
  const rescue = orders.filter((e) => e.stationKind === "rescue");
  assert.equal(rescue.length, 3);
  assert.ok(orders.some((e) => e.station === "br-anchang"));
  const prompts = journalOf(folder.path)
    .filter((e) => e.type === "operator-prompted")
    .map((e) => e.code);
  for (const code of ["no-acceptance", "second-station-ordered", "third-station-ordered"]) {
    assert.ok(prompts.includes(code), `the operator was not told: ${code}`);
  }
  assert.match(await page(), /3 秒未接令,已增派第三站/);
});

test("HT-3: acknowledging on the page is a person's event; the button says 控制室已收到", async () => {
  const alarm = /name="alarm" value="(A[^"]+)"/.exec(await page())?.[1] ?? "";
  assert.equal((await submit({ command: "acknowledge", alarm })).status, 303);
  const moved = journalOf(folder.path).find((e) => e.type === "alarm-moved" && e.alarm === alarm);
  assert.match(String(moved?.by), /^P-[0-9a-f]{12}$/);
  await until("it says so", () => seenBy("baolong/btn-07").includes("says 控制室已收到"));
  const again = await submit({ command: "acknowledge", alarm });
  assert.match(again.headers.get("location") ?? "", /refusal/);
});

test("HT-4: a form of another page is refused; an unknown key is refused, not dropped", async () => {
  const forged = await fetch(`${gateway.httpUrl}/command`, {
    method: "POST",
    headers: { cookie },
    body: new URLSearchParams({ command: "acknowledge", alarm: "A1", token: "guess" }),
    redirect: "manual",
  });
  assert.equal(forged.status, 401);
  const post = (body: unknown) =>
    fetch(`${gateway.httpUrl}/api/v1/commands`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  for (const body of [
    { seat: "desk-1", command: { command: "acknowledge", alarm: "A1", force: true } },
    { seat: "desk-1", command: { command: "acknowledge", alarm: 7 } },
    { seat: "desk-1", command: { command: "extinguish" } },
    { command: "acknowledge", alarm: "A1" },
    [],
  ]) {
    const answer = await post(body);
    assert.equal(answer.status, 400);
    assert.match(answer.headers.get("content-type") ?? "", /application\/problem\+json/);
    assert.equal(((await answer.json()) as { code: string }).code, "bad-body");
  }
  const unknown = await post({
    seat: "desk-1",
    command: { command: "acknowledge", alarm: "A1" },
  });
  assert.equal(unknown.status, 409);
  assert.equal((await fetch(`${gateway.httpUrl}/api/v1/overview`)).status, 401);
});

test("SP-10: a crew turns out: the device says 救援人员已出动, not before", async () => {
  assert.ok(!seenBy("baolong/btn-07").includes("says 救援人员已出动"));
  const order = journalOf(folder.path).find(
    (e) => e.type === "order-issued" && e.station === "KQ-07",
  );
  for (const reply of ["accepted", "turned-out"]) {
    const done = firelink(folder.path, ["simulate", "reply", "KQ-07", String(order?.order), reply]);
    assert.equal(done.status, 0, done.stderr);
  }
  await until("it says so", () => seenBy("baolong/btn-07").includes("says 救援人员已出动"));
});

test("HT-5: a false alarm needs its cause, by words; it recalls everybody and closes", async () => {
  const incident = /name="incident" value="(I[^"]+)"/.exec(await page())?.[1] ?? "";
  const form = await page(`/false-alarm?incident=${incident}`);
  assert.match(form, /A4 蒸汽、粉尘、飞絮/);
  assert.doesNotMatch(form, /http-equiv="refresh"/);
  const look = { how: "on-site", witness: "P-9", arrivedMinAgo: "1", found: "pressed" };
  await submit({ command: "verify", incident, result: "false", cause: "B2", ...look });
  await until("it is false", () => types().includes("maintenance-opened"));
  const events = journalOf(folder.path);
  const recalled = events.filter((e) => e.type === "order-recalled");
  assert.ok(recalled.some((e) => e.reason === "false-alarm"));
  assert.ok(!types().includes("incident-closed"), "each recall is answered first");
  for (const { order, answerBy } of recalled) {
    if (answerBy === undefined) continue;
    const issued = events.find((e) => e.type === "order-issued" && e.order === order);
    const station = String(issued?.station);
    const done = firelink(folder.path, ["simulate", "reply", station, String(order), "accepted"]);
    assert.equal(done.status, 0, done.stderr);
  }
  await until("it is closed", () => types().includes("incident-closed"));
  await until("the box has the recall", () => seenBy("KQ-07").some((w) => w.endsWith(": recall")));
});

test("CL-1: backup while it runs, restore, and the same journal is there", async () => {
  const copy = makeFolder();
  const other = makeFolder();
  const done = firelink(folder.path, ["backup", `${copy.path}/b`]);
  assert.equal(done.status, 0, done.stderr);
  const back = firelink(other.path, ["restore", `${copy.path}/b`]);
  assert.equal(back.status, 0, back.stderr);
  const before = journalOf(folder.path);
  const restored = journalOf(other.path);
  assert.deepEqual(restored, before.slice(0, restored.length));
  assert.ok(restored.length > 10);
  assert.equal(firelink(folder.path, ["restore", `${copy.path}/b`]).status, 1);
  // People made after the backup are not there after a restore, whatever log was left behind.
  firelink(other.path, ["user", "add", "later", "--role", "admin"]);
  assert.equal(firelink(other.path, ["restore", `${copy.path}/b`]).status, 0);
  assert.equal(firelink(other.path, ["user", "add", "later", "--role", "admin"]).status, 0);
  copy.remove();
  other.remove();
});

test("CL-2: exit 0 done, 1 refused with a reason, 2 wrong usage", () => {
  assert.equal(firelink(folder.path, ["--help"]).status, 0);
  assert.equal(firelink(folder.path, ["status"]).status, 0);
  assert.equal(firelink(folder.path, []).status, 2);
  assert.equal(firelink(folder.path, ["explode"]).status, 2);
  assert.equal(firelink(folder.path, ["import"]).status, 2);
  const refused = firelink(folder.path, ["simulate", "press", "baolong/btn-99"]);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /there are .*btn-01/);
  const bad = firelink(folder.path, ["check", "package.json"]);
  assert.equal(bad.status, 1);
  assert.match(bad.stderr, /there is no key/);
  const user = firelinkJson<{ password: string }>(folder.path, [
    "user",
    "add",
    "甲",
    "--role",
    "viewer",
  ]);
  assert.ok(user.password.length >= 16);
});

test("CL-3: before the first start a folder may have its people and credentials already", () => {
  const fresh = makeFolder();
  const path = `${fresh.path}/not/yet/there`;
  const made = firelinkJson<{ password: string }>(path, ["station", "credential", "KQ-07"]);
  assert.ok(made.password.length >= 27);
  assert.equal(firelink(path, ["user", "add", "乙", "--role", "admin"]).status, 0);
  assert.equal(firelink(path, ["status"]).status, 1);
  fresh.remove();
});

test("PV-1: no name, password or secret in journal, snapshot or log", async () => {
  const planted = "张三丰";
  const { password } = firelinkJson<{ password: string }>(folder.path, [
    "user",
    "add",
    planted,
    "--role",
    "operator",
  ]);
  const answer = await signIn(planted, password);
  cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  firelink(folder.path, ["simulate", "press", "baolong/btn-30"]);
  const alarm = await until("an alarm to acknowledge", async () => {
    return /name="command" value="acknowledge"><input type="hidden" name="alarm" value="(A[^"]+)"/.exec(
      await page(),
    )?.[1];
  });
  await submit({ command: "acknowledge", alarm });
  assert.equal(await gateway.stop(), 0);
  const { readdirSync, readFileSync } = await import("node:fs");
  const files = readdirSync(folder.path).filter(
    (name) => /^(journal|snapshot|alive|credentials)/.test(name) && !name.endsWith("-shm"),
  );
  assert.ok(files.some((name) => name.startsWith("snapshot-")));
  const texts = files.map((name) => readFileSync(`${folder.path}/${name}`));
  const log = Buffer.from(JSON.stringify(gateway.log()));
  const stored = Buffer.from(JSON.stringify(journalOf(folder.path)));
  for (const secret of [planted, password]) {
    for (const text of [...texts, log, stored]) assert.ok(!text.includes(secret));
  }
  const acknowledged = journalOf(folder.path).filter((e) => e.why === "acknowledge");
  assert.ok(acknowledged.length >= 2);
});

test("SP-11: an orderly end of the demo raises no link-lost alarm", () => {
  const lost = journalOf(folder.path).filter((e) => e.type === "alarm-raised" && e.rule === "S02");
  assert.deepEqual(lost, []);
});
