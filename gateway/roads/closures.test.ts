/** Closed roads as people write them: what is wrong is said at its line, and nothing is taken by halves. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { demoInventory } from "../demo.ts";
import { Refused } from "../errors.ts";
import { makeFolder } from "../testing/process.ts";
import { readClosures, withClosure, withoutClosure } from "./closures.ts";

/** 2026-11-23 02:00:00 +08:00. */
const now = 1_795_370_400_000;
const at = { now, utcOffsetMin: 480, district: demoInventory().district };

function read(text: string) {
  const folder = makeFolder();
  try {
    const path = join(folder.path, "closed.yaml");
    writeFileSync(path, text);
    return readClosures(path, at);
  } finally {
    folder.remove();
  }
}

const good = `v: 1
closures:
  - { id: a, name: { zh: 桥, en: Bridge }, lng: 120.49, lat: 30.09, until: 2026-11-23T12:00 }
  - { id: b, name: { zh: 路, en: Road }, lng: 120.494, lat: 30.0875, datum: GCJ-02, reason: flood, from: 3h, until: 2d }
`;

test("RO-25: a list of closures is refused with each fault at its line, and is in force whole or not at all", () => {
  const [a, b] = read(good);
  assert.deepEqual([a?.from, a?.until, a?.reason], [now, now + 10 * 3_600_000, "other"]);
  assert.deepEqual([b?.from, b?.until], [now + 3 * 3_600_000, now + 2 * 86_400_000]);
  assert.ok(b && b.lng < 120.4905 && b.lat > 30.0895, "GCJ-02 is converted here");
  const wrong: readonly (readonly [string, RegExp])[] = [
    [good.replace("id: b", "id: a"), /closed\.yaml:4: .*a stands there twice/],
    [good.replace("lng: 120.49,", "lng: 12,"), /closed\.yaml:3: .*outside the district/],
    [good.replace("2026-11-23T12:00", "2026-11-22T12:00"), /closed\.yaml:3: .*end is not after/],
    [good.replace("2026-11-23T12:00", "soon"), /closed\.yaml:3: .*soon is no time/],
    [good.replace("reason: flood", "reason: dragon"), /closed\.yaml:4: .*allowed: works, flood/],
    [good.replace("zh: 桥, ", ""), /closed\.yaml:3: .*zh is missing/],
    [`${good}more: 1\n`, /no such key/],
    ["[", /closed\.yaml:1/],
  ];
  for (const [text, why] of wrong) {
    assert.throws(
      () => read(text),
      (error: Error) => {
        assert.ok(error instanceof Refused, text);
        assert.match(error.message, why);
        return true;
      },
    );
  }
  assert.throws(() => readClosures("/nowhere.yaml", at), Refused);
  assert.ok(a && b);
  assert.deepEqual(withClosure([a], { ...a, lng: 120.5 }, now), [{ ...a, lng: 120.5 }]);
  assert.deepEqual(withClosure([a], b, a.until), [b], "what has ended leaves the list");
  assert.throws(() => withoutClosure([a], "b", now), Refused);
  assert.deepEqual(withoutClosure([a, b], "b", now), [a]);
});
