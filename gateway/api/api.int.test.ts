/** The API as a browser meets it: the door of every route, what is refused and how, acts, PINs. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pino from "pino";
import type { State } from "#rules/state.ts";
import { readConfig } from "../config.ts";
import { demoInventory } from "../demo.ts";
import { Gateway } from "../gateway.ts";
import { environment, makeFolder, until } from "../testing/process.ts";
import { Browser } from "../testing/web.ts";
import { Tour } from "../tour.ts";
import { scopeOfCommand } from "./acts.ts";
import type { IncidentCard, Overview } from "./contract.ts";
import { Website } from "./website.ts";

const folder = makeFolder();
let gateway: Gateway;
let website: Website;
let url: string;
let desk: Browser;
let crew: Browser;
let passwords: Record<string, string>;

before(async () => {
  gateway = new Gateway(readConfig(environment(folder.path)), pino({ level: "silent" }));
  await gateway.start(demoInventory());
  website = new Website(gateway, new Tour(gateway, null));
  url = await website.start();
  const { people } = gateway.door;
  await people.replaceStaff([
    { id: "P-a", name: "甲", role: "duty-operator", pin: "1111", phone: "000-1" },
    { id: "P-b", name: "乙", role: "duty-leader", pin: "2222" },
    { id: "P-demo-kq-07", name: "站长", role: "station-leader", phone: "000-2" },
  ]);
  const add = async (name: string, role: string, scope: string) =>
    (await people.add({ name, role, scope })).password;
  passwords = {
    op: await add("op", "operator", "*"),
    look: await add("look", "viewer", "*"),
    crew: await add("crew", "station", "KQ-07"),
    park: await add("park", "operator", "baolong"),
  };
  desk = await signedIn("op");
  crew = await signedIn("crew");
});

after(async () => {
  await website.stop();
  await gateway.stop("test");
  folder.remove();
});

async function signedIn(name: string): Promise<Browser> {
  const browser = new Browser(url);
  const { status } = await browser.signIn(name, passwords[name] ?? "");
  assert.equal(status, 200);
  return browser;
}

let seq = 0;

/** Presses a button; gives the card of its incident as the desk reads it. */
async function press(device: string): Promise<IncidentCard> {
  seq += 1;
  const presses = [{ seq, ts: null, digest: `d${seq}` }];
  await gateway.signal({ kind: "press", site: "baolong", device, presses });
  const { incidents } = (await desk.ask("GET", "/api/v1/overview")).body as unknown as Overview;
  const card = incidents.find(({ alarms }) => alarms.some((alarm) => alarm.device === device));
  assert.ok(card, `no card of ${device}`);
  return card;
}

type Schema = {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly enum?: readonly unknown[];
};
type Operation = {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
};
type Document = { readonly paths: Record<string, Record<string, Operation>> };

async function routes() {
  const { body } = await desk.ask("GET", "/api/v1/openapi.json");
  const { paths } = body as unknown as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, "x1"),
      schema: operation.requestBody?.content["application/json"]?.schema ?? null,
    })),
  );
}

test("AP-21: a test over HTTP; whoever has one site may telephone who tests there, and nobody else", async () => {
  const park = await signedIn("park");
  const guest = { name: "张试验", phone: "138 0000 0007" };
  const { status, body } = await park.ask("POST", "/api/v1/guests", guest);
  assert.equal(status, 200);
  const contact = `/api/v1/persons/${body.id}`;
  assert.equal((await park.ask("GET", contact)).status, 403, "nobody of that id tests yet");
  const endsAt = gateway.clock.now() + 3_600_000;
  const of = { command: "open-test", tester: body.id, linkage: "auto", endsAt };
  const expected = [{ device: "btn-40", point: "press" }];
  const elsewhere = { ...of, site: "elsewhere", expected };
  const refused = await park.ask("POST", "/api/v1/commands", { seat: "d", command: elsewhere });
  assert.equal(refused.status, 403);
  const command = { ...of, site: "baolong", expected };
  const opened = await park.ask("POST", "/api/v1/commands", { seat: "d", command });
  assert.equal(opened.status, 200, JSON.stringify(opened.body));
  assert.equal((await park.ask("GET", contact)).body.phone, guest.phone);
  assert.equal((await park.ask("GET", "/api/v1/persons/P-a")).status, 403);
  assert.equal((await desk.ask("GET", "/api/v1/persons/P-a")).body.phone, "000-1");
  const viewer = await signedIn("look");
  assert.equal((await viewer.ask("GET", contact)).status, 403, "a viewer reads no telephone");
  const [test] = gateway.committed.state.tests.keys();
  const end = { seat: "d", command: { command: "end-test", test } };
  assert.equal((await park.ask("POST", "/api/v1/commands", end)).status, 200);
  assert.ok(
    !JSON.stringify((await desk.ask("GET", "/api/v1/overview")).body).includes(guest.phone),
  );
});

test("RI-7, RI-8: a caller is a guest, whom contacts alone name; ways lead to the place that was reported", async () => {
  const guest = { name: "测试来电人", phone: "000-9001" };
  const looks = await signedIn("look");
  for (const browser of [looks, crew]) {
    assert.equal((await browser.ask("POST", "/api/v1/guests", guest)).status, 403);
  }
  const { body } = await desk.ask("POST", "/api/v1/guests", guest);
  const report = (caller: unknown) => ({
    ...{ command: "report-incident", kind: "flood", what: "dike", priority: "P1", via: "phone" },
    ...{ caller, at: { lng: 120.5, lat: 30.1, datum: "WGS-84" } },
  });
  const send = (caller: unknown) =>
    desk.ask("POST", "/api/v1/commands", { seat: "d", command: report(caller) });
  const other = await send("P-a");
  assert.deepEqual([other.status, other.body.code], [400, "unknown-caller"]);
  assert.equal((await send(body.id)).status, 200);
  const all = (await desk.ask("GET", "/api/v1/overview")).body as unknown as Overview;
  const card = all.incidents.find(({ kind }) => kind === "flood");
  assert.ok(card && !JSON.stringify(all).includes(guest.name));
  assert.equal(card.alarms[0]?.why.zh, "", "no rule has found what a person has seen");
  const contacts = `/api/v1/incidents/${card.id}/contacts`;
  assert.equal((await looks.ask("GET", contacts)).status, 403);
  assert.ok(JSON.stringify((await desk.ask("GET", contacts)).body).includes(guest.phone));
  const { ways } = (await desk.ask("GET", `/api/v1/incidents/${card.id}/ways`)).body;
  assert.deepEqual(
    (ways as { station: string; why: string }[]).map(({ station, why }) => [station, why]),
    card.orders.map(({ station }) => [station, "no-engine"]),
  );
});

test("AP-1: no route of the OpenAPI document answers without a session", async () => {
  const nobody = new Browser(url);
  const all = await routes();
  assert.ok(all.length >= 18, `${all.length} routes`);
  for (const { method, path, schema } of all) {
    if (method === "POST" && path === "/api/v1/session") continue;
    // A provider signs its receipts, and has no session (WK).
    if (path.startsWith("/api/v1/receipts/")) continue;
    const { status, type, body } = await nobody.ask(method, path, schema ? {} : undefined);
    assert.equal(status, 401, `${method} ${path}`);
    assert.match(type, /^application\/problem\+json/);
    assert.equal(body.code, "unauthorized");
  }
  for (const path of ["/print/emergency-card", "/plain", "/api/v1/nothing"]) {
    const { status } = await nobody.ask("GET", path);
    assert.ok([401, 303, 404].includes(status), `${path} ${status}`);
  }
});

test("AP-2: an unknown key and a wrong type are refused everywhere, with what is allowed", async () => {
  for (const { method, path, schema } of await routes()) {
    // What only an administrator may is refused before it is read.
    if (/\/(trust$|rules\/(look|backtests))/.test(path)) continue;
    // Whatever a provider adds to its receipt is its own.
    if (path.startsWith("/api/v1/receipts/")) continue;
    if (method === "GET") {
      const { status, body } = await desk.ask(method, `${path}?nonsense=1`);
      assert.equal(status, 400, `${path}: ${JSON.stringify(body)}`);
      assert.equal(body.code, "bad-query");
      assert.match(String(body.title), /nonsense: there is no such key/);
      continue;
    }
    if (!schema) continue;
    const unknown = await desk.ask(method, path, { nonsense: 1 });
    assert.equal(unknown.status, 400, `${path}: ${JSON.stringify(unknown.body)}`);
    assert.equal(unknown.body.code, "bad-body");
    assert.match(String(unknown.body.title), /nonsense: there is no such key/);
    assert.ok(unknown.body.allowed, path);
    for (const [key, { type }] of Object.entries(schema.properties ?? {})) {
      const wrong = type === "string" ? 8 : "8";
      const answer = await desk.ask(method, path, { [key]: wrong });
      assert.equal(answer.status, 400, `${path} ${key}`);
      assert.match(String(answer.body.title), new RegExp(key));
    }
    const text = await desk.ask(method, path, "{", { "content-type": "application/json" });
    assert.equal(text.body.code, "bad-json", path);
    const form = await desk.ask(method, path, "a=b", {
      "content-type": "application/x-www-form-urlencoded",
    });
    assert.equal(form.status, 415, path);
  }
  const long = await desk.act({ command: "acknowledge", alarm: "x".repeat(70_000) });
  assert.equal(long.status, 413);
  assert.match(String(long.body.allowed), /65536/);
});

test("AP-3: signing in: a cookie no script reads; wrong passwords are bounded; signing out ends it", async () => {
  const browser = new Browser(url);
  const { headers, body } = await browser.signIn("op", passwords.op ?? "");
  assert.match(headers.get("set-cookie") ?? "", /HttpOnly.*SameSite=Strict/);
  assert.deepEqual((body.person as { role: string }).role, "operator");
  assert.equal((await browser.ask("GET", "/api/v1/session")).body.access, "full");
  assert.equal((await browser.ask("DELETE", "/api/v1/session")).status, 204);
  assert.equal((await browser.ask("GET", "/api/v1/session")).status, 401);
  const codes: string[] = [];
  for (let i = 0; i < 6; i += 1) {
    codes.push(String((await browser.signIn("guess", "wrong")).body.code));
  }
  assert.deepEqual(codes, [...Array(5).fill("wrong-password"), "too-many-tries"]);
  // Behind a proxy everybody has one address: who guesses does not lock the others out.
  assert.equal((await browser.signIn("op", passwords.op ?? "")).status, 200);
});

test("AP-4: reads name the journal position; a viewer only looks; a park sees its own site", async () => {
  const card = await press("btn-01");
  const look = await signedIn("look");
  const { body } = await look.ask("GET", "/api/v1/overview");
  assert.equal(body.position, gateway.position);
  const alarm = card.alarms[0]?.id;
  const refused = await look.act({ command: "acknowledge", alarm });
  assert.equal(refused.status, 403);
  assert.equal(refused.body.code, "forbidden");
  assert.equal((await look.ask("GET", `/api/v1/incidents/${card.id}/contacts`)).status, 403);
  const park = await signedIn("park");
  assert.equal((await park.act({ command: "acknowledge", alarm })).status, 200);
  const two = new Map([
    ["I1", { site: "baolong" }],
    ["I2", { site: "elsewhere" }],
  ]) as unknown as State["incidents"];
  const merge = { command: "merge", into: "I1", from: "I2", reason: "same-fire" } as const;
  const state = { ...gateway.committed.state, incidents: two };
  assert.equal(scopeOfCommand(merge, state).site, undefined);
  assert.equal(scopeOfCommand({ ...merge, from: "I1" }, state).site, "baolong");
  assert.equal((await park.ask("GET", "/api/v1/sites")).status, 403);
  assert.equal((await park.ask("GET", "/api/v1/sites/baolong")).status, 200);
  assert.equal((await park.ask("GET", "/api/v1/sites/elsewhere")).status, 403);
});

test("AP-5: a call-back is one act, and stands on the card with who made it", async () => {
  const { id } = await press("btn-02");
  const answer = await desk.act({ command: "call-back", incident: id, result: "no-answer" });
  assert.equal(answer.status, 200);
  const { body } = await desk.ask("GET", `/api/v1/incidents/${id}`);
  const { calls, verification } = body.incident as IncidentCard;
  assert.deepEqual(
    calls.map(({ result, byName }) => [result, byName]),
    [["no-answer", "op"]],
  );
  assert.equal(verification, "verifying");
  const unknown = await desk.act({ command: "call-back", incident: id, result: "maybe" });
  assert.equal(unknown.status, 400);
  assert.match(String(unknown.body.allowed), /no-answer, fire, no-fire, unclear/);
});

test("AP-6: the acting person changes by PIN without signing out; what follows is theirs", async () => {
  const shared = await signedIn("op");
  const { body } = await shared.ask("GET", "/api/v1/people");
  assert.deepEqual((body.people as { id: string }[]).map(({ id }) => id).sort(), ["P-a", "P-b"]);
  const wrong = await shared.ask("POST", "/api/v1/session/acting", { person: "P-a", pin: "9999" });
  assert.deepEqual([wrong.status, wrong.body.code], [403, "bad-pin"]);
  const began = performance.now();
  const right = await shared.ask("POST", "/api/v1/session/acting", { person: "P-a", pin: "1111" });
  assert.ok(performance.now() - began < 3000);
  assert.deepEqual(right.body.acting, { id: "P-a", name: "甲" });
  const { alarms } = await press("btn-03");
  const alarm = alarms.find(({ device }) => device === "btn-03")?.id;
  const { body: acted } = await shared.act({ command: "acknowledge", alarm });
  const [event] = (acted.events ?? assert.fail(JSON.stringify(acted))) as { actor: object }[];
  assert.deepEqual(event?.actor, { person: "P-a", seat: "desk-1" });
});

test("AP-7: a P0 is called off by two people, each with a PIN of their own", async () => {
  const { id } = await press("btn-04");
  await desk.act({ command: "verify", incident: id, result: "undetermined" });
  const off = {
    command: "verify",
    incident: id,
    result: "false",
    look: { how: "camera", found: "nothing" },
    cause: "B2",
  };
  const by = { person: "P-a", pin: "1111" };
  const alone = await desk.act(off, { by });
  assert.equal(alone.body.code, "second-person-needed");
  const same = await desk.act(off, { by, second: by });
  assert.equal(same.body.code, "second-person-must-differ");
  const typed = await desk.act({ ...off, second: "P-b" }, { by });
  assert.equal(typed.body.code, "second-person-needed");
  const guessed = await desk.act(off, { by, second: { person: "P-b", pin: "0000" } });
  assert.equal(guessed.body.code, "bad-pin");
  const both = await desk.act(off, { by, second: { person: "P-b", pin: "2222" } });
  assert.equal(both.status, 200, JSON.stringify(both.body));
});

test("AP-8: a crew reads and answers its own orders, and no other's", async () => {
  const { id, orders } = await press("btn-05");
  const own = orders.find(({ station }) => station === "KQ-07");
  const other = orders.find(({ station }) => station !== "KQ-07");
  assert.ok(own && other);
  const list = await crew.ask("GET", "/api/v1/stations/KQ-07/orders");
  const first = (list.body.orders as { order: { id: string }; what: { zh: string } }[])[0];
  assert.equal(first?.order.id, own.id);
  assert.match(first?.what.zh ?? "", /演示/);
  assert.equal((await crew.ask("GET", `/api/v1/stations/${other.station}/orders`)).status, 403);
  assert.equal((await crew.ask("GET", `/api/v1/incidents/${id}`)).status, 403);
  const reply = (order: string, body: object) =>
    crew.ask("POST", `/api/v1/orders/${order}/reply`, { seat: "phone-1", revision: 1, ...body });
  assert.equal((await reply(other.id, { reply: "accepted" })).status, 403);
  assert.equal((await reply("nothing", { reply: "accepted" })).status, 404);
  assert.equal((await reply(own.id, { reply: "refused" })).body.code, "reason-needed");
  assert.equal(
    (await reply(own.id, { reply: "accepted", revision: 9 })).body.code,
    "unknown-revision",
  );
  const accepted = await reply(own.id, { reply: "accepted" });
  assert.equal(accepted.status, 200);
  const events = accepted.body.events as { type: string; by: null; actor: { seat: string } }[];
  const replied = events.find(({ type }) => type === "order-replied");
  assert.equal(replied?.by, null);
  assert.equal(replied?.actor.seat, "phone-1");
  await desk.act({ command: "recall", order: own.id, reason: "not-needed" });
  assert.equal((await reply(own.id, { reply: "turned-out" })).body.code, "order-recalled");
  const operator = await desk.ask("POST", `/api/v1/orders/${own.id}/reply`, {
    seat: "desk-1",
    revision: 1,
    reply: "accepted",
  });
  assert.equal(operator.status, 403);
});

test("AP-9: whom to phone comes from people.db when it is asked for, and who asked is logged", async () => {
  const { id } = await press("btn-06");
  const { body } = await desk.ask("GET", `/api/v1/incidents/${id}/contacts`);
  const contacts = body.contacts as { kind: string; name: string; phone: string }[];
  assert.ok(contacts.some(({ kind, phone }) => kind === "station" && phone === "000-2"));
});

test("AP-10: an expired session keeps looking; an act needs a PIN, and then is done", async () => {
  const shared = await signedIn("op");
  const { alarms } = await press("btn-07");
  const { sessions } = gateway.door;
  const token = shared.cookie.slice("firelink=".length);
  const session = sessions.find(token);
  assert.ok(session);
  const hours = 12 * 3_600_000 + 1;
  gateway.clock.now = (
    (now) => () =>
      now() + hours
  )(gateway.clock.now.bind(gateway.clock));
  try {
    const { body } = await shared.ask("GET", "/api/v1/session");
    assert.equal(body.access, "read-only");
    assert.equal((await shared.ask("GET", "/api/v1/overview")).status, 200);
    const act = { command: "acknowledge", alarm: alarms[0]?.id };
    const refused = await shared.act(act);
    assert.deepEqual([refused.status, refused.body.code], [403, "read-only"]);
    const done = await shared.act(act, { by: { person: "P-a", pin: "1111" } });
    assert.equal(done.status, 200, JSON.stringify(done.body));
  } finally {
    delete (gateway.clock as { now?: unknown }).now;
  }
});

test("AP-11: answers carry the headers that keep other sites out", async () => {
  const { headers } = await desk.ask("GET", "/api/v1/overview");
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.equal(headers.get("cache-control"), "no-store");
  const page = await desk.ask("GET", "/");
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /http|unsafe-eval/);
  await until("the page is there", () => page.status === 200);
});

test("AP-20: a page of another site can send nothing; behind TLS the cookie is for TLS only", async () => {
  const body = { name: "op", password: passwords.op };
  const from = (site: string) =>
    new Browser(url).ask("POST", "/api/v1/session", body, { "sec-fetch-site": site });
  assert.deepEqual(
    [(await from("cross-site")).body.code, (await from("same-site")).body.code],
    ["other-site", "other-site"],
  );
  assert.equal((await from("same-origin")).status, 200);
  const behind = await new Browser(url).ask("POST", "/api/v1/session", body, {
    "x-forwarded-proto": "https",
  });
  assert.match(behind.headers.get("set-cookie") ?? "", /Secure/);
  // A proxy on this machine does not make its callers local.
  const metrics = (headers: Record<string, string>) =>
    new Browser(url).ask("GET", "/metrics", undefined, headers);
  assert.equal((await metrics({})).status, 200);
  assert.equal((await metrics({ "x-forwarded-for": "192.0.2.1" })).status, 401);
});
