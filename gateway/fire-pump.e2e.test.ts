/**
 * A fire whose pump does not start, from the register to the screen: a scenario from the command line,
 * the demo's simulator on a real Modbus line, rules, journal, and the page in real Chromium.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
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
