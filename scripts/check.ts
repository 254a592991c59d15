/**
 * `npm run check`: types, lint, module boundaries, sizes of the pages, unit tests (the tidy test is
 * one of them) and a smoke run of every benchmark; ends with each step's time.
 */
import { spawn } from "node:child_process";

type Step = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The others need what it makes. */
  readonly first?: boolean;
  /** What it prints is of interest where it is green too. */
  readonly shown?: boolean;
};

const node = process.execPath;
const steps: readonly Step[] = [
  { name: "types", command: "tsc", args: ["-p", "."] },
  { name: "types of rules", command: "tsc", args: ["-p", "rules"] },
  { name: "types of pages", command: "tsc", args: ["-p", "dashboards/web"] },
  {
    name: "types of their tests",
    command: "tsc",
    args: ["-p", "dashboards/web/tsconfig.test.json"],
  },
  { name: "lint", command: "biome", args: ["ci", "."] },
  { name: "boundaries", command: node, args: ["scripts/boundaries.ts"] },
  { name: "unit tests", command: node, args: ["scripts/test.ts", "unit"] },
  { name: "pages", command: node, args: ["scripts/web.ts"], first: true },
  { name: "sizes of pages", command: node, args: ["scripts/sizes.ts"], shown: true },
  { name: "bench smoke", command: node, args: ["bench/run.ts", "--smoke-all"] },
];

/** Runs one step; gives true where it is green. What it printed is shown only where it is not. */
function run({ name, command, args, shown }: Step): Promise<boolean> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.on("error", (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on("close", (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (code !== 0 || shown) process.stdout.write(Buffer.concat(output));
      process.stdout.write(
        `${code === 0 ? "ok    " : "FAILED"} ${seconds.padStart(5)} s ${name}\n`,
      );
      resolve(code === 0);
    });
  });
}

/** Quick ones together; what measures time runs after them, by itself. */
const first = steps.filter((step) => step.first);
const slow = steps.filter((step) => step.name === "bench smoke");
const quick = steps.filter((step) => !first.includes(step) && !slow.includes(step));
const results: boolean[] = [];
for (const step of first) results.push(await run(step));
results.push(...(await Promise.all(quick.map(run))));
for (const step of slow) results.push(await run(step));
process.exitCode = results.every(Boolean) ? 0 : 1;
