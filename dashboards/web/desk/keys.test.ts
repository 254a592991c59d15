import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, deskKeys, type KeyPress } from "./keys.ts";

const press = (key: string, of: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isComposing: false,
  ...of,
});
const list = { typing: false, dialog: false };

test("DK-13: each key does one thing and each thing has one key", () => {
  assert.equal(new Set(deskKeys.map(({ key }) => key)).size, deskKeys.length);
  assert.equal(new Set(deskKeys.map(({ does }) => does)).size, deskKeys.length);
});

test("DK-13: acknowledge and silence are two keys; capitals count the same", () => {
  assert.equal(actionOf(press("a"), list), "acknowledge");
  assert.equal(actionOf(press("A"), list), "acknowledge");
  assert.equal(actionOf(press("m"), list), "silence");
  assert.equal(actionOf(press(";"), list), null);
});

test("DK-14: nothing acts while somebody types, composes, or a dialog has the keys", () => {
  assert.equal(actionOf(press("a"), { typing: true, dialog: false }), null);
  assert.equal(actionOf(press("a"), { typing: false, dialog: true }), null);
  assert.equal(actionOf(press("a", { isComposing: true }), list), null);
  assert.equal(actionOf(press("a", { ctrlKey: true }), list), null);
  assert.equal(actionOf(press("Escape"), { typing: true, dialog: true }), "back");
});

test("DK-14: a key that is held down walks, it does not act again", () => {
  assert.equal(actionOf(press("t", { repeat: true }), list), null);
  assert.equal(actionOf(press("ArrowDown", { repeat: true }), list), "down");
});
