/** Closed incidents over HTTP: the list, the record of open, closed and archived ones, and who gets none. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pino from "pino";
import { readConfig } from "../config.ts";
import { demoInventory } from "../demo.ts";
import { Gateway } from "../gateway.ts";
import { environment, makeFolder, until } from "../testing/process.ts";
import { Browser } from "../testing/web.ts";
import { Tour } from "../tour.ts";
import type { ClosedList, RecordView } from "./contract.ts";
import { Website } from "./website.ts";

/** Closed incidents leave the state so soon here. */
const keepClosedMs = 1500;
const folder = makeFolder();
let gateway: Gateway;
let website: Website;
let url: string;
let desk: Browser;
let passwords: Record<string, string>;
let seq = 0;

before(async () => {
  const config = readConfig(environment(folder.path));
  const { settings } = config;
  const incident = { ...settings.incident, keepClosedMs };
  const short = { ...config, settings: { ...settings, incident } };
  gateway = new Gateway(short, pino({ level: "silent" }));
  await gateway.start(demoInventory());
  website = new Website(gateway, new Tour(gateway, null));
  url = await website.start();
  const add = async (name: string, role: string, scope: string) =>
    (await gateway.door.people.add({ name, role, scope })).password;
  passwords = {
    op: await add("op", "operator", "*"),
    elsewhere: await add("elsewhere", "operator", "other-park"),
    park: await add("park", "viewer", "baolong"),
    crew: await add("crew", "station", "KQ-07"),
  };
  desk = await signedIn("op");
});

after(async () => {
  await website.stop();
  await gateway.stop("test");
  folder.remove();
});

async function signedIn(name: string): Promise<Browser> {
  const browser = new Browser(url);
  assert.equal((await browser.signIn(name, passwords[name] ?? "")).status, 200);
  return browser;
}

/** Presses a button and gives the incident it opened. */
async function press(device: string): Promise<string> {
  seq += 1;
  const presses = [{ seq, ts: null, digest: `d${seq}` }];
  const { events } = await gateway.signal({ kind: "press", site: "baolong", device, presses });
  const opened = events.find((event) => event.type === "incident-opened");
  assert.ok(opened?.type === "incident-opened");
  return opened.incident;
}

/** A test, and whoever was ordered is called back: it closes. */
async function close(incident: string): Promise<void> {
  const command = { command: "verify", incident, result: "test" };
  assert.equal((await desk.act(command)).status, 200);
  await until("it is closed", () => {
    const known = gateway.committed.state.incidents.get(incident);
    return !known || known.closedAt !== null;
  });
}

async function recordOf(incident: string): Promise<RecordView> {
  const { status, body } = await desk.ask("GET", `/api/v1/incidents/${incident}/record`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as RecordView;
}

const list = async (query = ""): Promise<ClosedList> =>
  (await desk.ask("GET", `/api/v1/incidents${query}`)).body as unknown as ClosedList;

test("IN-7: the record of an open incident, of a closed one and of an archived one is the same story", async () => {
  const incident = await press("btn-11");
  const open = await recordOf(incident);
  assert.equal(open.incident.closedAt, null);
  // On a slow machine a second has begun meanwhile.
  assert.ok(open.frames.length >= 1);
  assert.ok(open.choices[0] && open.choices[0].candidates.length > 3);
  assert.deepEqual(open.site.water.map(({ kind }) => kind).slice(0, 3), [
    "hydrant",
    "hydrant",
    "pool",
  ]);
  assert.ok(open.map.stations.some(({ id }) => id === "KQ-07"));
  assert.ok(open.place);
  await close(incident);
  const closed = await recordOf(incident);
  assert.notEqual(closed.incident.closedAt, null);
  assert.equal(closed.log.filter(({ name }) => name?.zh === "op").length > 0, true);
  assert.deepEqual(closed.log.slice(0, open.log.length), open.log);
  await until("it has left the state", () => !gateway.committed.state.incidents.has(incident));
  const archived = await recordOf(incident);
  assert.deepEqual(archived.log, closed.log);
  assert.deepEqual(archived.frames, closed.frames);
  assert.deepEqual(archived.orders, closed.orders);
  // Once more, out of what the reader keeps.
  assert.deepEqual(await recordOf(incident), archived);
});

test("IN-8: closed incidents are listed newest first, from the state and from the archive, each once", async () => {
  const first = await press("btn-12");
  await close(first);
  await until("it is in the archive", async () => {
    const page = await list();
    return !gateway.committed.state.incidents.has(first) && page.incidents[0]?.id === first;
  });
  const second = await press("btn-33");
  const third = await press("btn-40");
  await close(third);
  const { incidents, next } = await list();
  assert.equal(next, null);
  assert.deepEqual(
    incidents.slice(0, 2).map(({ id }) => id),
    [third, first],
  );
  assert.equal(new Set(incidents.map(({ id }) => id)).size, incidents.length);
  assert.ok(!incidents.some(({ id }) => id === second), "an open one is in no list of closed ones");
  assert.match(incidents[1]?.place.zh ?? "", /2号仓库/);
  assert.equal(incidents[1]?.verification, "test");
  const { openedAt } = incidents[0] ?? { openedAt: 0 };
  const older = await list(`?before=${openedAt}-${third}`);
  assert.deepEqual(
    older.incidents.map(({ id }) => id),
    incidents.slice(1).map(({ id }) => id),
  );
  const bad = await desk.ask("GET", "/api/v1/incidents?before=yesterday");
  assert.deepEqual([bad.status, bad.body.code], [400, "bad-query"]);
  await close(second);
});

test("IN-9: an unknown incident is 404; who may not see the site is refused, a station and a stranger too", async () => {
  const incident = await press("btn-20");
  const path = `/api/v1/incidents/${incident}/record`;
  for (const other of ["I0", `I${"0".repeat(26)}0`, `I${"z".repeat(27)}`]) {
    const answer = await desk.ask("GET", `/api/v1/incidents/${other}/record`);
    assert.deepEqual([answer.status, answer.body.code], [404, "not-found"], other);
  }
  const elsewhere = await signedIn("elsewhere");
  assert.equal((await elsewhere.ask("GET", path)).status, 403);
  assert.equal((await elsewhere.ask("GET", "/api/v1/incidents?site=baolong")).status, 403);
  const own = (await elsewhere.ask("GET", "/api/v1/incidents")).body as unknown as ClosedList;
  assert.deepEqual(own.incidents, []);
  assert.equal((await (await signedIn("crew")).ask("GET", path)).status, 403);
  assert.equal((await (await signedIn("crew")).ask("GET", "/api/v1/incidents")).status, 403);
  assert.equal((await new Browser(url).ask("GET", path)).status, 401);
  const park = await signedIn("park");
  assert.equal((await park.ask("GET", path)).status, 200);
  assert.ok(
    ((await park.ask("GET", "/api/v1/incidents")).body as unknown as ClosedList).incidents.length >
      0,
  );
  await close(incident);
});

test("RW-4: no act comes out of a replay, whatever its screen sends", async () => {
  const incident = await press("btn-25");
  const before = gateway.position;
  const acts = [
    { command: "verify", incident, result: "confirmed" },
    { command: "order", incident, station: "KQ-01" },
    { command: "reopen", incident, reason: "fire-again" },
  ];
  for (const command of acts) {
    const answer = await desk.ask("POST", "/api/v1/commands", { seat: "replay", command });
    assert.deepEqual([answer.status, answer.body.code], [403, "replay"], command.command);
  }
  const [order] = gateway.committed.state.incidents.get(incident)?.orders ?? [];
  const reply = { seat: "replay", revision: 1, reply: "accepted" };
  const crew = await signedIn("crew");
  const answer = await crew.ask("POST", `/api/v1/orders/${order}/reply`, reply);
  assert.deepEqual([answer.status, answer.body.code], [403, "replay"]);
  assert.ok(gateway.position - before < 5, "the clocks of the incident aside");
  const { verification, orders = [] } = gateway.committed.state.incidents.get(incident) ?? {};
  assert.equal(verification, "received");
  assert.ok(orders.every((id) => gateway.committed.state.orders.get(id)?.state === "issued"));
  await close(incident);
});
