/** What a server means that takes nothing: single points, the request, or whoever asks. */
import assert from "node:assert/strict";
import { lstatSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import type { Sample } from "#rules/sample.ts";
import { SystemClock } from "../clock.ts";
import { Follower, type Place } from "../history/follow.ts";
import { pack } from "../history/packed.ts";
import { SampleStore } from "../history/store.ts";
import { JournalFile } from "../journal/file.ts";
import { makeFolder, until } from "../testing/process.ts";
import { Ledger } from "./ledger.ts";
import { Sender } from "./sender.ts";
import type { InfluxStatus } from "./status.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of cleanUp.splice(0).reverse()) await run();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Rows = Parameters<typeof pack>[0];
type Answer = { readonly status: number; readonly message?: string };

/** A server that answers each write as it is told to, and keeps the lines that it took. */
class FakeServer {
  answer: (lines: readonly string[]) => Answer = () => ({ status: 204 });
  version = "v2.7.12";
  writes = 0;
  readonly taken = new Set<string>();
  url = "";

  async start(): Promise<this> {
    const server = http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const body = Buffer.concat(parts).toString("utf8");
        const isPing = request.method === "GET";
        const answer: Answer = isPing ? { status: 204 } : this.#write(body.split("\n"));
        const { status, message } = answer;
        const headers = { "x-influxdb-version": this.version, "content-type": "application/json" };
        response.writeHead(status, headers);
        response.end(status === 204 ? "" : JSON.stringify({ message }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    cleanUp.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return this;
  }

  #write(lines: readonly string[]): Answer {
    this.writes += 1;
    const answer = this.answer(lines);
    if (answer.status === 204) for (const line of lines) this.taken.add(line);
    return answer;
  }
}

/** The sender beside a local store, in this thread: what it holds open can be seen. */
class Sending {
  readonly ledger: Ledger;
  readonly statuses: InfluxStatus[] = [];
  readonly #store: SampleStore;
  readonly #at = Date.now() - 60_000;
  readonly folder: string;
  forgotten: Place | null = null;
  fed = 0;
  #isClosed = false;
  /** Ends it, as a stop does. */
  readonly stop: () => Promise<void>;

  constructor(url: string, org: string, firstRounds: number) {
    const folder = makeFolder();
    cleanUp.push(folder.remove);
    this.folder = folder.path;
    JournalFile.openForWriting(folder.path).close();
    this.ledger = new Ledger(folder.path);
    this.#store = new SampleStore(folder.path, 2 ** 30, { isFollowed: true });
    this.feed(firstRounds);
    const sender = new Sender({
      folder: folder.path,
      clock: new SystemClock(0),
      follower: new Follower(folder.path),
      backlog: new Follower(folder.path),
      ledger: this.ledger,
      server: () => {
        const where = { url, org, bucket: "b", retentionPolicy: null, token: "t" };
        return { ...where, api: "auto", timeoutMs: 2000 };
      },
      resendMs: 1000,
      changed: (status) => this.statuses.push(status),
      outOfDoubt: (place) => {
        this.forgotten = place;
      },
    });
    const done = sender.run();
    this.stop = async () => {
      sender.stop();
      await done;
    };
    cleanUp.push(async () => {
      await this.stop();
      this.ledger.close();
      this.#closeStore();
    });
  }

  #closeStore(): void {
    if (!this.#isClosed) this.#store.close();
    this.#isClosed = true;
  }

  /** A sample of each of ten devices, ten ms after those before; one batch of the log. */
  feed(rounds: number): void {
    const rows: Rows[number][] = [];
    for (const end = this.fed + rounds * 10; this.fed < end; this.fed += 10) {
      const at = this.#at + this.fed;
      const how = { quality: "good", reason: null, sourceTs: null } as const;
      const sample: Sample = { point: "p", value: this.fed, at, ...how };
      for (let i = 0; i < 10; i += 1) rows.push([`s/d${i}`, sample, `kind-${i}`]);
    }
    this.#store.append(...pack(rows));
  }

  get status(): InfluxStatus | undefined {
    return this.statuses.at(-1);
  }

  written(): Promise<unknown> {
    // What it said before this may be of before the last samples.
    const told = this.statuses.length;
    const isWritten = () =>
      this.statuses.length > told &&
      this.status?.state === "writing" &&
      this.status.lagPoints === 0;
    return until("all is written", isWritten, 20_000);
  }

  /** Day files that this process has open, as the system names them. */
  open(): string[] {
    const links = readdirSync("/proc/self/fd").map((fd) => {
      const path = join("/proc/self/fd", fd);
      // That of the folder itself is gone by now.
      return lstatSync(path, { throwIfNoEntry: false }) ? readlinkSync(path) : "";
    });
    return links.filter((link) => link.startsWith(join(this.folder, "history/20")));
  }

  /** As when its days are dropped, for the disk is full. */
  dropDays(): void {
    this.#closeStore();
    rmSync(join(this.folder, "history"), { recursive: true });
  }
}

const invalid = { status: 400, message: "Please provide either orgID or org" };
const tooLarge = { status: 413, message: "request entity too large" };

test("IX-13: a server that refuses every request is a refusal, and no point is set aside, skipped or forgotten", async () => {
  const server = await new FakeServer().start();
  server.answer = () => invalid;
  const sending = new Sending(server.url, "o", 30);
  await until("it is refused", () => sending.status?.state === "refused");
  await until("it has tried again", () => (sending.status?.failures ?? 0) >= 3);
  const { state, why, aside, lagPoints, lagMs } = sending.status as InfluxStatus;
  assert.deepEqual([state, aside, lagPoints], ["refused", 0, 300]);
  assert.match(why ?? "", /Please provide either orgID or org/);
  assert.ok(lagMs > 10, `${lagMs}`);
  assert.ok(sending.statuses.every((one) => one.state !== "writing"));
  assert.deepEqual(sending.ledger.progress(), { place: null, position: 0 });
  assert.equal(sending.forgotten, null);
  server.answer = () => ({ status: 204 });
  await sending.written();
  assert.deepEqual([server.taken.size, sending.ledger.asides().length], [300, 0]);
});

test("IX-13: a server that takes nothing any more is known by a line that it took before", async () => {
  const server = await new FakeServer().start();
  const sending = new Sending(server.url, "o", 10);
  await sending.written();
  const { place } = sending.ledger.progress();
  server.answer = () => invalid;
  sending.feed(1);
  await until("it is refused", () => sending.status?.state === "refused");
  assert.equal(sending.ledger.asides().length, 0);
  assert.deepEqual(sending.ledger.progress().place, place);
  server.answer = () => ({ status: 204 });
  await sending.written();
  assert.deepEqual([server.taken.size, sending.ledger.asides().length], [110, 0]);
});

test("IX-13: single points that it refuses are set aside however many there are, and all others are written", async () => {
  const server = await new FakeServer().start();
  // In words of its own: only that it takes others tells that these are wrong.
  const isWrong = (line: string) => line.includes("device=d3,");
  server.answer = (lines) =>
    lines.some(isWrong) ? { status: 400, message: "not this one" } : { status: 204 };
  const sending = new Sending(server.url, "o", 15);
  await sending.written();
  sending.feed(150);
  await sending.written();
  const asides = sending.ledger.asides();
  assert.deepEqual([server.taken.size, asides.length, sending.status?.aside], [1485, 165, 165]);
  assert.ok(asides.every(({ line, reason }) => isWrong(line) && reason === "not this one"));
  assert.ok(!sending.statuses.some((one) => one.state === "refused"));
});

test("IX-13: what it says of points alone is believed, also where it takes none of them", async () => {
  const server = await new FakeServer().start();
  server.answer = (lines) => ({
    status: 422,
    message: `partial write: points beyond retention policy dropped=${lines.length}`,
  });
  const sending = new Sending(server.url, "o", 30);
  await sending.written();
  assert.deepEqual([sending.status?.aside, sending.ledger.asides().length], [300, 300]);
  assert.notEqual(sending.ledger.progress().place, null);
});

test("IX-14: InfluxDB 2 without `influx.org` is refused at once, by the name of the key", async () => {
  const server = await new FakeServer().start();
  const sending = new Sending(server.url, "", 30);
  await until("it is refused", () => sending.status?.state === "refused");
  await pause(1000);
  assert.match(sending.status?.why ?? "", /`influx\.org`/);
  assert.deepEqual([server.writes, sending.ledger.asides().length], [0, 0]);
  await sending.stop();
  // What speaks its API and knows no organizations needs none.
  for (const version of ["v3.0.1", "v1.8.10"]) {
    const other = await new FakeServer().start();
    other.version = version;
    await new Sending(other.url, "", 10).written();
    assert.equal(other.taken.size, 100);
  }
});

test("IX-15: who is refused asks ever more seldom, until something is taken", async () => {
  const server = await new FakeServer().start();
  server.answer = () => ({ status: 401, message: "unauthorized access" });
  const sending = new Sending(server.url, "o", 30);
  await until("it is refused", () => sending.status?.state === "refused");
  await pause(4000);
  // After 0.25, 0.75, 1.75 and 3.75 s.
  assert.ok(server.writes >= 3 && server.writes <= 5, `${server.writes}`);
  assert.ok(Math.abs((sending.status?.failures ?? 0) - server.writes) <= 1, "each counts once");
  server.answer = () => ({ status: 204 });
  await sending.written();
  server.answer = () => ({ status: 401, message: "unauthorized access" });
  const before = server.writes;
  sending.feed(1);
  await pause(1500);
  assert.ok(server.writes - before >= 2, "the first pauses are short again");
});

test("IX-16: a request that is too large is halved; a line that is too large by itself is set aside", async () => {
  const server = await new FakeServer().start();
  server.answer = (lines) => (lines.length > 7 ? tooLarge : { status: 204 });
  const sending = new Sending(server.url, "o", 30);
  await sending.written();
  assert.deepEqual([server.taken.size, sending.status?.aside], [300, 0]);
  const isWrong = (line: string) => line.includes("device=d3,");
  server.answer = (lines) => (lines.some(isWrong) ? tooLarge : { status: 204 });
  sending.feed(1);
  await sending.written();
  const [aside, ...others] = sending.ledger.asides();
  assert.match(aside?.line ?? "", /device=d3,/);
  assert.match(aside?.reason ?? "", /too large/);
  assert.deepEqual([others.length, server.taken.size, sending.status?.aside], [0, 309, 1]);
});

test("IX-17: a day that is dropped while the database is away is held by nobody", async () => {
  const server = await new FakeServer().start();
  server.answer = () => ({ status: 503, message: "away" });
  const sending = new Sending(server.url, "o", 30);
  await until("it waits", () => (sending.status?.failures ?? 0) >= 2);
  sending.dropDays();
  await until("its lag was told again", () => sending.status?.lagPoints === 0);
  assert.deepEqual(sending.open(), []);
});
