/**
 * `npm test`: every test, by suites of one cost each. `npm test -- unit int` runs some of them,
 * `npm test -- broker` the files whose path has that word.
 *
 * Under CI=true a test that was left out (skip, todo) is a failure: the run would prove less than it
 * says.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

type Suite = {
  readonly name: string;
  readonly pattern: RegExp;
  /** Test files at once. */
  readonly atOnce: number;
  /** Its files share so many processes: to start one costs more than most of their tests. */
  readonly isShared?: true;
  /** What measures and hardly loads the machine: beside its like alone, after the others. */
  readonly light?: RegExp;
  /** What measures, or loads the machine: one file at a time, after the others. */
  readonly alone?: RegExp;
  readonly budgetS: number;
};

const suites: readonly Suite[] = [
  {
    name: "unit",
    pattern: /^[^.]*\.test\.ts$/,
    // One more than cores: some wait.
    atOnce: availableParallelism() + 1,
    isShared: true,
    budgetS: 20,
  },
  {
    name: "int",
    pattern: /\.int\.test\.ts$/,
    // These mostly wait for clocks and servers.
    atOnce: 4,
    light: /broker|peers|others|trouble/,
    alone: /kill9|spine|faults|district|month|rules\.int|called|many-rules|stream|bad-input/,
    budgetS: 180,
  },
  { name: "sim", pattern: /\.sim\.test\.ts$/, atOnce: availableParallelism(), budgetS: 60 },
  {
    name: "e2e",
    pattern: /\.e2e\.test\.ts$/,
    atOnce: 3,
    alone: /flood|screens|demo|called|figures|replay/,
    budgetS: 180,
  },
];

const longestTestMs = 120_000;

/** A suite is ended after so many budgets: a slow machine needs some, a hang needs all. */
const patience = 8;

/** A test of a page is no `.tsx`: node strips types but knows no markup. */
const folders = ["rules", "gateway", "devices", "dashboards", "bench", "scripts"];

function files(suite: Suite, words: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.test.ts`))
    .filter((file) => suite.pattern.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}

/** Runs one suite; gives what keeps it from being green. */
async function run(suite: Suite, list: readonly string[], strict: boolean): Promise<string | null> {
  const started = performance.now();
  const { name, budgetS, atOnce, isShared, light, alone } = suite;
  const isAlone = (file: string) => alone?.test(file) ?? false;
  const isLight = (file: string) => !isAlone(file) && (light?.test(file) ?? false);
  const parts = [
    [atOnce, list.filter((file) => !isAlone(file) && !isLight(file))],
    [atOnce, list.filter(isLight)],
    [1, list.filter(isAlone)],
  ] as const;
  const green: boolean[] = [];
  for (const [atOnce, files] of parts) {
    if (files.length === 0) continue;
    if (isShared) green.push(...(await Promise.all(deal(files, atOnce).map(runShared))));
    else green.push(await runFiles(suite, [`--test-concurrency=${atOnce}`, ...files], strict));
  }
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${name}: ${list.length} files, ${seconds.toFixed(1)} s of ${budgetS} s\n`);
  return green.every(Boolean) ? null : name;

  function runShared(files: readonly string[]): Promise<boolean> {
    return runFiles(suite, ["--test-isolation=none", ...files], strict);
  }
}

/** Deals files out to so many hands; none is empty. */
function deal(files: readonly string[], hands: number): string[][] {
  const dealt = Array.from({ length: hands }, (_, hand) =>
    files.filter((_, i) => i % hands === hand),
  );
  return dealt.filter((hand) => hand.length > 0);
}

/** Runs files of one suite to their end; gives whether all are green. */
async function runFiles(suite: Suite, how: readonly string[], strict: boolean): Promise<boolean> {
  const args = [
    "--test",
    // A test that hangs fails and is named; it does not hold up the others for ever.
    `--test-timeout=${longestTestMs}`,
    "--test-reporter=./scripts/reporter.ts",
    "--test-reporter-destination=stdout",
    ...how,
  ];
  // No --test-force-exit: with files side by side it loses verdicts without a word (nodejs/node
  // issue 64833). A handle that a test left open ends the suite here instead, which names the file.
  const child = spawn(process.execPath, args, {
    stdio: "inherit",
    env: {
      ...process.env,
      FIRELINK_STRICT_TESTS: strict ? "1" : "",
      // The hundreds of processes that tests start need not strip the same types anew.
      NODE_COMPILE_CACHE: resolve(".cache/compiled"),
    },
    timeout: patience * suite.budgetS * 1000,
  });
  const [status, signal] = (await once(child, "close")) as [number | null, string | null];
  if (signal) process.stderr.write(`${suite.name}: ended by ${signal}, a file did not end\n`);
  return status === 0;
}

/** A file that looks like a test and fits no suite would never run. */
function strays(): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.{test,spec}.{ts,tsx,mts,js}`))
    .filter((file) => !suites.some((suite) => suite.pattern.test(file)));
}

const { positionals } = parseArgs({ allowPositionals: true });
const chosen = suites.filter((suite) => positionals.includes(suite.name));
const words = positionals.filter((word) => !suites.some((suite) => suite.name === word));
const strict = process.env.CI === "true";
const failed: string[] = strays().map((file) => `${file} fits no suite`);
let found = 0;
for (const suite of chosen.length > 0 ? chosen : suites) {
  const list = files(suite, words);
  found += list.length;
  if (list.length === 0) continue;
  const failure = await run(suite, list, strict);
  if (failure) failed.push(failure);
}
if (found === 0) {
  process.stderr.write(`no test file matches ${positionals.join(" ")}\n`);
  process.exitCode = 1;
}
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join(", ")}\n`);
  process.exitCode = 1;
}
