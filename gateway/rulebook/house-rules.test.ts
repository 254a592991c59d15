/**
 * Every detected rule of the house: the case that must raise it, and the one that must not (their tables
 * stand in gateway/testing/rule-cases). The table of rules in the docs is generated, and has all of the
 * domain's.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isReported } from "#rules/detect/pack.ts";
import { button } from "../testing/rule-cases/button.ts";
import { play } from "../testing/rule-cases/play.ts";
import { pumpRoom } from "../testing/rule-cases/pump-room.ts";
import { stationBox } from "../testing/rule-cases/station-box.ts";
import { warehouse } from "../testing/rule-cases/warehouse.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";
import { rulesTable } from "./table.ts";

const packs = readPacks(readProfiles());
const fields = [pumpRoom, warehouse, button, stationBox];

for (const field of fields) {
  const { kind } = field.profile;
  for (const [n, [rule, must, mustNot]] of field.cases.entries()) {
    test(`HR-1: ${kind} ${rule} (case ${n + 1}) is raised by its case, and not by the one beside it`, () => {
      assert.equal(play(packs, field, rule, must).length, 1, JSON.stringify(must).slice(0, 300));
      assert.deepEqual(
        play(packs, field, rule, mustNot),
        [],
        JSON.stringify(mustNot).slice(0, 300),
      );
    });
  }
}

test("HR-4: no rule of the house is detected without a case that raises it and one that does not", () => {
  const tried = new Set(
    fields.flatMap(({ profile, cases }) => cases.map(([rule]) => `${profile.kind} ${rule}`)),
  );
  const detected = packs.flatMap(({ kind, rules }) =>
    rules.filter((rule) => !isReported(rule)).map(({ id }) => `${kind} ${id}`),
  );
  assert.deepEqual(
    detected.filter((rule) => !tried.has(rule)),
    [],
  );
  assert.deepEqual(
    [...tried].filter((rule) => !detected.includes(rule)),
    [],
  );
});

test("HR-2: all 43 rules of the domain and P14 are in the packs, with words, clause and who acts", () => {
  const ids = new Set(packs.flatMap(({ rules }) => rules.map(({ id }) => id)));
  for (const { rules } of packs) {
    for (const { id, name, act, basis } of rules) {
      assert.ok(
        [name.zh, name.en, act.zh, act.en, basis].every((text) => text.length > 1),
        id,
      );
    }
  }
  assert.ok(ids.has("P14"));
  const table = "../shared/domain/rules.csv";
  if (!existsSync(table)) return;
  const given = readFileSync(table, "utf8").trim().split("\n").slice(1);
  const wanted = given.map((row) => row.slice(0, row.indexOf(",")));
  assert.equal(wanted.length, 43);
  assert.deepEqual(
    wanted.filter((id) => !ids.has(id)),
    [],
  );
});

test("HR-3: the table of rules in the docs is the one the packs give", () => {
  assert.equal(readFileSync("docs/reference/rules.md", "utf8"), rulesTable(packs));
});
