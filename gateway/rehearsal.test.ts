import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { rehearse } from "./rehearsal.ts";

test("SP-12: the rehearsal at start takes made presses the whole way to an order", async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { presses, acknowledged, ordered } = await rehearse(log);
  assert.equal(acknowledged, presses);
  // One press, one order: what the neighbouring stations hear comes later, by silence.
  assert.equal(ordered, presses);
  assert.equal(lines.length, 1);
});
