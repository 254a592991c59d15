/**
 * Who is believed and who is let in; devices that come and go; a worker that dies, clocks that
 * jump.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import {
  deviceAt,
  endAll,
  folder,
  OpcuaServer,
  pointsOf,
  startListener,
  startServer,
  userCertificate,
  Watched,
} from "../../testing/opcua-peers.ts";
import { makeFolder, until } from "../../testing/process.ts";
import type { OpcuaLogin, OpcuaSecurity } from "./protocol.ts";

const rejections: unknown[] = [];
process.on("unhandledRejection", (error) => rejections.push(error));
after(() => assert.deepEqual(rejections, []));
afterEach(endAll);

/** Two for all tests that do them no harm, one of them with security: to start one costs seconds. */
const { path: pki, remove } = makeFolder();
const open = new OpcuaServer({ nodes: 30, pki: join(pki, "open") });
const strict = new OpcuaServer({
  nodes: 30,
  pki: join(pki, "strict"),
  secure: true,
  hostname: "plc.invalid",
  users: { firelink: "secret" },
  anonymous: false,
});
before(() => Promise.all([open.start(), strict.start()]));
after(async () => {
  await Promise.all([open.kill(), strict.kill()]);
  remove();
});

async function openServer(): Promise<OpcuaServer> {
  await open.ask({ do: "reset" });
  return open;
}

const known: OpcuaLogin = { as: "user", user: "firelink", password: "secret" };
const points = pointsOf(30);
const fatedWorker = new URL("../../testing/opcua-worker.ts", import.meta.url);
const secured: OpcuaSecurity = { mode: "sign-and-encrypt", policy: "Basic256Sha256" };

/** The thumbprint of the one server that is not believed yet. */
async function onlyRejected(watched: Watched, shownBy = strict.endpoint): Promise<string> {
  const rejected = await until("a rejected certificate", async () => {
    const list = (await watched.adapter.certificates())?.rejected ?? [];
    return list.length > 0 && list;
  });
  assert.equal(rejected.length, 1);
  const { endpoint = "", at = 0 } = rejected[0]?.shownBy ?? {};
  assert.equal(endpoint, shownBy, "who is asked to trust it must know which server it is");
  assert.ok(Math.abs(performance.timeOrigin + performance.now() - at) < 60_000);
  return rejected[0]?.thumbprint ?? "";
}

test("UA-14: a server is believed by command only; then each mode and policy works", async () => {
  const watched = new Watched();
  watched.adapter.watch([deviceAt(strict.endpoint, points, { security: secured, login: known })]);
  await until("refused", () => watched.link()?.fault === "untrusted-certificate", 15_000);
  assert.equal(watched.count, 0);
  const thumbprint = await onlyRejected(watched);
  const own = (await watched.adapter.certificates())?.own;
  assert.match(own?.applicationUri ?? "", /^urn:.*firelink$/);
  assert.equal(await watched.adapter.trust("00".repeat(20)), false);
  assert.equal(await watched.adapter.trust(thumbprint), true);
  await watched.becomes("live");
  const { trusted = [], rejected = [] } = (await watched.adapter.certificates()) ?? {};
  assert.deepEqual([trusted.length, rejected.length], [1, 0]);
  const others: readonly OpcuaSecurity[] = [
    { mode: "sign", policy: "Basic256Sha256" },
    { mode: "sign-and-encrypt", policy: "Aes256_Sha256_RsaPss" },
    { mode: "none" },
  ];
  for (const [i, security] of others.entries()) {
    const key = `s/d${i}`;
    watched.adapter.watch([deviceAt(strict.endpoint, points, { key, security, login: known })]);
    await watched.becomes("live", 10_000, key);
  }
});

test("UA-14: a server with another certificate after its restart waits for a command", async () => {
  const server = await startServer({ nodes: 30, secure: true });
  const watched = new Watched();
  watched.adapter.watch([deviceAt(server.endpoint, points, { security: secured })]);
  await watched.adapter.trust(await onlyRejected(watched, server.endpoint));
  await watched.becomes("live");
  await server.kill();
  await server.start({ pki: folder() });
  await until("refused", () => watched.link()?.fault === "untrusted-certificate", 15_000);
  assert.equal(await watched.adapter.trust(await onlyRejected(watched, server.endpoint)), true);
  await watched.becomes("live");
});

test("UA-14: a policy that the server does not have is said to be so", async () => {
  const server = await openServer();
  const watched = new Watched();
  watched.adapter.watch([deviceAt(server.endpoint, points, { security: secured })]);
  await until("refused", () => watched.link()?.fault === "no-endpoint", 15_000);
  assert.ok(watched.lines.some(({ level, what }) => level === "warn" && /no-endpoint/.test(what)));
});

test("UA-15: an expired certificate is refused, also where it is trusted", async () => {
  const server = await startServer({ nodes: 30, secure: true, expired: true });
  const watched = new Watched();
  watched.adapter.watch([deviceAt(server.endpoint, points, { security: secured })]);
  await until("refused", () => watched.link()?.fault?.includes("certificate"), 15_000);
  const { rejected = [] } = (await watched.adapter.certificates()) ?? {};
  for (const { thumbprint } of rejected) await watched.adapter.trust(thumbprint);
  watched.adapter.retry("s/d");
  await until("expired", () => watched.link()?.fault === "bad-certificate", 15_000);
  assert.match(watched.link()?.why ?? "", /BadCertificateTimeInvalid/);
  assert.equal(watched.count, 0);
});

test("UA-16: logins of each kind; who is refused is told so and not tried often", async () => {
  const x509 = await userCertificate();
  const watched = new Watched();
  const as = (login: OpcuaLogin, key: string) =>
    deviceAt(strict.endpoint, points, { key, security: secured, login });
  watched.adapter.watch([
    as(known, "s/well"),
    as({ as: "x509", ...x509 }, "s/card"),
    as({ as: "user", user: "firelink", password: "wrong" }, "s/wrong"),
    as({ as: "anonymous" }, "s/nobody"),
  ]);
  await watched.adapter.trust(await onlyRejected(watched));
  await watched.becomes("live", 15_000, "s/well");
  await watched.becomes("live", 15_000, "s/card");
  for (const key of ["s/wrong", "s/nobody"]) {
    await until(key, () => watched.link(key)?.fault === "login-refused", 20_000);
    assert.ok((watched.link(key)?.nextTryAt ?? 0) > performance.now() + 2000);
  }
  const lines = JSON.stringify(watched.lines);
  assert.ok(!lines.includes("secret") && !lines.includes("PRIVATE KEY"));
});

test("UA-18: the endpoint of the inventory is called, not what the server says", async () => {
  const watched = new Watched();
  watched.adapter.watch([
    deviceAt(strict.endpoint, points, { login: known }),
    deviceAt(strict.endpoint, points, { key: "s/secure", security: secured, login: known }),
  ]);
  await watched.becomes("live");
  assert.equal(watched.link()?.otherHost, "plc.invalid");
  await watched.adapter.trust(await onlyRejected(watched));
  await watched.becomes("live", 10_000, "s/secure");
});

test("UA-19: devices of a server share a session and do not disturb each other", async () => {
  const server = await openServer();
  const watched = new Watched();
  const [a, b, c] = ["s/a", "s/b", "s/c"].map((key) => deviceAt(server.endpoint, points, { key }));
  assert.ok(a && b && c);
  watched.adapter.watch([a, b]);
  await watched.becomes("live", 10_000, "s/a");
  await watched.becomes("live", 10_000, "s/b");
  assert.deepEqual(await counted(), [1, 2]);
  watched.adapter.watch([a, b, c]);
  await watched.becomes("live", 10_000, "s/c");
  assert.deepEqual(await counted(), [1, 3]);
  watched.adapter.watch([a, c]);
  await until("b is gone", async () => (await counted())[1] === 2);
  assert.equal(watched.link("s/b"), null);
  assert.equal(watched.link("s/a")?.sessions, 1);
  watched.adapter.watch([a, { ...c, points: points.slice(0, 5) }]);
  await until("c is another", async () => (await server.count()).items === 37);
  assert.equal(watched.adapter.retry("s/a"), true);
  assert.equal(watched.adapter.retry("s/none"), false);
  await watched.adapter.stop();
  assert.deepEqual(await counted(), [0, 0]);

  async function counted(): Promise<number[]> {
    const { sessions, subscriptions } = await server.count();
    return [sessions, subscriptions];
  }
});

test("UA-19: without a device there is no worker, and nothing in the PKI folder", async () => {
  const pkiFolder = folder();
  const watched = new Watched({ pkiFolder });
  watched.adapter.watch([]);
  assert.equal(await watched.adapter.certificates(), null);
  assert.equal(await watched.adapter.trust("00"), false);
  assert.deepEqual(readdirSync(pkiFolder), []);
  await watched.adapter.stop();
});

test("UA-20: beside endpoints that are none, dead or dumb a device is live", async () => {
  const server = await openServer();
  const [dumb, garbage] = await Promise.all([
    startListener(() => {}),
    startListener((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")),
  ]);
  const bad = ["what is this", "opc.tcp://127.0.0.1:1", "http://127.0.0.1:80", dumb, garbage];
  const watched = new Watched();
  watched.adapter.watch([
    ...bad.map((endpoint, i) => deviceAt(endpoint, points, { key: `s/bad${i}` })),
    deviceAt(server.endpoint, points),
  ]);
  await watched.becomes("live");
  for (const [i, endpoint] of bad.entries()) {
    const key = `s/bad${i}`;
    await until(endpoint, () => (watched.link(key)?.failures ?? 0) >= 1, 20_000);
    const { fault, why } = watched.link(key) ?? {};
    assert.ok(fault === "no-connection" || fault === "timeout", `${endpoint}: ${fault} ${why}`);
    assert.ok(why, endpoint);
  }
  assert.deepEqual(watched.failures, []);
  assert.equal(watched.link()?.state, "live");
});

test("UA-20: a main thread that stands still for a while misses nothing", async () => {
  const server = await openServer();
  const watched = new Watched();
  watched.adapter.watch([deviceAt(server.endpoint, points)]);
  await watched.becomes("live");
  watched.forget();
  const changing = server.ask({ do: "burst", nodes: 2, times: 12, everyMs: 550 });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000);
  await changing;
  await until("all changes", () => watched.of("n1").length >= 12);
  assert.deepEqual(
    watched.values("n1"),
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  assert.equal(watched.link()?.sessions, 1);
});

test("UA-20: a reader that throws for one device leaves the others alone", async () => {
  const server = await openServer();
  const seen: string[] = [];
  const watched = new Watched({
    read: (key) => {
      seen.push(key);
      if (key === "s/bad") throw new Error("a reader");
    },
  });
  const [good, bad] = ["s/good", "s/bad"].map((key) => deviceAt(server.endpoint, points, { key }));
  assert.ok(good && bad);
  watched.adapter.watch([bad, good]);
  await watched.becomes("live", 10_000, "s/good");
  await until("both", () => seen.includes("s/good") && watched.failures.length > 0);
  assert.match(String(watched.failures[0]), /a reader/);
});

test("UA-21: clocks that jump, ours or the server's, end nothing and lose nothing", async () => {
  const server = await openServer();
  const pkiFolder = folder();
  const watched = new Watched({ worker: fatedWorker, pkiFolder });
  watched.adapter.watch([deviceAt(server.endpoint, points)]);
  await watched.becomes("live");
  const ours = async (ms: number) => {
    writeFileSync(join(pkiFolder, "jump"), `${ms}`);
    await until("the clock jumped", () => !existsSync(join(pkiFolder, "jump")));
  };
  const theirs = (ms: number) => server.ask({ do: "jump", ms });
  const jumps = [() => ours(7_200_000), () => theirs(7_200_000), () => theirs(-14_400_000)];
  for (const jump of [...jumps, () => ours(-14_400_000)]) {
    watched.forget();
    await jump();
    await server.ask({ do: "burst", nodes: 2, times: 3, everyMs: 550 });
    await until("all changes", () => watched.of("n1").length >= 3);
    const values = watched.values("n1") as number[];
    assert.ok(values.every((value, i) => i === 0 || value === (values[i - 1] ?? 0) + 1));
    assert.equal(watched.link()?.state, "live");
    assert.equal(watched.link()?.sessions, 1);
  }
});

test("UA-20: a worker that dies is started again; until then its devices are failing", async () => {
  const server = await openServer();
  const pkiFolder = folder();
  const watched = new Watched({ worker: fatedWorker, pkiFolder });
  watched.adapter.watch([deviceAt(server.endpoint, points)]);
  await watched.becomes("live");
  writeFileSync(join(pkiFolder, "die"), "");
  await until("dead", () => watched.link()?.fault === "worker-died");
  assert.equal(watched.link()?.state, "failing");
  assert.match(String(watched.failures[0]), /was to die/);
  await watched.becomes("live");
  // The session of the dead one ends by its time-out, which is not waited for.
  assert.ok((await server.count()).sessions <= 2);
});
