/** Roads on the screens: an order by road on desk and phone, a bridge that the desk closes and opens. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { WaysView } from "./api/contract.ts";
import { ask } from "./control.ts";
import type { RoadsStatus } from "./roads/status.ts";
import { southBridge, startRoadServer, townFile } from "./testing/canal-town/town.ts";
import { needsChromium } from "./testing/chromium.ts";
import { connectAs, deviceCredential } from "./testing/client.ts";
import { DevicePage } from "./testing/device-page.ts";
import { firelinkJson, until } from "./testing/process.ts";

const desk = new DevicePage("mill/btn");
const road = await startRoadServer();
const pictures = process.env.FIRELINK_PICTURES;

before(async () => {
  if (needsChromium) return;
  const env = { FIRELINK_ROADS_URL: road.url, FIRELINK_ROADS_API: "valhalla" };
  await desk.open({ inventory: townFile, env });
  await until("the ways", async () => {
    const answer = (await ask(desk.folder, { do: "roads-status" })) as {
      result: RoadsStatus;
    } | null;
    return answer?.result.matrix?.isCurrent;
  });
});

after(async () => {
  await desk.close();
  await road.close();
});

async function picture(name: string): Promise<void> {
  if (pictures) await desk.page.screenshot({ path: `${pictures}/${name}.png` });
}

test("RO-28: the desk closes a bridge and opens it, sees which ways are stored, and an order says 路网", {
  skip: needsChromium,
}, async () => {
  const { page } = desk;
  await page.keyboard.press("Escape");
  const button = await connectAs(desk.gateway, deviceCredential(desk.folder, "temple/btn"));
  const payload = JSON.stringify({ v: 1, seq: 1, ts: Date.now(), event: "press" });
  await button.publishAsync("firelink/v1/temple/btn/event", payload, { qos: 1 });
  await desk.shows("its order", ".order", /西南站.*行车约 \d+ 分钟\(路网\)/);
  await desk.shows("its candidates", ".candidates", /西南站 CT-W.*约 \d+ 分钟到场\(路网\)/s);
  await button.endAsync(true);
  const drawn = await page.evaluate<WaysView>(`(async () => {
    const { incidents } = await (await fetch("/api/v1/overview")).json();
    return (await fetch("/api/v1/incidents/" + incidents[0].id + "/ways")).json();
  })()`);
  assert.deepEqual(
    drawn.ways.map(({ station, why, avoids }) => [station, why, avoids]),
    [["CT-W", null, true]],
    "RO-31: its way is drawn as it runs",
  );
  assert.ok((drawn.ways[0]?.line?.length ?? 0) > 2);
  await picture("desk-order");
  await page.keyboard.press("F3");
  await desk.shows("FA-2: what the areas are", ".legend", /首到责任区 推算\(直线最近,非协议\)/);
  await picture("desk-areas");
  await page.keyboard.press("F3");
  await page.getByRole("button", { name: "道路" }).click();
  await desk.shows("the stored ways", ".roads-facts", /7 处地点,28 条 · 与当前台账、封闭道路一致/);
  await page.getByLabel("名称").fill("南桥");
  await page.getByLabel(/位置/).fill("somewhere");
  await desk.shows("what is allowed", ".dialog", /例如 120.4895, 30.0812/);
  await page.getByLabel(/位置/).fill(`${southBridge.lng},${southBridge.lat}`);
  await page.getByText("8 小时后").click();
  await page.getByText("施工").click();
  await picture("desk-roads");
  await page.locator(".dialog-foot button[type=submit]").click();
  await page.getByRole("button", { name: "道路" }).click();
  await desk.shows("what is closed", ".roads-list", /南桥.*施工/);
  await until("the way round", async () => {
    const text = await page.locator(".roads-facts").textContent();
    return /一致/.test(text ?? "");
  });
  await picture("desk-roads-closed");
  await page.keyboard.press("Escape");
  await page.keyboard.press("l");
  await page.getByRole("button", { name: "Roads" }).click();
  await desk.shows("in English", ".roads-list", /南桥Works · .* to .*Open again/);
  await page.setViewportSize({ width: 390, height: 844 });
  await picture("desk-roads-390");
  const overflow = await page.evaluate<number>(
    `document.querySelector(".dialog").scrollWidth - document.querySelector(".dialog").clientWidth`,
  );
  assert.ok(overflow <= 0, `${overflow} px beside the page of a phone`);
  await page.getByRole("button", { name: "Open again" }).click();
  await desk.shows("nothing is closed", ".dialog", /No road is closed/);
  assert.deepEqual(desk.faults, []);
});

test("RO-28: the crew's phone says 路网 too", { skip: needsChromium }, async () => {
  const words = ["user", "add", "crew", "--role", "station", "--scope", "CT-W"];
  const { password } = firelinkJson<{ password: string }>(desk.folder, words);
  const context = await desk.page
    .context()
    .browser()
    ?.newContext({
      viewport: { width: 390, height: 844 },
      locale: "zh-CN",
    });
  const phone = await context?.newPage();
  assert.ok(phone);
  await phone.goto(`${desk.gateway.httpUrl}/phone`);
  await phone.fill("input[name=name]", "crew");
  await phone.fill("input[name=password]", password);
  await phone.click("button[type=submit]");
  await phone
    .getByText(/行车约 \d+ 分钟\(路网\)/)
    .first()
    .waitFor({ timeout: 15_000 });
  if (pictures) await phone.screenshot({ path: `${pictures}/phone.png` });
});
