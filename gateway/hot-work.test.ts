import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { defaultHotWork } from "#rules/hot-work/settings.ts";
import { readConfig } from "./config.ts";
import { readHotWork } from "./hot-work.ts";
import { makeFolder } from "./testing/process.ts";

test("HW-14: numbers of hot work are data: what is not named keeps its default, what is laxer is refused by line", () => {
  const folder = makeFolder();
  try {
    const path = join(folder.path, "hot-work.yaml");
    const write = (...lines: string[]) => writeFileSync(path, `${["v: 1", ...lines].join("\n")}\n`);
    write("holidays: [ '2027-01-01' ]", "approvers: { first: [ firm-leader ] }");
    const expected = {
      ...defaultHotWork,
      holidays: ["2027-01-01"],
      approvers: { ...defaultHotWork.approvers, first: ["firm-leader"] },
    };
    assert.deepEqual(readHotWork(path), expected);
    const { settings } = readConfig({ FIRELINK_RULES_HOT_WORK_FILE: path });
    assert.deepEqual(settings.hotWork, expected);
    for (const [line, wrong] of [
      ["longestMs: { second: 262800000 }", /hot-work\.yaml:2: longestMs\.second/],
      ["windBeaufort: 6", /windBeaufort .*allowed: 3 to 5/],
      ["samplePercent: { red: 50 }", /samplePercent\.red .*allowed: 100 to 100/],
      ["approvers: { special: [] }", /approvers\.special/],
      ["approvers: { first: [ station ] }", /approvers\.first\.0 .*firm-leader/],
      ["apartM: 5", /apartM .*15 to 500/],
      ["holidays: [ tomorrow ]", /holidays\.0 .*YYYY-MM-DD/],
      ["silently: yes", /silently/],
    ] as const) {
      write(line);
      assert.throws(() => readHotWork(path), wrong, line);
    }
  } finally {
    folder.remove();
  }
});
