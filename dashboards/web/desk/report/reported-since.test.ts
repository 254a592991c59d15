/** The card of what was just reported is found, and no other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { IncidentCard } from "#gateway/api/contract.ts";
import { reportedSince } from "./reported-since.ts";

const card = (id: string, reported: object | null) =>
  [id, { id, alarms: [{ reported }] } as unknown as IncidentCard] as const;

test("RI-9: the card of the report comes next, not that of an alarm in the same second", () => {
  const open = new Map([card("I1", { via: "phone" })]);
  const now = new Map([...open, card("I2", null), card("I3", { via: "phone" })]);
  assert.equal(reportedSince(open, now), "I3");
  assert.equal(reportedSince(open, new Map([...open, card("I2", null)])), null);
  assert.equal(reportedSince(open, open), null);
});
