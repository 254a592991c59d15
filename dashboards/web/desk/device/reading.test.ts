/** Values in words: what is not known is never shown as if it were. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TrendSeries } from "#gateway/api/contract.ts";
import { zh as shared } from "../../shared/words/zh.ts";
import { zh as desk } from "../words/zh.ts";
import { grouped, pumpOf } from "./pump-room.ts";
import { type Known, known, type Points, type Speech, shown } from "./reading.ts";
import { seriesOf, storedSamples } from "./series.ts";
import { zh } from "./words/zh.ts";

const words: Readonly<Record<string, string>> = { ...shared, ...desk, ...zh };
const speech = {
  language: "zh",
  t: (key: string, parameters: Record<string, string | number> = {}) =>
    Object.entries(parameters).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, String(value)),
      words[key] ?? key,
    ),
  rule: (code: string) => code,
  text: ({ zh }: { zh: string }) => zh,
  has: (key: string) => key in words,
  utcOffsetMin: 480,
} as unknown as Speech;

const at = Date.UTC(2026, 10, 22, 18, 10, 4);

function point(of: Partial<Known> = {}): Known {
  return {
    id: "hydrant_header_pressure",
    name: { zh: "压力", en: "Pressure" },
    type: "number",
    unit: "MPa",
    range: [0, 1.6],
    normal: null,
    values: null,
    zone: null,
    value: 0.652,
    quality: "good",
    reason: null,
    at,
    ...of,
  };
}

test("PU-10: a value that is not known says so, why, and when it last was; never normal, 0 or a dash", () => {
  assert.deepEqual(shown(point(), speech), { text: "0.65 MPa", note: null, tone: "plain" });
  const unknown: [Partial<Known>, string, string][] = [
    [{ value: null, quality: "stale", reason: "never-read", at: null }, "状态未知", "尚未读取"],
    [{ quality: "stale", reason: "no-answer" }, "0.65 MPa", "数据过期(最后 02:10:04) · 通信无应答"],
    [{ value: null, quality: "bad", reason: "sensor-broken" }, "数据无效", "传感器断线"],
    [{ value: 3.2, quality: "uncertain", reason: "out-of-range" }, "3.20 MPa", "超出量程"],
    [
      { value: null, quality: "bad", reason: "of-a-newer-gateway" },
      "数据无效",
      "of-a-newer-gateway",
    ],
  ];
  for (const [of, text, note] of unknown) {
    assert.deepEqual(shown(point(of), speech), { text, note, tone: "unknown" });
  }
});

test("PU-10: a boolean that is not as it should be needs somebody; one that is unknown is no normal", () => {
  const door = { type: "boolean", unit: null, range: null, normal: true } as const;
  const of = (value: boolean | null, quality: Known["quality"] = "good") =>
    shown(point({ ...door, value, quality }), speech);
  assert.deepEqual([of(true).tone, of(true).text], ["plain", "是"]);
  assert.deepEqual([of(false).tone, of(false).text], ["attention", "否"]);
  assert.equal(of(true, "stale").tone, "unknown");
  assert.equal(of(null, "bad").tone, "unknown");
});

test("PU-16: behind a lost link of the screen itself nothing is known any more", () => {
  const cut = known(point(), undefined, "gateway-lost");
  assert.equal(cut.quality, "stale");
  const { text, note, tone } = shown(cut, speech);
  assert.deepEqual([text, tone], ["0.65 MPa", "unknown"]);
  assert.match(note ?? "", /最后 02:10:04.*与平台失去联系/);
  const broken = point({ value: null, quality: "bad", reason: "sensor-broken" });
  assert.equal(known(broken, undefined, "no-frames").reason, "sensor-broken");
});

test("PU-10: what the stream says lies over what was read at first", () => {
  const now = known(point(), ["hydrant_header_pressure", 0.4, "stale", "no-answer", at - 1000]);
  assert.deepEqual([now.value, now.quality, now.at, now.unit], [0.4, "stale", at - 1000, "MPa"]);
  assert.equal(known(point(), undefined).value, 0.652);
});

test("PU-11: a pump runs when its current proves it; a contact alone is not proven", () => {
  const room = (of: Readonly<Record<string, Known["value"] | undefined>>): Points =>
    new Map(
      Object.entries(of).map(([id, value]) => [
        id,
        point({ id, value: value ?? null, quality: value === undefined ? "stale" : "good" }),
      ]),
    );
  const state = (of: Readonly<Record<string, Known["value"] | undefined>>) =>
    pumpOf(room(of), "p").state;
  assert.equal(state({ p_run: true, p_fault: false, p_current: 32 }), "running");
  assert.equal(state({ p_run: true, p_fault: false, p_current: 0 }), "unproved");
  assert.equal(state({ p_run: true, p_fault: false, p_current: undefined }), "unproved");
  assert.equal(state({ p_run: false, p_fault: false, p_current: 0 }), "not-running");
  assert.equal(state({ p_run: false, p_fault: false, p_current: 60 }), "unproved");
  assert.equal(state({ p_run: true, p_fault: true, p_current: 32 }), "fault");
  assert.equal(state({ p_run: undefined, p_fault: false, p_current: 0 }), "unknown");
  // A jockey has no current to prove it by.
  assert.equal(state({ p_run: true, p_fault: false }), "running");
  const pump = pumpOf(room({ p_run: false, p_auto: undefined, p_power_ok: false }), "p");
  assert.deepEqual([pump.auto, pump.power], [null, false]);
  assert.equal(pumpOf(room({ p_run: false }), "p").auto, undefined);
});

test("PU-11: every point stands in one group", () => {
  const ids = ["pool_level", "pool_low", "pool_low_limit", "jockey1_run", "mains_a_ok", "strange"];
  const groups = grouped(ids.map((id) => point({ id })));
  assert.deepEqual(
    groups.map(([group, of]) => [group, of.map(({ id }) => id).join()]),
    [
      ["group.water", "pool_level"],
      ["group.pumps", "jockey1_run"],
      ["group.supplies", "mains_a_ok"],
      ["group.signals", "pool_low"],
      ["group.settings", "pool_low_limit"],
      ["group.other", "strange"],
    ],
  );
});

test("PU-12: what is stored is a curve with its gaps, and the value that reaches into it", () => {
  const columns = {
    ...{ at: [110_000, 160_000], min: [2, 3], max: [2, 3], mean: [2, 3], last: [2, 3] },
    count: [1, 1],
  };
  const gaps = [{ from: 130_000, to: 160_000, why: "stale" }];
  const before = { at: 90_000, value: 1, quality: "good" };
  const stored = storedSamples({ columns, gaps, before } as unknown as TrendSeries);
  const series = seriesOf(stored, 100_000, 200_000);
  assert.deepEqual(series.times, [100, 110, 130, 160, 200]);
  assert.deepEqual(series.values, [1, 2, null, 3, 3]);
  assert.deepEqual(storedSamples(undefined), []);
});

test("PU-12: a curve reaches from the edge to now, and what was not known is a gap in it", () => {
  const s = (t: number, value: number | null, quality = "good") => ({
    at: t * 1000,
    value,
    quality,
  });
  const series = seriesOf([s(50, 1), s(120, 2), s(130, null, "bad"), s(140, 3)], 100_000, 200_000);
  assert.deepEqual(series.times, [100, 120, 130, 140, 200]);
  assert.deepEqual(series.values, [1, 2, null, 3, 3]);
  assert.deepEqual(series.range, [1, 3]);
  const none = seriesOf([s(150, 0.5, "stale")], 100_000, 200_000);
  assert.deepEqual([none.range, none.values], [null, [null, null]]);
  const flat = seriesOf([s(150, 0.65)], 100_000, 200_000);
  assert.ok(flat.bounds[1] - flat.bounds[0] > 0.05, "a breath is no storm");
});
