/**
 * screens: from PUBLISH of a press to the moment its row is drawn, on 20 desks that are open at once
 * in real browsers. The map needs a graphics card, which a machine without one would be measured
 * for: it is switched off, as its own page says then.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import type { BrowserContext, Page } from "playwright-core";
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

const betweenPressesMs = 500;
/** Rows that are there before the first press that counts: the programs are compiled by then. */
const warmUp = 5;

/** When the row of each site was drawn, ms UTC. */
type Drawn = Record<string, number>;

/**
 * Runs in each page before its own program, hence a text. Drawn is: in the document, and the frame
 * that shows it has been handed over, which is the task after an animation frame.
 */
const watchRows = `
  globalThis.drawn = {};
  const seen = new Set();
  const look = () => {
    for (const row of document.querySelectorAll(".row")) {
      const site = /园区\\d+/.exec(row.textContent)?.[0];
      if (site === undefined || seen.has(site)) continue;
      seen.add(site);
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

/** Presses the buttons of these sites one by one; gives when each was sent, ms UTC. */
async function pressAll(client: MqttClient, sites: readonly number[]): Promise<Drawn> {
  const sent: Drawn = {};
  for (const site of sites) {
    const payload = JSON.stringify({ v: 1, seq: 1, ts: Date.now(), event: "press" });
    sent[`园区${site}`] = performance.timeOrigin + performance.now();
    client.publish(`firelink/v1/p${site}/b/event`, payload, { qos: 1 });
    await new Promise((resolve) => setTimeout(resolve, betweenPressesMs));
  }
  return sent;
}

const drawnOn = (page: Page): Promise<Drawn> => page.evaluate("drawn");

export const run: Benchmark = async ({ smoke }) => {
  const screens = smoke ? 2 : 20;
  const presses = smoke ? 3 : 60;
  const folder = makeFolder();
  const gateway = await startGateway({ folder: folder.path, env: { FIRELINK_LOG_LEVEL: "error" } });
  const chromium = await launchChromium([
    "--autoplay-policy=no-user-gesture-required",
    "--disable-gpu",
    "--disable-3d-apis",
  ]);
  try {
    const all = Array.from({ length: warmUp + presses }, (_, i) => i);
    const file = join(folder.path, "inventory.yaml");
    writeFileSync(file, inventoryYaml(inventoryFor(all.length)));
    const imported = firelink(folder.path, ["import", file]);
    if (imported.status !== 0) throw new Error(imported.stderr);
    const cookie = await signedIn(folder.path, gateway.httpUrl);
    const pages: Page[] = [];
    for (let i = 0; i < screens; i += 1) {
      const context = await chromium.newContext({
        viewport: { width: 1280, height: 720 },
        locale: "zh-CN",
      });
      await giveCookie(context, gateway.httpUrl, cookie);
      pages.push(await openDesk(context, gateway.httpUrl));
    }
    const client = await connectAs(
      gateway,
      deviceCredential(folder.path, ...all.map((i) => `p${i}/b`)),
    );
    await pressAll(client, all.slice(0, warmUp));
    const sent = await pressAll(client, all.slice(warmUp));
    const latencies = await collect(pages, sent);
    client.end(true);
    const p99 = quantile(latencies, 0.99);
    return {
      figures: {
        screens,
        presses,
        drawn: latencies.length,
        p50_ms: round(median(latencies)),
        worst_ms: round(Math.max(...latencies)),
      },
      bars: {
        drawn_p99_ms: atMost(p99, 300),
        not_drawn: atMost(screens * presses - latencies.length, 0),
      },
    };
  } finally {
    await chromium.close();
    await gateway.kill();
    folder.remove();
  }
};

/** One session for all: as many desks would have sessions of their own, their streams are their own. */
async function signedIn(folder: string, url: string): Promise<string> {
  const { password } = firelinkJson<{ password: string }>(folder, [
    ...["user", "add", "bench", "--role", "operator"],
  ]);
  const browser = new Browser(url);
  await browser.signIn("bench", password);
  return browser.cookie;
}

/** Every press on every screen, ms. */
async function collect(pages: readonly Page[], sent: Drawn): Promise<number[]> {
  const sites = Object.keys(sent);
  const latencies: number[] = [];
  for (const page of pages) {
    const drawn = await until(
      "every row is drawn",
      async () => {
        const rows = await drawnOn(page);
        return sites.every((site) => site in rows) && rows;
      },
      15_000,
    );
    for (const site of sites) latencies.push((drawn[site] ?? 0) - (sent[site] ?? 0));
  }
  return latencies;
}
