/** The page of the rules at the desk, in real Chromium: read, changed, tried out, adopted, taken back. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pack } from "./history/packed.ts";
import { SampleStore } from "./history/store.ts";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { firelinkJson, journalOf } from "./testing/process.ts";

const desk = new DevicePage("baolong/pump-01");

before(async () => {
  if (needsChromium) return;
  writeDip();
  await desk.open();
});

after(() => desk.close());

/** An hour ago the sprinkler network was low for 20 s: longer than the house's hold, shorter than ours. */
function writeDip(): void {
  const store = new SampleStore(desk.folder, 1 << 30);
  const start = Date.now() - 3_600_000;
  const put = (atMs: number, point: string, value: number) =>
    ["baolong/pump-01", { point, at: start + atMs, value, quality: "good" }] as const;
  const settings = { sprinkler_main_start_pressure: 0.54, sprinkler_flow: 0 };
  store.append(
    ...pack([
      ...Object.entries(settings).map(([point, value]) => put(0, point, value)),
      put(0, "sprinkler_end_pressure", 0.3),
      put(0, "sprinkler_header_pressure", 0.65),
      put(60_000, "sprinkler_header_pressure", 0.41),
      put(80_000, "sprinkler_header_pressure", 0.65),
    ]),
  );
  store.close();
}

const adoptions = () => journalOf(desk.folder).filter(({ artefact }) => artefact === "packs");
const rulesPage = ".rules";

test("RP-1: each rule in force says in a sentence what raises it, and what it rests on", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  await page.getByRole("button", { name: /^规则/ }).click();
  await desk.shows("which version", rulesPage, /现行版本 [0-9a-f]{8},平台 于 .* 采用/);
  await page.getByLabel("查找规则").fill("低压 P06");
  const rule = page.locator('[data-rule="pump-room/P06"]');
  await rule.getByRole("button").first().click();
  const shown = '[data-rule="pump-room/P06"]';
  await desk.shows("its sentence", shown, /消防设施失效[\s\S]*主泵启泵压力[\s\S]*持续 10 s 后报出/);
  await desk.shows("its end", shown, /恢复条件[\s\S]*持续 10 s 后恢复/);
  await desk.shows("what it rests on", shown, /条文GB 50974/);
  await page.getByRole("button", { name: "修改此规则包 pump-room" }).click();
  await page.getByLabel("pump-room.yaml").waitFor();
});

test("RP-2: each error is shown with file, line and what is allowed; nothing of it can be adopted", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  const field = page.getByLabel("pump-room.yaml");
  const house = await field.inputValue();
  await field.fill(house.replace("- id: P06", "- id: P06\n    priorty: P1"));
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await desk.shows(
    "the error",
    ".rules-faults",
    /错误[\s\S]*pump-room\.yaml · 第 \d+ 行 · .*priorty/,
  );
  assert.equal(await page.getByRole("button", { name: "采用", exact: true }).count(), 0);
  await page.locator(".rules-faults button").first().click();
  const selected = await page.evaluate<string>("getSelection().toString()");
  assert.equal(selected, "    priorty: P1", "the error leads to its line");
  await field.fill(house.replace(/(id: P06[\s\S]*?setAfterMs: )10000/, "$130000"));
  assert.equal(await page.locator(".rules-faults").count(), 0, "what was said was of another text");
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await desk.shows("the difference", ".rules-difference", /修改 1.*pump-room\/P06 低压.*10 s30 s/);
});

test("RP-3: a back-test shows which alarms would have come, beside the rule in force", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  await page.locator(".backtest").getByLabel("设备").selectOption("baolong/pump-01");
  await page.locator(".backtest").getByLabel("最近").selectOption("6");
  await page.getByRole("button", { name: "开始回测" }).click();
  const result = ".backtest-result";
  await desk.shows(
    "its result",
    result,
    /pump-room\/P06.*所试规则 0 次,现行规则 1 次,实际报警 0 次/,
    60_000,
  );
  await desk.shows(
    "side by side",
    `${result} tbody`,
    /baolong\/pump-01 喷淋管网无.*00:20.*不再报警/,
  );
});

test("RP-4: rules are adopted with a reason, and taken back", { skip: needsChromium }, async () => {
  const { page } = desk;
  const button = page.getByRole("button", { name: "采用", exact: true });
  assert.equal(await button.isDisabled(), true, "first the reason");
  await page.getByText("误报过多").click();
  await button.click();
  await desk.shows("it is in force", ".rules-note", /已采用 [0-9a-f]{8},立即生效/);
  assert.equal(adoptions().at(-1)?.reason, "too-many-alarms");
  await page.getByRole("button", { name: "撤回,恢复原规则" }).click();
  await desk.shows("taken back", ".rules-note", /已撤回/);
  assert.deepEqual([adoptions().length, adoptions().at(-1)?.reason], [3, "undo"]);
  assert.equal(adoptions().at(-1)?.hash, adoptions()[0]?.hash);
  await page.getByRole("button", { name: "采用记录" }).click();
  await desk.shows(
    "who and why",
    ".rules-table tbody",
    /admin[\s\S]*撤回先前的采用[\s\S]*误报过多/,
  );
  const [row] = await page.getByRole("button", { name: "恢复此版本" }).all();
  await row?.click();
  await desk.shows("its difference", ".rules-difference", /修改 1/);
  assert.deepEqual(desk.faults, []);
});

test("RP-5: files are uploaded; one that is too large is not read; who may not change sees so", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  await page.getByRole("button", { name: "重新选择" }).click();
  const large = join(desk.folder, "large.yaml");
  writeFileSync(large, "#".repeat((1 << 20) + 1));
  await page.setInputFiles("input[type=file]", large);
  await page.getByText("large.yaml 超过 1 MB").waitFor();
  const site = join(desk.folder, "site.yaml");
  writeFileSync(site, "v: 1\nsite: baolong\nrules:\n  pump-room/P06: { setAfterMs: 20000 }\n");
  await page.setInputFiles("input[type=file]", site);
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await desk.shows("the site's numbers", ".rules-difference", /新增 1.*site:baolong/);
  await page.getByText("有漏报").click();
  await page.getByRole("button", { name: "采用", exact: true }).click();
  await page.getByRole("button", { name: "撤回,恢复原规则" }).waitFor();
  await page.getByRole("button", { name: "现行规则" }).click();
  await page.getByLabel("查找规则").fill("pump-room P06");
  await page.locator('[data-rule="pump-room/P06"]').getByRole("button").first().click();
  const shown = '[data-rule="pump-room/P06"]';
  await desk.shows("at the site", shown, /有自定数值[\s\S]*单位自定数值.*: 触发延时 20 s/);
  const args = ["user", "add", "op", "--role", "operator", "--scope", "*"];
  const { password } = firelinkJson<{ password: string }>(desk.folder, args);
  await page.evaluate(() => fetch("/api/v1/session", { method: "DELETE" }));
  await page.reload();
  await page.fill("input[name=name]", "op");
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
  await page.getByRole("button", { name: "修改与回测" }).click();
  await desk.shows("not for an operator", ".rules .empty", /由全区管理员进行/);
  assert.deepEqual(desk.faults, []);
});
