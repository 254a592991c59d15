/** Every no that an act at a desk may get has words: an operator is not shown a code. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { zh as shared } from "../shared/words/zh.ts";
import { zh } from "./words/zh.ts";

/** Where rules and gateway say no to an act, read from their sources. */
function codesOf(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(pattern)].map(([, code, other = ""]) => code ?? other),
  );
}

test("DK-17: each refusal of the rules and of the door has its words", () => {
  const sources = globSync("rules/{incident,alarm,dispatch}/*.ts").filter(
    (file) => !file.includes(".test."),
  );
  const codes = [
    ...codesOf(sources, /refuse\(\s*"[a-z0-9-]+",\s*"([a-z0-9-]+)"/g),
    // What keeps an alarm from the desk says no in a way of its own.
    ...codesOf(
      globSync("rules/alarm/{shelf,out-of-service,lifecycle}.ts"),
      /return (?:refuse\()?"([a-z0-9-]+)"|\? "([a-z0-9-]+)" : null/g,
    ),
    ...codesOf(
      ["rules/dispatch/command.ts", "rules/dispatch/status.ts"],
      /return refuse\("([a-z0-9-]+)"\)/g,
    ),
    ...codesOf(["gateway/identity/pins.ts", "gateway/tour.ts"], /code: "([a-z0-9-]+)"/g),
  ];
  assert.ok(codes.length > 25, `${codes.length} codes`);
  const known = (code: string): boolean => `refused.${code}` in zh || `problem.${code}` in shared;
  // A speed is typed at the command line, never at a desk.
  const without = new Set(codes.filter((code) => !known(code) && code !== "bad-speed"));
  assert.deepEqual([...without], []);
});
