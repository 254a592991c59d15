/** What the benchmark of rules runs on: a device of 100 points, rules over them, samples that come. */
import type { CompiledPack, RuleSource } from "#rules/detect/pack.ts";
import { compilePack } from "#rules/detect/pack.ts";
import type { Profile } from "#rules/profile.ts";
import type { Sample } from "#rules/sample.ts";

const text = { zh: "x", en: "x" };
const numbers = 60;
const booleans = 40;
export const points = numbers + booleans;

export const profile: Profile = {
  kind: "bench",
  name: text,
  points: [
    ...Array.from({ length: numbers }, (_, i) => {
      return { id: `n${i}`, name: text, type: "number", poll: "analog", range: [0, 100] } as const;
    }),
    ...Array.from({ length: booleans }, (_, i) => {
      return { id: `b${i}`, name: text, type: "boolean", poll: "status" } as const;
    }),
  ],
};

const base: Omit<RuleSource, "id" | "point" | "when"> = {
  ...{ name: text, act: text, basis: "design", class: "fault", priority: "P3" },
  ...{ setAfterMs: 1000, clearAfterMs: 1000 },
};

/** One of each structure in turn; each point is read by ten rules and more. */
export function rulesOf(count: number): RuleSource[] {
  return Array.from({ length: count }, (_, i): RuleSource => {
    const [a, b] = [`n${i % numbers}`, `n${(i * 7 + 3) % numbers}`];
    const [c, d] = [`b${i % booleans}`, `b${(i * 3 + 1) % booleans}`];
    const when: RuleSource["when"][] = [
      `${a} > 80.0 && ${b} < 20.0 && !${c}`,
      { threshold: { point: a, below: 10 + (i % 7), deadBand: 2 } },
      { all: [`${c} || ${d}`, { unless: `${a} > 50.0` }] },
      { votes: { least: 2, withinMs: 5000, of: [c, d, `${b} > 90.0`] } },
      { any: [{ threshold: { point: b, above: 90, deadBand: 5 } }, `${c} && ${d}`] },
      { rate: { point: a, above: 30, overMs: 60_000 } },
    ];
    return { ...base, id: `R${i}`, point: `x${i}`, when: when[i % when.length] ?? c };
  });
}

export function compiled(count: number): CompiledPack {
  const pack = compilePack({ v: 1, pack: "bench", kind: "bench", rules: rulesOf(count) }, profile);
  if (Array.isArray(pack)) throw new Error(pack[0]?.message);
  return pack;
}

/** The n-th sample: the points in turn, a fifth of them unknown; the same in every run. */
export function sampleOf(n: number, at: number): Sample {
  const slot = n % points;
  const x = (n * 0.618_033_988_749_895) % 1;
  const unknown = slot % 5 === 4;
  const { id, type } = profile.points[slot] ?? { id: "", type: "number" };
  const value = unknown ? null : type === "number" ? x * 100 : x > 0.5;
  const quality = unknown ? "bad" : "good";
  return { point: id, value, quality, reason: null, at, sourceTs: null };
}
