import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { requirementFaults, untidy } from "./tidy.ts";

const folders = ["rules", "gateway", "devices", "dashboards", "bench", "scripts", "docs"];
const built = /^dashboards\/web\/(dist|node_modules)\//;
const files = [
  ...folders.flatMap((folder) => globSync(`${folder}/**/*.*`)),
  ...globSync("*.{md,json,ts,yml}"),
  "Dockerfile",
].filter((file) => file !== "package-lock.json" && !built.test(file));

const read = (file: string): string => readFileSync(file, "utf8");
const found = (file: string, text: string): string[] => untidy(file, text).map((u) => u.what);

test("TD-1: each ban of the tidy test can fail", () => {
  assert.equal(found("rules/a.ts", "const x = Date.now();").length, 1);
  assert.equal(found("rules/a.ts", "const x = Math.random();").length, 1);
  assert.equal(found("rules/a.ts", "await import(`node:fs`);").length, 1);
  assert.equal(found("gateway/a.ts", "const x = new Date();").length, 1);
  assert.equal(found("gateway/a.ts", "console.log(1);").length, 1);
  assert.equal(found("gateway/a.ts", "const x = 1; // TODO later").length, 1);
  assert.equal(found("docs/a.md", "see /home/me/x").length, 1);
  assert.equal(found("dashboards/web/a.tsx", "const x = new Date(1);").length, 1);
  assert.equal(found("dashboards/web/a.tsx", "<p dangerouslySetInnerHTML={x} />").length, 1);
  assert.equal(found("dashboards/web/a.css", "background: url(https://x.org/a.png)").length, 1);
  assert.equal(found("dashboards/web/a.tsx", "\n".repeat(500)).length, 1);
  assert.equal(found("gateway/BigName.ts", "").length, 1);
  assert.equal(found("gateway/a.ts", "\n".repeat(500)).length, 1);
  assert.deepEqual(found("rules/a.ts", " * there is no Date.now() here"), []);
  assert.deepEqual(found("gateway/clock.ts", "Date.now()"), []);
});

test("TD-2: the tree is tidy", () => {
  const all = files.flatMap((file) => untidy(file, read(file)));
  assert.deepEqual(
    all.map(({ file, line, what }) => `${file}:${line}: ${what}`),
    [],
  );
});

test("TD-2: nothing else stands at the top", () => {
  const tracked = execFileSync("git", ["ls-files"], { encoding: "utf8" }).trim().split("\n");
  const top = new Set(tracked.map((file) => file.split("/")[0] ?? ""));
  const allowed = [
    ...[...folders, ".ci", ".dockerignore", ".editorconfig", ".gitignore", ".npmrc"],
    ...["CHANGELOG.md", "Dockerfile", "LICENSE", "README.md", "README.zh-CN.md", "SECURITY.md"],
    ...["biome.json", "docker-compose.yml", "package-lock.json", "package.json", "tsconfig.json"],
  ];
  assert.deepEqual([...top.difference(new Set(allowed))], []);
});

test("TD-3: each requirement has a test that quotes it where its row says, and each quoted id is one requirement", () => {
  const row = "| AA-1 | x | rules/a |\n| AA-2 | x | rules/a |\n";
  const test = (file: string, ids: string) => ({ file, text: `test("${ids}: x", () => {});` });
  assert.deepEqual(requirementFaults(row, [test("rules/a.test.ts", "AA-1, AA-3")]), [
    "AA-2 has no test",
    "AA-3 is no requirement",
  ]);
  const all = [test("rules/a.test.ts", "AA-1, AA-2"), test("gateway/b.test.ts", "AA-2")];
  assert.deepEqual(requirementFaults(row, all), [
    "AA-2 is tested by gateway/b.test.ts, of which its row says nothing",
  ]);
  const named = "| AA-1 | x | rules/a |\n\n## Other\n| AA-1 | y | rules/b.ts |\n";
  assert.deepEqual(requirementFaults(named, [test("rules/c.test.ts", "AA-1")]), [
    "AA-1 stands in the tables twice",
    "AA is the prefix of two tables",
  ]);
  const tests = folders
    .flatMap((folder) => globSync(`${folder}/**/*.test.ts`))
    .map((file) => ({ file, text: read(file) }));
  assert.deepEqual(requirementFaults(read("docs/requirements.md"), tests), []);
});
