/**
 * Plays a scenario on the running demo: one act after the other over control.sock, each told as it
 * happens. It waits for the clock only, never for what the gateway makes of it: that is what
 * somebody watches on the screen, and the reason why the tour's player, which waits for the
 * committed state and tidies up behind itself, is another one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulated } from "#devices/act-check.ts";
import { demoSimulated } from "../demo.ts";
import { Refused } from "../errors.ts";
import { askGateway } from "./control.ts";
import { readScenario, reasonOf, type Scenario, type ScenarioStep } from "./scenario-file.ts";

type Options = { readonly dryRun: boolean; readonly json: boolean };
type End = "checked" | "played" | "stopped" | "refused";

/** Gives the exit status: 1 where it was stopped. Throws `Refused` at a wrong file or step. */
export async function playScenario(file: string, { dryRun, json }: Options): Promise<number> {
  const scenario = readScenario(file, await whoIsThere(dryRun));
  const show = json ? new Json() : new Lines();
  show.begin(scenario);
  if (dryRun) {
    for (const step of scenario.steps) show.step(step, step.atMs, null);
    show.end("checked", scenario.lastsMs, []);
    return 0;
  }
  const stop = new AbortController();
  const end = () => stop.abort();
  // A second Ctrl-C ends the process as usual, should the gateway not answer.
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    return await play(scenario, show, stop.signal);
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

/** A file can be checked without a gateway: against the district that a demo begins with. */
async function whoIsThere(dryRun: boolean): Promise<Simulated> {
  try {
    return (await askGateway({ do: "simulators" })) as Simulated;
  } catch (error) {
    if (dryRun && error instanceof Refused && error.code === "not-running") return demoSimulated();
    throw error;
  }
}

async function play(scenario: Scenario, show: Show, signal: AbortSignal): Promise<number> {
  const beganAt = performance.now();
  const since = (): number => performance.now() - beganAt;
  // Each time counts from the begin, so that what an act takes shifts nothing after it.
  const until = (ms: number) => sleep(Math.max(0, ms - since()), undefined, { signal });
  const left = [...scenario.steps];
  try {
    for (const step of scenario.steps) {
      await until(step.atMs);
      left.shift();
      const result = step.act ? await askGateway({ do: "simulate", act: step.act }) : null;
      show.step(step, since(), result);
    }
    await until(scenario.lastsMs);
  } catch (error) {
    const undone = left.filter(({ act }) => act !== null);
    const stopped = (error as Error).name === "AbortError";
    show.end(stopped ? "stopped" : "refused", since(), undone);
    if (stopped) return 1;
    const { file, steps } = scenario;
    const step = steps[steps.length - left.length - 1];
    const message = `${file}:${step?.line}: ${step?.words}: ${reasonOf(error)}`;
    throw new Refused({ code: "bad-step", message });
  }
  show.end("played", since(), []);
  return 0;
}

/** `1:05`, as the tour shows its times. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

interface Show {
  begin(scenario: Scenario): void;
  step(step: ScenarioStep, atMs: number, result: unknown): void;
  end(how: End, atMs: number, undone: readonly ScenarioStep[]): void;
}

class Lines implements Show {
  begin({ name, steps, lastsMs }: Scenario): void {
    print(`${name.zh}${name.en ? ` (${name.en})` : ""}: ${steps.length} steps, ${clock(lastsMs)}`);
  }

  step({ words }: ScenarioStep, atMs: number, result: unknown): void {
    print(`${clock(atMs)}  ${words}${result === null ? "" : `: ${result}`}`);
  }

  end(how: End, atMs: number, undone: readonly ScenarioStep[]): void {
    if (how === "checked") return;
    const early = undone.length === 0 ? "nothing is left undone" : "left undone:";
    print(`${clock(atMs)}  ${how}${how === "played" ? "" : `; ${early}`}`);
    for (const { words } of undone) print(`      ${words}`);
  }
}

/** One object a line, by `kind`. */
class Json implements Show {
  begin({ file, name, steps, lastsMs }: Scenario): void {
    print(JSON.stringify({ kind: "begin", file, name, steps: steps.length, lastsMs }));
  }

  step({ line, words }: ScenarioStep, atMs: number, result: unknown): void {
    print(JSON.stringify({ kind: "step", line, atMs: Math.round(atMs), do: words, result }));
  }

  end(how: End, atMs: number, undone: readonly ScenarioStep[]): void {
    const left = undone.map(({ line, words }) => ({ line, do: words }));
    print(JSON.stringify({ kind: "end", how, atMs: Math.round(atMs), undone: left }));
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
