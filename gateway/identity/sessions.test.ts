import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../simulation/virtual-clock.ts";
import { may } from "./may.ts";
import type { Person } from "./people.ts";
import { actorOf, readerOf, Sessions } from "./sessions.ts";

const hour = 3_600_000;
const day = 24 * hour;
const duty: Person = { id: "P-1", name: "甲", role: "operator", scope: "*" };
const other: Person = { id: "P-2", name: "乙", role: "operator", scope: "*" };

function setUp() {
  const clock = new VirtualClock(1_800_000_000_000);
  const sessions = new Sessions(clock);
  const told: string[] = [];
  sessions.onEnd((_key, reason) => told.push(`${reason} ${clock.now()}`));
  const token = sessions.open(duty);
  const session = () => sessions.find(token);
  return { clock, sessions, token, told, session };
}

test("SD-5: after 12 h without an act a session reads on and acts no more; that is told at once", () => {
  const { clock, session, told } = setUp();
  const { expiresAt } = session() ?? assert.fail();
  clock.advance(12 * hour - 1);
  assert.equal(session()?.access, "full");
  assert.deepEqual(told, []);
  clock.advance(1000);
  assert.deepEqual(told, [`expired ${expiresAt}`]);
  const now = session() ?? assert.fail();
  assert.equal(now.access, "read-only");
  assert.equal(now.expiresAt, expiresAt);
  for (const action of ["read", "stream", "attend"] as const) {
    assert.ok(may(readerOf(now), action, {}).may, action);
  }
  const verdict = may(actorOf(now), "act", {});
  assert.equal(!verdict.may && verdict.code, "read-only");
});

test("SD-5: it is told though the timer is late, and once; seven days later it is over", () => {
  const { clock, sessions, session, told, token } = setUp();
  sessions.stop();
  clock.advance(13 * hour);
  assert.deepEqual(told, []);
  assert.equal(session()?.access, "read-only");
  assert.equal(session()?.access, "read-only");
  assert.equal(told.length, 1);
  clock.advance(7 * day);
  assert.equal(sessions.find(token), null);
  assert.match(told[1] ?? "", /^signed-out/);
});

test("SD-5: the timers of many sessions are one, and each is told at its own time", () => {
  const { clock, sessions, told } = setUp();
  clock.advance(hour);
  sessions.open(other);
  clock.advance(12 * hour);
  assert.equal(told.length, 2);
  clock.advance(8 * day);
  assert.deepEqual(
    told.map((line) => line.split(" ")[0]),
    ["expired", "expired", "signed-out", "signed-out"],
  );
  assert.equal(clock.nextAt(), null);
});

test("SD-6: what a page asks by itself keeps nobody signed in; an act does; nothing revives it", () => {
  const { clock, sessions, session } = setUp();
  for (let n = 0; n < 12; n += 1) {
    clock.advance(hour - 1);
    assert.ok(session());
  }
  sessions.touch(session()?.key ?? "");
  clock.advance(12 * hour - 1);
  assert.equal(session()?.access, "full");
  clock.advance(1000);
  sessions.touch(session()?.key ?? "");
  assert.equal(session()?.access, "read-only");
  sessions.actAs(session()?.key ?? "", other);
  assert.equal(session()?.access, "read-only");
});

test("SD-6: another person acts at the desk without a sign-out; who signed in stays the reader", () => {
  const { sessions, session, told } = setUp();
  const { key, formToken } = session() ?? assert.fail();
  assert.equal(sessions.actAs(key, other)?.acting.id, "P-2");
  const now = session() ?? assert.fail();
  assert.deepEqual([now.person.id, now.acting.id, now.formToken], ["P-1", "P-2", formToken]);
  assert.equal(sessions.actAs("no-such-key", other), null);
  assert.deepEqual(told, []);
});

test("SD-6: a person who is removed loses every session, and every desk they act at", () => {
  const { sessions, session, told, token } = setUp();
  sessions.actAs(session()?.key ?? "", other);
  sessions.review((id) => id !== "P-2");
  assert.equal(session()?.acting.id, "P-1");
  sessions.open(duty);
  assert.equal(sessions.endOf("P-1"), 2);
  assert.equal(session(), null);
  sessions.close(token);
  assert.deepEqual(
    told.map((line) => line.split(" ")[0]),
    ["scope-changed", "scope-changed", "scope-changed"],
  );
});

test("SD-6: a token stands for nothing but itself", () => {
  const { sessions, session, token, told } = setUp();
  for (const wrong of [undefined, "", `${token}x`, session()?.key]) {
    assert.equal(sessions.find(wrong), null);
  }
  sessions.close(token);
  assert.equal(session(), null);
  assert.match(told[0] ?? "", /^signed-out/);
});
