/**
 * screens: from PUBLISH of a press to the moment its row is drawn, on 20 desks that are open at once
 * in real browsers. The map needs a graphics card, which a machine without one would be measured
 * for: it is switched off, as its own page says then.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import type { BrowserContext, Page, Browser as Program } from "playwright-core";
import type { Overview } from "#gateway/api/contract.ts";
import { inventoryYaml } from "#gateway/inventory/write.ts";
import { giveCookie, launchChromium } from "#gateway/testing/chromium.ts";
import { connectAs, deviceCredential } from "#gateway/testing/client.ts";
import {
  firelink,
  firelinkJson,
  makeFolder,
  startGateway,
  until,
} from "#gateway/testing/process.ts";
import { Browser } from "#gateway/testing/web.ts";
import { atMost, type Benchmark, median, quantile, round } from "./bench.ts";
import { inventoryFor } from "./press-to-order/inventory.ts";

const betweenPressesMs = 3000;
/** An operator calls a drawn alarm off after this: an open one asks for a station again and again. */
const openForMs = 1500;
/** Rows that are there before the first press that counts: the programs are compiled by then. */
const warmUp = 3;
/** Chunks that come after the first look are loaded and compiled by then. */
const settleMs = 10_000;

/** When the row of each site was drawn, ms UTC. */
type Drawn = Record<string, number>;

/**
 * Runs in each page before its own program, hence a text. Drawn is: in the document, and the frame
 * that shows it has been handed over, which is the task after an animation frame.
 */
const watchRows = `
  globalThis.drawn = {};
  globalThis.inDocument = {};
  const seen = new Set();
  const look = () => {
    for (const row of document.querySelectorAll(".row")) {
      const site = /园区\\d+/.exec(row.textContent)?.[0];
      if (site === undefined || seen.has(site)) continue;
      seen.add(site);
      inDocument[site] = performance.timeOrigin + performance.now();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          drawn[site] = performance.timeOrigin + performance.now();
        };
        channel.port2.postMessage(null);
      });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
`;

async function openDesk(context: BrowserContext, url: string): Promise<Page> {
  await context.addInitScript({ content: watchRows });
  const page = await context.newPage();
  await page.goto(`${url}/desk`);
  await page.waitForSelector('.desk[data-link="live"]', { timeout: 60_000 });
  return page;
}

/**
 * Presses the buttons of these sites one by one, each called off when it has been seen; gives when
 * each was sent, ms UTC.
 */
async function pressAll(
  client: MqttClient,
  operator: Browser,
  sites: readonly number[],
): Promise<Drawn> {
  const sent: Drawn = {};
  for (const site of sites) {
    const payload = JSON.stringify({ v: 1, seq: 1, ts: Date.now(), event: "press" });
    sent[`园区${site}`] = performance.timeOrigin + performance.now();
    client.publish(`firelink/v1/p${site}/b/event`, payload, { qos: 1 });
    await wait(openForMs);
    await callOff(operator);
    await wait(betweenPressesMs - openForMs);
  }
  return sent;
}

async function callOff(operator: Browser): Promise<void> {
  const { body } = await operator.ask("GET", "/api/v1/overview");
  for (const { id, alarms } of (body as unknown as Overview).incidents) {
    await operator.act({
      command: "verify",
      incident: id,
      result: "false",
      look: { how: "camera", found: "nothing" },
      cause: "B2",
    });
    for (const alarm of alarms) await operator.act({ command: "reset", alarm: alarm.id });
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const run: Benchmark = async ({ smoke }) => {
  const screens = smoke ? 2 : 20;
  const presses = smoke ? 2 : 30;
  const folder = makeFolder();
  const gateway = await startGateway({ folder: folder.path, env: { FIRELINK_LOG_LEVEL: "error" } });
  const chromium = await launchChromium(["--disable-gpu", "--disable-3d-apis"]);
  try {
    const all = Array.from({ length: warmUp + presses }, (_, i) => i);
    const file = join(folder.path, "inventory.yaml");
    writeFileSync(file, inventoryYaml(inventoryFor(all.length)));
    const imported = firelink(folder.path, ["import", file]);
    if (imported.status !== 0) throw new Error(imported.stderr);
    const operator = await signedIn(folder.path, gateway.httpUrl);
    const pages = await openDesks(chromium, screens, gateway.httpUrl, operator.cookie);
    const credential = deviceCredential(folder.path, ...all.map((i) => `p${i}/b`));
    const client = await connectAs(gateway, credential);
    await wait(smoke ? 0 : settleMs);
    await pressAll(client, operator, all.slice(0, warmUp));
    const sent = await pressAll(client, operator, all.slice(warmUp));
    client.end(true);
    const drawn = await collect(pages, "drawn", sent);
    const inDocument = await collect(pages, "inDocument", sent);
    return {
      figures: {
        screens,
        presses,
        in_document_p50_ms: round(median(inDocument)),
        in_document_p99_ms: round(quantile(inDocument, 0.99)),
        drawn_p50_ms: round(median(drawn)),
        drawn_worst_ms: round(Math.max(...drawn)),
      },
      bars: { drawn_p99_ms: atMost(quantile(drawn, 0.99), 300) },
    };
  } finally {
    await chromium.close();
    await gateway.kill();
    folder.remove();
  }
};

async function openDesks(
  chromium: Program,
  screens: number,
  url: string,
  cookie: string,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let i = 0; i < screens; i += 1) {
    const context = await chromium.newContext({
      viewport: { width: 1280, height: 720 },
      locale: "zh-CN",
    });
    await giveCookie(context, url, cookie);
    pages.push(await openDesk(context, url));
  }
  return pages;
}

/** One session for all: as many desks would have sessions of their own, their streams are their own. */
async function signedIn(folder: string, url: string): Promise<Browser> {
  const words = ["user", "add", "bench", "--role", "operator"];
  const { password } = firelinkJson<{ password: string }>(folder, words);
  const browser = new Browser(url);
  await browser.signIn("bench", password);
  return browser;
}

/** Of every press on every screen, ms. Fails where one was never drawn. */
async function collect(
  pages: readonly Page[],
  what: "drawn" | "inDocument",
  sent: Drawn,
): Promise<number[]> {
  const sites = Object.keys(sent);
  const latencies: number[] = [];
  for (const page of pages) {
    const seen = await until(
      "every row is drawn on every screen",
      async () => {
        const rows = await page.evaluate<Drawn>(what);
        return sites.every((site) => site in rows) && rows;
      },
      15_000,
    );
    for (const site of sites) latencies.push((seen[site] ?? 0) - (sent[site] ?? 0));
  }
  return latencies;
}
