/** The figures of alarm management (报警管理指标) as a page, and over HTTP before and after a restart. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FiguresView } from "./api/contract.ts";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { firelink, firelinkJson, startGateway, until } from "./testing/process.ts";
import { Browser } from "./testing/web.ts";

const desk = new DevicePage("baolong/pump-01");
const buttons = ["btn-07", "btn-08", "btn-09", "btn-10"];
let password: string;

before(async () => {
  if (needsChromium) return;
  await desk.open();
  const words = ["user", "add", "figures", "--role", "operator"];
  ({ password } = firelinkJson<{ password: string }>(desk.folder, words));
});

after(() => desk.close());

async function signedIn(): Promise<Browser> {
  const browser = new Browser(desk.gateway.httpUrl);
  await browser.signIn("figures", password);
  return browser;
}

/** Complete ones: after a start the journal is read first. */
function read(browser: Browser): Promise<FiguresView> {
  return until("the figures are complete", async () => {
    const { status, body } = await browser.ask("GET", "/api/v1/figures");
    assert.equal(status, 200, JSON.stringify(body));
    const view = body as unknown as FiguresView;
    return view.complete && view;
  });
}

/** What does not move with the clock, without the gateway's own start. */
function lasting({ topTen, falseTen, priorities }: FiguresView) {
  return {
    topTen: topTen.filter(({ rule }) => rule !== "G01"),
    falseTen,
    fires: priorities.find(({ priority }) => priority === "P1"),
  };
}

test("FG-7: the page shows what has come beside its targets, in both languages, on a desk and a phone", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  const operator = await signedIn();
  for (const button of buttons) {
    const done = firelink(desk.folder, ["simulate", "press", `baolong/${button}`]);
    assert.equal(done.status, 0, done.stderr);
  }
  const incidents = await until("their incidents", async () => {
    const { body } = await operator.ask("GET", "/api/v1/overview");
    const list = body.incidents as { id: string; alarms: unknown[] }[];
    return list.reduce((sum, { alarms }) => sum + alarms.length, 0) === buttons.length && list;
  });
  for (const { id: incident } of incidents) {
    await operator.act({
      command: "verify",
      incident,
      result: "false",
      look: { how: "camera", found: "nothing" },
      cause: "B2",
    });
  }
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  await desk.shows("the table", ".figures-table", /每天\d.*≤ 150.*达标/);
  await desk.shows("targets that are missed", ".figures-table", /高级别.*100 %≤ 5 %▲ 超标/);
  await desk.shows("false points", ".figures", /误报最多的点位.*误按/);
  assert.equal(await page.locator(".bars").count(), 2);
  // Whoever has called it false has opened the record with it.
  const record = /核实为误报\(故障维修记录\).*开单.*开单前 30 天 1 次/;
  await desk.shows("a record of each", ".orders-list", record);
  await page.locator(".order-close select").first().selectOption("cleaned");
  await page.getByRole("button", { name: "办结" }).first().click();
  await desk.shows("its result", ".orders-list", /办结:已清洁/);
  await page.getByRole("button", { name: "开检修单" }).first().click();
  await desk.shows("another by a person", ".orders-list", / · 误报.*admin 于 .* 开单/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("l");
  await page.keyboard.press("i");
  await desk.shows("in English", ".figures-table", /Each day\d.*≤ 150.*Met/);
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = await page.evaluate<number>(
    `document.querySelector(".figures").scrollWidth - document.querySelector(".figures").clientWidth`,
  );
  assert.ok(overflow <= 0, `${overflow} px beside the page of a phone`);
  assert.deepEqual(desk.faults, []);
});

test("FG-7: a restart changes nothing in them; who has one site gets none", {
  skip: needsChromium,
}, async () => {
  const before = lasting(await read(await signedIn()));
  const rules = before.topTen.map(({ device, rule }) => `${device} ${rule}`);
  assert.equal(before.topTen.length, buttons.length, rules.join(", "));
  assert.equal(before.falseTen.length, buttons.length);
  await desk.page.close();
  await desk.gateway.kill();
  desk.gateway = await startGateway({ folder: desk.folder, demo: true });
  assert.deepEqual(lasting(await read(await signedIn())), before);
  const words = ["user", "add", "park", "--role", "viewer", "--scope", "baolong"];
  const park = firelinkJson<{ password: string }>(desk.folder, words);
  const browser = new Browser(desk.gateway.httpUrl);
  await browser.signIn("park", park.password);
  assert.equal((await browser.ask("GET", "/api/v1/figures")).status, 403);
});
