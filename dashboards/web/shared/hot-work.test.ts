/** Words of hot work are complete: whatever the contract or the rules can produce has zh and en. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { permitActs } from "#gateway/api/hot-work-contract.ts";
import * as choices from "#rules/hot-work/choices.ts";
import { lowerLimits } from "#rules/hot-work/gas.ts";
import { permitStates } from "#rules/hot-work/lifecycle.ts";
import * as permit from "#rules/hot-work/permit.ts";
import { reportFaults } from "#rules/hot-work/report.ts";
import { startFaults } from "#rules/hot-work/start.ts";
import { hotWorkEn } from "./words/hot-work-en.ts";
import { hotWorkZh } from "./words/hot-work-zh.ts";

const { tools, ...reasons } = choices;

const sets: Readonly<Record<string, readonly string[]>> = {
  state: permitStates,
  class: permit.hotWorkClasses,
  kind: permit.workKinds,
  object: permit.workObjects,
  party: permit.parties,
  capacity: permit.capacities,
  use: permit.zoneUses,
  unit: permit.gasUnits,
  evidence: permit.evidenceSources,
  cause: permit.stopCauses,
  substance: Object.keys(lowerLimits),
  tool: tools,
  reason: Object.values(reasons).flat(),
  act: Object.keys(permitActs),
  result: ["pass", "fail", "waived"],
  need: ["always", "drawn", "not-drawn"],
  done: ["on-site", "remote"],
  fault: [...reportFaults, ...startFaults, ...actFaults()],
};

/** Refusals of acts are answers in the code, and no list: read where they are given. */
function actFaults(): string[] {
  const folder = join(import.meta.dirname, "../../../rules/hot-work");
  const files = globSync("*.ts", { cwd: folder }).filter((file) => !file.endsWith(".test.ts"));
  const given = /(?:return|\? null :|refuse\((?:command, )?) ?"([a-z]+(?:-[a-z]+)*)"/g;
  // In these two an answer is a reason of the matching, or a class.
  const others = ["matching.ts", "class.ts"];
  return files
    .filter((file) => !others.includes(file))
    .flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(given)])
    .map(([, code = ""]) => code)
    .filter((code) => code !== "report-hot-work");
}

test("HF-1: every state, class, fault, cause and reason of hot work has its word in both languages", () => {
  const found = actFaults();
  for (const one of ["wrong-code", "too-many-permits", "of-another-class", "no-oxygen"]) {
    assert.ok(found.includes(one), `${one} was not found in the rules`);
  }
  for (const [set, codes] of Object.entries(sets)) {
    for (const code of codes) {
      const key = `hot-work.${set}.${code}`;
      assert.ok(Object.hasOwn(hotWorkZh, key), `${key} has no Chinese word`);
      assert.ok(Object.hasOwn(hotWorkEn, key), `${key} has no English word`);
    }
  }
});
