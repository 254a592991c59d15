/** Pump rooms from register to alarm: the demo's simulator on a real Modbus line. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  firelink,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";
import { Browser } from "./testing/web.ts";

const folder = makeFolder();
const path = "/api/v1/devices/baolong/pump-01";
let gateway: Started;
let browser: Browser;

before(async () => {
  gateway = await startGateway({ folder: folder.path, demo: true });
  browser = new Browser(gateway.httpUrl);
  const password = /with the password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  await browser.signIn("admin", password);
});

after(async () => {
  await gateway.stop();
  folder.remove();
});

type View = {
  readonly link: { readonly state: string };
  readonly points: readonly {
    readonly id: string;
    readonly value: unknown;
    readonly quality: string;
  }[];
};

async function viewOf(): Promise<View> {
  return (await browser.ask("GET", path)).body as unknown as View;
}

function fault(...words: string[]): void {
  const { status, stderr } = firelink(folder.path, [
    "simulate",
    "fault",
    "baolong/pump-01",
    ...words,
  ]);
  assert.equal(status, 0, stderr);
}

function alarms(rule: string) {
  return journalOf(folder.path).filter((e) => e.type === "alarm-raised" && e.rule === rule);
}

test("PU-7: over HTTP every value has quality and age, and a trend comes from the local history", async () => {
  const view = await until("all of it is read", async () => {
    const seen = await viewOf();
    return seen.points.every(({ quality }) => quality === "good") ? seen : null;
  });
  assert.equal(view.link.state, "live");
  assert.equal(view.points.length, 81);
  assert.equal(view.points.find(({ id }) => id === "sprinkler_main_start_pressure")?.value, 0.54);
  const trend = await until("it is stored", async () => {
    const { body } = await browser.ask("GET", `${path}/trend?point=sprinkler_header_pressure`);
    const { samples } = body as { samples: { quality: string }[] };
    return samples.length > 0 ? samples : null;
  });
  assert.equal(trend[0]?.quality, "good");
  assert.equal((await browser.ask("GET", `${path}/trend?point=nothing`)).status, 404);
  assert.equal((await browser.ask("GET", "/api/v1/devices/baolong/btn-01")).status, 404);
  assert.equal((await browser.ask("POST", `${path}/retry`, {})).status, 200);
});

test("PU-4: no pump after the pressure switch closes: from register to an alarm at P0 in the open fire", async () => {
  firelink(folder.path, ["simulate", "press", "baolong/btn-07"]);
  fault("no-start", "sprinkler_pump1");
  fault("no-start", "sprinkler_pump2");
  fault("open", "sprinkler", "30");
  await until("P06 stands", () => alarms("P06").length === 1, 40_000);
  await until("P01 stands", () => alarms("P01").length === 1, 80_000);
  const [alarm] = alarms("P01");
  assert.equal(alarm?.each, "sprinkler");
  assert.equal(alarm?.priority, "P0");
  const evidence = alarm?.evidence as { point: string; value: unknown; quality: string }[];
  const run = evidence.find(({ point }) => point === "sprinkler_pump1_run");
  assert.deepEqual([run?.value, run?.quality], [false, "good"]);
  const joined = journalOf(folder.path).some(
    (e) => e.type === "incident-joined" && e.why === "failed-suppression",
  );
  assert.ok(joined, "it is part of the fire");
  const [fire] = alarms("F01");
  const told = journalOf(folder.path).filter(
    ({ type }) => type === "order-issued" || type === "order-revised",
  );
  assert.ok(told.some(({ type, priority }) => type === "order-revised" && priority === "P0"));
  assert.deepEqual(
    [...new Set(told.map(({ alarm: of }) => of))],
    [fire?.alarm],
    "crews go where it burns",
  );
  fault("clear");
  const moved = (to: string) =>
    journalOf(folder.path).some(
      (e) => e.type === "alarm-moved" && e.alarm === alarm?.alarm && e.to === to,
    );
  await until("it has returned", () => moved("returned-unacknowledged"), 40_000);
});

test("PU-5: a frozen heartbeat is a lost link, though the line answers", async () => {
  fault("freeze-heartbeat");
  await until("S02 stands", () => alarms("S02").length === 1, 60_000);
  fault("clear");
  const isAllGood = async () => (await viewOf()).points.every(({ quality }) => quality === "good");
  await until("all of it is known again, the hourly settings too", isAllGood, 20_000);
});
