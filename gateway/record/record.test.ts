/** The fold of an incident: each frame gives the card as it was, huge ones stay small, ends are ends. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Recorded } from "#rules/event.ts";
import { notPossibleReasons } from "#rules/incident/checklist.ts";
import * as reasons from "#rules/reasons.ts";
import { Scenario } from "#rules/scenarios/play.ts";
import type { State } from "#rules/state.ts";
import { say } from "#rules/text/render.ts";
import type { IncidentCard, RecordFrame } from "../api/contract.ts";
import { genesis } from "../journal/chain.ts";
import { encodeEvent } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";
import { makeFolder } from "../testing/process.ts";
import { incidentCard } from "../views/cards.ts";
import type { Sight } from "../views/sight.ts";
import { mostFrameBytes, mostFrames } from "./frames.ts";
import { mostOfEnd } from "./log.ts";
import { incidentRecord } from "./record.ts";

const folders: (() => void)[] = [];
after(() => {
  for (const remove of folders) remove();
});

const sightOf =
  ({ world }: Scenario) =>
  (state: State): Sight => ({
    state,
    world,
    nameOf: (person) => (person === "P-1" ? "王某" : null),
    profileOf: () => null,
  });

/** Plays, writes the journal, folds it for the first incident. */
function recordOf(scenario: Scenario, incident = firstOf(scenario)) {
  const folder = makeFolder();
  folders.push(folder.remove);
  const file = JournalFile.openForWriting(folder.path);
  const bodies = scenario.events.map(encodeEvent);
  file.append({ first: 1, bodies, artefacts: [] }, { position: 0, hash: genesis });
  const opened = scenario.events.find(
    (e) => e.type === "incident-opened" && e.incident === incident,
  );
  assert.ok(opened?.type === "incident-opened");
  const source = { folder: folder.path, journal: file, sight: sightOf(scenario) };
  const { position, site } = opened;
  const made = incidentRecord(source, { incident, position, site });
  file.close();
  return made;
}

function firstOf({ events }: Scenario): string {
  const opened = events.find((e) => e.type === "incident-opened");
  return opened?.type === "incident-opened" ? opened.incident : "";
}

/** As a screen lays frames over each other. */
function laid(frames: readonly RecordFrame[]): IncidentCard {
  const alarms = new Map<string, IncidentCard["alarms"][number]>();
  const orders = new Map<string, IncidentCard["orders"][number]>();
  let head: RecordFrame["head"] = null;
  for (const frame of frames) {
    head = frame.head ?? head;
    for (const id of frame.gone) {
      alarms.delete(id);
      orders.delete(id);
    }
    for (const row of frame.alarms) alarms.set(row.id, row);
    for (const row of frame.orders) orders.set(row.id, row);
  }
  assert.ok(head);
  return { ...head, alarms: [...alarms.values()], orders: [...orders.values()] };
}

/** Remembers the card after every turn. */
class Watched extends Scenario {
  readonly cards: { readonly position: number; readonly card: IncidentCard }[] = [];

  override take(body: Parameters<Scenario["take"]>[0]): void {
    super.take(body);
    const incident = this.state.incidents.get(firstOf(this));
    if (!incident || !this.cards) return;
    const card = incidentCard(sightOf(this)(this.state), incident);
    this.cards.push({ position: this.state.position, card });
  }
}

function played(): Watched {
  const s = new Watched();
  const reply = (
    station: string,
    word: "accepted" | "turned-out" | "on-scene" | "controlled" | "returned",
  ) => {
    s.pass(20_000);
    const { id: order, revision } = s.orderOf(station);
    s.take({ kind: "reply", station, order, revision, reply: word, seq: null, ts: null });
  };
  s.press("s1", "b1", 1, -3000);
  s.pass(5000);
  s.press("s1", "b1", 2, 0);
  s.command({ command: "acknowledge", alarm: s.incident.alarms[0] ?? "" });
  reply("R1", "accepted");
  s.command({ command: "call-back", incident: s.incident.id, result: "fire" });
  s.command({ command: "order", incident: s.incident.id, station: "R3", reason: "knows-better" });
  s.command({ command: "verify", incident: s.incident.id, result: "confirmed" });
  for (const word of ["turned-out", "on-scene", "controlled", "returned"] as const)
    reply("R1", word);
  for (const order of [...s.state.orders.values()]) {
    if (order.state === "issued")
      s.command({ command: "recall", order: order.id, reason: "not-needed" });
  }
  return s;
}

test("RW-1: frames laid over each other give the card of every turn, as it was then", () => {
  const s = played();
  const { record, isFinal } = recordOf(s);
  assert.equal(isFinal, false);
  assert.ok(record.frames.length > 8, `${record.frames.length} frames`);
  for (const { position, card } of s.cards) {
    const then = laid(record.frames.filter((frame) => frame.position <= position));
    assert.deepEqual(then, JSON.parse(JSON.stringify(card)), `at ${position}`);
  }
  assert.deepEqual(record.incident, s.cards.at(-1)?.card);
  assert.notEqual(record.incident.closedAt, null);
});

test("IN-5: the time line says who did what, with device time and receive time, in both languages", () => {
  const { record } = recordOf(played());
  const line = (type: string) => record.log.find((row) => row.type === type);
  const raised = line("alarm-raised");
  assert.equal((raised?.at ?? 0) - (raised?.deviceAt ?? 0), 3000);
  assert.equal(raised?.who, "device");
  const acknowledged = record.log.find((row) => /^接警/.test(row.text.zh));
  assert.deepEqual([acknowledged?.who, acknowledged?.name?.zh], ["person", "王某"]);
  assert.equal(acknowledged?.seat, "desk");
  assert.match(record.log.find((row) => row.who === "station")?.text.zh ?? "", /接令/);
  const ordered = record.log.find((row) => row.type === "order-issued" && row.who === "person");
  assert.match(ordered?.text.zh ?? "", /值班员调派.*原因:更熟悉现场/);
  assert.match(ordered?.text.en ?? "", /reason: knows the place better/);
  assert.ok(record.log.every(({ text }) => !/log\.|undefined|\{/.test(text.zh + text.en)));
  const times = record.log.map(({ at }) => at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test("IN-5: every reason a person may give has its word in a time line", () => {
  const all = [
    ...[...reasons.refusalReasons, ...reasons.recallReasons, ...reasons.mergeReasons],
    ...[...reasons.splitReasons, ...reasons.reopenReasons, ...reasons.verifyReasons],
    ...[...reasons.orderReasons, ...reasons.resetReasons, ...notPossibleReasons],
  ];
  const without = all.filter((code) => say("zh", `reason.${code}`) === `reason.${code}`);
  assert.deepEqual(without, []);
});

test("IN-6: candidates stand with verdict and reason, orders with their times beside the 1-3-5 limits", () => {
  const { record } = recordOf(played());
  const [choice] = record.choices;
  assert.ok(choice && choice.candidates.length > 2);
  assert.match(choice.candidates[0]?.why.zh ?? "", /^已选:到场最快/);
  assert.ok(choice.candidates.every(({ why }) => !why.zh.includes("candidate.")));
  const r1 = record.orders.find(({ station }) => station === "R1");
  assert.ok(r1);
  assert.equal((r1.turnedOutAt ?? 0) - r1.issuedAt, 45_000);
  assert.deepEqual([r1.turnOutLimitMs, r1.onSceneLimitMs], [60_000, 600_000]);
  const steps = record.steps.map(({ step, at }) => [step, at !== null]);
  assert.ok(
    steps.every(([, reached]) => reached),
    JSON.stringify(steps),
  );
});

test("RW-2: an incident of a thousand alarms and thousands of presses is a small answer, both ends whole", () => {
  const s = new Scenario();
  s.press("s1", "b1", 1, 0);
  const incident = s.incident.id;
  const [first] = s.events.filter((e) => e.type === "alarm-raised");
  assert.ok(first?.type === "alarm-raised");
  const push = (event: object): void => {
    const position = s.events.length + 1;
    const envelope = { position, at: s.now + position * 20, signal: `S${position}`, v: 1 };
    s.events.push({ ...envelope, ...event } as Recorded);
  };
  for (let n = 0; n < 1000; n += 1) {
    const alarm = `A-more-${n}`;
    push({ ...first, position: undefined, alarm, point: `p${n}`, key: null });
    Object.assign(s.events.at(-1) as object, { position: s.events.length });
    push({ type: "incident-joined", incident, alarm, zone: null, why: "same-zone" });
  }
  for (let n = 0; n < 4000; n += 1) {
    const about = { alarm: first.alarm, device: first.device, count: 1, keys: [`k${n}`] };
    push({ type: "press-repeated", ...about, firstSeq: n, lastSeq: n, sounds: false });
  }
  push({ type: "alarm-silenced", alarm: first.alarm, by: "P-1" });
  const started = performance.now();
  const { record } = recordOf(s, incident);
  const tookMs = performance.now() - started;
  assert.ok(record.frames.length <= mostFrames, `${record.frames.length} frames`);
  assert.ok(JSON.stringify(record.frames).length <= mostFrameBytes);
  assert.equal(record.log.length + record.logLeftOut, 1001 + 4000 + 1000 + 1 + 4);
  assert.ok(record.log.length <= 3 * mostOfEnd);
  assert.equal(record.log.at(-1)?.type, "alarm-silenced");
  const last = laid(record.frames);
  assert.equal(last.alarms.length, 1001);
  assert.equal(last.alarms.find(({ id }) => id === first.alarm)?.sounding, false);
  assert.ok(tookMs < 15_000, `${tookMs} ms`);
});

test("RW-3: what is archived ends there; alarms that were split off leave the frames", () => {
  const s = played();
  s.pass(25 * 3_600_000);
  assert.equal(s.state.incidents.size, 0);
  const { record, isFinal } = recordOf(s);
  assert.equal(isFinal, true);
  assert.equal(record.log.at(-1)?.type, "incident-closed");
  const two = new Scenario();
  two.press("s1", "b1", 1, 0);
  two.press("s1", "b2", 1, 0);
  const { id } = two.incident;
  const alarms = [...two.incident.alarms];
  assert.equal(alarms.length, 2);
  two.command({ command: "split", incident: id, alarms: alarms.slice(1), reason: "another-fire" });
  const parts = recordOf(two, id).record;
  assert.deepEqual(parts.frames.at(-1)?.gone, alarms.slice(1));
  assert.equal(laid(parts.frames).alarms.length, 1);
});
