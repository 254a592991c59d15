/** The table of the door, written out: whoever changes a right changes a line here. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Party } from "#rules/hot-work/permit.ts";
import type { Principal } from "./credentials.ts";
import { type Action, type Asker, actions, insist, may, ownScope, type Scope } from "./may.ts";
import { type Role, roles } from "./people.ts";
import { createTopics } from "./topics.ts";

const topics = createTopics("firelink/v1");

function person(role: string, scope: string, access: "full" | "read-only" = "full"): Asker {
  return { kind: "person", person: { id: "P-1", name: "n", role: role as Role, scope }, access };
}

/** `x` where it may within its scope, `.` where not; in the order of `actions`. */
//  enter read contacts stream act reply attend tour metrics publish subscribe administrate hot-work
const table: Readonly<Record<Role, string>> = {
  admin: "xxxxxxxxx..xx",
  operator: "xxxxx.xxx...x",
  viewer: "xx.x....x....",
  station: "xx.x.x......x",
  park: "xx.x........x",
  watcher: "xx.x........x",
  platform: "xx..........x",
};
/** What of it an expired session keeps. */
const expired: Readonly<Record<Role, string>> = {
  admin: "xxxx..x......",
  operator: "xxxx..x......",
  viewer: "xx.x.........",
  station: "xx.x.........",
  park: "xx.x.........",
  watcher: "xx.x.........",
  platform: "xx...........",
};

function rowOf(asker: Asker, scope: Scope): string {
  return actions.map((action) => (may(asker, action, scope).may ? "x" : ".")).join("");
}

test("SD-3: each role may what its line says, within its scope, and nothing else", () => {
  for (const role of roles) {
    const wide = role === "station" ? "K1" : "*";
    const about = role === "station" ? { station: "K1" } : {};
    assert.equal(rowOf(person(role, wide), about), table[role], role);
    assert.equal(rowOf(person(role, wide, "read-only"), about), expired[role], `${role}, expired`);
  }
});

test("SD-3: a person of one site or station may only what names it", () => {
  const scopes: Scope[] = [{}, { site: "s2" }, { station: "K2" }, { site: "*" }, { site: "" }];
  for (const role of roles) {
    const own = role === "station" ? { station: "x1" } : { site: "x1" };
    assert.equal(rowOf(person(role, "x1"), own), table[role], role);
    assert.deepEqual(ownScope({ id: "P-1", name: "n", role, scope: "x1" }), own);
    // The other kind of place with the same id is another place.
    const other = role === "station" ? { site: "x1" } : { station: "x1" };
    for (const scope of [...scopes, other]) {
      const allowed = rowOf(person(role, "x1"), scope);
      // Coming in, and the figures of the gateway itself, which belong to no site.
      const anywhere = table[role].replaceAll(/./g, (mark, at: number) =>
        actions[at] === "enter" || actions[at] === "metrics" ? mark : ".",
      );
      assert.equal(allowed, anywhere, `${role} ${JSON.stringify(scope)}`);
    }
  }
  assert.deepEqual(ownScope({ id: "P-1", name: "n", role: "admin", scope: "*" }), {});
});

test("SD-4: what nobody has thought of is refused: a role, an action, a kind of asker", () => {
  for (const role of ["boss", "", "constructor", "__proto__", "toString", "Admin"]) {
    assert.equal(rowOf(person(role, "*"), {}), "x............", role);
  }
  const everybody: Asker[] = [
    person("admin", "*"),
    { kind: "cli" },
    { kind: "nobody", loopback: true },
    { kind: "robot" } as unknown as Asker,
  ];
  for (const asker of everybody) {
    assert.equal(may(asker, "extinguish" as Action, {}).may, false, JSON.stringify(asker));
  }
  assert.equal(rowOf({ kind: "robot" } as unknown as Asker, {}), ".............");
});

test("SD-4: nobody in particular comes in and no further; the loopback may read the figures", () => {
  assert.equal(rowOf({ kind: "nobody", loopback: false }, {}), "x............");
  assert.equal(rowOf({ kind: "nobody", loopback: true }, {}), "x.......x....");
  assert.equal(rowOf({ kind: "cli" }, {}), "xxxxxxxxx..xx");
  const refused = may({ kind: "nobody", loopback: true }, "act", {});
  assert.deepEqual(refused, { may: false, code: "unauthorized", allowed: "sign in first" });
});

test("SD-4: a refusal says what is allowed, and which kind it is", () => {
  const codeOf = (asker: Asker, action: Action, scope: Scope = {}) => {
    const verdict = may(asker, action, scope);
    return verdict.may ? "may" : `${verdict.code}: ${verdict.allowed}`;
  };
  assert.equal(codeOf(person("viewer", "*"), "act"), "forbidden: role admin or operator");
  assert.equal(codeOf(person("operator", "s1"), "act", { site: "s2" }), "forbidden: site s1");
  assert.equal(
    codeOf(person("station", "K1"), "reply", { station: "K2" }),
    "forbidden: station K1",
  );
  assert.match(codeOf(person("operator", "*", "read-only"), "act"), /^read-only: .*PIN/);
  assert.match(codeOf(person("operator", "*"), "act", { command: "adopt" }), /role admin$/);
  assert.equal(codeOf(person("admin", "*"), "act", { command: "adopt" }), "may");
  assert.throws(() => insist(person("viewer", "*"), "act"), {
    code: "forbidden",
    allowed: "role admin or operator",
  });
});

test("SD-4: a credential publishes and subscribes its own topics, and can do nothing else", () => {
  const who: Principal = {
    id: "b",
    kind: "device",
    devices: new Set(["s1/b1"]),
    stations: new Set(),
  };
  const client: Asker = { kind: "client", who };
  const topic = "firelink/v1/s1/b1/event";
  assert.equal(may(client, "publish", { topic }, topics).may, true);
  const other = may(client, "publish", { topic: "firelink/v1/s1/b2/event" }, topics);
  assert.equal(!other.may && other.code, "not-your-device");
  // The same answer each time: what asks 20,000 times a second makes nothing new.
  assert.equal(may(client, "publish", { topic: "firelink/v1/s1/b2/event" }, topics), other);
  for (const action of actions) {
    const mine: boolean = action === "publish" && may(client, action, { topic }, topics).may;
    assert.equal(mine, action === "publish", action);
    assert.equal(may(client, action, {}, topics).may, false, `${action} without a topic`);
    assert.equal(may(client, action, { topic }).may, false, `${action} without topics`);
  }
});

test("SD-4: nobody judges a right beside may: the rights of topics are read by it alone", () => {
  const folder = join(import.meta.dirname, "..");
  const readers = globSync("**/*.ts", { cwd: folder }).filter(
    (file) =>
      !file.endsWith(".test.ts") &&
      /from "\.{1,2}\/(identity\/)?rights\.ts"/.test(readFileSync(join(folder, file), "utf8")),
  );
  assert.deepEqual(readers, ["identity/may.ts"]);
});

test("HW-15: the firm signs for the firm, officials for officials; the crew stops work and approves none", () => {
  const parties = [
    "town-officer",
    "government-firefighters",
    "firm-safety-officer",
    "firm-brigade",
  ];
  const row = (role: string, command: "sign-inspection" | "waive-party"): string => {
    const about = role === "station" ? { station: "K1" } : { site: "s1" };
    return parties
      .map((party) => ({ ...about, command, party: party as Party }))
      .map((scope) => (may(person(role, "*"), "hot-work", scope).may ? "x" : "."))
      .join("");
  };
  assert.equal(row("park", "sign-inspection"), "..xx");
  assert.equal(row("operator", "sign-inspection"), "xx..");
  assert.equal(row("admin", "sign-inspection"), "xxxx");
  assert.equal(row("watcher", "sign-inspection"), "....");
  // Of any party officials may say that there is none; the firm of its own alone.
  assert.equal(row("park", "waive-party"), "..xx");
  assert.equal(row("operator", "waive-party"), "xxxx");
  const crew = person("station", "K1");
  const mayCrew = (scope: Scope): boolean => may(crew, "hot-work", { station: "K1", ...scope }).may;
  assert.ok(mayCrew({ command: "sign-inspection", party: "government-firefighters" }));
  assert.ok(!mayCrew({ command: "sign-inspection", party: "firm-brigade" }));
  assert.ok(mayCrew({ command: "stop-work" }));
  assert.ok(!mayCrew({ command: "approve-permit" }));
  for (const command of ["approve-permit", "refuse-permit", "waive-gas-test"] as const) {
    assert.ok(may(person("park", "s1"), "hot-work", { site: "s1", command }).may);
    assert.ok(!may(person("operator", "*"), "hot-work", { site: "s1", command }).may, command);
  }
});
