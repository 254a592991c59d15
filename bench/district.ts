/**
 * district: 180,000 sites imported into a running gateway, then searched and paged, while somebody
 * presses a button every 20 ms. From PUBLISH of a press to its PUBACK, before and meanwhile.
 */
import { fork, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { demoInventory } from "#gateway/demo.ts";
import { writeCsv } from "#gateway/inventory/csv.ts";
import { lists } from "#gateway/inventory/schema.ts";
import { fileForm } from "#gateway/inventory/shape.ts";
import { connectAs, deviceCredential } from "#gateway/testing/client.ts";
import { signIn } from "#gateway/testing/page.ts";
import {
  environment,
  firelink,
  makeFolder,
  program,
  type Started,
  startGateway,
} from "#gateway/testing/process.ts";
import { atMost, type Benchmark, median, quantile } from "./bench.ts";
import type { Found } from "./district/searcher.ts";

const betweenPressesMs = 20;

/** The district's sites and `count` firms of all its towns, as a file. */
function sitesCsv(count: number): string {
  const { towns, sites } = demoInventory();
  const firms = Array.from({ length: count }, (_, i) => {
    const kind = i % 3 === 0 ? "印染" : "纺织";
    return {
      id: `firm-${i}`,
      name: { zh: `柯桥${kind}企业第${i}号有限公司`, en: `Keqiao textile firm ${i} Ltd` },
      town: towns[i % towns.length]?.id,
      position: {
        lng: Number((120.3 + ((i * 7919) % 40_000) / 100_000).toFixed(5)),
        lat: Number((29.75 + ((i * 6101) % 50_000) / 100_000).toFixed(5)),
        datum: "GCJ-02",
        accuracyM: 50,
        source: "made",
      },
      sector: "industry",
      field: "industrial-firms",
      code: { colour: ["red", "yellow", "green", "unknown"][i % 4] },
    };
  });
  return writeCsv("sites", [...sites.map((site) => fileForm(lists.sites, site)), ...firms]);
}

/** Presses until told to stop; gives the time to each PUBACK, ms. */
function pressOn(client: MqttClient): () => Promise<number[]> {
  const waiting: Promise<number>[] = [];
  let seq = 1;
  const timer = setInterval(() => {
    const topic = `firelink/v1/baolong/btn-${String((seq % 40) + 1).padStart(2, "0")}/event`;
    const payload = JSON.stringify({ v: 1, seq, ts: Date.now(), event: "press" });
    const began = performance.now();
    seq += 1;
    waiting.push(
      client.publishAsync(topic, payload, { qos: 1 }).then(() => performance.now() - began),
    );
  }, betweenPressesMs);
  return () => {
    clearInterval(timer);
    return Promise.all(waiting);
  };
}

async function pressesDuring<T>(client: MqttClient, run: () => Promise<T>): Promise<[T, number[]]> {
  const stop = pressOn(client);
  const result = await run();
  return [result, await stop()];
}

/** The command line, beside us: presses go on meanwhile. Gives its seconds. */
async function importFile(folder: string, file: string): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [program, "import", file], { env: environment(folder) });
  const status = await new Promise((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(`the import ended with ${status}`);
  return (performance.now() - began) / 1000;
}

/** Searches and pages through all sites in a process of its own: reading answers is work too. */
async function search(gateway: Started, cookie: string, rounds: number): Promise<Found> {
  const child = fork(join(import.meta.dirname, "district/searcher.ts"));
  child.send({ url: gateway.httpUrl, cookie, rounds });
  return await new Promise((resolve, reject) => {
    child.once("message", (found) => resolve(found as Found));
    child.once("exit", (status) => reject(new Error(`the searcher ended with ${status}`)));
  });
}

export const run: Benchmark = async ({ smoke }) => {
  const count = smoke ? 3000 : 180_000;
  const rounds = smoke ? 10 : 200;
  const { path: folder, remove } = makeFolder();
  firelink(folder, ["import", "devices/keqiao/inventory.yaml"]);
  const env = { FIRELINK_LOG_LEVEL: "error", FIRELINK_MQTT_RATE_PER_SECOND: "100000" };
  let gateway = await startGateway({ folder, env });
  try {
    const buttons = Array.from(
      { length: 40 },
      (_, i) => `baolong/btn-${String(i + 1).padStart(2, "0")}`,
    );
    const client = await connectAs(gateway, deviceCredential(folder, ...buttons));
    const file = join(folder, "sites.csv");
    writeFileSync(file, sitesCsv(count));
    const pause = () => new Promise((resolve) => setTimeout(resolve, smoke ? 300 : 5000));
    // The first presses warm everything up and are not counted.
    await pressesDuring(client, pause);
    const [, before] = await pressesDuring(client, pause);
    const [importS, during] = await pressesDuring(client, () => importFile(folder, file));
    const cookie = await signIn(gateway);
    const [found, beside] = await pressesDuring(client, () => search(gateway, cookie, rounds));
    client.end(true);
    await gateway.kill();
    const began = performance.now();
    gateway = await startGateway({ folder, env });
    const restartS = (performance.now() - began) / 1000;
    return {
      figures: {
        sites: count,
        import_s: importS,
        restart_s: restartS,
        first_search_ms: found.firstMs,
        search_p50_ms: median(found.searches),
        page_p50_ms: median(found.pages),
        press_p50_before_ms: median(before),
        press_p99_before_ms: quantile(before, 0.99),
        press_p50_import_ms: median(during),
        press_max_import_ms: quantile(during, 1),
        press_p50_search_ms: median(beside),
      },
      bars: {
        import_press_p99_ms: atMost(quantile(during, 0.99), 25),
        // Somebody who searches without a pause keeps a core of two; a person does not.
        search_press_p99_ms: atMost(quantile(beside, 0.99), 15),
        search_p99_ms: atMost(quantile(found.searches, 0.99), 250),
        page_p99_ms: atMost(quantile(found.pages, 0.99), 250),
      },
    };
  } finally {
    await gateway.kill();
    remove();
  }
};
