/** Shelving (暂缓提醒) and the escalation of what nobody acknowledges, at the desk in real Chromium. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { firelink, journalOf, until } from "./testing/process.ts";

const desk = new DevicePage("baolong/pump-01");

before(async () => {
  if (!needsChromium) await desk.open();
});

after(() => desk.close());

const events = (type: string) => journalOf(desk.folder).filter((event) => event.type === type);

test("SH-4: a lost supply is put aside with a reason and an end, stands in its own list, and comes back", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  desk.fault("mains-a-off");
  await page.keyboard.press("Escape");
  const row = page.locator('.row[data-priority="P2"]', { hasText: "主电源丢失" });
  await row.click({ timeout: 30_000 });
  await page.keyboard.press("k");
  await page.getByText("正在维修").click();
  await desk.send("暂缓提醒");
  await until("it is journalled", () => events("alarm-shelved").length === 1);
  await desk.shows("on the bar", ".shelf-notice", /暂缓提醒 1/);
  await page.mouse.move(900, 10);
  await page.keyboard.press("Escape");
  await row.waitFor({ state: "detached" });
  await page.keyboard.press("h");
  await desk.shows("its list", ".shelf", /主电源丢失[\s\S]*暂缓提醒\(至 .*正在维修 · admin/);
  await page.getByRole("button", { name: "结束暂缓" }).click();
  await until("taken back", () => events("alarm-unshelved").length === 1);
  await page.keyboard.press("Escape");
  await row.waitFor();
});

test("OS-7: a supply that is worked on is out of service until its planned end; whoever ends it is asked once more", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  const row = page.locator('.row[data-priority="P2"]', { hasText: "主电源丢失" });
  await row.click();
  await page.keyboard.press("j");
  await page.getByText("此设备的这一规则").click();
  await page.getByText("正在更换").click();
  await desk.send("停用");
  await until("it is journalled", () => events("taken-out-of-service").length === 1);
  await desk.shows("on the bar", ".shelf-notice", /停用 1/);
  await page.mouse.move(900, 10);
  await page.keyboard.press("Escape");
  await row.waitFor({ state: "detached" });
  await page.keyboard.press("h");
  const list = '[data-hold="out-of-service"]';
  await desk.shows("its list", list, /pump-01[\s\S]*主电源丢失[\s\S]*停用\(至 .*正在更换/);
  await page.getByRole("button", { name: "恢复投用" }).click();
  assert.equal(events("returned-to-service").length, 0, "asked once more");
  await page.getByRole("button", { name: "恢复投用" }).click();
  await until("in service again", () => events("returned-to-service").length === 1);
  await page.keyboard.press("Escape");
  await row.waitFor();
  assert.equal(events("alarm-real").length, 1, "what still stands is real");
});

test("RY-4: the colour of the site is set on the card; red makes its P2 suppression out of service", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  await page.locator('.row[data-priority="P2"]', { hasText: "主电源丢失" }).click();
  await page.locator(".code-button").click();
  await page.getByText("红码", { exact: true }).click();
  await page.getByText("发现隐患").click();
  await desk.send("赋码");
  await until("it is journalled", () => events("site-code-set").length === 1);
  await desk.shows("on the card", ".code-button", /红码 · 发现隐患 · 自 20\d\d-/);
  await page.locator('.row[data-priority="P1-suppression"]', { hasText: "主电源丢失" }).waitFor();
});

test("ES-7: the card counts down to the next who is called, until somebody acknowledges", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  assert.equal(firelink(desk.folder, ["simulate", "press", "baolong/btn-07"]).status, 0);
  await page.locator('.row[data-priority="P1-fire"]').click();
  await desk.shows("the countdown", ".escalation", /无人接警升级,剩\s*00:[012]\d/);
  await page.keyboard.press("a");
  await page.locator(".escalation").first().waitFor({ state: "detached" });
});

test("IP-6: a pump room without power counts its hours in the list, with when it is to be reported", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  desk.fault("mains-b-off");
  await until("the clock runs", () => events("impairment-began").length === 1, 90_000);
  await page.keyboard.press("h");
  const list = '[data-hold="impairments"]';
  await desk.shows(
    "its hours",
    list,
    /消防设施停用 1[\s\S]*pump-01[\s\S]*累计 0\.0 小时[\s\S]*须报消防救援机构/,
  );
  await page.keyboard.press("Escape");
  assert.deepEqual(desk.faults, []);
});
