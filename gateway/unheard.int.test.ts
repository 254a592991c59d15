/** A source that tells changes only, over the death of the gateway: a real OPC UA server and a kill. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { TrendSeries, TrendsView } from "./api/trend-contract.ts";
import { firelinkJson, makeFolder, type Started, startGateway, until } from "./testing/process.ts";
import { Browser } from "./testing/web.ts";

const folder = makeFolder();
const running: Started[] = [];
after(async () => {
  await running.at(-1)?.kill();
  folder.remove();
});

const words = ["user", "add", "technician", "--role", "operator"];
const { password } = firelinkJson<{ password: string }>(folder.path, words);

async function start(): Promise<Started> {
  const gateway = await startGateway({ folder: folder.path, demo: true, warehouse: true });
  running.push(gateway);
  return gateway;
}

async function known({ httpUrl }: Started): Promise<TrendSeries> {
  const browser = new Browser(httpUrl);
  await browser.signIn("technician", password);
  const device = "/api/v1/devices/baolong/wh-01";
  type View = { readonly points: readonly { readonly id: string; readonly quality: string }[] };
  return until(
    "a point of the server is stored",
    async () => {
      const view = (await browser.ask("GET", device)).body as unknown as View;
      const point = view.points?.find(({ quality }) => quality === "good")?.id;
      if (!point) return null;
      const to = Date.now();
      const range = `from=${to - 600_000}&to=${to}`;
      const path = `/api/v1/trends?points=baolong/wh-01/${point}&${range}`;
      const { series } = (await browser.ask("GET", path)).body as unknown as TrendsView;
      const last = series?.[0]?.columns.last.at(-1);
      return last === undefined || last === null ? null : series[0];
    },
    30_000,
  );
}

test("TR-11: while no gateway lived the values of a source that tells changes were not known", async () => {
  const first = await start();
  await known(first);
  const died = Date.now();
  await first.kill();
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const again = Date.now();
  const { gaps } = await known(await start());
  const gap = gaps.find(({ from, to }) => from <= died + 3000 && to >= again);
  assert.equal(gap?.why, "stale", JSON.stringify({ died, again, gaps }));
});
