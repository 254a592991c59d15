import assert from "node:assert/strict";
import { test } from "node:test";
import { createIds, instantOf } from "./id.ts";

test("CK-5: ids are 26 letters that sort by time, unique within a millisecond and over it", () => {
  const newId = createIds();
  const ids: string[] = [];
  for (let n = 0; n < 20_000; n += 1) ids.push(newId(1_790_000_000_000 + Math.floor(n / 6000)));
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
  // With kind letter and ordinal it must still fit an id of 32 characters.
  assert.ok(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{26}$/.test(id)));
});

test("IN-4: an id says for which instant it was made; what is none says nothing", () => {
  const newId = createIds();
  for (const at of [0, 1, 1_764_176_000_123, 281_474_976_710_655]) {
    assert.equal(instantOf(createIds()(at)), at);
  }
  newId(1000);
  // Not before the one that was made last.
  assert.equal(instantOf(newId(999)), 1000);
  for (const other of ["", "S1", "u".repeat(26), "0".repeat(25)]) {
    assert.equal(instantOf(other), null);
  }
});
