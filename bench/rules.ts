/**
 * rules: what a sample costs where 1,000 rules watch and each point is read by ten of them and more,
 * a fifth of the points unknown; and one condition beside json-rules-engine and bare cel-js.
 */
import { pathToFileURL } from "node:url";
import { Environment } from "@marcbachmann/cel-js";
import { compileCel } from "#rules/detect/cel.ts";
import { namesOf } from "#rules/detect/condition.ts";
import { Detector } from "#rules/detect/detector.ts";
import { atLeast, atMost, type Benchmark, median, quantile } from "./bench.ts";
import { installPeer } from "./peers.ts";
import { compiled, points, profile, sampleOf } from "./rules/setting.ts";

const perSecond = 1000;
const begin = 1_795_370_400_000;

/** Ms of each sample at its pace: the look of its rules, and when the next hold is over. */
async function paced(rules: number, seconds: number): Promise<number[]> {
  const detector = new Detector();
  const pack = compiled(rules);
  const device = { key: "s/d", site: "s", device: "d" };
  detector.watch(device, pack, profile, begin);
  const spent: number[] = [];
  const started = performance.now();
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const due = started + (n * 1000) / perSecond;
    while (performance.now() < due) {
      if (due - performance.now() > 2) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const now = begin + Math.round(performance.now() - started);
    const before = performance.now();
    detector.take(device.key, [sampleOf(n, now)], now);
    const at = detector.nextAt();
    if (at !== null && at <= now) detector.tick(now);
    spent.push(performance.now() - before);
  }
  return spent;
}

/** Calls a second of the median round. */
async function rate(rounds: number, calls: number, run: () => unknown): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    for (let n = 0; n < calls; n += 1) await run();
    rates.push((calls / (performance.now() - began)) * 1000);
  }
  return median(rates);
}

function rateNow(rounds: number, calls: number, run: (n: number) => unknown): number {
  const rates = Array.from({ length: rounds }, () => {
    const began = performance.now();
    for (let n = 0; n < calls; n += 1) run(n);
    return (calls / (performance.now() - began)) * 1000;
  });
  return median(rates);
}

const condition = "n0 > 80.0 && n1 < 20.0 && !b0";
const facts = { n0: 90, n1: 10, b0: false };

function ourRate(calls: number): number {
  const one = compileCel(condition, namesOf(profile));
  if ("message" in one) throw new Error(one.message);
  const values = profile.points.map(({ id }) => facts[id as keyof typeof facts]);
  return rateNow(5, calls, () => one.run(values));
}

function bareRate(calls: number): number {
  const environment = new Environment();
  for (const { id, type } of profile.points) {
    environment.registerVariable(id, type === "number" ? "double" : "bool");
  }
  const parsed = environment.parse(condition);
  return rateNow(5, calls, () => parsed(facts));
}

type Engine = new (rules: object[]) => { run(facts: object): Promise<unknown> };

async function peerRate(calls: number): Promise<number | null> {
  const path = installPeer("json-rules-engine/dist/index.js");
  if (path === null) return null;
  const { Engine } = (await import(pathToFileURL(path).href)) as { Engine: Engine };
  const all = [
    { fact: "n0", operator: "greaterThan", value: 80 },
    { fact: "n1", operator: "lessThan", value: 20 },
    { fact: "b0", operator: "equal", value: false },
  ];
  const engine = new Engine([{ conditions: { all }, event: { type: "x" } }]);
  return rate(5, calls, () => engine.run(facts));
}

/** Heap of `rules` compiled and watched, MB. */
function memoryOf(rules: number): number {
  const before = process.memoryUsage().heapUsed;
  const detector = new Detector();
  const pack = compiled(rules);
  detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, begin);
  const used = process.memoryUsage().heapUsed - before;
  if (detector.nextAt() === begin) throw new Error("nothing may be due yet");
  return used / 2 ** 20;
}

export const run: Benchmark = async ({ smoke }) => {
  const memoryMb = memoryOf(smoke ? 1000 : 10_000);
  await paced(1000, smoke ? 0.2 : 2);
  const rounds: number[][] = [];
  for (let round = 0; round < (smoke ? 1 : 5); round += 1) {
    rounds.push(await paced(1000, smoke ? 1 : 6));
  }
  const p99s = rounds.map((spent) => quantile(spent, 0.99));
  const ours = ourRate(smoke ? 10_000 : 2_000_000);
  const bare = bareRate(smoke ? 1000 : 200_000);
  const peer = await peerRate(smoke ? 200 : 20_000);
  return {
    figures: {
      rules: 1000,
      points,
      samples_per_s: perSecond,
      sample_p50_ms: median(rounds.map((spent) => median(spent))),
      sample_max_ms: Math.max(...rounds.flat()),
      condition_per_s: ours,
      bare_cel_js_per_s: bare,
      json_rules_engine_per_s: peer,
      vs_bare_cel_js: ours / bare,
      heap_of_10000_rules_mb: memoryMb,
    },
    bars: {
      sample_p99_ms: atMost(median(p99s), 1),
      vs_json_rules_engine: atLeast(peer === null ? null : ours / peer, 100),
    },
  };
};
