/**
 * `npm run -s bench -- NAME [--smoke]`: runs one benchmark; its last line is one JSON object. Exits 1
 * where a bar does not hold. `--smoke` runs a short form; `--smoke-all` every one of them in turn.
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Bar, type Benchmark, machine } from "./bench.ts";

/** Files here that are not benchmarks. */
const parts = new Set(["bench.ts", "peers.ts", "run.ts"]);

function names(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file) && !parts.has(file))
    .map((file) => file.slice(0, -3))
    .sort();
}

async function runOne(name: string, smoke: boolean): Promise<boolean> {
  const { run } = (await import(`./${name}.ts`)) as { run: Benchmark };
  const { figures, bars: judged } = await run({ smoke });
  // A smoke run shows that the benchmark works; it is too short to judge speed by.
  const bars = smoke ? unjudged(judged) : judged;
  process.stdout.write(
    `${JSON.stringify({ bench: name, smoke, machine: machine(), figures, bars })}\n`,
  );
  return Object.values(bars).every((bar) => bar.holds !== false);
}

function unjudged(bars: Readonly<Record<string, Bar>>): Record<string, Bar> {
  return Object.fromEntries(
    Object.entries(bars).map(([name, bar]) => [name, { ...bar, holds: null }]),
  );
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { smoke: { type: "boolean" }, "smoke-all": { type: "boolean" } },
  });
  const known = names();
  const chosen = values["smoke-all"] ? known : positionals;
  const unknown = chosen.filter((name) => !known.includes(name));
  if (chosen.length === 0 || unknown.length > 0) {
    process.stderr.write(`usage: npm run -s bench -- NAME [--smoke]\nNAME: ${known.join(", ")}\n`);
    return 2;
  }
  let holds = true;
  for (const name of chosen) {
    holds = (await runOne(name, Boolean(values.smoke || values["smoke-all"]))) && holds;
  }
  return holds ? 0 : 1;
}

process.exitCode = await main();
