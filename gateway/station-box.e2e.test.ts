/**
 * Orders end to end, in Chromium and on the boxes: the crew's phone to the end of an incident, a first
 * station that stays silent, a box that rings where no page is open, and the operator's entry by radio.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserContext, Page, Browser as Program } from "playwright-core";
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
let desk: Page;

/** Short clocks: the tests say who is called, not after how long. */
const env = {
  FIRELINK_RULES_SECOND_CHANNEL_AFTER_MS: "6000",
  FIRELINK_RULES_SECOND_STATION_AFTER_MS: "7000",
  FIRELINK_RULES_THIRD_STATION_AFTER_MS: "60000",
};

before(async () => {
  if (needsChromium) return;
  gateway = await startGateway({ folder: folder.path, demo: true, env, withinMs: 90_000 });
  chromium = await launchChromium();
  const context = await chromium.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
  });
  desk = await context.newPage();
  const password = /password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  await signIn(desk, "/desk", "admin", password);
  await desk.waitForSelector('.desk[data-link="live"]');
});

after(async () => {
  if (needsChromium) return folder.remove();
  await chromium.close();
  await gateway.kill();
  folder.remove();
});

async function signIn(page: Page, path: string, name: string, password: string): Promise<void> {
  await page.goto(gateway.httpUrl + path);
  await page.fill("input[name=name]", name);
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
}

async function phoneOf(station: string): Promise<{ phone: Page; context: BrowserContext }> {
  const name = `crew-${station}`;
  const { password } = firelinkJson<{ password: string }>(folder.path, [
    ...["user", "add", name, "--role", "station", "--scope", station],
  ]);
  const context = await chromium.newContext({
    viewport: { width: 390, height: 844 },
    locale: "zh-CN",
    hasTouch: true,
    isMobile: true,
  });
  const phone = await context.newPage();
  await signIn(phone, "/phone", name, password);
  return { phone, context };
}

function simulate(...words: string[]): string {
  const done = firelink(folder.path, ["simulate", ...words]);
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim();
}

type Event = Record<string, unknown>;
const events = (type: string): Event[] => journalOf(folder.path).filter((e) => e.type === type);

/** Presses a button; gives its incident and the orders that go out at once, by station. */
async function press(device: string): Promise<{ incident: string; orders: Map<string, string> }> {
  const before = events("incident-opened").length;
  simulate("press", `baolong/${device}`);
  const opened = await until("its incident", () => events("incident-opened")[before]);
  const incident = String(opened.incident);
  await until("its orders", () => ordersOf(incident).size >= 2);
  return { incident, orders: ordersOf(incident) };
}

function ordersOf(incident: string): Map<string, string> {
  const of = events("order-issued").filter((e) => e.incident === incident);
  return new Map(of.map((e) => [String(e.station), String(e.order)]));
}

const saidBy = (who: string) =>
  gateway
    .log()
    .filter((line) => line.who === who)
    .map((line) => String(line.what));
const repliesTo = (order: string | undefined) =>
  events("order-replied").filter((e) => e.order === order);
const stepsOf = (incident: string) =>
  events("escalation-stepped").filter((e) => e.incident === incident);

async function showOnDesk(incident: string): Promise<void> {
  await desk.mouse.move(900, 10);
  await desk.locator(`.row[data-key*="${incident}"]`).click();
  await desk.locator(".orders .order").first().waitFor();
}

test("SB-5: alarm, order on the crew's phone, accepted, turned out, on scene, returned, closed; the box falls silent when the phone answers", {
  skip: needsChromium,
}, async () => {
  const { phone, context } = await phoneOf("KQ-07");
  const { incident, orders } = await press("btn-07");
  await until("the box rings", () => saidBy("KQ-07").includes("siren two-tone"));
  assert.ok(
    saidBy("KQ-07").some((what) => /^says 调派指令,立即出动。.*7号防火分区.*手动报警/.test(what)),
    "it speaks the order",
  );
  for (const reply of ["accepted", "turned-out", "on-scene", "controlled", "returned"]) {
    await phone.locator(`button[data-reply="${reply}"]`).click({ timeout: 5000 });
    await until(`${reply} is journalled`, () =>
      repliesTo(orders.get("KQ-07")).some((e) => e.reply === reply),
    );
    if (reply === "accepted") {
      await until("the box is silent", () => saidBy("KQ-07").includes("siren off"));
    }
  }
  assert.deepEqual(stepsOf(incident), [], "whoever has accepted is waited for by nobody");
  await showOnDesk(incident);
  await desk.keyboard.press("a");
  const confirm = { command: "verify", incident, result: "confirmed" };
  firelinkJson(folder.path, ["command", JSON.stringify(confirm)]);
  // A confirmed fire calls further stations; everybody comes back.
  for (const [station, order] of ordersOf(incident)) {
    if (station !== "KQ-07") simulate("reply", station, order, "returned");
  }
  await until("it is closed", () => events("incident-closed").some((e) => e.incident === incident));
  await context.close();
});

test("SB-6: while the first station stays silent the second one comes in, on its phone and its box", {
  skip: needsChromium,
}, async () => {
  const { incident, orders } = await press("btn-12");
  const first = [...orders.keys()].find((id) => id.startsWith("KQ-")) ?? "";
  await until("the step", () => stepsOf(incident).length > 0, 15_000);
  const second = [...ordersOf(incident).keys()].find((id) => id.startsWith("KQ-") && id !== first);
  assert.ok(second, "a second station has its order");
  await until("its box rings", () => saidBy(second).includes("siren two-tone"));
  const { phone, context } = await phoneOf(second);
  const order = ordersOf(incident).get(second);
  await phone.locator(`[data-order="${order}"] button[data-reply="accepted"]`).click();
  await until("it comes", () => repliesTo(order).length > 0);
  await context.close();
});

test("SB-7: with no page open the box rings; 接令 pressed on it stops the cascade", {
  skip: needsChromium,
}, async () => {
  const { incident, orders } = await press("btn-20");
  const first = [...orders.keys()].find((id) => id.startsWith("KQ-")) ?? "";
  const order = orders.get(first);
  await until("it speaks", () => saidBy(first).filter((what) => /3号仓库/.test(what)).length > 0);
  assert.equal(simulate("box", first, "accepted"), `accepted to ${order}`);
  const reply = await until("accepted", () => repliesTo(order)[0]);
  assert.deepEqual([reply.reply, reply.by], ["accepted", null]);
  await new Promise((resolve) => setTimeout(resolve, 8000));
  assert.deepEqual(stepsOf(incident), []);
  assert.match(
    firelink(folder.path, ["simulate", "box", first, "fly"]).stderr,
    /allowed: accepted/,
  );
});

test("SB-8: what the crew said by phone is entered by the operator, on whose report, and stops the cascade", {
  skip: needsChromium,
}, async () => {
  const { incident, orders } = await press("btn-28");
  const first = [...orders.keys()].find((id) => id.startsWith("KQ-")) ?? "";
  await showOnDesk(incident);
  await desk.keyboard.press("r");
  const dialog = desk.locator("form.dialog");
  const name =
    (await desk.locator(".order", { hasText: first }).locator("strong").first().textContent()) ??
    "";
  await dialog.getByLabel(name, { exact: false }).first().check();
  await dialog.getByText("电话", { exact: true }).click();
  await dialog.getByText("接令", { exact: true }).click();
  const leader = dialog.locator("fieldset", { hasText: "报告人" }).locator(".choice").nth(1);
  await leader.click();
  await dialog.locator("button[type=submit]").click();
  const reply = await until("it is journalled", () => repliesTo(orders.get(first))[0]);
  assert.deepEqual([reply.reply, reply.via], ["accepted", "phone"]);
  assert.match(String(reply.by), /^P-/);
  assert.match(String(reply.reportedBy), /^P-demo-kq-/);
  await until("the card says so", async () =>
    /代录\(演示.* 经电话报告\)/.test((await desk.locator(".order-entered").textContent()) ?? ""),
  );
  await new Promise((resolve) => setTimeout(resolve, 8000));
  assert.deepEqual(stepsOf(incident), []);
});
