/** Trends, what came before an alarm, and data completeness, at the desk in real Chromium. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { CompletenessView, TrendMarks, TrendPoints, TrendsView } from "./api/contract.ts";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { until } from "./testing/process.ts";

const desk = new DevicePage("baolong/pump-01");
const skip = needsChromium;
const point = "baolong/pump-01/mains_a_u_ab";
let leave = (): void => {};

before(async () => {
  if (skip) return;
  await desk.open();
  leave = desk.touch();
});

after(() => {
  leave();
  return desk.close();
});

/** As the page itself would ask. */
async function get<T>(path: string): Promise<{ status: number; body: T; text: string }> {
  return desk.page.evaluate(async (at) => {
    const answer = await fetch(at);
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return { status: answer.status, text, body: isJson ? JSON.parse(text) : null };
  }, path);
}

/** Another address of the page that stands there. */
async function show(points: readonly string[]): Promise<void> {
  const hash = `#trends?points=${points.join()}&last=600000`;
  await desk.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

/** What the address says that is drawn. */
function drawn(): string[] {
  const query = desk.page.url().split("?")[1] ?? "";
  return (new URLSearchParams(query).get("points") ?? "").split(",").filter(Boolean);
}

test("TR-8: points are found by Chinese words and drawn; the alarm of the time is a mark that leads to its card", {
  skip,
}, async () => {
  const { page } = desk;
  desk.fault("mains-a-off");
  await page.locator('.row[data-priority="P2"]', { hasText: "主电源丢失" }).waitFor();
  await page.keyboard.press("[");
  await page.fill(".trends-picker input", "泵房 主电源 ab");
  await page.locator(".trends-choice", { hasText: "主电源 AB 线电压" }).click();
  await page.click(".trends-page h1");
  await page.getByRole("button", { name: "10分钟" }).click();
  await desk.shows("its value", `[data-point="${point}"] output`, /^0 V$/);
  await desk.shows("which rows", ".trends-foot", /逐个样本/);
  assert.match(page.url(), /#trends\?points=baolong\/pump-01\/mains_a_u_ab&last=600000$/);
  const before = page.url();
  await page.locator(".trends-page").press("+");
  await until("closer", () => (page.url().endsWith("last=300000") ? true : null));
  await page.goBack();
  assert.equal(page.url(), before);
  const mark = page.locator('.trends-mark[data-own="true"]').first();
  await mark.click();
  await page.locator(".card", { hasText: "主电源丢失" }).waitFor();
  assert.deepEqual(desk.faults, []);
});

test("TR-9: an alarm shows the ten minutes before it with its limit, and the way to the trends", {
  skip,
}, async () => {
  const { page } = desk;
  await page.getByRole("button", { name: "报警前 10 分钟" }).click();
  await desk.shows("what it rests on", ".before-alarm .trends-legend", /主电源 AB 线电压/);
  await page.locator(".before-alarm canvas").waitFor();
  await page.locator(".before-alarm").getByRole("button", { name: "趋势" }).click();
  await until("there", () => (page.url().includes("#trends?points=baolong/") ? true : null));
});

test("TR-5: over HTTP a trend says limits and gaps; a table has both; what cannot be asked is refused with what can", {
  skip,
}, async () => {
  const now = Date.now();
  const range = `from=${now - 600_000}&to=${now}`;
  const { body } = await get<TrendsView>(`/api/v1/trends?points=${point}&${range}`);
  const [series] = body.series;
  assert.equal(series?.limits[0]?.side, "below");
  assert.equal(series?.gaps[0]?.why, "none");
  assert.equal(series?.unit, "V");
  const table = await get<null>(`/api/v1/trends.csv?points=${point}&${range}`);
  assert.match(
    table.text,
    /site,device,point,name,unit,at,until,min,max,mean,last,count,quality\n/,
  );
  assert.match(table.text, /baolong,pump-01,mains_a_u_ab,.*,V,.*\+08:00,,0,0,0,0,1,good\n/);
  assert.match(table.text, /,,,,,,none\n/);
  const marks = await get<TrendMarks>(`/api/v1/trends/marks/baolong?${range}`);
  const alarm = marks.body.marks.find(({ device }) => device === "pump-01");
  assert.deepEqual([alarm?.kind, alarm?.ruleName?.zh], ["alarm", "主电源丢失"]);
  const refused: readonly [string, number, RegExp][] = [
    [`points=${point}&from=5&to=4`, 400, /400 days/],
    [`points=${point}&from=1&to=${now}`, 400, /400 days/],
    [`points=baolong/pump-01/none&${range}`, 404, /trends\/points/],
    [`points=${point}&${range}&rows=9999`, 400, /10 to 2000/],
    [`points=${Array.from({ length: 9 }, () => point).join()}&${range}`, 400, /points/],
    [`${range}`, 400, /points/],
  ];
  for (const [query, status, allowed] of refused) {
    const answer = await get<{ allowed: string }>(`/api/v1/trends?${query}`);
    assert.equal(answer.status, status, query);
    assert.match(answer.text, allowed, query);
  }
});

test("TR-18: an alarm that is raised meanwhile has its mark at once, under the chart and through it, and that leads to its card", {
  skip,
}, async () => {
  const { page } = desk;
  await show([point]);
  await page.locator(".trends-mark").first().waitFor();
  const mark = page.locator('.trends-mark[data-own="true"][title*="缺相"]');
  assert.equal(await mark.count(), 0);
  desk.fault("phase-fault");
  await page.locator(".row", { hasText: "缺相" }).first().waitFor();
  // Without an alarm the next reading would be 10 s off, and that of the marks 15.
  await until("its mark", async () => (await mark.count()) === 1, 8000);
  await until("its line", async () => (await page.evaluate<number>(redAbove)) > 0.9);
  await mark.click();
  await page.locator(".card", { hasText: "缺相" }).waitFor();
  assert.deepEqual(desk.faults, []);
});

/** How much of the plot is red, straight above the mark: a line that is one pixel wide may lie between two. */
const redAbove = `(() => {
  const boxOf = (one) => document.querySelector(one).getBoundingClientRect();
  const mark = boxOf('.trends-mark[title*="缺相"]');
  const [all, plot] = [boxOf(".trends-plot canvas"), boxOf(".trends-plot .u-over")];
  const x = Math.round(mark.left + mark.width / 2 - all.left) - 2;
  const part = [x, plot.top - all.top, 5, plot.height].map((px) => px * devicePixelRatio);
  const brush = document.querySelector(".trends-plot canvas").getContext("2d");
  const { data, width, height } = brush.getImageData(...part);
  const isRed = (i) => data[i] > 40 + Math.max(data[i + 1], data[i + 2]);
  const inRow = (y) => Array.from({ length: width }, (_, n) => 4 * (y * width + n));
  const rows = Array.from({ length: height }, (_, y) => inRow(y).some(isRed));
  return rows.filter(Boolean).length / height;
})()`;

test("TR-19: Enter adds what is found first, of the words as they stand; eight at most, and a ninth is told so", {
  skip,
}, async () => {
  const { page } = desk;
  const found = async (q: string): Promise<string[]> => {
    const { body } = await get<TrendPoints>(`/api/v1/trends/points?q=${encodeURIComponent(q)}`);
    return body.points.map(({ id }) => id);
  };
  const full = page.locator(".trends-found", { hasText: "最多同时显示 8 条曲线" });
  const field = page.locator(".trends-picker input");
  const free = page.locator('.trends-choice[aria-pressed="false"]');
  await show([]);
  // What stands there is of no words: Enter waits for what is found by these.
  await free.first().waitFor();
  await field.fill("泵房 水池");
  await field.press("Enter");
  const expected = (await found("泵房 水池")).slice(0, 1);
  await until("the first", () => drawn().length === 1);
  assert.deepEqual(drawn(), expected);
  await field.fill("baolong pump-01");
  for (const id of await found("baolong pump-01")) {
    if (expected.includes(id) || expected.length === 8) continue;
    assert.equal(await full.count(), 0);
    expected.push(id);
    await field.press("Enter");
    await until(`number ${expected.length}`, () => drawn().length === expected.length);
  }
  assert.deepEqual(drawn(), expected);
  await full.waitFor();
  await until("none is offered", async () => {
    const [all, enabled] = [free, page.locator('.trends-choice[aria-pressed="false"]:enabled')];
    return (await all.count()) > 0 && (await enabled.count()) === 0;
  });
  await field.press("Enter");
  await field.fill("没有这样的点");
  await page.locator(".trends-found", { hasText: "没有符合的点位" }).waitFor();
  assert.deepEqual(drawn(), expected);
  await until(
    "eight curves",
    async () => (await page.locator(".trends-page [data-point]").count()) === 8,
  );
  await field.fill("泵房 水池");
  await page.locator('.trends-choice[aria-pressed="true"]').first().click();
  await full.waitFor({ state: "detached" });
  assert.deepEqual(drawn(), expected.slice(1));
  assert.deepEqual(desk.faults, []);
});

test("TR-20: a point that is not there is told as missing, on the page and in the table; the others are drawn", {
  skip,
}, async () => {
  const { page } = desk;
  const gone = ["nowhere/pump-09/p", "baolong/pump-01/none"] as const;
  const both = gone.map((id) => `.trends-page [data-missing="${id}"]`);
  await page.keyboard.press("Escape");
  await show([gone[0], point, gone[1]]);
  for (const one of both) await desk.shows("missing", one, /点位已不存在/);
  await desk.shows("its value", `.trends-page [data-point="${point}"] output`, / V$/);
  await page.locator('.trends-plot [aria-label*="主电源 AB 线电压"] canvas').waitFor();
  await page.locator(".trends-mark").first().waitFor();
  const csv = (await page.locator("a[download]").getAttribute("href")) ?? "";
  const { text } = await get<null>(csv);
  assert.match(text, /baolong,pump-01,mains_a_u_ab,.*good\n/);
  assert.match(text, /\nnowhere,pump-09,p,{10}missing\nbaolong,pump-01,none,{10}missing\n$/);
  await page.locator(`${both[0]} button`).click();
  await page.locator(both[0] ?? "").waitFor({ state: "detached" });
  assert.deepEqual(drawn(), [point, gone[1]]);
  await show(gone);
  await page.locator(".trends-plot").waitFor({ state: "detached" });
  for (const one of both) await desk.shows("missing", one, /点位已不存在/);
  assert.deepEqual(desk.faults, []);
});

test("TR-21: a limit under the pointer has its name: rule, side and value with unit, in both languages", {
  skip,
}, async () => {
  const { page } = desk;
  const now = Date.now();
  const asked = `/api/v1/trends?points=${point}&from=${now - 60_000}&to=${now}`;
  const limits = (await get<TrendsView>(asked)).body.series[0]?.limits ?? [];
  // Two rules have the same one: both stand there.
  assert.deepEqual(
    limits.map(({ rule, value }) => [rule, value]),
    [
      ["P11", 323],
      ["P11B", 323],
    ],
  );
  await show([point]);
  await desk.shows("its value", `.trends-page [data-point="${point}"] output`, / V$/);
  const name = page.locator(".trends-page .trends-limit");
  const plot = await page.locator(".trends-plot .u-over").boundingBox();
  assert.ok(plot);
  const at = (y: number) => page.mouse.move(plot.x + plot.width / 2, plot.y + y);
  await until("found", async () => {
    for (let y = 1; y < plot.height && (await name.count()) === 0; y += 5) await at(y);
    return (await name.count()) > 0;
  });
  const says = async (...lines: string[]): Promise<void> => {
    const items = page.locator(".trends-page .trends-limit li");
    await until(`${lines}`, async () => `${await items.allTextContents()}` === `${lines}`);
  };
  await says("P11 主电源丢失:低于 323 V", "P11B 双电源丢失或缺相:低于 323 V");
  await page.keyboard.press("l");
  const inEnglish = "Both supplies lost or phase fault: below 323 V";
  await says("P11 Main supply lost: below 323 V", `P11B ${inEnglish}`);
  await page.keyboard.press("l");
  await at(1);
  await name.waitFor({ state: "detached" });
  assert.deepEqual(desk.faults, []);
});

test("DG-5: a device that goes away is on the red list, with how much is missing; towns and sites add up", {
  skip,
}, async () => {
  const { page } = desk;
  const red = async (): Promise<CompletenessView["red"][number] | null> => {
    const { body } = await get<CompletenessView>("/api/v1/completeness");
    return body.red.find(({ key }) => key === "baolong/pump-01") ?? null;
  };
  desk.fault("sensor", "pool", "8");
  const row = await until("on the red list", red, 30_000);
  assert.ok(row.expected > row.received && row.received > 0 && row.heardAt !== null);
  const { body } = await get<CompletenessView>("/api/v1/completeness");
  const sum = (rows: CompletenessView["towns"]) => rows.reduce((n, one) => n + one.expected, 0);
  assert.equal(sum(body.towns), body.district.expected);
  assert.equal(sum(body.sites), body.district.expected);
  await page.keyboard.press("Escape");
  await page.keyboard.press("]");
  await desk.shows("the list", '[data-device="baolong/pump-01"]', /消防泵房 pump-01[\s\S]*缺 \d+/);
  assert.deepEqual(desk.faults, []);
});
