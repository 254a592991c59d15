/**
 * A pump room on the screen: a scenario from the command line, the demo's simulator on a real Modbus
 * line, rules, journal, and the page of the device in real Chromium.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { journalOf, until } from "./testing/process.ts";

const desk = new DevicePage("baolong/pump-01");

let leave = () => {};

before(async () => {
  if (needsChromium) return;
  await desk.open();
  // A page that nobody touches would give way to the lost link that is tested here.
  leave = desk.touch();
});

after(() => {
  leave();
  return desk.close();
});

const events = (type: string, rule: string) =>
  journalOf(desk.folder).filter((e) => e.type === type && e.rule === rule);

test("PU-13: the page shows pumps, levels and pressures with their quality, and the link", {
  skip: needsChromium,
}, async () => {
  await desk.page.waitForSelector(".mimic");
  await desk.shows("the header", '.mimic [data-point="sprinkler_header_pressure"]', /0\.6\d MPa/);
  await desk.shows("the link", '.link-state[data-link-state="live"]', /通信接通/);
  await desk.shows("a pump", '.mimic [data-pump="hydrant_pump1"]', /未运行 · 自动/);
  assert.equal(await desk.page.locator(".values li[data-point]").count(), 81);
  assert.equal(await desk.page.locator('.values li[data-quality="good"]').count(), 81);
  assert.equal(await desk.page.locator(".trend").count(), 3);
  await desk.page.click('.values li[data-point="hydrant_flow"] button');
  await desk.shows("its curve", '.trend[data-trend="hydrant_flow"]', /消火栓流量,最近10分钟/);
});

test("PU-5: a frozen heartbeat: every value says that it is old, and S02 stands though the line answers", {
  skip: needsChromium,
}, async () => {
  desk.fault("freeze-heartbeat");
  await desk.shows("on the link", ".device-link .link-state", /心跳计数停走/, 30_000);
  await desk.shows("on the pump", '.mimic [data-pump="hydrant_pump1"]', /状态未知/);
  await desk.shows(
    "on a value",
    '.values li[data-point="pool_level"]',
    /数据过期\(最后 [\d:]{8}\)/,
  );
  assert.equal(await desk.page.locator('.values li[data-quality="good"]').count(), 0);
  await until("S02 stands", () => events("alarm-raised", "S02").length === 1, 60_000);
  desk.fault("clear");
  await until(
    "all of it is known again, the hourly settings too",
    async () => (await desk.page.locator('.values li[data-quality="good"]').count()) === 81,
    20_000,
  );
  assert.deepEqual(desk.faults, []);
});

test("PU-16: a screen that has lost the gateway believes none of its values any more", {
  skip: needsChromium,
}, async () => {
  desk.cable.cut();
  await desk.shows("it is said", ".device-head .link-state", /与平台失去联系/, 15_000);
  assert.equal(await desk.page.locator('.values li[data-quality="good"]').count(), 0);
  await desk.shows("on a pump", '.mimic [data-pump="hydrant_pump1"]', /状态未知/);
  desk.cable.mend();
  await desk.shows(
    "it is back",
    '.device-head .link-state[data-link-state="live"]',
    /通信接通/,
    15_000,
  );
});

test("PU-14: the list of devices says how each link is; its page opens by key and by hand", {
  skip: needsChromium,
}, async () => {
  await desk.page.keyboard.press("Escape");
  await desk.page.keyboard.press("s");
  await desk.shows("the list", ".device-line", /pump-01[\s\S]*通信接通[\s\S]*81 个点位数值有效/);
  await desk.page.click(".device-line");
  await desk.page.waitForSelector(".mimic");
  await desk.page.setViewportSize({ width: 390, height: 844 });
  await desk.page.waitForTimeout(300);
  const box = await desk.page.locator(".mimic").boundingBox();
  assert.ok(box && box.x >= 0 && box.x + box.width <= 390, "it fits a phone");
  const wide = await desk.page.evaluate("document.documentElement.scrollWidth");
  assert.ok(Number(wide) <= 390, `${wide} px wide`);
});

test("PU-19: a device that is gone is counted down to its next try, and a person need not wait", {
  skip: needsChromium,
}, async () => {
  const { pid } = desk.gateway;
  const [simulators] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  process.kill(Number(simulators), "SIGKILL");
  const state = ".device-head .link-state";
  await desk.shows("it does not answer", state, /无应答.*秒后重试|通信中断.*秒后重试/);
  await desk.shows("it is lost", state, /通信中断 · \d+ 秒后重试/, 30_000);
  const failures = () => desk.page.locator(state).getAttribute("data-failures").then(Number);
  const before = await failures();
  await desk.page.click(".device-link button");
  await until("it was asked at once", async () => (await failures()) > before, 5000);
  assert.equal(await desk.page.locator('.values li[data-quality="good"]').count(), 0);
});
