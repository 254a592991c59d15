import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { firstLoad, sizesOf } from "./sizes.ts";
import { hashSources, plan } from "./web.ts";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dashboards/web/dist");

/** What `npm start` and `npm test` run first. */
function web(script: string): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  return { status, stdout, stderr };
}

before(() => assert.equal(web(join(root, "scripts/web.ts")).status, 0, "the build failed"));

test("WB-1: the first load of each page keeps its bound", () => {
  const sizes = sizesOf(dist);
  assert.deepEqual(
    sizes.map(({ page }) => page),
    ["desk.html", "phone.html"],
  );
  for (const { page, bytes, limit } of sizes) {
    process.stdout.write(`# ${page}: ${(bytes / 1000).toFixed(1)} kB gz of ${limit / 1000} kB\n`);
    assert.ok(bytes > 10_000, `${page}: nothing was counted`);
    assert.ok(bytes <= limit, `${page}: ${bytes} of ${limit} bytes`);
  }
});

test("WB-1: what is loaded on demand is no first load, what everybody shares counts once", () => {
  const manifest = {
    "a.html": { file: "a.js", imports: ["shared", "other"], css: ["a.css"] },
    shared: { file: "shared.js", css: ["shared.css"] },
    other: { file: "other.js", imports: ["shared"] },
    "map.tsx": { file: "map.js", imports: ["shared"] },
  };
  assert.deepEqual(firstLoad(manifest, "a.html").sort(), [
    "a.css",
    "a.html",
    "a.js",
    "other.js",
    "shared.css",
    "shared.js",
  ]);
  assert.throws(() => firstLoad(manifest, "b.html"), /no entry/);
});

test("WB-2: a second run says nothing; without Vite old pages are used, and missing ones said", () => {
  const again = web(join(root, "scripts/web.ts"));
  assert.deepEqual(again, { status: 0, stdout: "", stderr: "" });
  assert.deepEqual(plan("a", "a", false), { build: false, warning: null });
  assert.deepEqual(plan("a", "b", true), { build: true, warning: null });
  assert.match(plan("a", "b", false).warning ?? "", /older than their sources/);
  assert.match(plan("a", null, false).warning ?? "", /no pages are built/);
});

test("WB-2: a changed byte of a source is seen, a test or a mere touch is not", () => {
  const tree = mkdtempSync(join(tmpdir(), "firelink-web-"));
  after(() => rmSync(tree, { recursive: true, force: true }));
  mkdirSync(join(tree, "dashboards/web/phone"), { recursive: true });
  mkdirSync(join(tree, "rules"), { recursive: true });
  const source = join(tree, "dashboards/web/phone/app.tsx");
  writeFileSync(source, "one");
  const first = hashSources(tree);
  writeFileSync(source, "one");
  writeFileSync(join(tree, "dashboards/web/phone/app.test.ts"), "a test");
  assert.equal(hashSources(tree), first);
  writeFileSync(source, "two");
  const second = hashSources(tree);
  assert.notEqual(second, first);
  writeFileSync(join(tree, "rules/say.ts"), "a word");
  assert.notEqual(hashSources(tree), second);
});

test("WB-2: an installation without development packages starts", () => {
  const tree = mkdtempSync(join(tmpdir(), "firelink-web-"));
  after(() => rmSync(tree, { recursive: true, force: true }));
  mkdirSync(join(tree, "scripts"));
  const script = join(tree, "scripts/web.ts");
  cpSync(join(root, "scripts/web.ts"), script);
  writeFileSync(join(tree, "package.json"), '{"type":"module"}');
  const { status, stderr } = web(script);
  assert.equal(status, 0);
  assert.match(stderr, /vite is not installed/);
});

test("WB-6: the built pages hold no inline script and name no external host", () => {
  for (const page of ["desk.html", "phone.html"]) {
    const html = readFileSync(join(dist, page), "utf8");
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) assert.match(tag, / src="\/assets\//);
    assert.doesNotMatch(html, /<script\b[^>]*>[^<]/, page);
    assert.doesNotMatch(html, /\son\w+=/, page);
    assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//, page);
  }
  for (const file of globSync("assets/*.css", { cwd: dist })) {
    assert.doesNotMatch(readFileSync(join(dist, file), "utf8"), /url\(["']?(https?:)?\/\//, file);
  }
});

test("WB-6: what was compressed is what was built", () => {
  const files = globSync("{*.html,assets/*.js,assets/*.css}", { cwd: dist });
  assert.ok(files.length >= 4);
  for (const file of files) {
    const bytes = readFileSync(join(dist, file));
    assert.ok(existsSync(join(dist, `${file}.br`)), file);
    assert.ok(brotliDecompressSync(readFileSync(join(dist, `${file}.br`))).equals(bytes), file);
    assert.ok(gunzipSync(readFileSync(join(dist, `${file}.gz`))).equals(bytes), file);
  }
});
