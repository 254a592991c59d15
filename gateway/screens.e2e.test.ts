/**
 * The screens as people have them: headless Chromium with its real autoplay policy, a desk and a
 * phone on a real demo gateway, presses by its simulated buttons, and a cable that is pulled.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserContext, Page, Browser as Program } from "playwright-core";
import { Cable, launchChromium, needsChromium } from "./testing/chromium.ts";
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
let chromium: Program;
let cable: Cable;
let url: string;
let desk: Page;
/** What a page wrote on its console as an error, and what it asked of another host. */
const faults: string[] = [];

before(async () => {
  if (needsChromium) return;
  gateway = await startGateway({ folder: folder.path, demo: true });
  cable = new Cable(gateway.httpUrl);
  url = await cable.start();
  chromium = await launchChromium();
  desk = await openDesk();
});

after(async () => {
  if (needsChromium) return folder.remove();
  await chromium.close();
  cable.stop();
  await gateway.kill();
  folder.remove();
});

async function newPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused connection while the cable is out is what the test is about.
    if (message.type() !== "error" || message.text().includes("net::ERR")) return;
    faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const isOurs = request.url().startsWith(url) || /^(data|blob):/.test(request.url());
    if (!isOurs) faults.push(`another host: ${request.url()}`);
  });
  return page;
}

async function signIn(page: Page, path: string, name: string, password: string): Promise<void> {
  await page.goto(url + path);
  await page.fill("input[name=name]", name);
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
}

async function openDesk(): Promise<Page> {
  const context = await chromium.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
  });
  const page = await newPage(context);
  const password = /password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  await signIn(page, "/desk", "admin", password);
  await page.waitForSelector('.desk[data-link="live"]');
  return page;
}

/** Presses a button of the demo; gives what the journal calls its incident. */
async function press(device: string): Promise<string> {
  const done = firelink(folder.path, ["simulate", "press", device]);
  assert.equal(done.status, 0, done.stderr);
  const [, name] = device.split("/");
  return until("its incident", () => {
    const events = journalOf(folder.path);
    const alarm = events.findLast((e) => e.type === "alarm-raised" && e.device === name)?.alarm;
    return events.find(
      (e) => String(e.type).startsWith("incident-") && JSON.stringify(e).includes(`"${alarm}"`),
    )?.incident as string | undefined;
  });
}

const rowOf = (page: Page, incident: string) => page.locator(`.row[data-key*="${incident}"]`);
const text = async (page: Page) => (await page.textContent("body")) ?? "";

test("EE-1: a press is a card on the desk; a key acknowledges; the crew's phone accepts, and it shows", {
  skip: needsChromium,
}, async () => {
  const incident = await press("baolong/btn-07");
  const row = rowOf(desk, incident);
  await row.waitFor({ timeout: 5000 });
  await row.click();
  await desk.locator(".card", { hasText: "7号防火分区" }).waitFor();
  await desk.keyboard.press("a");
  await until("it is journalled", () =>
    journalOf(folder.path).some((e) => e.type === "alarm-moved" && e.why === "acknowledge"),
  );
  const { password } = firelinkJson<{ password: string }>(folder.path, [
    ...["user", "add", "crew", "--role", "station", "--scope", "KQ-07"],
  ]);
  const context = await chromium.newContext({
    viewport: { width: 360, height: 740 },
    locale: "zh-CN",
    hasTouch: true,
    isMobile: true,
  });
  const phone = await newPage(context);
  await signIn(phone, "/phone", "crew", password);
  const accept = phone.locator('button[data-reply="accepted"]').first();
  await accept.waitFor({ timeout: 5000 });
  assert.equal((await accept.textContent())?.trim(), "接令");
  await accept.click();
  await desk.locator('.order[data-state="accepted"]', { hasText: "KQ-07" }).waitFor();
  const replied = journalOf(folder.path).find((e) => e.type === "order-replied");
  assert.equal(replied?.reply, "accepted");
  await context.close();
  // Out of the list, which holds still while somebody is in it.
  await desk.mouse.move(900, 10);
  await desk.keyboard.press("Escape");
});

test("EE-2: a frozen gateway is an alarm of the page within 5 s, and is over when it answers", {
  skip: needsChromium,
}, async () => {
  process.kill(gateway.pid, "SIGSTOP");
  const stopped = performance.now();
  try {
    await desk.waitForSelector('.desk[data-link="lost"]', { timeout: 6500 });
    // The last frame may be a heartbeat old when the gateway freezes.
    assert.ok(performance.now() - stopped < 5500, `${performance.now() - stopped} ms`);
    assert.equal(await desk.getAttribute(".status-bar", "data-alarm"), "true");
    assert.match(await text(desk), /与平台失去联系/);
  } finally {
    process.kill(gateway.pid, "SIGCONT");
  }
  await desk.waitForSelector('.desk[data-link="live"]', { timeout: 10_000 });
});

test("EE-3: a press while the cable is out appears once when it is back", {
  skip: needsChromium,
}, async () => {
  cable.cut();
  await desk.waitForSelector('.desk[data-link="lost"]', { timeout: 6000 });
  const incident = await press("baolong/btn-20");
  cable.mend();
  const row = rowOf(desk, incident);
  await row.waitFor({ timeout: 8000 });
  await desk.waitForSelector('.desk[data-link="live"]');
  assert.equal(await row.count(), 1);
});

test("EE-4: without a gesture there is no sound, the whole page says so, and nobody is at the desk", {
  skip: needsChromium,
}, async () => {
  assert.equal(await desk.locator(".sound-gate").count(), 0);
  const unattended = async () => {
    const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
    return /firelink_seats_attended (\d+)/.exec(metrics)?.[1];
  };
  await until("the desk counts as attended", async () => (await unattended()) === "1", 10_000);
  await desk.reload();
  const gate = desk.locator(".sound-gate");
  await gate.waitFor();
  assert.match((await gate.textContent()) ?? "", /声音未开启,点此开启/);
  await until("nobody is there", async () => (await unattended()) === "0", 12_000);
  await desk.keyboard.press("Enter");
  await gate.waitFor({ state: "detached" });
  await until("somebody is there again", async () => (await unattended()) === "1", 10_000);
});

test("EE-5: eight tabs of a browser share one stream and all show a press", {
  skip: needsChromium,
}, async () => {
  const context = desk.context();
  const tabs = await Promise.all(Array.from({ length: 7 }, () => newPage(context)));
  await Promise.all(tabs.map((tab) => tab.goto(`${url}/desk`)));
  await Promise.all(tabs.map((tab) => tab.waitForSelector('.desk[data-link="live"]')));
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
  assert.equal(/firelink_streams_open (\d+)/.exec(metrics)?.[1], "1");
  const incident = await press("baolong/btn-33");
  for (const tab of [desk, ...tabs]) await rowOf(tab, incident).waitFor({ timeout: 10_000 });
  await Promise.all(tabs.map((tab) => tab.close()));
});

test("EE-6: a session that an administrator ends leaves the page signed out, saying why", {
  skip: needsChromium,
}, async () => {
  const { password } = firelinkJson<{ password: string }>(folder.path, [
    ...["user", "add", "leaving", "--role", "operator"],
  ]);
  const context = await chromium.newContext({ locale: "en-GB" });
  const page = await newPage(context);
  await signIn(page, "/desk", "leaving", password);
  await page.waitForSelector('.desk[data-link="live"]');
  assert.equal(firelink(folder.path, ["user", "remove", "leaving"]).status, 0);
  await page.waitForSelector("form.sign-in", { timeout: 10_000 });
  await context.close();
});

test("EE-7: no page has asked another host, broken its policy or thrown", {
  skip: needsChromium,
}, () => {
  const meant = (line: string) => !/status of (401|403)/.test(line);
  assert.deepEqual(faults.filter(meant), []);
});
