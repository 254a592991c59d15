/** Who waits for the reader, who is under way, and whom a long question costs something. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Refused } from "../errors.ts";
import { JournalFile } from "../journal/file.ts";
import { Reader } from "./reader.ts";

const trend = { points: [], from: 0, to: 1, most: 10, as: "json" } as const;
const codeOf = (error: Refused): string => `${error.code}: ${error.message}, ${error.allowed}`;
const say = (asked: Promise<unknown>): Promise<string> => asked.then(() => "answered", codeOf);

function open(t: TestContext): Reader {
  const folder = mkdtempSync(join(tmpdir(), "firelink-"));
  JournalFile.openForWriting(folder).close();
  const reader = new Reader(folder);
  t.after(async () => {
    await reader.close();
    rmSync(folder, { recursive: true });
  });
  // Time goes by before the thread has its first turn: what is asked first is long under way.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return reader;
}

test("AP-22: a question that has waited too long is refused alone; what is under way goes on", async (t) => {
  const reader = open(t);
  const long = say(reader.permit("W1"));
  const waits = say(reader.courses(trend));
  t.mock.timers.tick(30_000);
  assert.equal(
    await waits,
    "reader-busy: courses has waited 30 s behind record, try again when that is done",
  );
  t.mock.timers.reset();
  assert.equal(await long, "answered");
  assert.equal(await say(reader.courses(trend)), "answered");
});

test("AP-22: what is under way too long ends the thread; those that wait go on in another one", async (t) => {
  const reader = open(t);
  const long = say(reader.permit("W1"));
  t.mock.timers.tick(110_000);
  const waits = [reader.courses(trend), reader.permit("W2"), reader.courses(trend)].map(say);
  t.mock.timers.tick(10_000);
  assert.match(await long, /^reader-timeout: no answer to record in 120 s, /);
  t.mock.timers.reset();
  assert.deepEqual(await Promise.all(waits), ["answered", "answered", "answered"]);
});

test("AP-22: more than may wait are refused; closing refuses all", async (t) => {
  const reader = open(t);
  const asked = Array.from({ length: 65 }, () => say(reader.courses(trend)));
  assert.match((await asked[64]) ?? "", /^reader-busy: 64 queries are waiting/);
  await reader.close();
  assert.match((await asked[0]) ?? "", /^stopping/);
});
