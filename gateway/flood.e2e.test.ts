/**
 * A flood of 500 alarms within 10 s, one of them a fire, over real sockets and onto a real desk: the
 * fire is the first row of every frame that was recorded since it was drawn. Then the gateway dies,
 * every device sends its message once more, and nothing is lost or announced twice.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { MqttClient } from "mqtt";
import type { Page, Browser as Program } from "playwright-core";
import type { Inventory } from "#rules/inventory.ts";
import { demoInventory } from "./demo.ts";
import { inventoryYaml } from "./inventory/write.ts";
import { launchChromium, needsChromium } from "./testing/chromium.ts";
import { type Credential, connectAs, deviceCredential } from "./testing/client.ts";
import { coloursAt, type Frame, framesOf, recordFrames, Screencast } from "./testing/frames.ts";
import {
  firelink,
  firelinkJson,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";

const sites = 10;
const devicesOfSite = 50;
const inMs = 10_000;
/** The one that burns: in the middle of the flood, at a site that sends others too. */
const fireAt = 237;

const folder = makeFolder();
const faults: string[] = [];
let env: Readonly<Record<string, string>>;
let gateway: Started;
let chromium: Program;
let desk: Page;
let password: string;
let credentials: readonly Credential[];

before(async () => {
  if (needsChromium) return;
  env = {
    FIRELINK_HTTP_PORT: String(await freePort()),
    FIRELINK_MQTT_PORT: String(await freePort()),
  };
  gateway = await startGateway({ folder: folder.path, env });
  const file = join(folder.path, "inventory.yaml");
  writeFileSync(file, inventoryYaml(crowd()));
  const imported = firelink(folder.path, ["import", file]);
  assert.equal(imported.status, 0, imported.stderr);
  const words = ["user", "add", "flood", "--role", "operator"];
  ({ password } = firelinkJson<{ password: string }>(folder.path, words));
  credentials = Array.from({ length: sites }, (_, i) => {
    const keys = Array.from({ length: devicesOfSite }, (_device, n) => `p${i}/b${n}`);
    return deviceCredential(folder.path, ...keys);
  });
  // Without a graphics card the map would be drawn by the processor that the frames are measured on.
  chromium = await launchChromium(["--disable-gpu", "--disable-3d-apis"]);
  const context = await chromium.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
  });
  desk = await context.newPage();
  desk.on("pageerror", (error) => faults.push(error.message));
  await recordFrames(desk);
  await desk.goto(`${gateway.httpUrl}/desk`);
  await signIn();
});

after(async () => {
  if (needsChromium) return folder.remove();
  await chromium.close();
  await gateway.kill();
  folder.remove();
});

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The district without its devices, which would raise alarms of their own, and ten sites of fifty. */
function crowd(): Inventory {
  const district = demoInventory();
  const [town] = district.towns;
  const made = Array.from({ length: sites }, (_, i) => ({
    id: `p${i}`,
    name: { zh: `园区${i}`, en: `Site ${i}` },
    town: town?.id ?? "",
    position: { lng: 120.4 + i * 0.01, lat: 30.08, accuracyM: 50, source: "test" },
  }));
  const devices = made.flatMap(({ id: site, name }) =>
    Array.from({ length: devicesOfSite }, (_, n) => {
      const place = { zh: `${name.zh} ${n}号`, en: `${name.en}, ${n}` };
      return { id: `b${n}`, site, kind: "button", place };
    }),
  );
  return { ...district, sites: [...district.sites, ...made], devices, linkage: [] };
}

async function signIn(): Promise<void> {
  await desk.fill("input[name=name]", "flood");
  await desk.fill("input[name=password]", password);
  await desk.click("button[type=submit]");
  await desk.waitForSelector('.desk[data-link="live"]');
  // Nobody is in the list, which would hold still then.
  await desk.mouse.move(1300, 10);
}

const messages = Array.from({ length: sites * devicesOfSite }, (_, n) => {
  const [site, device] = [`p${n % sites}`, `b${Math.floor(n / sites)}`];
  const event = n === fireAt ? "press" : "tamper";
  const payload = JSON.stringify({ v: 1, seq: n + 1, ts: Date.now(), event });
  return { site, topic: `firelink/v1/${site}/${device}/event`, payload };
});

/** Credentials are made one by one, by the command line: nobody connects while that waits. */
function clients(): Promise<MqttClient[]> {
  return Promise.all(credentials.map((credential) => connectAs(gateway, credential)));
}

/** Each is acknowledged: on disk. Gives how long the last one took to be sent, ms. */
async function sendAll(of: readonly MqttClient[], withinMs: number): Promise<number> {
  const begun = performance.now();
  const acknowledged: Promise<unknown>[] = [];
  for (const [n, { topic, payload }] of messages.entries()) {
    const due = (n / messages.length) * withinMs;
    while (performance.now() - begun < due) await new Promise((r) => setTimeout(r, 2));
    acknowledged.push((of[n % sites] as MqttClient).publishAsync(topic, payload, { qos: 1 }));
  }
  const took = performance.now() - begun;
  await Promise.all(acknowledged);
  return took;
}

const raised = (rule: string) =>
  journalOf(folder.path).filter((event) => event.type === "alarm-raised" && event.rule === rule);

/** Frames since the fire was first drawn; fails where another row stands above it in one of them. */
function sinceFire(frames: readonly Frame[]): readonly Frame[] {
  const from = frames.findIndex(({ fires }) => fires > 0);
  assert.ok(from >= 0, "the fire was never drawn");
  const since = frames.slice(from);
  const wrong = since.filter(({ priority, fires }) => fires !== 1 || priority !== "P1-fire");
  assert.deepEqual(wrong, [], `${wrong.length} of ${since.length} frames`);
  return since;
}

test("FL-8: 500 alarms in 10 s with one fire: it is the first row in every frame since it was drawn", {
  skip: needsChromium,
}, async (t) => {
  const senders = await clients();
  const cast = await Screencast.start(desk);
  const took = await sendAll(senders, inMs);
  assert.ok(took < inMs + 500, `${took} ms`);
  const total = sites * devicesOfSite;
  // All of them, the flood itself, and no line for the gateway's start: it is its first.
  const shown = `${total + 1} 条`;
  await until(
    "everything is counted",
    async () => {
      return (await framesOf(desk)).at(-1)?.count === shown;
    },
    20_000,
  );
  for (const client of senders) client.end(true);
  const pictures = await cast.stop();
  const frames = await framesOf(desk);
  const since = sinceFire(frames);
  const drawn = since.filter(({ kind }) => kind === "frame");
  assert.ok(drawn.length > 20, `${drawn.length} frames`);
  assert.ok(since[0]?.count !== shown, "most of the flood came after it");

  const row = desk.locator('.row[data-priority="P1-fire"]');
  const box = (await row.boundingBox()) ?? assert.fail();
  const colour = await desk.evaluate<string>(
    `getComputedStyle(document.querySelector('.row[data-priority="P1-fire"]')).borderLeftColor`,
  );
  const reader = await (await chromium.newContext()).newPage();
  const point = { x: box.x + 3, y: box.y + box.height / 2 };
  const colours = await coloursAt(reader, pictures, point);
  const first = colours.indexOf(colour);
  assert.ok(first > 0, `no picture shows it: ${[...new Set(colours)].join("; ")}`);
  const after = colours.slice(first);
  assert.ok(after.length > 20, `${after.length} pictures`);
  assert.deepEqual([...new Set(after)], [colour], "a picture shows another row in its place");
  t.diagnostic(
    `${drawn.length} frames, ${since.length - drawn.length} changes, ${after.length} pictures`,
  );

  assert.match((await desk.textContent(".flood-banner")) ?? "", /报警泛滥/);
  assert.equal(await desk.locator(".group").count(), sites);
  const grouped = await desk.evaluate<number[]>(
    `[...document.querySelectorAll(".group")].map((group) => Number(group.dataset.count))`,
  );
  assert.equal(
    grouped.reduce((a, b) => a + b),
    total - 1,
    "every other alarm is in a group",
  );
});

test("FL-9: killed and started again, with every message sent once more: none lost, none twice", {
  skip: needsChromium,
}, async () => {
  const before = (await framesOf(desk)).length;
  await gateway.kill();
  gateway = await startGateway({ folder: folder.path, env });
  await desk.waitForSelector("form.sign-in", { timeout: 15_000 });
  await signIn();
  const total = sites * devicesOfSite;
  const again = await clients();
  await sendAll(again, 2000);
  for (const client of again) client.end(true);
  // The outage (G01) is one more.
  await until(
    "the list is whole",
    async () => {
      return (await framesOf(desk)).at(-1)?.count === `${total + 2} 条`;
    },
    20_000,
  );
  const frames = (await framesOf(desk)).slice(before);
  const from = frames.findIndex(({ first }) => first === null);
  assert.ok(from >= 0, "the sign-in page has no list");
  const back = frames.slice(from).filter(({ first }) => first !== null);
  assert.deepEqual(
    back.filter(({ priority }) => priority !== "P1-fire"),
    [],
    "from the first frame with rows on",
  );
  const covers = raised("S05").map(({ site, device }) => `${site}/${device}`);
  assert.equal(covers.length, total - 1);
  assert.equal(new Set(covers).size, total - 1);
  for (const rule of ["F01", "C03", "G01"]) assert.equal(raised(rule).length, 1, rule);
  const types = journalOf(folder.path).map(({ type }) => type);
  for (const type of ["press-repeated", "flood-ended", "chatter-held"]) {
    assert.ok(!types.includes(type), type);
  }
  assert.equal(types.filter((type) => type === "flood-began").length, 1);
  assert.deepEqual(faults, []);
});
