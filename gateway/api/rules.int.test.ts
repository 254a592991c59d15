/** Rules over HTTP: who may, what is shown, adoption of what was looked at, back-tests. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Row } from "../history/day-file.ts";
import { pack } from "../history/packed.ts";
import { SampleStore } from "../history/store.ts";
import { connectAs, deviceCredential } from "../testing/client.ts";
import {
  firelinkJson,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "../testing/process.ts";
import { Browser } from "../testing/web.ts";
import type {
  AdoptionList,
  BacktestView,
  PackTextView,
  RulePageView,
  RulesLook,
} from "./contract.ts";

const folder = makeFolder();
const house = readFileSync(join(import.meta.dirname, "../../rules/packs/pump-room.yaml"), "utf8");
const slow = house.replace(/(id: P06[\s\S]*?setAfterMs: )10000/, "$130000");
const day = Date.UTC(2026, 10, 1);
let gateway: Started;
let admin: Browser;
let operator: Browser;

before(async () => {
  writeDay();
  gateway = await startGateway({ folder: folder.path, demo: true });
  admin = new Browser(gateway.httpUrl);
  await admin.signIn("admin", /with the password (\S+)/.exec(gateway.stdout())?.[1] ?? "");
  operator = await user("op", "operator", "*");
});

after(async () => {
  await gateway.stop();
  folder.remove();
});

async function user(name: string, role: string, scope: string): Promise<Browser> {
  const args = ["user", "add", name, "--role", role, "--scope", scope];
  const { password } = firelinkJson<{ password: string }>(folder.path, args);
  const browser = new Browser(gateway.httpUrl);
  await browser.signIn(name, password);
  return browser;
}

/** A dip each quarter of an hour, one reading a second: enough to be looked at for a while. */
function writeDay(): void {
  const store = new SampleStore(folder.path, 1 << 30);
  const put = (point: string, at: number, value: number): Row => {
    return ["baolong/pump-01", { point, at: day + at, value, quality: "good" }];
  };
  const settings = [put("sprinkler_main_start_pressure", 0, 0.54), put("sprinkler_flow", 0, 0)];
  store.append(...pack([...settings, put("sprinkler_end_pressure", 0, 0.3)]));
  for (let hour = 0; hour < 24; hour += 1) {
    const rows = Array.from({ length: 3600 }, (_, s) => {
      const dip = s % 900 < 20 ? 0.2 : 0;
      return put("sprinkler_header_pressure", (hour * 3600 + s) * 1000, 0.65 + (s % 7) / 100 - dip);
    });
    store.append(...pack(rows));
  }
  store.close();
}

const texts = (text: string, name = "pump-room.yaml") => ({ texts: [{ name, text }] });
const post = (browser: Browser, path: string, body: unknown) =>
  browser.ask("POST", `/api/v1/rules/${path}`, body);
const get = async <T>(browser: Browser, path: string): Promise<T> =>
  (await browser.ask("GET", `/api/v1/rules${path}`)).body as T;
const look = async (source: unknown): Promise<RulesLook> => {
  const { status, body } = await post(admin, "look", { source });
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as RulesLook;
};

test("RA-23: whoever reads sees the rules in force, in words, by kind, searched and paged", async () => {
  const all = await get<RulePageView>(operator, "?limit=200");
  assert.ok(all.total > 40 && all.rules.length === all.total, `${all.total}`);
  assert.equal(all.newerHouse, false);
  const [p06] = (await get<RulePageView>(operator, "?kind=pump-room&q=低压 end_pressure")).rules;
  assert.equal(p06?.id, "P06");
  assert.deepEqual(p06?.each[1], { zh: "喷淋管网", en: "sprinkler network" });
  assert.equal(
    p06?.when.zh,
    "消火栓泵出水干管压力 < 消火栓主泵启泵压力 (回差 0.03) 或 (最不利点消火栓压力 < 0.05 且 消火栓流量 > 1.0)",
  );
  assert.deepEqual([p06?.setAfterMs, p06?.since?.by, p06?.sites], [10_000, "P-system", []]);
  const first = await get<RulePageView>(operator, "?limit=3");
  const second = await get<RulePageView>(operator, `?limit=3&after=${first.next}`);
  assert.deepEqual(
    [...first.rules, ...second.rules].map(({ id }) => id),
    all.rules.slice(0, 6).map(({ id }) => id),
  );
  assert.equal((await operator.ask("GET", "/api/v1/rules?limit=999")).status, 400);
  assert.equal((await operator.ask("GET", "/api/v1/rules?page=2")).status, 400);
});

test("RA-23: only an administrator of the whole district looks, adopts and tries out", async () => {
  const local = await user("local", "admin", "baolong");
  const crew = await user("crew", "station", "KQ-07");
  const nobody = new Browser(gateway.httpUrl);
  const source = texts(slow);
  for (const [browser, status] of [
    [operator, 403],
    [local, 403],
    [crew, 403],
    [nobody, 401],
  ] as const) {
    assert.equal((await post(browser, "look", { source })).status, status);
    const agreed = { base: "0".repeat(64), hash: "0".repeat(64) };
    assert.equal(
      (await post(browser, "adoptions", { seat: "d", source, reason: "other", ...agreed })).status,
      status,
    );
    const asked = { rule: "P06", from: day, to: day + 1000 };
    assert.equal((await post(browser, "backtests", asked)).status, status);
  }
});

test("RA-24: a look gives each fault with file and line, in Chinese where a desk reads it, or the difference", async () => {
  const wrong = house.replace("priority: P2", "priority: P9").replace("sprinkler_flow", "no_flow");
  const { faults, hash } = await look(texts(wrong));
  assert.equal(hash, null);
  assert.match(faults[0]?.message ?? "", /P9.* is not allowed; allowed: P0, P1/);
  assert.deepEqual([faults[0]?.file, typeof faults[0]?.line], ["pump-room.yaml", "number"]);
  const muted = house.replace(/- id: P06/, "- id: F01");
  const law = (await look(texts(muted))).faults.find(({ zh }) => zh?.includes("违反第三条"));
  assert.match(law?.message ?? "", /law 3/);
  const { changes, changed, ...rest } = await look(texts(slow));
  assert.deepEqual([changed, rest.added, rest.gone, rest.faults], [1, 0, 0, []]);
  assert.deepEqual(changes[0]?.keys, [
    {
      key: "setAfterMs",
      label: { zh: "触发延时", en: "hold to set" },
      before: { zh: "10 s", en: "10 s" },
      after: { zh: "30 s", en: "30 s" },
    },
  ]);
  for (const source of [{ texts: [] }, { house: false }, { files: ["/etc/passwd"] }, {}]) {
    assert.equal((await post(admin, "look", { source })).status, 400, JSON.stringify(source));
  }
  const large = await post(admin, "look", { source: texts(`# ${"x".repeat(3 << 20)}`) });
  assert.deepEqual([large.status, large.body.code], [413, "too-large"]);
  assert.match(String(large.body.allowed), /2097152/);
});

test("RA-25: what was looked at is adopted by whoever confirms it, nothing else; and rolled back", async () => {
  const source = texts(slow);
  const { base, hash } = await look(source);
  const adopt = (more: object) =>
    post(admin, "adoptions", {
      seat: "desk-1",
      source,
      base,
      hash,
      reason: "too-many-alarms",
      ...more,
    });
  const other = await adopt({ hash: "0".repeat(64) });
  assert.deepEqual([other.status, other.body.code], [409, "rules-have-changed"]);
  assert.equal((await adopt({ reason: "because" })).status, 400);
  const both = await Promise.all([adopt({}), adopt({})]);
  const [done, late] = both.sort((a, b) => a.status - b.status);
  assert.deepEqual([done?.status, late?.status], [200, 503], JSON.stringify(both));
  assert.equal(late?.body.code, "rules-under-way");
  const again = await adopt({});
  assert.deepEqual(
    [again.status, again.body.code],
    [409, "rules-have-changed"],
    "its base is gone",
  );
  const event = journalOf(folder.path).findLast((one) => one.artefact === "packs");
  assert.deepEqual(Object.keys(event?.actor ?? {}), ["person", "seat"]);
  const { adoptions } = await get<AdoptionList>(operator, "/adoptions");
  assert.deepEqual(
    adoptions.map(({ byName, isHouse, reason }) => [byName, isHouse, reason]),
    [
      ["admin", false, "too-many-alarms"],
      [null, true, null],
    ],
  );
  const [p06] = (await get<RulePageView>(operator, "?q=P06&kind=pump-room")).rules;
  assert.deepEqual([p06?.setAfterMs, p06?.since?.byName], [30_000, "admin"]);
  const { text } = await get<PackTextView>(operator, "/packs/pump-room");
  assert.equal((await look(texts(text))).changed, 0, "what is read can be given back");
  assert.match(text, /setAfterMs: 30000/);
  assert.equal((await operator.ask("GET", "/api/v1/rules/packs/no-pack")).status, 404);
  const back = { adopted: adoptions[1]?.hash };
  const shown = await look(back);
  assert.equal(shown.changed, 1);
  const body = {
    ...{ seat: "desk-1", source: back, reason: "undo" },
    ...{ base: shown.base, hash: shown.hash },
  };
  assert.equal((await post(admin, "adoptions", body)).status, 200);
  assert.equal((await get<AdoptionList>(operator, "/adoptions")).hash, adoptions[1]?.hash);
  const unknown = { adopted: "f".repeat(64) };
  assert.equal((await post(admin, "look", { source: unknown })).status, 404);
});

test("RA-26: a back-test is begun, asked for, cancelled; one at a time, and beside the rule in force", async () => {
  const asked = { source: texts(slow), rule: "P06", from: day, to: day + 86_400_000 };
  const begun = await post(admin, "backtests", asked);
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const second = await post(admin, "backtests", asked);
  assert.deepEqual([second.status, second.body.code], [503, "backtest-under-way"]);
  const path = `/backtests/${begun.body.id}`;
  const cancelled = await admin.ask("DELETE", `/api/v1/rules${path}`);
  assert.equal(cancelled.body.state, "cancelled");
  assert.equal((await admin.ask("DELETE", `/api/v1/rules${path}`)).body.state, "cancelled");
  const third = (await post(admin, "backtests", asked)).body as unknown as BacktestView;
  const seen = new Set<number>();
  const { result, state } = await until("it is done", async () => {
    const view = await get<BacktestView>(admin, `/backtests/${third.id}`);
    seen.add(view.progress);
    return view.state === "running" ? null : view;
  });
  assert.equal(state, "done");
  assert.ok(seen.size > 1, "its progress was told");
  assert.deepEqual(result?.totals, { tried: 0, inForce: 96, journal: 0 });
  assert.equal(result?.rows[0]?.inForce[0]?.from, day + 10_000);
  const wrong = async (change: object) =>
    (await post(admin, "backtests", { ...asked, ...change })).body.code;
  assert.equal(await wrong({ to: day - 1 }), "bad-time");
  assert.equal(await wrong({ device: "baolong/no-such" }), "no-such-device");
  const empty = await post(admin, "backtests", { ...asked, from: day - 9e8, to: day - 8e8 });
  const bare = await until("nothing was stored then", async () => {
    const now = await get<BacktestView>(admin, `/backtests/${empty.body.id}`);
    return now.state === "done" ? now : null;
  });
  assert.deepEqual(
    [bare.result?.devices[0]?.firstAt, bare.result?.rows],
    [null, []],
    "it says that nothing is known, not that nothing was",
  );
  const failed = await post(admin, "backtests", { ...asked, rule: "P99" });
  const view = await until("it has failed", async () => {
    const now = await get<BacktestView>(admin, `/backtests/${failed.body.id}`);
    return now.state === "failed" ? now : null;
  });
  assert.equal(view.problem?.code, "unknown-rule");
  assert.equal((await admin.ask("GET", "/api/v1/rules/backtests/B99")).status, 404);
});

test("RA-27: while a back-test runs presses are answered as ever", async () => {
  const button = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-08"));
  let seq = 0;
  const press = async (): Promise<number> => {
    seq += 1;
    const payload = JSON.stringify({ v: 1, seq, ts: Date.now(), event: "press" });
    const sent = performance.now();
    await button.publishAsync("firelink/v1/baolong/btn-08/event", payload, { qos: 1 });
    return performance.now() - sent;
  };
  const round = async (goesOn: () => Promise<boolean>): Promise<number[]> => {
    const took: number[] = [];
    while (await goesOn()) {
      for (let i = 0; i < 20; i += 1) {
        took.push(await press());
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    return took.sort((a, b) => a - b);
  };
  let rounds = 0;
  const alone = await round(async () => rounds++ < 10);
  const asked = { rule: "pump-room/P06", from: day, to: day + 86_400_000 };
  const { id } = (await post(admin, "backtests", asked)).body;
  const path = `/backtests/${id}`;
  const beside = await round(
    async () => (await get<BacktestView>(admin, path)).state === "running",
  );
  button.end(true);
  assert.equal((await get<BacktestView>(admin, path)).state, "done");
  const p = (of: number[], share: number): number =>
    of[Math.floor(of.length * share)] ?? Number.NaN;
  const shown = (of: number[]): string =>
    `median ${p(of, 0.5).toFixed(1)} ms, p99 ${p(of, 0.99).toFixed(1)} ms of ${of.length}`;
  process.stdout.write(`  presses alone: ${shown(alone)}; beside a back-test: ${shown(beside)}\n`);
  assert.ok(beside.length > 20, "it ran while they were pressed");
  assert.ok((beside.at(-1) ?? 0) < 1000, shown(beside));
});
