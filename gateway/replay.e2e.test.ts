/** The record of an incident (警情记录) and its replay (回放), on the desk, in real Chromium. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { IncidentCard, Overview } from "./api/contract.ts";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { firelink, firelinkJson, journalOf, until } from "./testing/process.ts";
import { Browser } from "./testing/web.ts";

const desk = new DevicePage("baolong/pump-01");
let operator: Browser;
let card: IncidentCard;

before(async () => {
  if (needsChromium) return;
  await desk.open();
  const words = ["user", "add", "records", "--role", "operator"];
  const { password } = firelinkJson<{ password: string }>(desk.folder, words);
  operator = new Browser(desk.gateway.httpUrl);
  await operator.signIn("records", password);
});

after(() => desk.close());

async function press(button: string): Promise<IncidentCard> {
  const done = firelink(desk.folder, ["simulate", "press", `baolong/${button}`]);
  assert.equal(done.status, 0, done.stderr);
  return until(`the incident of ${button}`, async () => {
    const { body } = await operator.ask("GET", "/api/v1/overview");
    const { incidents } = body as unknown as Overview;
    return incidents.find(({ alarms }) => alarms.some(({ device }) => device === button));
  });
}

async function act(command: object): Promise<void> {
  const { status, body } = await operator.act(command);
  assert.equal(status, 200, JSON.stringify(body));
}

/** Acknowledged, ordered by a person too, one crew there and back, the others recalled: it closes. */
async function playToTheEnd({ id, alarms, orders }: IncidentCard): Promise<void> {
  await act({ command: "acknowledge", alarm: alarms[0]?.id });
  await act({ command: "order", incident: id, station: "KQ-03", reason: "special-equipment" });
  const rescue = orders.find(({ stationKind }) => stationKind === "rescue");
  assert.ok(rescue);
  for (const reply of ["accepted", "turned-out", "on-scene", "controlled", "returned"]) {
    await act({ command: "reply-by-radio", order: rescue.id, reply });
  }
  await act({ command: "verify", incident: id, result: "test" });
  await until("it is closed", () =>
    journalOf(desk.folder).some((e) => e.type === "incident-closed" && e.incident === id),
  );
}

const chromium = { skip: needsChromium };

test(
  "IN-10: F7 opens the record of the card in sight, the address names it, and it grows",
  chromium,
  async () => {
    const { page } = desk;
    card = await press("btn-07");
    await page.keyboard.press("Escape");
    await page.locator(".card .card-number", { hasText: card.number }).waitFor();
    await page.keyboard.press("F7");
    await desk.shows("its head", ".record-head", new RegExp(`警情记录 ${card.number}.*未结案`));
    assert.match(page.url(), new RegExp(`#incident/${card.id}$`));
    await desk.shows("candidates", ".record-candidates", /已选:到场最快.*行车约 \d+ 分钟\(估算\)/);
    await desk.shows("water", ".record-water", /消火栓 · 室外消火栓1.*入口 · 1号门/);
    await desk.shows("no invention", ".record", /附近动火作业.*未报备的不在此列/);
    assert.ok(
      await page.locator(".record-head .primary").isDisabled(),
      "an open one is not replayed",
    );
    await playToTheEnd(card);
    await desk.shows("its end", ".record-head", /结案.*试验/);
    await desk.shows("an override", ".record-override", /records 人工调派,原因:需要其特种装备/);
    await desk.shows(
      "times",
      ".record-times",
      /出动.*≤ 01:00 在时限内.*到场.*≤ \d\d:\d\d 在时限内/,
    );
    await desk.shows("a line", ".record-log", /btn-07.*报警.*records.*接警/);
    assert.ok((await page.locator(".sketch-way").count()) >= 2);
    assert.deepEqual(desk.faults, []);
  },
);

test(
  "RW-5: a closed incident of the list replays at ×20 on the parts of the desk, marked, without a word to the gateway",
  chromium,
  async () => {
    const { page } = desk;
    await page.keyboard.press("Escape");
    await page.keyboard.press("F6");
    await page.locator(".closed-row", { hasText: card.number }).click();
    await page.locator(".record-head .primary").click();
    await page.waitForSelector('.desk[data-replay="true"]');
    assert.match(page.url(), /#replay\//);
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() !== "GET" && !/\/seats\//.test(request.url())) sent.push(request.url());
    });
    await page.evaluate(
      `globalThis.sounds = 0; const start = AudioBufferSourceNode.prototype.start;
     AudioBufferSourceNode.prototype.start = function (...of) { globalThis.sounds += 1; return start.apply(this, of); };`,
    );
    // Held while it is slow: at ×20 it may be over between two looks.
    const play = page.locator('[data-does="play"]');
    if (/暂停/.test((await play.textContent()) ?? "")) await play.click();
    await page.locator('.replay-step[data-step="received"]').click();
    await page.locator('[data-speed="20"]').click();
    await desk.shows("the card as it was", ".card", /火警待核实/);
    for (const part of [".row", ".card-head", ".order", ".replay-bar"]) {
      assert.match((await page.locator(part).first().textContent()) ?? "", /回放/, part);
    }
    const able = ".card button:enabled, .orders button:enabled";
    assert.equal(await page.locator(able).count(), 0, "a button that acts");
    const before = journalOf(desk.folder).length;
    for (const key of ["a", "t", "t", "m", "z", "o", "e", "x"]) await page.keyboard.press(key);
    if (/播放/.test((await play.textContent()) ?? "")) await play.click();
    await desk.shows("its end", ".replay-bar", /回放结束/);
    await desk.shows("closed", ".card", /此警情已结案/);
    await page.keyboard.press("ArrowLeft");
    await page.locator('.replay-step[data-step="turned-out"]').click();
    await desk.shows("the order then", ".orders", /已出动/);
    assert.match(
      (await page.locator(".replay-steps").textContent()) ?? "",
      /出动 \+\d\d:\d\d \(\d\d:\d\d \/ 01:00\)/,
    );
    assert.equal(journalOf(desk.folder).length, before);
    assert.deepEqual(sent, []);
    assert.equal(await page.evaluate("globalThis.sounds"), 0, "a replay is silent unless asked");
    assert.deepEqual(desk.faults, []);
  },
);

test(
  "RW-6: a live press interrupts a replay with banner and sound; one key leads back, and that card acts",
  chromium,
  async () => {
    const { page } = desk;
    await page.locator('[data-speed="1"]').click();
    await page.locator('.replay-step[data-step="received"]').click();
    const live = await press("btn-33");
    const banner = page.locator(".replay-interrupt");
    await banner.waitFor({ timeout: 5000 });
    assert.match((await banner.textContent()) ?? "", /火警待核实.*实况有新报警.*返回实况/);
    assert.equal(await page.locator(".row", { hasText: live.number }).count(), 0, "never mixed");
    assert.match(
      (await page.locator('[data-does="play"]').textContent()) ?? "",
      /播放/,
      "it pauses",
    );
    await until("it sounds", async () => Number(await page.evaluate("globalThis.sounds")) > 0);
    await page.keyboard.press("n");
    await page.waitForSelector('.desk[data-link="live"]');
    await page.locator(".card .card-number", { hasText: live.number }).waitFor();
    // No key acts on a card that has just come up by itself.
    await until("acknowledged", async () => {
      await page.keyboard.press("a");
      return journalOf(desk.folder).some(
        (e) =>
          e.type === "alarm-moved" && e.why === "acknowledge" && e.alarm === live.alarms[0]?.id,
      );
    });
    assert.deepEqual(desk.faults, []);
  },
);

test(
  "RW-7: a record prints on A4 as text with its map, and without the desk around it",
  chromium,
  async () => {
    const { page } = desk;
    await page.goto(page.url().replace(/#.*/, `#incident/${card.id}`));
    await page.locator(".record-log").waitFor();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".list").isVisible(), false);
    assert.equal(await page.locator(".header").isVisible(), false);
    assert.ok(await page.locator(".record-map svg").isVisible());
    assert.match(
      (await page.locator(".print-only").textContent()) ?? "",
      /打印于 \d{4}-.*记录至第 \d+ 条/,
    );
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const pages = pdf.toString("latin1").match(/\/Type ?\/Page\b/g)?.length ?? 0;
    assert.ok(pages >= 1 && pages <= 4, `${pages} pages`);
    await page.emulateMedia({ media: null });
    assert.deepEqual(desk.faults, []);
  },
);

test(
  "RW-8: on a phone, in English, nothing of record and replay stands beside the page",
  chromium,
  async () => {
    const { page } = desk;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.keyboard.press("l");
    await desk.shows("in English", ".record-head", /Incident record/);
    const beside = () =>
      page.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
    assert.ok((await beside()) <= 0, `${await beside()} px beside the record`);
    await page.locator(".record-head .primary").click();
    await page.waitForSelector('.desk[data-replay="true"]');
    await desk.shows("marked", ".replay-big", /Replay/);
    assert.ok((await beside()) <= 0, `${await beside()} px beside the replay`);
    assert.deepEqual(desk.faults, []);
  },
);
