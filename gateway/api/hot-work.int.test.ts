/** Hot work over HTTP: reports, photos, acts of each role, what is refused and how, and the triangle. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pino from "pino";
import { readConfig } from "../config.ts";
import { demoInventory } from "../demo.ts";
import { Gateway } from "../gateway.ts";
import { environment, makeFolder, until } from "../testing/process.ts";
import { type Answer, Browser } from "../testing/web.ts";
import { Tour } from "../tour.ts";
import type { FixedAreas, PermitLineView, PermitView } from "./hot-work-contract.ts";
import type { HotWorkForm } from "./hot-work-form-contract.ts";
import { Website } from "./website.ts";

const folder = makeFolder();
let gateway: Gateway;
let website: Website;
let url: string;
const browsers: Record<string, Browser> = {};
const ids: Record<string, string> = {};

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000, 7)]);
const planted = { name: "焊工甲乙丙", phone: "139 0000 4711", certificate: "T330621199001014711" };

/** The provider that speaks to a watcher. */
const said: { text: string; to?: string[] }[] = [];
const provider = createServer((request, answer) => {
  let text = "";
  request.on("data", (part) => {
    text += String(part);
  });
  request.on("end", () => {
    said.push(JSON.parse(text) as { text: string });
    answer.end("{}");
  });
});

before(async () => {
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", () => resolve()));
  const { port } = provider.address() as AddressInfo;
  const file = join(folder.path, "webhooks.yaml");
  const endpoint = `  - { name: watch, format: json, url: "http://127.0.0.1:${port}/" }`;
  writeFileSync(file, `endpoints:\n${endpoint}\ncallOut:\n  - { endpoint: watch }\n`);
  const numbers = join(folder.path, "hot-work.yaml");
  // Links are known at once here: nobody waits for 90 s of a test.
  writeFileSync(numbers, "v: 1\nblindAfterStartMs: 0\n");
  const files = { FIRELINK_WEBHOOKS_FILE: file, FIRELINK_RULES_HOT_WORK_FILE: numbers };
  const config = readConfig({ ...environment(folder.path), ...files });
  gateway = new Gateway(config, pino({ level: "silent" }));
  await gateway.start(demoInventory());
  website = new Website(gateway, new Tour(gateway, null));
  url = await website.start();
  const people = [
    ["op", "operator", "*"],
    ["park", "park", "baolong"],
    ["elsewhere", "park", "wangtan"],
    ["boss", "park", "baolong"],
    ["watcher", "watcher", "baolong"],
    ["platform", "platform", "*"],
    ["look", "viewer", "*"],
  ] as const;
  for (const [name, role, scope] of people) await add(name, role, scope);
});

async function add(name: string, role: string, scope: string): Promise<void> {
  const { id, password } = await gateway.door.people.add({ name, role, scope });
  const browser = new Browser(url);
  assert.equal((await browser.signIn(name, password)).status, 200);
  browsers[name] = browser;
  ids[name] = id;
}

after(async () => {
  await website.stop();
  await gateway.stop("test");
  provider.close();
  folder.remove();
});

const as = (name: string): Browser => browsers[name] ?? assert.fail(name);

async function photo(name: string, bytes: Buffer = jpeg, type = "image/jpeg") {
  const response = await fetch(`${url}/api/v1/photos?site=baolong`, {
    method: "POST",
    headers: { cookie: as(name).cookie, "content-type": type },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function reportOf(more: object = {}) {
  const { body } = await photo("park");
  const now = gateway.clock.now();
  const { position } = gateway.artefacts
    .world(gateway.committed.state)
    .inventory.sites.get("baolong") as { position: { lng: number; lat: number } };
  return {
    ...{ site: "baolong", floor: "1F", photo: body.photo, outdoors: false, object: "structure" },
    position: { lng: position.lng, lat: position.lat, datum: "WGS-84" },
    ...{ kind: "electric-welding", class: "first", tools: ["welder"], firm: "91330621MA00000001" },
    worker: { ...planted, certificateUntil: "2099-12-31" },
    watcher: { id: ids.watcher },
    ...{ startsAt: now, endsAt: now + 4 * 3_600_000, combustiblesCleared: true, extinguishers: 2 },
    ...more,
  };
}

const send = async (name: string, more: object, rest: object = {}): Promise<Answer> =>
  as(name).ask("POST", "/api/v1/hot-work", {
    ...{ seat: "phone", submit: true, report: await reportOf(more) },
    ...rest,
  });

const permitIn = ({ body }: Answer): PermitView => body.permit as unknown as PermitView;

async function act(name: string, permit: string, command: object): Promise<Answer> {
  return as(name).ask("POST", `/api/v1/hot-work/${permit}/acts`, { seat: "phone", act: command });
}

test("HA-1: from the report to work and back: each role its own acts, pump in manual suspends", async () => {
  const sent = await send("park", {});
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  const permit = permitIn(sent);
  assert.equal(permit.state, "matched");
  assert.equal(permit.check?.need, "always");
  assert.ok(permit.check?.station && (permit.check.expectedAt ?? 0) > gateway.clock.now());
  const { station } = permit.check;
  await add("crew", "station", station ?? "");
  const { id } = permit;
  const ok = async (name: string, command: object): Promise<PermitView> => {
    const done = await act(name, id, command);
    assert.equal(
      done.status,
      200,
      `${name} ${JSON.stringify(command)}: ${JSON.stringify(done.body)}`,
    );
    return permitIn(done);
  };
  // The station approves nothing, and the firm accepts no inspection.
  // By night the class is one up, whenever this runs.
  const capacity = { special: "firm-leader", first: "firm-safety", second: "workshop" };
  const approve = { command: "approve-permit", as: capacity[permit.class] };
  assert.equal((await act("crew", id, approve)).status, 403);
  assert.equal((await act("boss", id, { command: "accept-inspection", station })).status, 403);
  assert.equal((await act("look", id, approve)).status, 403);
  assert.equal((await act("elsewhere", id, approve)).status, 403);
  await ok("boss", approve);
  await ok("crew", { command: "accept-inspection", station });
  const { body } = await photo("park");
  const sign = (party: string) => ({
    ...{ command: "sign-inspection", party, pass: true, photo: body.photo },
    position: permit.report.position,
  });
  await ok("crew", sign("government-firefighters"));
  const waive = (party: string) => ({ command: "waive-party", party, reason: "does-not-exist" });
  // The firm signs for none of those who look at it.
  assert.equal((await act("boss", id, sign("town-officer"))).status, 403);
  await ok("boss", sign("firm-safety-officer"));
  await ok("boss", waive("firm-brigade"));
  const checked = await ok("op", sign("town-officer"));
  assert.equal(checked.state, "checked");
  await ok("boss", { command: "waive-gas-test", reason: "open-structure" });
  const { body: code } = await as("park").ask("GET", `/api/v1/hot-work/${id}/code`);
  assert.equal((await as("watcher").ask("GET", `/api/v1/hot-work/${id}/code`)).status, 403);
  const wrong = await act("watcher", id, { command: "check-in", code: "guessed" });
  assert.equal(wrong.body.code, "wrong-code");
  await ok("watcher", { command: "check-in", code: code.code });
  assert.equal((await ok("watcher", { command: "start-work" })).state, "active");

  const stream = await as("park").stream("?site=baolong");
  const level = { kind: "level", rule: "P03", site: "baolong", device: "pump-01" } as const;
  const since = gateway.clock.now();
  await gateway.signal({ ...level, level: true, since });
  await until("the park's stream names the permit", () =>
    stream.frames.some(
      ({ event, data }) =>
        event === "change" && (data as { permits?: string[] }).permits?.includes(id),
    ),
  );
  stream.close();
  const stopped = permitIn(await as("park").ask("GET", `/api/v1/hot-work/${id}`));
  assert.deepEqual([stopped.state, stopped.stop?.cause], ["suspended", "impaired"]);
  assert.ok(gateway.clock.now() - since < 2000, "suspended within 2 s");
  await until("the watcher is told by the second channel", () => said.length > 0);
  assert.match(JSON.stringify(said[0]), /立即停止动火.*消防设施不完好/);
  const again = await act("watcher", id, { command: "resume-work" });
  assert.equal(again.body.code, "protection-impaired");
  await ok("watcher", { command: "confirm-stop" });
  await ok("watcher", { command: "look-at-place" });
  await gateway.signal({ ...level, level: false, since: gateway.clock.now() });
  assert.equal((await ok("watcher", { command: "resume-work" })).state, "active");
  assert.equal((await ok("watcher", { command: "end-work" })).state, "fire-watch");
  const early = await act("watcher", id, { command: "take-final-photo", photo: body.photo });
  assert.equal(early.body.code, "too-early");
  assert.equal((await act("watcher", id, { command: "start-work" })).body.code, "not-now");

  const history = await as("park").ask("GET", `/api/v1/hot-work/${id}/history`);
  const lines = history.body.lines as PermitLineView[];
  const told = lines.map(({ text }) => text.zh).join(" · ");
  assert.match(
    told,
    /^填写动火报备 · 提交动火报备,.*现场检查合格.*开始动火.*立即停止动火\(消防设施不完好\)/,
  );
  assert.match(told, /恢复动火 · .*动火结束/);
  assert.doesNotMatch(told, /permit-|inspection-/, "each event has words");
  assert.equal(lines.find(({ type }) => type === "permit-approved")?.by?.name, "boss");
  // Who has nothing to do with the place reads ids, and another site nothing.
  const looked = await as("look").ask("GET", `/api/v1/hot-work/${id}/history`);
  assert.equal((looked.body.lines as PermitLineView[])[0]?.by?.name, null);
  const elsewhere = await as("elsewhere").ask("GET", `/api/v1/hot-work/${id}/history`);
  assert.equal(elsewhere.status, 403);
  const address = `/phone#permit/${id}/check-in/${code.code}`;
  assert.ok(String(code.address).endsWith(address), String(code.address));
});

test("HA-7: a list is of a time, and fixed hot-work areas are listed", async () => {
  const now = gateway.clock.now();
  const of = (query: string) => as("op").ask("GET", `/api/v1/hot-work?state=all&${query}`);
  const day = await of(`from=${now - 86_400_000}&until=${now + 86_400_000}`);
  assert.ok((day.body.permits as PermitView[]).length > 0);
  const past = await of(`until=${now - 86_400_000}`);
  assert.deepEqual(past.body.permits, []);
  assert.equal((await of("from=today")).status, 400);
  const fixed = await as("op").ask("GET", "/api/v1/hot-work/fixed-areas");
  assert.equal(fixed.status, 200);
  const areas = fixed.body.areas as FixedAreas["areas"];
  assert.ok(
    areas.some(({ site }) => site === "baolong"),
    JSON.stringify(areas),
  );
  const others = await as("elsewhere").ask("GET", "/api/v1/hot-work/fixed-areas");
  assert.ok(!(others.body.areas as FixedAreas["areas"]).some(({ site }) => site === "baolong"));
});

test("HA-8: a form is told of compartments as they are used, watchers, limits, and what the asker may", async () => {
  const form = await as("park").ask("GET", "/api/v1/hot-work/form?site=baolong");
  assert.equal(form.status, 200, JSON.stringify(form.body));
  const { zones, watchers, detectors, settings, may } = form.body as unknown as HotWorkForm;
  const zone = zones.find(({ id }) => id === "b1-z1");
  assert.equal(zone?.use, "warehouse", "as its building is used");
  assert.ok(zone.spot, "a device in it is measured");
  assert.deepEqual(watchers, [{ id: ids.watcher, name: "watcher" }]);
  assert.ok(detectors.every(({ id }) => !id.startsWith("btn-") && !id.startsWith("pump-")));
  assert.equal(settings.hotWork.longestMs.first, 8 * 3_600_000);
  assert.ok(may.includes("report-hot-work") && may.includes("approve-permit"));
  assert.ok(!may.includes("accept-inspection"), "the firm accepts no inspection");
  const ofWatcher = await as("watcher").ask("GET", "/api/v1/hot-work/form?site=baolong");
  const acts = (ofWatcher.body as unknown as HotWorkForm).may;
  assert.ok(acts.includes("check-in") && !acts.includes("report-hot-work"));
  for (const [name, site, status] of [
    ["elsewhere", "baolong", 403],
    ["look", "baolong", 403],
    ["op", "nowhere", 404],
  ] as const) {
    const { status: is } = await as(name).ask("GET", `/api/v1/hot-work/form?site=${site}`);
    assert.equal(is, status, `${name} ${site}`);
  }
  assert.equal((await as("op").ask("GET", "/api/v1/hot-work/form")).status, 400);
});

test("HA-2: what is wrong is refused with all its reasons, and the draft is kept and put right", async () => {
  const now = gateway.clock.now();
  const times = { startsAt: now, endsAt: now + 73 * 3_600_000 };
  const wrong = await send("park", { ...times, class: "second", extinguishers: 0 });
  assert.equal(wrong.status, 409);
  assert.match(wrong.type, /problem\+json/);
  assert.equal(wrong.body.code, "longer-than-allowed");
  const faults = wrong.body.faults as string[];
  assert.ok(faults.includes("no-extinguisher"));
  const draft = await as("park").ask("GET", `/api/v1/hot-work/${wrong.body.permit}`);
  assert.equal(permitIn(draft).state, "draft");
  const position = { lng: 121.9, lat: 30.1, datum: "GCJ-02" };
  const outside = await send("park", { position });
  assert.ok((outside.body.faults as string[]).includes("outside-the-district"));
  const off = await send("park", {}, { sentAt: now - 400_000 });
  assert.deepEqual([off.status, off.body.code], [409, "clock-wrong"]);
  for (const [key, value] of [
    ["position", { lng: 120.49, lat: 30.14 }],
    ["firm", "1234"],
    ["worker", {}],
    ["class", "third"],
  ] as const) {
    const answer = await send("park", { [key]: value });
    assert.equal(answer.status, 400, key);
    assert.match(String(answer.body.title), new RegExp(key));
  }
});

test("HA-3: the report of another platform is one, whatever often it is sent; another one is refused", async () => {
  const sender = { system: "hanyouxu", number: "2026-11-26/7" };
  const report = await reportOf({ zone: undefined, startsAt: 0, endsAt: 0 });
  const startsAt = gateway.clock.now() + 86_400_000;
  const body = { seat: "platform", submit: true, sender };
  const of = {
    ...report,
    startsAt,
    endsAt: startsAt + 3_600_000,
    worker: { ...report.worker, name: "另一人" },
  };
  const first = await as("platform").ask("POST", "/api/v1/hot-work", { ...body, report: of });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const again = await as("platform").ask("POST", "/api/v1/hot-work", { ...body, report: of });
  assert.equal(permitIn(again).id, permitIn(first).id);
  assert.equal(permitIn(again).number, permitIn(first).number);
  const other = { ...of, extinguishers: 5 };
  const taken = await as("platform").ask("POST", "/api/v1/hot-work", { ...body, report: other });
  assert.deepEqual([taken.status, taken.body.code], [409, "number-taken"]);
  const follows = await as("platform").ask("GET", `/api/v1/hot-work/${permitIn(first).id}`);
  assert.deepEqual(permitIn(follows).sender, sender);
  // A platform reads ids; whoever stands at the place reads names.
  assert.equal(permitIn(follows).report.worker.name, null);
  const seen = await as("park").ask("GET", `/api/v1/hot-work/${permitIn(first).id}`);
  assert.equal(permitIn(seen).report.worker.name, "另一人");
  // Under no number it is the same work all the same, and the worker is the same person elsewhere.
  const twice = { seat: "phone", submit: true, report: of };
  const reported = await as("park").ask("POST", "/api/v1/hot-work", twice);
  assert.equal(reported.body.code, "reported-already");
  const spot = { ...of.position, lat: of.position.lat + 0.001 };
  const later = { ...of, position: spot, startsAt: of.startsAt + 60_000 };
  const busy = { ...twice, report: later };
  const elsewhere = await as("park").ask("POST", "/api/v1/hot-work", busy);
  assert.equal(elsewhere.body.code, "worker-works-elsewhere");
  // A watch is handed to somebody there is, a draft is of its own site.
  const hand = { command: "hand-over-watch", from: ids.watcher, to: "P-nobody" };
  assert.equal((await act("watcher", permitIn(first).id, hand)).body.code, "unknown-person");
  const { body: draft } = elsewhere;
  const foreign = { ...busy, permit: draft.permit, report: { ...later, site: "wangtan" } };
  const { photo: _, ...bare } = foreign.report;
  const taking = { ...foreign, report: bare };
  const theirs = await as("elsewhere").ask("POST", "/api/v1/hot-work", taking);
  assert.equal(theirs.body.code, "unknown-permit");
  const approve = { command: "approve-permit", as: "firm-safety" };
  assert.equal((await act("platform", permitIn(first).id, approve)).status, 403);
  // Each sees its own site.
  const list = async (name: string) =>
    ((await as(name).ask("GET", "/api/v1/hot-work")).body.permits as PermitView[]).length;
  assert.ok((await list("park")) >= 1);
  assert.equal(await list("elsewhere"), 0);
});

test("HA-4: photos: 30 MB, a text and another site's are refused; whoever may see the site sees it", async () => {
  const large = await photo("park", Buffer.concat([jpeg, Buffer.alloc(30_000_000)]));
  assert.deepEqual([large.status, large.body.code], [413, "too-large"]);
  const text = await photo("park", Buffer.from("no photo at all"), "image/jpeg");
  assert.deepEqual([text.status, text.body.code], [415, "not-a-photo"]);
  const pdf = await photo("park", jpeg, "application/pdf");
  assert.equal(pdf.status, 415);
  assert.equal((await photo("elsewhere")).status, 403);
  assert.equal((await photo("look")).status, 403);
  const { body } = await photo("park");
  const read = await fetch(`${url}/api/v1/photos/${body.photo}`, {
    headers: { cookie: as("look").cookie },
  });
  assert.equal(read.headers.get("content-type"), "image/jpeg");
  assert.ok(Buffer.from(await read.arrayBuffer()).equals(jpeg));
  const others = await as("elsewhere").ask("GET", `/api/v1/photos/${body.photo}`);
  assert.equal(others.status, 403);
  const unknown = await send("park", { photo: `PH-${"0".repeat(24)}` });
  assert.equal(unknown.body.code, "unknown-photo");
});

test("HA-5: evidence without a permit is H01 after its two minutes, and ends when it is over", async () => {
  const seen = { seat: "phone", site: "baolong", source: "welder-chip", chip: "CHIP-1" };
  const first = await as("platform").ask("POST", "/api/v1/hot-work/seen", seen);
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal(gateway.committed.state.hotWorkSeen.size, 1);
  const over = await as("platform").ask("POST", "/api/v1/hot-work/seen", { ...seen, over: true });
  assert.equal(over.status, 200);
  assert.equal(gateway.committed.state.hotWorkSeen.size, 0);
  assert.equal((await as("look").ask("POST", "/api/v1/hot-work/seen", seen)).status, 403);
});

test("HA-6: no name, telephone or certificate number of hot work stands anywhere but in people.db", async () => {
  const files = readdirSync(folder.path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("people.db"))
    .map(({ name }) => name);
  assert.ok(files.includes("journal.db"));
  const people = readFileSync(join(folder.path, "people.db"));
  const wal = readdirSync(folder.path).includes("people.db-wal")
    ? readFileSync(join(folder.path, "people.db-wal"))
    : Buffer.alloc(0);
  for (const secret of Object.values(planted)) {
    for (const name of files) {
      assert.ok(!readFileSync(join(folder.path, name)).includes(secret), `${secret} in ${name}`);
    }
    assert.ok(people.includes(secret) || wal.includes(secret), "it stands where it may be deleted");
  }
});
