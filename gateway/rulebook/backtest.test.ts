/** A rule over stored samples: the same detector as live, on the samples' own time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Detector } from "#rules/detect/detector.ts";
import { compilePack, type RuleSource } from "#rules/detect/pack.ts";
import type { Profile } from "#rules/profile.ts";
import type { Quality, Sample } from "#rules/sample.ts";
import type { Moment } from "../history/replay.ts";
import { instant } from "../instant.ts";
import { type Around, type DeviceRun, runDevice } from "./backtest.ts";
import { sideBySide } from "./side-by-side.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "p", name: text, type: "number", poll: "analog" },
    { id: "on", name: text, type: "boolean", poll: "status" },
  ],
};
const base: RuleSource = {
  id: "R1",
  name: text,
  class: "fault",
  priority: "P3",
  point: "x",
  when: { threshold: { point: "p", below: 3, deadBand: 0.5 } },
  setAfterMs: 10_000,
  clearAfterMs: 5000,
  act: text,
  basis: "design",
};

const tried = (of: Partial<RuleSource> = {}) => {
  const rule = { ...base, ...of };
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules: [rule] }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  return { rule, pack };
};

const moment = (at: number, point: string, value: number | null): Moment => {
  const quality: Quality = value === null ? "bad" : "good";
  return { at, samples: [{ at, point, value, quality }] };
};

function run(of: Partial<DeviceRun> & { readonly moments: readonly Moment[] }) {
  const usual = { site: "s", device: "d", profile, tried: [tried()], around: [], from: 0, to: 1e6 };
  const { episodes, ...rest } = runDevice({ ...usual, progress: () => {}, ...of });
  const told = episodes.map((list) =>
    list.map(({ from, to, worseAt, unknownMs }) =>
      [`${from}–${to ?? ""}`, worseAt && `worse ${worseAt}`, unknownMs && `unknown ${unknownMs}`]
        .filter(Boolean)
        .join(" "),
    ),
  );
  return { ...rest, told };
}

const dip = [moment(0, "p", 5), moment(1000, "p", 1), moment(40_000, "p", 5)];

test("RA-18: an alarm comes when its hold is over and goes when it has ended, though no sample says so then", () => {
  const { told, samples, firstAt, blindMs } = run({ moments: dip });
  assert.deepEqual(told, [["11000–45000"]]);
  assert.deepEqual([samples, firstAt, blindMs], [3, 0, [0]]);
  assert.deepEqual(run({ moments: dip, to: 30_000 }).told, [["11000–"]], "it stands at the end");
  assert.deepEqual(run({ moments: [] }), { told: [[]], blindMs: [0], samples: 0, firstAt: null });
});

test("RA-18: two rules are fed the same; each says what it would have said", () => {
  const rules = [tried({ setAfterMs: 60_000 }), tried(), tried({ worseAfterMs: 20_000 })];
  const { told } = run({ moments: dip, tried: rules });
  assert.deepEqual(told, [[], ["11000–45000"], ["11000–45000 worse 21000"]]);
});

test("RA-18: what stood before the time asked for is told where it reaches into it; what ended before is not", () => {
  assert.deepEqual(run({ moments: dip, from: 20_000 }).told, [["11000–45000"]]);
  assert.deepEqual(run({ moments: dip, from: 45_001 }).told, [[]]);
});

test("RA-18: of a kind whose readings are counted each that is stored counts, also where nothing has changed", () => {
  const counted: Profile = { ...profile, isCounted: true };
  const rule: RuleSource = { ...base, when: { readings: { point: "p", below: 3, least: 3 } } };
  const bare = { ...rule, setAfterMs: 0, clearAfterMs: 0 };
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules: [bare] }, counted);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  const low = [0, 1, 2].map((n) => moment(60_000 * n, "p", 1));
  const of = { profile: counted, tried: [{ rule: bare, pack }], to: 300_000 };
  assert.deepEqual(run({ ...of, moments: low }).told, [["120000–"]]);
  assert.deepEqual(run({ ...of, moments: low.slice(0, 2) }).told, [[]]);
});

test("RA-18: unknown ends nothing, and is told; so is how long the rule could not tell", () => {
  const moments = [...dip.slice(0, 2), moment(20_000, "p", null), moment(30_000, "p", 1), dip[2]];
  const { told, blindMs } = run({ moments: moments as Moment[] });
  assert.deepEqual(told, [["11000–45000 unknown 10000"]]);
  assert.deepEqual(blindMs, [10_000]);
});

test("RA-18: while the gateway was away nothing was judged; a start begins anew and ends no alarm", () => {
  const around: Around[] = [
    { at: 5000, what: "away" },
    { at: 20_000, what: "back" },
  ];
  const moments = [moment(0, "p", 5), moment(1000, "p", 1), moment(21_000, "p", 1)];
  assert.deepEqual(run({ moments, around }).told, [["31000–"]], "the hold began anew");
  const later = around.map((one) => ({ ...one, at: one.at + 10_000 }));
  const back = [...moments.slice(0, 2), moment(31_000, "p", 5)];
  assert.deepEqual(run({ moments: back, around: later }).told, [["11000–31000 unknown 16000"]]);
});

test("RA-18: a start gives windows back what was stored before it, as the live detector has it", () => {
  const when = { rate: { point: "p", below: -1, overMs: 600_000 } };
  const falls = Array.from({ length: 120 }, (_, i) => moment(i * 10_000, "p", 100 - i));
  const around: Around[] = [
    { at: 1_100_000, what: "away" },
    { at: 1_101_000, what: "back" },
  ];
  const of = { moments: falls, around, tried: [tried({ when, setAfterMs: 1000 })], to: 2e6 };
  assert.deepEqual(run(of).told, [["561000–1645000 unknown 2000"]], "until its hold is over");
});

test("RA-18: an incident that was open shortens the hold, or holds back what everybody expects", () => {
  const around: Around[] = [{ at: 3000, what: "incident", open: true }];
  const quick = tried({ setAfterInIncidentMs: 0 });
  assert.deepEqual(run({ moments: dip, around, tried: [quick] }).told, [["3000–45000"]]);
  const expected = tried({ notWhileIncident: true });
  assert.deepEqual(run({ moments: dip, around, tried: [expected] }).told, [[]]);
});

test("RA-18: of what must be done again and again, it is the alarm that it is not", () => {
  const numbers = { manualRunMs: 30_000 };
  const due = tried({ id: "P13", seenWithin: "manualRunMs", numbers, setAfterMs: 0 });
  const { told } = run({ moments: dip, tried: [due], to: 90_000 });
  assert.deepEqual(told, [["31000–"]], "done at 1000, and not within 30 s after it");
  const twice = [...dip, moment(60_000, "p", 1)];
  assert.deepEqual(run({ moments: twice, tried: [due], to: 70_000 }).told, [["31000–60000"]]);
});

test("RA-19: over any samples it says what the live detector says, at the same times", () => {
  const steps = fc.array(
    fc.tuple(
      fc.integer({ min: 500, max: 20_000 }),
      fc.constantFrom("p", "on"),
      fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(null)),
    ),
    { minLength: 20, maxLength: 60 },
  );
  const when = { any: [{ all: [base.when, { unless: "on" }] }, "p > 5.0"] } as RuleSource["when"];
  const rule = tried({ when, setAfterMs: 2000 });
  let alarms = 0;
  fc.assert(
    fc.property(steps, (list) => {
      let at = 0;
      const moments = list.map(([ms, point, value]) => {
        at += ms;
        const is = value !== null && point === "on" ? Number(value > 2) : value;
        return moment(at, point, is);
      });
      const to = at + 60_000;
      const live = liveEpisodes(rule, moments, to);
      const { told } = run({ moments, tried: [rule], to });
      alarms += live.length;
      assert.deepEqual(
        told[0]?.map((one) => one.split(" ")[0]),
        live,
      );
    }),
  );
  assert.ok(alarms > 100, `${alarms} alarms: nothing was tested`);
});

/** As detection does it, a second at a time. */
function liveEpisodes(
  of: ReturnType<typeof tried>,
  moments: readonly Moment[],
  to: number,
): string[] {
  const detector = new Detector();
  const first = moments[0]?.at ?? 0;
  detector.watch({ key: "s/d", site: "s", device: "d" }, of.pack, profile, first);
  const spans: string[] = [];
  let from: number | null = null;
  const hear = (levels: ReturnType<Detector["tick"]>, now: number): void => {
    for (const { level } of levels) {
      if (level === true) from ??= now;
      if (level === false && from !== null) {
        spans.push(`${from}–${now}`);
        from = null;
      }
    }
  };
  let next = 0;
  for (let now = first; now <= to; now += 1) {
    const due = detector.nextAt();
    if (due !== null && due <= now) hear(detector.tick(now), now);
    for (; moments[next]?.at === now; next += 1) {
      const samples = (moments[next]?.samples ?? []).map(({ point, value, quality }): Sample => {
        const is = point === "on" && value !== null ? value === 1 : value;
        return { point, value: is, quality, reason: null, at: now, sourceTs: null };
      });
      hear(detector.take("s/d", samples, now), now);
    }
    const soon = Math.min(detector.nextAt() ?? to + 1, moments[next]?.at ?? to + 1, to + 1);
    now = Math.max(now, soon - 1);
  }
  if (from !== null) spans.push(`${from}–`);
  return spans;
}

test("RA-20: spans that overlap stand in one row, whatever side they are of; others in rows of their own", () => {
  const span = (from: number, to: number | null, point = "x") => ({
    device: "s/d",
    point,
    from,
    to,
  });
  const rows = sideBySide([
    [span(0, 10), span(12, 14), span(100, 110)],
    [span(5, 20)],
    [span(105, null), span(0, 1, "y")],
  ]);
  assert.deepEqual(
    rows.map(({ point, from, to, sides }) => [point, from, to, sides.map((of) => of.length)]),
    [
      ["x", 0, 20, [2, 1, 0]],
      ["y", 0, 1, [0, 0, 1]],
      ["x", 100, null, [1, 0, 1]],
    ],
  );
  assert.deepEqual(sideBySide([[], [], []]), []);
});

test("RA-22: a time is so long ago, or a date and a time of day of the gateway; nothing else is guessed", () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const at = (text: string) => new Date(instant(text, 480, now)).toISOString().slice(0, 19);
  assert.equal(at("24h"), "2026-11-21T12:00:00");
  assert.equal(at("1.5h"), "2026-11-22T10:30:00");
  assert.equal(at("2026-11-22"), "2026-11-21T16:00:00");
  assert.equal(at("2026-11-22 18:30"), "2026-11-22T10:30:00");
  assert.equal(at("2026-11-22T18:30:05Z"), "2026-11-22T18:30:05");
  assert.equal(at("2026-11-22T18:30+08:00"), "2026-11-22T10:30:00");
  for (const wrong of ["yesterday", "2026-02-30", "24", "22.11.2026", "2026-11-22T25:00", ""]) {
    assert.throws(() => instant(wrong, 480, now), /is no time/, wrong);
  }
});
