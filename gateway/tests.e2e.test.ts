/** A test (试验) from the desk, in real Chromium: opened, announced, its rows, and its two ends. */
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

const press = (button: string): void => {
  const done = firelink(desk.folder, ["simulate", "press", `baolong/${button}`]);
  assert.equal(done.status, 0, done.stderr);
};
const events = (type: string) => journalOf(desk.folder).filter((event) => event.type === type);

async function choose(label: string, ...words: string[]): Promise<void> {
  const { page } = desk;
  await page.getByLabel(label, { exact: true }).click();
  for (const word of words) {
    await page.keyboard.type(word);
    await page.locator(".ant-select-item-option-active").last().waitFor();
    await page.keyboard.press("Enter");
  }
}

async function openTest(...buttons: string[]): Promise<void> {
  const { page } = desk;
  await page.keyboard.press("Escape");
  await page.keyboard.press("y");
  await page.getByRole("button", { name: "开设试验" }).click();
  await choose("单位", "宝龙");
  await choose("设备", "pump-01");
  await choose("试验的点位", "hydrant_pump1_auto");
  await page.keyboard.press("Escape");
  await page.getByLabel("没有数值的一键报警").click();
  for (const button of buttons) {
    await page.keyboard.type(button);
    await page.keyboard.press("Enter");
  }
  await page.getByLabel("现场人员").fill("张试验");
  await page.getByLabel("电话", { exact: true }).fill("13800000007");
  await page.getByText("自动", { exact: true }).click();
  await page.locator(".dialog-foot").getByRole("button", { name: "开设试验" }).click();
  await page.locator(".test").first().waitFor();
}

test("TW-9: an announced press of a test is a row 试验 and no incident; one not listed is real", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  await openTest("btn-20");
  await desk.shows("on the bar", ".test-notice", /宝龙.* 试验中 1 项,至 \d\d:\d\d:\d\d/);
  await page.getByRole("button", { name: "预告按下" }).click();
  await desk.shows("announced", ".expected", /已预告/);
  press("btn-20");
  await desk.shows("it came", ".test", /已收到 1 \/ 2/);
  await page.getByRole("button", { name: "查看电话" }).click();
  await desk.shows("whom to telephone", ".test", /13800000007/);
  await page.keyboard.press("Escape");
  await desk.shows("its row", '.row[data-priority="P4"]', /试验·信息.*手动报警/);
  assert.equal(events("incident-opened").length, 0);
  press("btn-21");
  await until("it is real", () => events("incident-opened").length === 1);
  const journal = JSON.stringify(journalOf(desk.folder));
  assert.ok(!/张试验|13800000007/.test(journal), "names and telephones stay out of the chain");
});

test("TW-10: 真实火警,结束试验 ends it and orders at once", { skip: needsChromium }, async () => {
  const { page } = desk;
  const before = events("order-issued").length;
  await page.keyboard.press("y");
  await page.getByRole("button", { name: "真实火警,结束试验" }).click();
  await until("it has ended", () => events("test-ended").some(({ why }) => why === "fire"));
  await until("orders", () => events("order-issued").length > before);
  await desk.shows("no test is left", ".dialog", /当前没有试验/);
  assert.deepEqual(desk.faults, []);
});
