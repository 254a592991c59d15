/**
 * A scenario: what simulated devices do, in time. A name, and steps of one line each in the words
 * that follow `firelink simulate`, or `wait 30s`. All of it is judged here, before anything is
 * played; every fault is told at its line with what is allowed.
 */
import { statSync } from "node:fs";
import Type from "typebox";
import { checkAct, type Simulated } from "#devices/act-check.ts";
import type { Act } from "#devices/ipc.ts";
import { Refused } from "../errors.ts";
import { line, object, readYamlFile, type YamlFault } from "../yaml-file.ts";
import { actOf } from "./act.ts";

export type ScenarioStep = {
  readonly line: number;
  /** Since the begin of the scenario. */
  readonly atMs: number;
  readonly words: string;
  /** Null where it only waits. */
  readonly act: Act | null;
};

export type Scenario = {
  readonly file: string;
  readonly name: { readonly zh: string; readonly en?: string };
  readonly steps: readonly ScenarioStep[];
  readonly lastsMs: number;
};

const bytesAtMost = 1 << 20;
const waitAtMostMs = 3_600_000;

const schema = object({
  name: object({ zh: line, en: Type.Optional(line) }),
  steps: Type.Array(
    Type.String({
      pattern: "^[ -~]{1,200}$",
      allowed: "one line in the words that follow `firelink simulate`, or wait 30s",
    }),
    { minItems: 1, maxItems: 500, allowed: "a list of 1 to 500 steps" },
  ),
});

type Source = { readonly name: Scenario["name"]; readonly steps: readonly string[] };

/** `there`: who is simulated. Throws `Refused` with every fault of the file. */
export function readScenario(file: string, there: Simulated): Scenario {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > bytesAtMost) {
    const message = `${file} is no scenario`;
    const allowed = "a YAML file of at most 1 MiB with name and steps";
    throw new Refused({ code: "bad-file", message, allowed });
  }
  const { value, refuse, lineOf } = readYamlFile<Source>(file, schema);
  const faults: YamlFault[] = [];
  const steps: ScenarioStep[] = [];
  let atMs = 0;
  for (const [i, text] of value.steps.entries()) {
    const path = ["steps", i];
    const words = text.trim().split(/ +/);
    try {
      const waits = words[0] === "wait";
      const act = waits ? null : actOf(words, "wait 30s");
      if (act) checkAct(act, there);
      steps.push({ line: lineOf(path), atMs, words: words.join(" "), act });
      if (waits) atMs += waitMs(words);
    } catch (error) {
      faults.push({ path, message: reasonOf(error) });
    }
  }
  refuse(faults);
  return { file, name: value.name, steps, lastsMs: atMs };
}

function waitMs(words: readonly string[]): number {
  const match = /^wait (\d{1,4})(s|min)$/.exec(words.join(" "));
  const ms = Number(match?.[1] ?? 0) * (match?.[2] === "min" ? 60_000 : 1000);
  if (ms > 0 && ms <= waitAtMostMs) return ms;
  const message = `"${words.join(" ")}" is no time to wait`;
  throw new Refused({ code: "bad-time", message, allowed: "wait 1s to wait 60min" });
}

/** What is wrong and what is allowed, on one line. */
export function reasonOf(error: unknown): string {
  const { message, allowed } = error as Refused;
  return allowed === undefined ? message : `${message}; allowed: ${allowed}`;
}
