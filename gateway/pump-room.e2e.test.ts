/**
 * A pump room on the screen: a scenario from the command line, the demo's simulator on a real Modbus
 * line, rules, journal, and the page of the device in real Chromium.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { environment, firelink, journalOf, program, until } from "./testing/process.ts";

const desk = new DevicePage("baolong/pump-01");
const scenario = join(
  import.meta.dirname,
  "../devices/pump-room/scenarios/pump-does-not-start.yaml",
);
let player: ChildProcess | undefined;

before(async () => {
  if (!needsChromium) await desk.open();
});

after(async () => {
  player?.kill("SIGKILL");
  await desk.close();
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

test("PU-4, PU-22: no pump starts: from the register through P0 in the open fire to the screen", {
  skip: needsChromium,
}, async (t) => {
  firelink(desk.folder, ["simulate", "press", "baolong/btn-07"]);
  player = spawn(process.execPath, [program, "simulate", scenario], {
    env: environment(desk.folder),
    stdio: "ignore",
  });
  t.after(desk.touch());
  await desk.shows(
    "it falls",
    '.mimic [data-point="hydrant_header_pressure"]',
    /0\.[0-4]\d/,
    30_000,
  );
  await until("P06 stands", () => events("alarm-raised", "P06").length > 0, 40_000);
  await until("P01 stands", () => events("alarm-raised", "P01").length === 1, 80_000);
  const [alarm] = events("alarm-raised", "P01");
  assert.deepEqual([alarm?.each, alarm?.priority], ["hydrant", "P0"]);
  const evidence = alarm?.evidence as { point: string; value: unknown; quality: string }[];
  const run = evidence.find(({ point }) => point === "hydrant_pump1_run");
  assert.deepEqual([run?.value, run?.quality], [false, "good"]);
  await desk.shows("it is said on the page", ".device-alarms", /启泵超时 · 消火栓泵/);
  await desk.shows("and what to do", ".device .card-advice", /消火栓/);
  await desk.shows("no pump runs", '.mimic [data-pump="hydrant_pump2"]', /未运行/);
  const journal = journalOf(desk.folder);
  assert.ok(
    journal.some((e) => e.type === "incident-joined" && e.why === "failed-suppression"),
    "it is part of the fire",
  );
  const [fire] = events("alarm-raised", "F01");
  const told = journal.filter(({ type }) => type === "order-issued" || type === "order-revised");
  assert.ok(told.some(({ type, priority }) => type === "order-revised" && priority === "P0"));
  const places = new Set(told.map(({ alarm: of }) => of));
  assert.deepEqual([...places], [fire?.alarm], "crews go where it burns");
  await desk.page.keyboard.press("Escape");
  await desk.shows("the card says it too", ".card", /启泵超时 · 消火栓泵[\s\S]*机械应急启泵/);
  await desk.page.locator(".alarm", { hasText: "启泵超时" }).getByText("查看设备").click();
  // What comes after is in the file and takes a minute: here it is done by hand.
  player.kill("SIGKILL");
  desk.fault("clear");
  await desk.shows(
    "they run",
    '.mimic [data-pump="hydrant_pump1"]',
    /运行 · 自动 · \d+\.\d A/,
    20_000,
  );
  const moved = () =>
    journalOf(desk.folder).some(
      (e) => e.type === "alarm-moved" && e.alarm === alarm?.alarm && e.to !== "unacknowledged",
    );
  await until("it has returned", moved, 40_000);
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
