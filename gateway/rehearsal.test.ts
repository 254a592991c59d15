import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { defaultSettings } from "#rules/settings.ts";
import { rehearse } from "./rehearsal.ts";

test("SP-12: the rehearsal at start takes made presses the whole way to an order", async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { acknowledged, ordered } = await rehearse(log, { settings: defaultSettings, packs: [] });
  // On a machine that is very busy it ends by time.
  assert.ok(acknowledged > 50);
  // One press, one order: what the neighbouring stations hear comes later, by silence.
  assert.equal(ordered, acknowledged);
  assert.equal(lines.length, 1);
});
