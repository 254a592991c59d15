import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { defaultSettings } from "#rules/settings.ts";
import { rehearse } from "./rehearsal.ts";

test("SP-12: rules that throw on the settings in force fail the rehearsal, and nothing else", async () => {
  const log = pino({ level: "silent" });
  const broken = { ...defaultSettings, ranking: undefined } as unknown as typeof defaultSettings;
  await assert.rejects(rehearse(log, { settings: broken, packs: [] }), TypeError);
  // Whatever is still under way has its turn: an error that nobody catches would fail this test.
  await new Promise((resolve) => setTimeout(resolve, 50));
});

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
