/** 召集 and 联动 on the desk, and the answer of somebody who is called on the own phone page. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page, Browser as Program } from "playwright-core";
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

const folder = makeFolder();
let gateway: Started;
let chromium: Program;

before(async () => {
  if (needsChromium) return;
  gateway = await startGateway({ folder: folder.path, demo: true, withinMs: 90_000 });
  chromium = await launchChromium();
});

after(async () => {
  if (needsChromium) return folder.remove();
  await chromium.close();
  await gateway.kill();
  folder.remove();
});

async function pageOf(path: string, name: string, password: string, phone: boolean): Promise<Page> {
  const context = await chromium.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    locale: "zh-CN",
    hasTouch: phone,
    isMobile: phone,
  });
  const page = await context.newPage();
  await page.goto(gateway.httpUrl + path);
  await page.fill("input[name=name]", name);
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
  return page;
}

const events = (type: string) => journalOf(folder.path).filter((e) => e.type === type);

test("RC-9: the desk calls the park by its dialog and sees the counts; who is called answers under the own id", {
  skip: needsChromium,
}, async () => {
  const first = /password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  const desk = await pageOf("/desk", "admin", first, false);
  await desk.waitForSelector('.desk[data-link="live"]');
  assert.equal(firelink(folder.path, ["simulate", "press", "baolong/btn-07"]).status, 0);
  await desk.locator(".row[data-key]").first().click();
  const linkage = desk.locator(".linkage");
  await linkage.locator('li[data-feedback="done"]').nth(1).waitFor({ timeout: 20_000 });
  assert.match(
    (await linkage.textContent()) ?? "",
    /本平台只通知人员、警报与显示,不启停水泵、阀门、风阀/,
  );
  await desk.keyboard.press("F8");
  const dialog = desk.locator("form.dialog");
  await dialog.getByText("召集 140 人").waitFor();
  await dialog.locator("button[type=submit]").click();
  const issued = await until("it is journalled", () => events("call-out-issued")[0]);
  await desk.locator(`[data-call-out="${issued.callOut}"]`).waitFor();
  const { password } = firelinkJson<{ password: string }>(folder.path, [
    ...["user", "add", "guard", "--role", "station", "--scope", "ms-01"],
    ...["--person", "P-demo-1-1"],
  ]);
  const phone = await pageOf("/phone", "guard", password, true);
  const card = phone.locator("article[data-call-out]");
  await card.locator('button[data-answer="comes"]').click({ timeout: 15_000 });
  await card.getByText("已答复:来").waitFor();
  const counted = (name: string) => desk.locator(`.called-counts [data-count="${name}"] strong`);
  await until("the desk counts it", async () => (await counted("comes").textContent()) === "1");
  assert.equal(firelink(folder.path, ["simulate", "people", "cannot", "3"]).status, 0);
  await until("and those by link", async () => (await counted("cannot").textContent()) === "3");
  const [answer] = events("call-out-answered");
  assert.deepEqual([answer?.person, answer?.via], ["P-demo-1-1", "page"]);
  const again = firelink(folder.path, [
    ...["user", "add", "other", "--role", "station", "--scope", "ms-01", "--person", "P-demo-1-1"],
  ]);
  assert.match(again.stderr, /allowed: the id of a person of the inventory who has no sign-in yet/);
});
