import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { Command } from "#rules/command.ts";
import { VirtualClock } from "../simulation/virtual-clock.ts";
import { makeFolder } from "../testing/process.ts";
import { People, type Person } from "./people.ts";
import { isEssential, needsSecond, Pins, withSecond } from "./pins.ts";

const ordinary = { seat: "desk-1", essential: false };
const essential = { seat: "desk-1", essential: true };

/** The arithmetic of the throttle, with people in memory: argon2id would cost a minute here. */
function setUp() {
  const clock = new VirtualClock(1_800_000_000_000);
  const pins = new Map([
    ["P-1", "111111"],
    ["P-2", "222222"],
  ]);
  const counts: Record<string, number> = { right: 0, wrong: 0, throttled: 0 };
  const people = {
    checkPin: async (id: string, pin: string): Promise<Person | null> =>
      pins.get(id) === pin ? { id, name: id, role: "operator", scope: "*" } : null,
  };
  const counted = (result: string) => {
    counts[result] = (counts[result] ?? 0) + 1;
  };
  const checks = new Pins({ people, clock, counted });
  const code = async (id: string, pin: string, context: typeof ordinary) => {
    try {
      return (await checks.check(id, pin, context)).id;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  /** Lets a slowed check through: what it waits for is time. */
  const slowly = async (id: string, pin: string, context: typeof ordinary) => {
    const before = clock.now();
    const answer = code(id, pin, context);
    for (let at = clock.nextAt(); at !== null; at = clock.nextAt()) {
      clock.advance(at - clock.now());
    }
    return { answer: await answer, waitedMs: clock.now() - before };
  };
  return { clock, checks, counts, code, slowly };
}

test("SD-7: five wrong PINs of one person cost 30 s, then each further one twice as long", async () => {
  const { clock, checks, code } = setUp();
  for (let n = 0; n < 5; n += 1) {
    assert.equal(await code("P-1", "000000", { ...ordinary, seat: `s${n}` }), "bad-pin");
  }
  const refused = await checks.check("P-1", "111111", ordinary).catch((error: unknown) => error);
  const { code: why, retryAfterMs, allowed } = refused as Record<string, unknown>;
  assert.deepEqual([why, retryAfterMs], ["too-many-pins", 30_000]);
  assert.match(String(allowed), /接警, 消音, 核实, 调派/);
  // Another person at the same seats is not held up by it.
  assert.equal(await code("P-2", "222222", ordinary), "P-2");
  clock.advance(30_000);
  assert.equal(await code("P-1", "000000", ordinary), "bad-pin");
  clock.advance(59_999);
  assert.equal(await code("P-1", "111111", ordinary), "too-many-pins");
  clock.advance(1);
  assert.equal(await code("P-1", "111111", ordinary), "P-1");
  // Right once: the person's count begins anew.
  for (let n = 0; n < 4; n += 1) await code("P-1", "000000", { ...ordinary, seat: "s9" });
  assert.equal(await code("P-1", "111111", { ...ordinary, seat: "s9" }), "P-1");
});

test("SD-7: ten at one seat, whoever they are of; knowing one PIN does not wipe out the seat's", async () => {
  const { clock, code } = setUp();
  for (let n = 0; n < 10; n += 1) {
    assert.equal(await code(`P-x${n}`, "000000", ordinary), "bad-pin");
    if (n < 9) assert.equal(await code("P-2", "222222", ordinary), "P-2");
  }
  assert.equal(await code("P-2", "222222", ordinary), "too-many-pins");
  assert.equal(await code("P-2", "222222", { ...ordinary, seat: "desk-2" }), "P-2");
  clock.advance(3_600_000);
  assert.equal(await code("P-2", "222222", ordinary), "P-2");
});

test("SD-7: a hundred guesses at once are not one guess", async () => {
  const { counts, code } = setUp();
  const guesses = Array.from({ length: 100 }, (_, n) => code("P-1", String(n), ordinary));
  const answers = await Promise.all(guesses);
  assert.equal(answers.filter((answer) => answer === "bad-pin").length, 5);
  assert.deepEqual(counts, { right: 0, wrong: 5, throttled: 95 });
});

test("SD-8: whatever wrong PINs have come, an essential act is judged within 3 s", async () => {
  const { checks, code, slowly, clock } = setUp();
  for (let n = 0; n < 5; n += 1) await code("P-1", "000000", ordinary);
  let longest = 0;
  for (let n = 0; n < 200; n += 1) {
    const { answer, waitedMs } = await slowly("P-1", "000000", essential);
    assert.equal(answer, "bad-pin");
    longest = Math.max(longest, waitedMs);
  }
  assert.equal(longest, 3000);
  assert.equal(await code("P-1", "111111", ordinary), "too-many-pins");
  const { answer, waitedMs } = await slowly("P-1", "111111", essential);
  assert.deepEqual([answer, waitedMs], ["P-1", 3000]);
  // While one guess is being slowed at another seat, mine is judged all the same.
  for (let n = 0; n < 40; n += 1) await code("P-1", "000000", { ...ordinary, seat: "theirs" });
  const theirs = code("P-1", "000000", { ...essential, seat: "theirs" });
  const again = code("P-1", "000001", { ...essential, seat: "theirs" });
  const mine = checks.check("P-1", "111111", { ...essential, seat: "mine" });
  assert.equal(await again, "too-many-pins");
  clock.advance(3000);
  assert.equal((await mine).id, "P-1");
  assert.equal(await theirs, "bad-pin");
});

test("SD-8: acknowledge, silence, a verification as real, and orders are essential; calling off is not", () => {
  const incident = "I1";
  const verify = (result: "verifying" | "confirmed" | "false" | "test" | "undetermined") =>
    ({ command: "verify", incident, result }) as const;
  const list: [Command, boolean][] = [
    [{ command: "acknowledge", alarm: "A1" }, true],
    [{ command: "silence", alarm: "A1" }, true],
    [verify("verifying"), true],
    [verify("confirmed"), true],
    [verify("undetermined"), true],
    [{ command: "order", incident, station: "K1" }, true],
    [{ command: "order-everybody", incident }, true],
    [verify("false"), false],
    [verify("test"), false],
    [{ command: "recall", order: "O1", reason: "test" }, false],
    [{ command: "reset", alarm: "A1" }, false],
    [{ command: "reopen", incident, reason: "other" }, false],
  ];
  for (const [command, expected] of list) {
    assert.equal(isEssential(command), expected, JSON.stringify(command));
  }
});

test("SD-11: a confirmed fire is called off by two people, each by a PIN of their own", () => {
  const command = { command: "verify", incident: "I1", result: "false", cause: "B2" } as const;
  const [p0, p1] = [() => "P0", () => "P1"];
  const by = { id: "P-1" };
  assert.equal(needsSecond(command, p0), true);
  assert.equal(needsSecond(command, p1), false);
  assert.equal(needsSecond({ ...command, result: "test" }, p0), false);
  const refusal = (second: { id: string } | null, typed?: string, priority = p0) => {
    try {
      withSecond(typed ? { ...command, second: typed } : command, by, second, priority);
      return null;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  assert.equal(refusal(null), "second-person-needed");
  // An id that somebody typed is nobody's PIN.
  assert.equal(refusal(null, "P-2"), "second-person-needed");
  assert.equal(refusal(null, "P-2", p1), "second-person-needed");
  assert.equal(refusal({ id: "P-1" }, "P-2"), "second-person-must-differ");
  assert.equal(refusal(null, undefined, p1), null);
  assert.deepEqual(withSecond({ ...command, second: "P-9" }, by, { id: "P-2" }, p0), {
    ...command,
    second: "P-2",
  });
  assert.throws(() => withSecond({ command: "silence", alarm: "A1" }, by, { id: "P-2" }, p0), {
    code: "no-second-needed",
  });
});

const staff = [
  { id: "P-duty", name: "值班员甲", role: "duty-operator", pin: "4711" },
  { id: "P-crew", name: "队员乙", role: "crew", pin: "4712" },
  { id: "P-none", name: "值班员丙", role: "duty-operator" },
];

test("SD-9: a wrong PIN, a person without one and a person unknown are answered alike", async () => {
  const folder = makeFolder();
  const people = new People(folder.path);
  await people.replaceStaff(staff);
  const duty = await people.checkPin("P-duty", "4711");
  assert.deepEqual(duty, { id: "P-duty", name: "值班员甲", role: "operator", scope: "*" });
  const pins = new Pins({ people, clock: new VirtualClock(0) });
  const ask = async (id: string, pin: string) => {
    const started = performance.now();
    const error = await pins
      .check(id, pin, { seat: id, essential: false })
      .catch((refused: unknown) => refused as { code: string; message: string });
    assert.ok("code" in error, id);
    const { code, message } = error;
    return { code, message, ms: performance.now() - started };
  };
  const wrong = await ask("P-duty", "0000");
  for (const [id, pin] of [
    ["P-none", "0000"],
    ["P-crew", "4712"],
    ["P-unknown", "4711"],
    ["", ""],
    ["' OR 1=1 --", "4711"],
  ] as const) {
    const other = await ask(id, pin);
    assert.deepEqual([other.code, other.message], [wrong.code, wrong.message], id);
    // Each is hashed, 64 MiB three times: an answer in a millisecond tells that nobody has that id.
    assert.ok(other.ms > 20, `${id}: ${other.ms} ms, ${wrong.ms} ms`);
  }
  assert.deepEqual(people.peopleWithPin(), [
    { id: "P-duty", name: "值班员甲", role: "duty-operator" },
  ]);
  people.close();
  folder.remove();
});

test("SD-10: an essential act overtakes the sign-ins that wait for a hash", async () => {
  const folder = makeFolder();
  const people = new People(folder.path);
  await people.replaceStaff(staff);
  let signedIn = 0;
  const signIns = Array.from({ length: 12 }, async () => {
    await people.signIn("nobody", "x");
    signedIn += 1;
  });
  const person = await people.checkPin("P-duty", "4711", "essential");
  assert.equal(person?.id, "P-duty");
  assert.ok(signedIn <= 4, `${signedIn} sign-ins came first`);
  await Promise.all(signIns);
  people.close();
  folder.remove();
});

test("SD-14: who signs in gets a PIN by name, staff by id; who may not act gets none", async () => {
  const folder = makeFolder();
  // people.db as version 0.1 has left it: no PIN in the table of those who sign in.
  const old = new DatabaseSync(join(folder.path, "people.db"));
  old.exec(`CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
    scope TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
    INSERT INTO person VALUES ('P-old', 'old', 'admin', '*', x'00', x'00')`);
  old.close();
  const people = new People(folder.path);
  await people.replaceStaff(staff);
  const first = await people.setPin("old");
  assert.match(first.pin, /^\d{6}$/);
  assert.equal((await people.checkPin("P-old", first.pin))?.role, "admin");
  const second = await people.setPin("old");
  assert.equal(await people.checkPin("P-old", first.pin), null);
  assert.ok(await people.checkPin("P-old", second.pin));
  // An import that gives staff the id of a user gives nobody the user's place.
  await people.replaceStaff([{ id: "P-old", name: "x", role: "duty-leader", pin: "9999" }]);
  assert.equal(await people.checkPin("P-old", "9999"), null);
  await people.add({ name: "站", role: "station", scope: "K1" });
  await assert.rejects(people.setPin("站"), { code: "role-cannot-act" });
  await assert.rejects(people.setPin("nobody"), { code: "unknown-person" });
  await assert.rejects(people.add({ name: "y", role: "station", scope: "*" }), {
    code: "bad-scope",
    allowed: "the id of a station",
  });
  assert.throws(() => people.remove("old"), { code: "last-admin" });
  assert.equal(people.remove("站").scope, "K1");
  assert.deepEqual(
    people.users().map(({ name }) => name),
    ["old"],
  );
  people.close();
  folder.remove();
});
