/**
 * Stations and what they can do, on a real desk and a real phone: candidates with their reasons, the
 * 1-3-5 clock, a crew's own word of its station, reinforcement, advice to move up, a month's table.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserContext, Page, Browser as Program } from "playwright-core";
import type { StationMonth, StationsView } from "./api/contract.ts";
import { launchChromium, needsChromium } from "./testing/chromium.ts";
import {
  firelink,
  firelinkJson,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";
import { Browser } from "./testing/web.ts";

const folder = makeFolder();
let gateway: Started;
let chromium: Program;
let desk: Page;
let phone: Page;
let operator: Browser;
const faults: string[] = [];
const url = () => gateway.httpUrl;

before(async () => {
  if (needsChromium) return;
  gateway = await startGateway({ folder: folder.path, demo: true });
  chromium = await launchChromium();
  const password = /password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  operator = new Browser(url());
  await operator.signIn("admin", password);
  desk = await open({ width: 1440, height: 900 }, "/desk", "admin", password);
  await desk.waitForSelector('.desk[data-link="live"]');
  const crew = firelinkJson<{ password: string }>(folder.path, [
    ...["user", "add", "crew", "--role", "station", "--scope", "KQ-07"],
  ]);
  phone = await open({ width: 390, height: 844 }, "/phone", "crew", crew.password);
});

after(async () => {
  if (needsChromium) return folder.remove();
  await chromium.close();
  await gateway.kill();
  folder.remove();
});

async function open(
  viewport: { width: number; height: number },
  path: string,
  name: string,
  password: string,
): Promise<Page> {
  const context: BrowserContext = await chromium.newContext({ viewport, locale: "zh-CN" });
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(url() + path);
  await page.fill("input[name=name]", name);
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
  return page;
}

function simulate(...words: string[]): void {
  const done = firelink(folder.path, ["simulate", ...words]);
  assert.equal(done.status, 0, done.stderr);
}

function shows(page: Page, what: string, selector: string, pattern: RegExp): Promise<true> {
  const text = async () => (await page.locator(selector).first().textContent()) ?? "";
  return until(what, async () => (pattern.test(await text()) ? true : null), 15_000);
}

const board = async (): Promise<StationsView> =>
  (await operator.ask("GET", "/api/v1/stations")).body as unknown as StationsView;

async function note(station: string, status: string): Promise<void> {
  const { status: code, body } = await operator.act({ command: "note-status", station, status });
  assert.equal(code, 200, JSON.stringify(body));
}

test("ST-4: a crew says on its phone what its station can do; the desk's board has it, with its age", {
  skip: needsChromium,
}, async () => {
  await shows(phone, "the station", ".station-status", /本站状态 从未报告/);
  await phone.click(".station-status");
  await phone.click('.sheet [aria-label="减一人"]');
  await phone.click('.sheet [data-status="in-service"]');
  await shows(phone, "its word", ".station-status", /在岗待命 · 00:0\d 前/);
  const noted = journalOf(folder.path).findLast((event) => event.type === "status-noted");
  assert.deepEqual([noted?.station, noted?.status, noted?.crew], ["KQ-07", "in-service", 9]);
  assert.match(String(noted?.by), /^P-/);
  await desk.keyboard.press("F9");
  await shows(desk, "the board", 'tr[data-station="KQ-07"]', /在岗待命.*前.*9 人\(至少 4 人\)/s);
  await shows(desk, "who was never heard", 'tr[data-station="KQ-03"]', /从未报告/);
  await shows(desk, "vehicles", 'tr[data-station="KQ-07"] .vehicles', /KQ-07-2 大型水罐.*水 8 t/);
  // The desk notes what another station says by telephone.
  await desk.click('tr[data-station="KQ-03"] > td:nth-child(2) button');
  await desk.click('label:has-text("检修")');
  await desk.click('button[type=submit]:has-text("登记")');
  await shows(desk, "its word", 'tr[data-station="KQ-03"]', /检修/);
  await desk.keyboard.press("Escape");
});

test("RN-10: the card says who was considered, why each was taken or left, and its 1-3-5 clock runs", {
  skip: needsChromium,
}, async () => {
  simulate("press", "baolong/btn-07");
  await desk.locator(".row", { hasText: "7号防火分区" }).first().waitFor({ timeout: 5000 });
  await desk.keyboard.press("n");
  await shows(
    desk,
    "the first",
    '.candidate[data-station="KQ-07"]',
    /已选:到场最快.*约 \d 分钟到场\(估算\)/s,
  );
  const terms = /首到责任区.*出动 1:00 · 行车 \d:\d\d · 进门 0:20 · 在岗待命/s;
  await shows(desk, "its terms", '.candidate[data-station="KQ-07"]', terms);
  await shows(desk, "who is left", '.candidate[data-station="KQ-03"]', /未选:检修/);
  await shows(desk, "who is asked", '.candidate[data-station="KQ-05"]', /备用:.*询问/s);
  await shows(desk, "the clock", '.arrival [data-step="station"]', /消防站到场 剩 0\d:\d\d/);
  await shows(desk, "the micro station", '.arrival [data-step="micro"]', /微站到点 剩 00:\d\d/);
});

test("ST-5: the crew on the spot asks for more by two presses; the next station has its order", {
  skip: needsChromium,
}, async () => {
  await phone.click('button[data-reply="accepted"]');
  await phone.click('button[data-reply="turned-out"]');
  await phone.click('button[data-reply="on-scene"]');
  const more = phone.locator('button[data-does="reinforce"]');
  await more.click();
  assert.equal(await more.textContent(), "再按一次:请求增援");
  await more.click();
  await shows(phone, "asked", ".order", /已请求增援/);
  const order = await until("the order", () =>
    journalOf(folder.path).find((e) => e.type === "order-issued" && e.why === "reinforce"),
  );
  assert.match(String(order.by), /^P-/);
  await shows(desk, "the prompt", ".prompts", /现场请求增援/);
  await shows(desk, "arrived", '.arrival [data-step="station"]', /消防站到场 \d\d:\d\d 到/);
  const kq07 = (await board()).stations.find(({ id }) => id === "KQ-07");
  assert.deepEqual([kq07?.status, kq07?.incidents.length], ["at-scene", 1]);
});

test("ST-6: an area left bare is advice on the desk, and nobody is moved", {
  skip: needsChromium,
}, async () => {
  for (const id of ["KQ-12", "KQ-13", "KQ-14"]) await note(id, "maintenance");
  const { moveUp } = await board();
  assert.ok(moveUp.length > 0, "an area lies bare");
  assert.match(moveUp[0]?.text.zh ?? "", /责任区 \d+ 分钟内无车可到/);
  await shows(desk, "the button", ".header", /移防建议 \d/);
  await desk.keyboard.press("F9");
  await shows(desk, "the advice", ".move-up", /本平台不自动移防/);
  await desk.keyboard.press("Escape");
  const moved = journalOf(folder.path).some(
    (event) => /KQ-1[234]/.test(String(event.station)) && event.type === "order-issued",
  );
  assert.equal(moved, false);
});

test("TM-4: a month's table, as JSON and as CSV, and on the page of the figures", {
  skip: needsChromium,
}, async () => {
  const at = Number(journalOf(folder.path).at(-1)?.at) + 8 * 3_600_000;
  const month = new Date(at).toISOString().slice(0, 7);
  const { body } = await operator.ask("GET", `/api/v1/figures/stations?month=${month}`);
  const row = (body as unknown as StationMonth).stations.find(({ station }) => station === "KQ-07");
  assert.deepEqual(
    [row?.orders, row?.accepted, row?.turnedOut, row?.onScene, row?.arrivals],
    [1, 1, 1, 1, 1],
  );
  const csv = await operator.ask("GET", `/api/v1/figures/stations.csv?month=${month}`);
  assert.match(String(csv.body.text), /^\ufeff?station,name,orders,.*\n(.*\n)*KQ-07,/);
  const bad = await operator.ask("GET", "/api/v1/figures/stations?month=2026-13");
  assert.equal(bad.status, 400);
  await desk.keyboard.press("i");
  await shows(desk, "the table", '.month tr[data-station="KQ-07"]', /1\/1.*1\/1.*1\/1/s);
  await desk.keyboard.press("Escape");
  assert.deepEqual(faults, []);
});
