/** Pump rooms over HTTP and the stream: the demo's simulator on a real Modbus line. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deviceView } from "./api/device-contract.ts";
import type { TrendSeries, TrendsView } from "./api/trend-contract.ts";
import {
  firelink,
  firelinkJson,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";
import { Browser } from "./testing/web.ts";

const folder = makeFolder();
const path = "/api/v1/devices/baolong/pump-01";
let gateway: Started;
let browser: Browser;
let password = "";

before(async () => {
  gateway = await startGateway({
    folder: folder.path,
    demo: true,
    env: { FIRELINK_LINK_LOST_AFTER_MS: "1000" },
  });
  browser = new Browser(gateway.httpUrl);
  password = /with the password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  await browser.signIn("admin", password);
});

after(async () => {
  await gateway.stop();
  folder.remove();
});

type View = {
  readonly link: { readonly state: string };
  readonly blindRules: readonly unknown[];
  readonly points: readonly {
    readonly id: string;
    readonly value: unknown;
    readonly quality: string;
  }[];
};

async function viewOf(): Promise<View> {
  return (await browser.ask("GET", path)).body as unknown as View;
}

/** The last ten minutes; null where there is no such point. */
async function trendOf(point: string): Promise<TrendSeries | null> {
  const to = Date.now() + 1000;
  const path = `/api/v1/trends?points=${point}&from=${to - 600_000}&to=${to}`;
  const { status, body } = await browser.ask("GET", path);
  if (status === 404) return null;
  assert.equal(status, 200, JSON.stringify(body));
  return (body as unknown as TrendsView).series[0] ?? null;
}

test("PU-7: over HTTP every value has quality and age, and a trend comes from the local history", async () => {
  const view = await until("all of it is read", async () => {
    const seen = await viewOf();
    return seen.points.every(({ quality }) => quality === "good") ? seen : null;
  });
  assert.equal(view.link.state, "live");
  const { properties } = deviceView.properties.points.items;
  for (const point of view.points) assert.deepEqual(Object.keys(point), Object.keys(properties));
  assert.deepEqual(Object.keys(view).sort(), Object.keys(deviceView.properties).sort());
  assert.equal(view.points.length, 81);
  assert.deepEqual(view.blindRules, []);
  assert.equal(view.points.find(({ id }) => id === "sprinkler_main_start_pressure")?.value, 0.54);
  const trend = await until("it is stored", async () => {
    const series = await trendOf("baolong/pump-01/sprinkler_header_pressure");
    return series && series.columns.at.length > 0 ? series : null;
  });
  assert.equal(trend.resolution, "raw");
  assert.equal(await trendOf("baolong/pump-01/nothing"), null);
  assert.equal((await browser.ask("GET", "/api/v1/devices/baolong/btn-99")).status, 404);
  assert.equal((await browser.ask("POST", `${path}/retry`, {})).status, 200);
});

test("BT-1: the values of a button have quality and age, a trend, and are unknown when its link is cut", async () => {
  const of = "/api/v1/devices/baolong/btn-01";
  const now = async () => (await browser.ask("GET", of)).body as unknown as View;
  const view = await until("its state has come", async () => {
    const { status, body } = await browser.ask("GET", of);
    return status === 200 ? (body as unknown as View) : null;
  });
  const pointOf = ({ points }: View, id: string) => points.find((one) => one.id === id);
  assert.equal(view.link.state, "live");
  assert.deepEqual(
    ["battery_pct", "battery_mv"].map((id) => pointOf(view, id)?.value),
    [100, 3600],
  );
  assert.equal(pointOf(view, "snr_db")?.quality, "stale", "what it does not send is unknown");
  await until("it is stored", async () => {
    return (await trendOf("baolong/btn-01/temp_c"))?.columns.last[0] === 21;
  });
  firelink(folder.path, ["simulate", "battery", "baolong/btn-01", "3120"]);
  await until("the new value", async () => pointOf(await now(), "battery_mv")?.value === 3120);
  firelink(folder.path, ["simulate", "cut", "baolong/btn-01"]);
  await until("nothing of it is known", async () => {
    const { link, points } = await now();
    return link.state === "lost" && points.every(({ quality }) => quality !== "good");
  });
  firelink(folder.path, ["simulate", "restore", "baolong/btn-01"]);
  await until("it is back", async () => (await now()).link.state === "live");
  const { devices } = (await browser.ask("GET", "/api/v1/devices")).body as {
    devices: { device: string; kind: string }[];
  };
  assert.ok(devices.length <= 200, "a list has a named limit");
  assert.ok(devices.findIndex(({ kind }) => kind === "button") > 0, "those that are asked first");
});

test("PU-15: a stream is told the values of the devices it watches, whole, then what was read since", async () => {
  const stream = await browser.stream();
  const hello = await until("the greeting", () => stream.last<{ stream: string }>("hello"));
  const watch = (of: string, ...devices: string[]) =>
    browser.ask("PUT", `/api/v1/streams/${of}/devices`, { devices });
  assert.equal((await watch(hello.stream, "baolong/pump-01")).status, 204);
  type Frame = { device: string; link: { state: string } | null; points: unknown[][] };
  const frames = () => stream.of("telemetry").map(({ data }) => data as Frame);
  await until("three frames", () => frames().length > 2);
  const [first, second] = frames();
  assert.equal(first?.points.length, 81);
  assert.equal(first?.link?.state, "live");
  assert.ok((second?.points.length ?? 0) < 81, "only what was read since");
  const [id, value, quality, reason, at] = second?.points[0] ?? [];
  assert.deepEqual([typeof id, quality, reason, typeof at], ["string", "good", null, "number"]);
  assert.notEqual(value, null);
  assert.ok(stream.of("telemetry").every((frame) => frame.id === null));
  await watch(hello.stream);
  const count = frames().length;
  await new Promise((resolve) => setTimeout(resolve, 1200));
  assert.ok(frames().length <= count + 1, "an empty list ends it");
  assert.equal((await watch("nobody", "baolong/pump-01")).status, 404);
  assert.equal((await watch(hello.stream, "not a device")).status, 400);
  await watch(hello.stream, "baolong/no-such");
  await until("it is said to be none", () => frames().some(({ link }) => link === null));
  stream.close();
});

test("UA-24: certificates are listed for who may read, and trusted by an administrator's command only", async () => {
  const path = "/api/v1/opcua/certificates";
  const { status, body } = await browser.ask("GET", path);
  assert.deepEqual([status, body], [200, { own: null, trusted: [], rejected: [] }]);
  const thumbprint = "0".repeat(40);
  const unknown = await browser.ask("POST", `${path}/${thumbprint}/trust`, {});
  assert.deepEqual([unknown.status, unknown.body.code], [404, "not-found"]);
  assert.equal((await browser.ask("POST", `${path}/nonsense/trust`, {})).status, 400);
  const added = firelinkJson<{ password: string }>(folder.path, [
    ...["user", "add", "op", "--role", "operator"],
  ]);
  const operator = new Browser(gateway.httpUrl);
  await operator.signIn("op", added.password);
  assert.equal((await operator.ask("POST", `${path}/${thumbprint}/trust`, {})).status, 403);
});

test("TR-12: after a restart the trend of a device that has not sent yet is there, and in no list of those that answer", async () => {
  await gateway.stop();
  // Nobody is simulated any more: nothing is heard.
  gateway = await startGateway({ folder: folder.path });
  const again = new Browser(gateway.httpUrl);
  await again.signIn("admin", password);
  const to = Date.now();
  const points = "baolong/btn-01/temp_c,baolong/pump-01/sprinkler_header_pressure";
  const path = `/api/v1/trends?points=${points}&from=${to - 600_000}&to=${to}`;
  const { series } = await until("the inventory is watched", async () => {
    const { status, body } = await again.ask("GET", path);
    return status === 200 ? (body as unknown as TrendsView) : null;
  });
  assert.ok(series[0]?.columns.last.includes(21), "what is stored of it");
  const found = await again.ask("GET", "/api/v1/trends/points?q=btn-01%20temp_c");
  const { points: ids } = found.body as { points: { id: string }[] };
  assert.ok(ids.some(({ id }) => id === "baolong/btn-01/temp_c"));
  assert.equal((await again.ask("GET", "/api/v1/devices/baolong/btn-01")).status, 404);
});
