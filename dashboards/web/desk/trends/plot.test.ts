import assert from "node:assert/strict";
import { test } from "node:test";
import type { TrendSeries } from "#gateway/api/contract.ts";
import { edgesOfGap, plotOf, readingAt, shiftsOf } from "./plot.ts";

const text = { zh: "", en: "" };
const series = (of: Partial<TrendSeries>): TrendSeries => ({
  ...{ id: "s/d/p", siteName: text, deviceName: text, device: "d", place: null, name: text },
  ...{ type: "number", unit: "MPa", values: null, range: null, deadBand: null, limits: [] },
  ...{ resolution: "raw", bucketMs: 0, gaps: [], before: null },
  columns: { at: [], min: [], max: [], mean: [], last: [], count: [] },
  ...of,
});
const samples = (...rows: [number, number | null][]): TrendSeries["columns"] => {
  const values = rows.map(([, value]) => value);
  const count = rows.map(() => 1);
  return {
    at: rows.map(([at]) => at),
    min: values,
    max: values,
    mean: values,
    last: values,
    count,
  };
};

test("TR-7: a gap is drawn as a gap: the value holds until it begins, and nothing bridges it", () => {
  const of = series({
    columns: samples([1000, 5], [8000, 6]),
    gaps: [{ from: 4000, to: 8000, why: "stale" }],
  });
  const { times, lines } = plotOf([of], 0, 10_000);
  assert.deepEqual(times, [1, 3.999, 4, 8, 10]);
  assert.deepEqual(lines[0]?.[0], [5, 5, null, 6, 6]);
});

test("TR-13: where another series has instants within a gap, the gap is no less a gap", () => {
  const of = series({
    columns: samples([1000, 5], [8000, 6]),
    gaps: [{ from: 4000, to: 8000, why: "stale" }],
  });
  const other = series({ columns: samples([2000, 1], [5000, 2], [6000, 3], [9000, 4]) });
  const { times, lines } = plotOf([of, other], 0, 10_000);
  assert.deepEqual(times, [1, 2, 3.999, 4, 5, 6, 8, 9, 10]);
  assert.deepEqual(lines[0]?.[0], [5, undefined, 5, null, null, null, 6, undefined, 6]);
  const u = undefined;
  assert.deepEqual(lines[1]?.[0], [u, 1, u, u, 2, 3, u, 4, 4]);
});

test("TR-13: the band of buckets has the gap too", () => {
  const one = { min: [1, 2], max: [9, 8], mean: [4, 5], last: [2, 3], count: [60, 60] };
  const of = series({
    ...{ bucketMs: 60_000, columns: { at: [0, 240_000], ...one } },
    gaps: [{ from: 60_000, to: 240_000, why: "none" }],
  });
  const other = series({ columns: samples([120_000, 7]) });
  const [line, least, most] = plotOf([of, other], 0, 300_000).lines[0] ?? [];
  assert.deepEqual(line, [4, null, null, 5, undefined]);
  assert.deepEqual(least, [1, null, null, 2, undefined]);
  assert.deepEqual(most, [9, null, null, 8, undefined]);
});

test("TR-14: curves that would lie on each other stand a little apart; others stand where they are", () => {
  const flat = (value: number, unit = "MPa") => series({ unit, columns: samples([1, value]) });
  const moving = series({ columns: samples([1, 5], [2, 6]) });
  const all = [flat(5), moving, flat(5), flat(6), flat(5, "V"), flat(5)];
  assert.deepEqual(shiftsOf(all, plotOf(all, 0, 10)), [0, 0, 1, 0, 0, 2]);
  const onOff = series({ type: "boolean", columns: samples([1, 0], [2, 1]) });
  assert.deepEqual(shiftsOf([onOff, onOff], plotOf([onOff, onOff], 0, 10)), [0, 1]);
});

test("TR-15: a gap at the edge of what was read has no begin, and no end, that is known", () => {
  const gap = (from: number, to: number) => ({ from, to, why: "none" as const });
  const now = 1_000_000;
  const open = (of: TrendSeries, to: number) => {
    const [first = gap(0, 0)] = of.gaps;
    return edgesOfGap(of, first, { from: 100_000, to }, now);
  };
  assert.deepEqual(open(series({ gaps: [gap(200_000, 300_000)] }), 500_000), {
    begin: "known",
    end: "known",
  });
  assert.deepEqual(open(series({ gaps: [gap(100_000, 500_000)] }), 500_000), {
    begin: "before",
    end: "after",
  });
  assert.deepEqual(open(series({ gaps: [gap(200_000, now)] }), now), {
    begin: "known",
    end: "now",
  });
  const ended = series({ gaps: [gap(200_000, now - 50)], columns: samples([now - 50, 1]) });
  assert.deepEqual(open(ended, now), { begin: "known", end: "known" });
});

test("TR-16: an instant that stands for never is not drawn", () => {
  const of = series({ id: "s/d/last_epoch", columns: samples([1000, 0], [2000, 1_790_000_000]) });
  assert.deepEqual(plotOf([of], 0, 3000).lines[0]?.[0], [null, 1_790_000_000, 1_790_000_000]);
});

test("TR-7: what was known before reaches into the range; what is not known now does not reach its end", () => {
  const of = series({
    before: { at: -500, value: 3, quality: "good" },
    columns: samples([1000, 5]),
    gaps: [{ from: 6000, to: 10_000, why: "none" }],
  });
  const { times, lines } = plotOf([of], 0, 10_000);
  assert.deepEqual(
    [times, lines[0]?.[0]],
    [
      [0, 1, 5.999, 6],
      [3, 5, 5, null],
    ],
  );
  const bad = series({ before: { at: -500, value: 3, quality: "bad" } });
  assert.deepEqual(plotOf([bad], 0, 10).times, []);
});

test("TR-7: of buckets the mean is the line and least and most a band; series with other instants stand beside", () => {
  const banded = series({
    bucketMs: 60_000,
    columns: {
      at: [0, 60_000],
      min: [1, 2],
      max: [9, 8],
      mean: [4, 5],
      last: [2, 3],
      count: [60, 60],
    },
  });
  const { lines } = plotOf([banded, series({ columns: samples([30_000, 7]) })], 0, 120_000);
  assert.deepEqual(lines[0], [
    [4, undefined, 5, undefined],
    [1, undefined, 2, undefined],
    [9, undefined, 8, undefined],
  ]);
  assert.deepEqual(lines[1]?.[0], [undefined, 7, undefined, 7]);
});

test("TR-7: under the cursor stands what was known then, or why it was not", () => {
  const of = series({
    columns: samples([1000, 5], [8000, 6]),
    gaps: [{ from: 4000, to: 8000, why: "bad" }],
  });
  const value = (at: number) => readingAt(of, at).value;
  assert.deepEqual(
    [value(500), value(1000), value(3999), value(5000), value(9000)],
    [null, 5, 5, null, 6],
  );
  assert.equal(readingAt(of, 5000).gap?.why, "bad");
});

test("TR-7: what several do not know at once is one shade, each reason once, and lighter where some know", () => {
  const one = series({ gaps: [{ from: 0, to: 50, why: "none" }] });
  const two = series({
    gaps: [
      { from: 0, to: 50, why: "none" },
      { from: 50, to: 70, why: "stale" },
    ],
  });
  assert.deepEqual(plotOf([one, two], 0, 100).shades, [
    { from: 0, to: 50, share: 1, why: ["none"] },
    { from: 50, to: 70, share: 0.5, why: ["stale"] },
  ]);
  const late = series({ gaps: [{ from: 20, to: 60, why: "bad" }] });
  assert.deepEqual(plotOf([one, late], 0, 100).shades, [
    { from: 0, to: 20, share: 0.5, why: ["none"] },
    { from: 20, to: 50, share: 1, why: ["bad", "none"] },
    { from: 50, to: 60, share: 0.5, why: ["bad"] },
  ]);
});
