import assert from "node:assert/strict";
import { test } from "node:test";
import { createIds } from "./id.ts";

test("CK-5: ids are 26 letters that sort by time, unique within a millisecond and over it", () => {
  const newId = createIds();
  const ids: string[] = [];
  for (let n = 0; n < 20_000; n += 1) ids.push(newId(1_790_000_000_000 + Math.floor(n / 6000)));
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
  // With kind letter and ordinal it must still fit an id of 32 characters.
  assert.ok(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{26}$/.test(id)));
});
