/** Few samples out of many: what must not be lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { StoredSample } from "./day-file.ts";
import { Thinner } from "./thin.ts";

const good = (at: number, value: StoredSample["value"]): StoredSample => {
  return { at, value, quality: "good" };
};
const unknown = (at: number): StoredSample => ({ at, value: null, quality: "bad" });

function thin(samples: readonly StoredSample[], to: number, most: number) {
  const thinner = new Thinner(0, to, most);
  for (const sample of samples) thinner.add(sample);
  return thinner.end();
}

const kinds = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -500, max: 500 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

test("HI-3: at most so many, in order, from first to last; the least, the most and each gap stay", () => {
  const many = fc.array(kinds, { minLength: 1, maxLength: 600 });
  const most = fc.integer({ min: 8, max: 200 });
  fc.assert(
    fc.property(many, most, fc.integer({ min: 1, max: 50 }), (values, limit, step) => {
      const all = values.map((value, i) =>
        value === null ? unknown(i * step) : good(i * step, value),
      );
      const { samples, thinned } = thin(all, all.length * step, limit);
      assert.equal(thinned, all.length > limit);
      if (!thinned) return assert.deepEqual(samples, all);
      assert.ok(samples.length <= limit, `${samples.length} of ${limit}`);
      assert.ok(samples.every(({ at }, i) => i === 0 || at > (samples[i - 1]?.at ?? 0)));
      assert.equal(samples.at(-1), all.at(-1));
      const known = values.filter((value) => value !== null);
      const kept = samples.flatMap(({ value }) => (typeof value === "number" ? value : []));
      assert.deepEqual(
        [Math.min(...kept), Math.max(...kept)],
        [Math.min(...known), Math.max(...known)],
      );
      const width = (all.length * step) / Math.floor(limit / 4);
      for (const { at } of all.filter(({ quality }) => quality !== "good")) {
        const near = samples.some((one) => one.quality !== "good" && Math.abs(one.at - at) < width);
        assert.ok(near, `the gap at ${at} is lost`);
      }
    }),
  );
});

test("HI-3: a pump that ran for one sample of a day is seen to have run", () => {
  const day = Array.from({ length: 86_400 }, (_, i) => good(i * 1000, i === 43_210 ? 1 : 0));
  const { samples } = thin(day, 86_400_000, 2000);
  assert.deepEqual(
    samples.filter(({ value }) => value === 1).map(({ at }) => at),
    [43_210_000],
  );
  assert.ok(samples.length <= 2000);
});
