/** The district in a running gateway: imports, what they refuse, and what they leave alone. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import { ask } from "./control.ts";
import { demoFile } from "./demo.ts";
import { connectAs, deviceCredential, stationCredential } from "./testing/client.ts";
import { signIn } from "./testing/page.ts";
import {
  environment,
  firelink,
  journalOf,
  makeFolder,
  program,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";

const root = "firelink/v1";
const folder = makeFolder();
const files = makeFolder();
const district = readFileSync(demoFile, "utf8");
let gateway: Started;

before(async () => {
  gateway = await startGateway({ folder: folder.path });
});

after(async () => {
  await gateway.stop();
  folder.remove();
  files.remove();
});

function write(name: string, text: string): string {
  const path = join(files.path, name);
  writeFileSync(path, text);
  return path;
}

function run(...args: string[]) {
  return firelink(folder.path, args);
}

/** The same as the command line does, without starting a process for it. */
function importing(path: string): Promise<unknown> {
  return ask(folder.path, { do: "import", files: [path], dryRun: false });
}

/** So many that storing their parts takes the better part of a second. */
const firmCount = 40_000;

function adoptions(): Record<string, unknown>[] {
  return journalOf(folder.path).filter(
    (e) => e.type === "artefact-adopted" && e.artefact === "inventory",
  );
}

test("DS-1: the whole district: shown first, adopted once, a second import empty, the export equal to its source", () => {
  const dry = run("import", demoFile, "--dry-run");
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /^\+ responders KQ-07$/m);
  assert.match(dry.stdout, /changes; nothing has been changed yet/);
  assert.equal(adoptions().length, 0);
  assert.match(run("import", demoFile).stdout, /changes adopted at journal position \d+/);
  assert.equal(run("import", demoFile).stdout, "no difference\n");
  assert.equal(adoptions().length, 1);
  assert.deepEqual(adoptions()[0]?.summary, {
    towns: 16,
    responders: 84,
    vehicles: 37,
    linkage: 3,
    sites: 21,
    tenants: 3,
    buildings: 6,
    zones: 41,
    devices: 68,
    points: 0,
  });
  assert.ok(run("export").stdout === district, "the export is not the source");
  const csv = join(files.path, "csv");
  assert.equal(run("export", "--csv", csv).status, 0);
  assert.equal(run("import", csv).stdout, "no difference\n");
  assert.match(
    run("export", "--csv", csv).stderr,
    /is there already\nallowed: a folder that is new/,
  );
});

/** The error stands at the line of the source that has been spoilt. */
function at(file: string, spoilt: string, what: string): RegExp {
  const line = district.slice(0, district.indexOf(spoilt)).split("\n").length;
  return new RegExp(`${file}:${line}:\\d+: ${what}`);
}

test("DS-2: a broken inventory is refused with file, row, what is wrong and what is allowed; the one in force stays", async () => {
  const big = write("sites.csv", "id\n");
  truncateSync(big, 200 << 20);
  const cases: [string, RegExp][] = [
    [
      write("key.yaml", district.replace("assumed", "x").replace("v: 2", "v: 2\nparks: []")),
      /key.yaml:2:1: parks: there is no such key here; allowed: v, district/,
    ],
    [
      write("twice.yaml", district.replace("id: btn-02,", "id: btn-01,")),
      at("twice.yaml", "id: btn-02,", "id: baolong/btn-01 stands in devices twice"),
    ],
    [
      write("circle.yaml", district.replace("{ id: baolong,", "{ id: baolong, parent: baolong,")),
      at("circle.yaml", "{ id: baolong,", "parent: goes in a circle"),
    ],
    [
      write(
        "town.yaml",
        district.replace('en: Baolong industrial park }, town: "330603007"', "en: B }"),
      ),
      at("town.yaml", "{ id: baolong,", "town: is missing"),
    ],
    [
      write("far.yaml", district.replace("lng: 120.4935, lat: 30.1405", "lng: 116.4, lat: 39.9")),
      at(
        "far.yaml",
        "{ id: baolong,",
        "position: 116.4000, 39.9000 \\(WGS-84\\) is outside the district; allowed: longitude",
      ),
    ],
    [
      write("datum.yaml", district.replace("datum: WGS-84, ", "")),
      /datum.yaml:4:\d+: position.datum: is missing/,
    ],
    [
      write("towns.csv", "id,name.zh\n1,=cmd|x\n"),
      /towns.csv:2:2: name.zh: "=cmd\|x" is not allowed; allowed: one line/,
    ],
    [write("zones.csv", "PK\x03\x04"), /zones.csv:1: is a zip archive or an Excel workbook/],
    [big, /sites.csv:1: 200.0 MB; allowed: at most 64 MB/],
    [join(files.path, "none.yaml"), /none.yaml:1: cannot be read: ENOENT/],
  ];
  for (const [path, expected] of cases) {
    await assert.rejects(importing(path), (error: Error) => {
      assert.match(error.message, expected);
      assert.match(error.message, /nothing was changed: the inventory in force stays in force/);
      return true;
    });
  }
  assert.equal(run("import", big).status, 1);
  assert.equal(adoptions().length, 1);
  assert.ok(run("export").stdout === district, "the export is not the source");
});

test("DS-3: an import in the middle of an incident changes no order that is out", async () => {
  const button = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-07"));
  const box = await connectAs(gateway, stationCredential(folder.path, "KQ-07", "KQ-03"));
  const orders: string[] = [];
  box.on("message", (_topic, payload) => orders.push(payload.toString()));
  await box.subscribeAsync(`${root}/station/+/order`, { qos: 1 }).catch(() => {});
  await box.subscribeAsync([`${root}/station/KQ-07/order`, `${root}/station/KQ-03/order`], {
    qos: 1,
  });
  await button.publishAsync(
    `${root}/baolong/btn-07/event`,
    JSON.stringify({ v: 1, seq: 1, ts: Date.now(), event: "press" }),
    { qos: 1 },
  );
  await until("the order", () => orders.length > 0);
  const [first = ""] = orders;
  assert.match(first, /【演示】/);
  assert.match(first, /位置近似 ±2 km/);
  // KQ-07 is gone with its vehicles, the button has another place, the site another name.
  const changed = district
    .split("\n")
    .filter((line) => !/(id|station): KQ-07,/.test(line))
    .join("\n")
    .replace("zh: 宝龙园区 1号仓库 2层中部偏西 7号防火分区", "zh: 另一个地方")
    .replace("zh: 宝龙工业园区", "zh: 另一个园区");
  const imported = run("import", write("changed.yaml", changed));
  assert.equal(imported.status, 0, imported.stderr);
  box.end(true);
  orders.length = 0;
  const again = await connectAs(gateway, stationCredential(folder.path, "KQ-07"));
  again.on("message", (_topic, payload) => orders.push(payload.toString()));
  await again.subscribeAsync(`${root}/station/KQ-07/order`, { qos: 1 });
  await until("the order again", () => orders.length > 0);
  assert.equal(orders[0], first, "the same revision reads the same");
  // And after a restart too: the order's inventory is in the journal.
  again.end(true);
  orders.length = 0;
  await gateway.kill();
  gateway = await startGateway({ folder: folder.path });
  const later = await connectAs(gateway, stationCredential(folder.path, "KQ-07"));
  later.on("message", (_topic, payload) => orders.push(payload.toString()));
  await later.subscribeAsync(`${root}/station/KQ-07/order`, { qos: 1 });
  await until("the order after a restart", () => orders.length > 0);
  assert.equal(orders[0], first);
  for (const client of [button, later]) client.end(true);
  const events = journalOf(folder.path).filter(
    (e) => e.station === "KQ-07" || e.type === "order-revised",
  );
  assert.ok(events.every((e) => e.type !== "order-revised" && e.type !== "order-recalled"));
});

test("DS-4: thousands of sites: presses are answered meanwhile, a kill in the middle leaves the old inventory", async () => {
  const towns = /- \{ id: "(\d+)"/.exec(district)?.[1] ?? "";
  const head =
    "id,name.zh,name.en,town,position.lng,position.lat,position.datum,position.accuracyM,position.source,sector,code.colour";
  const rows = Array.from(
    { length: firmCount },
    (_, i) =>
      `firm-${i},纺织企业第${i}号,Firm ${i},${towns},120.5,30.1,WGS-84,50,made,industry,${i % 2 ? "red" : "unknown"}`,
  );
  // The firms stand beside the sites that are there.
  assert.equal(run("import", demoFile).status, 0);
  const folderOf = join(files.path, "many");
  mkdirSync(folderOf);
  assert.equal(run("export", "--csv", join(files.path, "now")).status, 0);
  const [names = "", ...there] = readFileSync(join(files.path, "now/sites.csv"), "utf8")
    .trimEnd()
    .split("\n");
  const columns = names.split(",");
  const chosen = head.split(",");
  const wide = rows.map((row) => {
    const cells = row.split(",");
    return columns.map((name) => cells[chosen.indexOf(name)] ?? "").join(",");
  });
  writeFileSync(join(folderOf, "sites.csv"), [names, ...there, ...wide].join("\n"));
  const start = () =>
    spawn(process.execPath, [program, "import", folderOf], { env: environment(folder.path) });
  // Killed while the parts go into the journal: the event that names them is not there.
  const stored = partsIn(folder.path);
  const killed = start();
  const ended = new Promise((resolve) => killed.once("close", resolve));
  await until("parts are in the journal", () => partsIn(folder.path) > stored, 20_000);
  const before = adoptions().length;
  await gateway.kill();
  await ended;
  gateway = await startGateway({ folder: folder.path });
  assert.equal(adoptions().length, before, "it was killed before the adoption");
  const exported = run("export");
  assert.equal(exported.status, 0, exported.stderr);
  assert.equal(exported.stdout, district, "the old inventory");
  const button = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-08"));
  const child = start();
  let done = false;
  child.once("close", () => {
    done = true;
  });
  let seq = 0;
  while (!done) {
    seq += 1;
    const payload = JSON.stringify({ v: 1, seq, ts: Date.now(), event: "press" });
    const began = performance.now();
    await button.publishAsync(`${root}/baolong/btn-08/event`, payload, { qos: 1 });
    assert.ok(performance.now() - began < 1000, "a press waited for an import");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  button.end(true);
  assert.equal(child.exitCode, 0);
  assert.ok(seq > 20, `${seq} presses`);
  const last = adoptions().at(-1) as { summary: { sites: number } };
  assert.equal(last.summary.sites, firmCount + 21);
  const yaml = run("export");
  assert.match(yaml.stderr, /allowed: --csv FOLDER/);
});

test("DS-5: sites are searched and paged; a page shows the position it was read at; nonsense is refused", async () => {
  const cookie = await signIn(gateway).catch(() => null);
  const user = JSON.parse(run("user", "add", "reader", "--role", "viewer", "--json").stdout) as {
    password: string;
  };
  const signed = await fetch(`${gateway.httpUrl}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ name: "reader", password: user.password }),
    redirect: "manual",
  });
  const own = cookie ?? (signed.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const get = async (path: string) => {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/sites${path}`, {
      headers: { cookie: own },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  assert.equal((await fetch(`${gateway.httpUrl}/api/v1/sites`)).status, 401);
  assert.equal((await fetch(`${gateway.httpUrl}/api/v1/sites/baolong`)).status, 401);
  const found = await get("?q=firm%20199&limit=200&colour=red");
  assert.equal(found.status, 200);
  const matches = Array.from({ length: firmCount }, (_, i) => i).filter(
    (i) => i % 2 === 1 && String(i).includes("199"),
  );
  assert.equal(found.body.total, matches.length);
  assert.equal(typeof found.body.position, "number");
  const seen = new Set<string>();
  for (let after = ""; ; ) {
    const { body } = await get(`?limit=200${after}`);
    const sites = body.sites as { id: string }[];
    for (const { id } of sites) seen.add(id);
    if (body.next === null) break;
    after = `&after=${body.next}`;
  }
  assert.equal(seen.size, firmCount + 21);
  const one = await get("/firm-4");
  assert.equal((one.body.site as Record<string, unknown>).colourInForce, "yellow");
  assert.equal((one.body.site as Record<string, unknown>).colourKnown, false);
  assert.equal((await get("/nobody")).status, 404);
  assert.equal((await get("?colour=blue")).status, 400);
  assert.equal((await get("?limit=9999")).status, 400);
  assert.equal((await get("?page=2")).status, 400);
  assert.equal((await get("?after=nobody")).status, 410);
});

test("DS-6: persons go into people.db with their PINs hashed; the journal and the export know ids only", () => {
  const persons = write(
    "persons.csv",
    "id,name,role,phone,certificate,certificateUntil,pin\nP-demo-1-1,欧阳锋,crew,13912345678,CERT-77,2027-01-31,4711\n",
  );
  const dry = run("import", persons, "--dry-run");
  assert.match(dry.stdout, /^\+ persons P-demo-1-1: a new PIN$|^\+ persons P-demo-1-1$/m);
  assert.doesNotMatch(dry.stdout, /欧阳锋/);
  assert.match(run("import", persons).stdout, /made/);
  const exported = (name: string, ...args: string[]): string => {
    const path = join(files.path, name);
    assert.equal(run("export", "--csv", path, ...args).status, 0);
    return readdirSync(path)
      .map((file) => readFileSync(join(path, file), "utf8"))
      .join("");
  };
  assert.match(exported("with", "--persons"), /欧阳锋,crew,13912345678,CERT-77,2027-01-31,\n/);
  assert.doesNotMatch(exported("without"), /欧阳锋|13912345678/);
  const journal = readFileSync(join(folder.path, "journal.db"));
  const people = readFileSync(join(folder.path, "people.db"));
  for (const planted of ["欧阳锋", "13912345678", "CERT-77"]) assert.ok(!journal.includes(planted));
  assert.ok(!people.includes("4711"));
  // Without the person in the file, the person is deleted.
  const nobody = write("persons.csv", "id,name,role\n");
  assert.match(run("import", nobody).stdout, /- persons P-demo-1-1/);
  assert.doesNotMatch(exported("deleted", "--persons"), /欧阳锋/);
});

function partsIn(path: string): number {
  const db = new DatabaseSync(join(path, "journal.db"), { readOnly: true });
  try {
    const row = db
      .prepare("SELECT count(*) AS n FROM artefact WHERE kind = 'inventory-part'")
      .get();
    return (row as { n: number }).n;
  } finally {
    db.close();
  }
}
