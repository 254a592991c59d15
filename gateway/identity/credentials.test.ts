import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "../testing/process.ts";
import { Credentials } from "./credentials.ts";
import { People } from "./people.ts";

const acting = { kind: "device", devices: ["s1/b1"], stations: [] } as const;

test("ID-4: a secret of 160 bits works for its own name only, survives a restart, and is nowhere on disk", () => {
  const folder = makeFolder();
  const first = new Credentials(folder.path);
  const { username, password } = first.create("s1/b1", acting);
  assert.ok(Buffer.from(password, "base64url").length * 8 === 160);
  first.close();
  const again = new Credentials(folder.path);
  const who = again.check(username, Buffer.from(password));
  assert.deepEqual([...(who?.devices ?? [])], ["s1/b1"]);
  again.create("s1/b2", acting);
  assert.equal(again.check("s1/b2", Buffer.from(password)), null);
  assert.equal(again.check("nobody", Buffer.from(password)), null);
  assert.equal(again.check(username, Buffer.alloc(0)), null);
  for (const name of ["credentials.db", "credentials.db-wal", "credentials.key"]) {
    const bytes = readFileSync(join(folder.path, name));
    assert.ok(!bytes.includes(password), `${name} holds the secret`);
  }
  assert.equal(statSync(join(folder.path, "credentials.key")).mode & 0o777, 0o600);
  again.close();
  folder.remove();
});

test("ID-5: a new secret ends the old one; a revoked name is gone; one of this run is never stored", () => {
  const folder = makeFolder();
  const credentials = new Credentials(folder.path);
  const old = credentials.create("s1/b1", acting);
  const now = credentials.create("s1/b1", acting);
  assert.equal(credentials.check("s1/b1", Buffer.from(old.password)), null);
  assert.ok(credentials.check("s1/b1", Buffer.from(now.password)));
  credentials.revoke("s1/b1");
  assert.equal(credentials.check("s1/b1", Buffer.from(now.password)), null);
  const demo = credentials.createForThisRun("demo", acting);
  assert.ok(credentials.check("demo", Buffer.from(demo.password)));
  credentials.close();
  const again = new Credentials(folder.path);
  assert.equal(again.check("demo", Buffer.from(demo.password)), null);
  again.close();
  folder.remove();
});

test("ID-6: 5,000 devices are checked in far less than the 10 s they have to be back", () => {
  const folder = makeFolder();
  const credentials = new Credentials(folder.path);
  const { password } = credentials.createForThisRun("d", acting);
  const bytes = Buffer.from(password);
  const started = performance.now();
  for (let n = 0; n < 5000; n += 1) assert.ok(credentials.check("d", bytes));
  assert.ok(performance.now() - started < 2000);
  credentials.close();
  folder.remove();
});

test("ID-7: people sign in with argon2id; wrong names, roles and scopes are refused with what is allowed", async () => {
  const folder = makeFolder();
  const people = new People(folder.path);
  const { password, id } = await people.add({ name: "值班员甲", role: "operator", scope: "*" });
  assert.match(id, /^P-[0-9a-f]{12}$/);
  assert.equal((await people.signIn("值班员甲", password))?.id, id);
  assert.equal(await people.signIn("值班员甲", `${password}x`), null);
  assert.equal(await people.signIn("nobody", password), null);
  for (const [wanted, code] of [
    [{ name: "值班员甲", role: "operator", scope: "*" }, "name-taken"],
    [{ name: "<b>", role: "operator", scope: "*" }, "bad-name"],
    [{ name: "b", role: "boss", scope: "*" }, "bad-role"],
    [{ name: "b", role: "admin", scope: "a/b" }, "bad-scope"],
  ] as const) {
    await assert.rejects(people.add(wanted), { code });
  }
  assert.equal(statSync(join(folder.path, "people.db")).mode & 0o777, 0o600);
  people.close();
  folder.remove();
});
