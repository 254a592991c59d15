/**
 * `npm run screenshots`: the pictures of the README, taken of a real demo in real Chromium, on free
 * ports and a data folder that goes afterwards. A picture that is not taken any more is removed.
 * `--out FOLDER` puts them somewhere else, to be looked at.
 */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { BrowserContextOptions, Page, Browser as Program } from "playwright-core";
import type { CrewOrders, IncidentCard, Overview } from "#gateway/api/contract.ts";
import { giveCookie, launchChromium } from "#gateway/testing/chromium.ts";
import {
  firelink,
  firelinkJson,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "#gateway/testing/process.ts";
import { Browser } from "#gateway/testing/web.ts";
import { makePeople, report, start } from "./permit.ts";
import { shrink } from "./png.ts";

type Studio = {
  readonly folder: string;
  readonly gateway: Started;
  readonly chromium: Program;
  /** Asks the API as the person at the desk. */
  readonly operator: Browser;
  readonly out: string;
};
type Language = "zh" | "en";

const deskSize = { width: 1440, height: 900 };
const phoneSize = { width: 360, height: 740 };
/** A sheet of A4 at the 96 dots an inch of CSS. */
const a4 = { width: 794, height: 1123 };
/** Fonts, the map's first tiles of itself and the last frame of a movement. */
const settleMs = 2000;
const languages: readonly Language[] = ["zh", "en"];

async function simulate(studio: Studio, ...words: string[]): Promise<void> {
  const { status, stderr } = firelink(studio.folder, ["simulate", ...words]);
  if (status !== 0) throw new Error(`simulate ${words.join(" ")}: ${stderr}`);
}

/** A machine that starts slowly has had no attended seat and silent links for a while: until that is over. */
async function calm(studio: Studio): Promise<void> {
  const isCalm = async (): Promise<boolean> => {
    const { body } = await studio.operator.ask("GET", "/api/v1/overview");
    const { alarms } = body as unknown as Overview;
    for (const { id, state } of alarms) {
      if (state !== "acknowledged") await act(studio, { command: "acknowledge", alarm: id });
    }
    return alarms.length === 0;
  };
  await until("nothing stands open", isCalm, 90_000);
}

type Clip = { x: number; y: number; width: number; height: number };

async function shoot(page: Page, { out }: Studio, name: string, clip?: Clip): Promise<void> {
  await page.waitForTimeout(settleMs);
  const taken = await page.screenshot({ animations: "disabled", ...(clip ? { clip } : {}) });
  const png = shrink(taken);
  writeFileSync(join(out, `${name}.png`), png);
  process.stdout.write(`${name}.png ${(png.length / 1000).toFixed(0)} kB\n`);
}

/** The card of the incident that this button has opened. */
async function incidentOf(studio: Studio, device: string): Promise<IncidentCard> {
  return until(`the incident of ${device}`, async () => {
    const { body } = await studio.operator.ask("GET", "/api/v1/overview");
    const { incidents } = body as unknown as Overview;
    return incidents.find((card) => card.alarms.some((alarm) => alarm.device === device));
  });
}

async function act(studio: Studio, command: object): Promise<void> {
  const { status, body } = await studio.operator.act(command);
  if (status !== 200) throw new Error(`${JSON.stringify(command)}: ${JSON.stringify(body)}`);
}

/** A page with its own cookies; `signedIn` takes the operator's session along. */
async function open(
  studio: Studio,
  path: string,
  options: BrowserContextOptions,
  signedIn: boolean,
): Promise<Page> {
  const { gateway, chromium, operator } = studio;
  const context = await chromium.newContext({
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    colorScheme: "light",
    ...options,
  });
  if (signedIn) await giveCookie(context, gateway.httpUrl, operator.cookie);
  const page = await context.newPage();
  await page.goto(gateway.httpUrl + path);
  return page;
}

/** As a person does it: the gesture also lets the page sound. */
async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.fill("input[name=name]", name);
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
}

async function openDesk(studio: Studio, password: string): Promise<Page> {
  const desk = await open(studio, "/desk", { viewport: deskSize }, false);
  await desk.waitForSelector("form.sign-in");
  await shoot(desk, studio, "sign-in");
  await signIn(desk, "admin", password);
  await desk.waitForSelector('.desk[data-link="live"]');
  await desk.waitForSelector(".map canvas");
  // Out of the list, which holds still while somebody is in it.
  await desk.mouse.move(deskSize.width / 2, 5);
  return desk;
}

/** Both languages in light and dark, by the desk's own keys; ends as it began. */
async function shootDesk(desk: Page, studio: Studio, what: string): Promise<void> {
  for (const language of languages) {
    await shoot(desk, studio, `desk-${what}-${language}-light`);
    await desk.keyboard.press("d");
    await shoot(desk, studio, `desk-${what}-${language}-dark`);
    await desk.keyboard.press("d");
    await desk.keyboard.press("l");
  }
}

/** One incident under way, a button whose link is lost, and a new press on top. */
async function play(studio: Studio): Promise<void> {
  await simulate(studio, "cut", "baolong/btn-15");
  await simulate(studio, "press", "baolong/btn-20");
  const first = await incidentOf(studio, "btn-20");
  for (const { id } of first.alarms) await act(studio, { command: "acknowledge", alarm: id });
  await act(studio, { command: "call-back", incident: first.id, result: "no-answer" });
  for (const { station, id } of first.orders) {
    await simulate(studio, "reply", station, id, "accepted");
    await simulate(studio, "reply", station, id, "turned-out");
  }
  await until("the lost link", async () => {
    const { body } = await studio.operator.ask("GET", "/api/v1/overview");
    return (body as unknown as Overview).alarms.some(({ device }) => device === "btn-15");
  });
  await simulate(studio, "press", "baolong/btn-07");
  const second = await incidentOf(studio, "btn-07");
  const micro = second.orders.find(({ stationKind }) => stationKind === "micro");
  if (micro) await simulate(studio, "reply", micro.station, micro.id, "accepted");
}

async function shootPhone(studio: Studio, station: string): Promise<void> {
  const { password } = firelinkJson<{ password: string }>(studio.folder, [
    ...["user", "add", "crew", "--role", "station", "--scope", station],
  ]);
  const size = { viewport: phoneSize, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  for (const language of languages) {
    const phone = await open(studio, "/phone", size, false);
    await phone.evaluate(`localStorage.setItem("firelink-language", "${language}")`);
    await phone.reload();
    await signIn(phone, "crew", password);
    await phone.waitForSelector('button[data-reply="accepted"]');
    await shoot(phone, studio, `phone-order-${language}`);
    await phone.context().close();
  }
}

async function shootPapers(studio: Studio): Promise<void> {
  for (const language of languages) {
    const plain = await open(studio, `/plain?lang=${language}`, { viewport: deskSize }, true);
    await shoot(plain, studio, `plain-${language}`);
    await plain.context().close();
    const card = await open(studio, `/print/emergency-card?lang=${language}`, {}, true);
    await card.setViewportSize({ width: a4.width, height: 2 * a4.height });
    // The paper alone, without what only a screen shows.
    const paper = await card.locator("main").boundingBox();
    await shoot(card, studio, `emergency-card-${language}`, paper ?? undefined);
    await card.context().close();
  }
}

const pumpRoom = "#device/baolong/pump-01";

/** The page of a pump room in both languages; a desk that nobody touches would go back to the fire. */
async function shootPumpRoom(desk: Page, studio: Studio, what: string): Promise<void> {
  await desk.evaluate(`location.hash = "${pumpRoom}"`);
  await desk.waitForSelector(".mimic");
  for (const language of languages) {
    await desk.keyboard.press("Shift");
    await shoot(desk, studio, `pump-room-${what}-${language}`);
    await desk.keyboard.press("l");
  }
  await desk.keyboard.press("Escape");
}

/** A head has opened in compartment 7, a valve is shut, a loop is short, and detectors are disabled. */
async function shootWarehouse(desk: Page, studio: Studio): Promise<void> {
  for (const words of ["head C07", "valve-shut C12", "loop-short 4", "disable C20"]) {
    await simulate(studio, "fault", "baolong/wh-01", ...words.split(" "));
  }
  await until("the head has opened", () => hasAlarm(studio, "F03"), 90_000);
  await desk.evaluate('location.hash = "#device/baolong/wh-01"');
  await desk.waitForSelector('.room[data-condition="fire"]');
  await desk.locator(".plan").scrollIntoViewIfNeeded();
  for (const language of languages) {
    await desk.keyboard.press("Shift");
    await shoot(desk, studio, `warehouse-${language}`);
    await desk.keyboard.press("l");
  }
  await desk.keyboard.press("Escape");
}

async function hasAlarm(studio: Studio, wanted: string): Promise<boolean> {
  const { body } = await studio.operator.ask("GET", "/api/v1/overview");
  const { incidents, alarms } = body as unknown as Overview;
  const all = [...alarms, ...incidents.flatMap((card) => card.alarms)];
  return all.some(({ rule }) => rule === wanted);
}

async function shootPumpRoomPhone(studio: Studio): Promise<void> {
  const size = { viewport: phoneSize, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  for (const language of languages) {
    const phone = await open(studio, `/desk${pumpRoom}`, size, true);
    await phone.evaluate(`localStorage.setItem("firelink-language", "${language}")`);
    await phone.reload();
    await phone.waitForSelector(".mimic");
    await phone.locator(".sound-gate").tap();
    await shoot(phone, studio, `pump-room-phone-${language}`);
    await phone.context().close();
  }
}

/** Both hydrant pumps stand still, one of them in a hand position, and the header leaks. */
async function failPumps(studio: Studio): Promise<void> {
  const fault = (...words: string[]) => simulate(studio, "fault", "baolong/pump-01", ...words);
  await fault("trip", "hydrant_pump1");
  await fault("manual", "hydrant_pump2");
  await fault("open", "hydrant", "10");
  await until("the alarm of the pumps", () => hasAlarm(studio, "P01"), 90_000);
}

async function takeAll(studio: Studio, password: string): Promise<void> {
  await studio.operator.signIn("admin", password);
  const desk = await openDesk(studio, password);
  await calm(studio);
  await shootDesk(desk, studio, "calm");
  await shootPumpRoom(desk, studio, "calm");
  await shootHotWork(desk, studio);
  await play(studio);
  const { id, orders } = await incidentOf(studio, "btn-07");
  // The work beside it has an alarm of its own, just as urgent: this is the incident.
  await desk.click(`[data-key="${id}"]`);
  await desk.mouse.move(deskSize.width / 2, 5);
  await desk.waitForSelector(".orders");
  await shootDesk(desk, studio, "incident");
  const ordered = orders.find(({ stationKind }) => stationKind === "rescue");
  if (!ordered) throw new Error("no rescue station was ordered");
  const { body } = await studio.operator.ask("GET", `/api/v1/stations/${ordered.station}/orders`);
  if ((body as unknown as CrewOrders).orders.length === 0) throw new Error("the crew has no order");
  await shootPhone(studio, ordered.station);
  await shootPapers(studio);
  await failPumps(studio);
  await shootPumpRoom(desk, studio, "failed");
  await shootTrends(desk, studio);
  await shootPumpRoomPhone(studio);
  await shootWarehouse(desk, studio);
}

/** Work under way and work to come; ends with the desk on its card again. */
async function shootHotWork(desk: Page, studio: Studio): Promise<void> {
  const jpeg = await desk.screenshot({ type: "jpeg", quality: 50 });
  const demo = { folder: studio.folder, url: studio.gateway.httpUrl, jpeg };
  const people = await makePeople(demo);
  const now = Date.now();
  const { id } = await start(demo, people, await report(demo, people, now));
  await report(demo, people, now + 5 * 3_600_000);
  for (const language of languages) {
    await desk.evaluate('location.hash = "#hot-work"');
    await desk.waitForSelector(`[data-permit="${id}"]`);
    await shoot(desk, studio, `hot-work-${language}`);
    await desk.click(`[data-permit="${id}"]`);
    await desk.waitForSelector(".permit-records");
    await shoot(desk, studio, `permit-${language}`);
    await desk.keyboard.press("l");
  }
  await desk.evaluate('location.hash = ""');
  const size = { viewport: phoneSize, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  for (const language of languages) {
    const phone = await open(studio, "/phone", size, false);
    await phone.evaluate(`localStorage.setItem("firelink-language", "${language}")`);
    await phone.reload();
    await signIn(phone, "监护陈某", people.watcher.password);
    await phone.click(".permit-row");
    await phone.waitForSelector('[data-count="check-in"]');
    await shoot(phone, studio, `phone-permit-${language}`);
    await phone.context().close();
  }
}

/** Pressures and a pump that has failed; and how much of what was expected has come. */
async function shootTrends(desk: Page, studio: Studio): Promise<void> {
  const points = ["hydrant_header_pressure", "hydrant_flow", "hydrant_pump1_run"];
  const list = points.map((point) => `baolong/pump-01/${point}`).join(",");
  for (const language of languages) {
    await desk.evaluate(`location.hash = "#trends?points=${list}&last=600000"`);
    await desk.waitForSelector(".trends-page canvas");
    await shoot(desk, studio, `trends-${language}`);
    await desk.keyboard.press("Escape");
    await desk.keyboard.press("]");
    await desk.waitForSelector(".completeness-rate");
    await shoot(desk, studio, `completeness-${language}`);
    await desk.keyboard.press("Escape");
    await desk.keyboard.press("l");
  }
}

/** What an earlier run has left and nobody takes any more. */
function removeOthers(out: string, before: number): void {
  for (const name of readdirSync(out)) {
    if (name.endsWith(".png") && statSync(join(out, name)).mtimeMs < before) {
      rmSync(join(out, name));
      process.stdout.write(`${name} removed\n`);
    }
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const out = resolve(values.out ?? join(import.meta.dirname, "../docs/screenshots"));
  mkdirSync(out, { recursive: true });
  const before = Date.now();
  const folder = makeFolder();
  // A link counts as lost after 3 s and not 30, so that the picture has one.
  const numbers = join(folder.path, "hot-work.yaml");
  // Links are believed at once: nobody waits for 90 s of a picture.
  writeFileSync(numbers, "v: 1\nblindAfterStartMs: 0\n");
  const env = {
    FIRELINK_LINK_LOST_AFTER_MS: "3000",
    FIRELINK_RULES_HOT_WORK_FILE: numbers,
  };
  const gateway = await startGateway({
    folder: folder.path,
    demo: true,
    warehouse: true,
    env,
    withinMs: 90_000,
  });
  const chromium = await launchChromium();
  try {
    const password = /password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
    const operator = new Browser(gateway.httpUrl);
    await takeAll({ folder: folder.path, gateway, chromium, operator, out }, password);
    removeOthers(out, before);
  } finally {
    await chromium.close();
    await gateway.stop();
    folder.remove();
  }
}
