/** Why there is an alarm: from a shipped rule through the detector and the core to the sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decide } from "#rules/decide.ts";
import { Detector } from "#rules/detect/detector.ts";
import { compilePack } from "#rules/detect/pack.ts";
import { reasonsOf } from "#rules/detect/reason.ts";
import type { World } from "#rules/draft.ts";
import type { Recorded } from "#rules/event.ts";
import { evolve } from "#rules/evolve.ts";
import { emptyInventory } from "#rules/inventory.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import type { Profile } from "#rules/profile.ts";
import type { Sample, Value } from "#rules/sample.ts";
import { defaultSettings } from "#rules/settings.ts";
import type { SignalBody } from "#rules/signal.ts";
import { initialState, type State, serializeState } from "#rules/state.ts";
import { explainAlarm, traceText } from "#rules/text/explain.ts";
import { plainWriter } from "#rules/writer.ts";
import { decodeEvent, encodeEvent, record } from "../journal/codec.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";

const profiles = readProfiles();
const packs = readPacks(profiles);
const start = Date.UTC(2026, 10, 22, 18, 10, 0);

/** A device of a kind that has read these values; gives its alarm of a rule after so many seconds. */
function alarmOf(
  kind: string,
  rule: string,
  values: Readonly<Record<string, Value>>,
  seconds: number,
) {
  const profile = profiles.get(kind) as Profile;
  const pack = compilePack(packs.find((one) => one.kind === kind) ?? assert.fail(), profile);
  assert.ok(!Array.isArray(pack));
  const detector = new Detector();
  const levels = detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, start);
  const samples = Object.entries(values).map(([point, value]): Sample => {
    return { point, value, quality: "good", reason: null, at: start + 4000, sourceTs: null };
  });
  levels.push(...detector.take("s/d", samples, start + 4000));
  const end = start + 4000 + seconds * 1000;
  levels.push(...detector.tick(end));
  const level = levels.find((one) => one.rule === rule && one.level === true);
  assert.ok(level, `${rule} was not raised`);
  return { level, end, profile };
}

const inventory = indexInventory({
  ...emptyInventory,
  sites: [{ id: "s", name: { zh: "园区", en: "park" }, town: "T" } as never],
  devices: [{ id: "d", site: "s", kind: "pump-room", place: { zh: "泵房", en: "room" } } as never],
});
const world: World = { inventory, settings: defaultSettings, packs };

function installation() {
  const state: State = initialState();
  const shadow: State = initialState();
  const events: Recorded[] = [];
  const take = (body: SignalBody, at: number): void => {
    for (const event of decide(state, { ...body, id: `x${state.position}`, at }, world)) {
      const envelope = { position: state.position + 1, at, signal: `x${state.position}` };
      const bytes = encodeEvent(record(event, envelope));
      evolve(state, record(event, envelope), plainWriter);
      evolve(shadow, decodeEvent(bytes), plainWriter);
      events.push(record(event, envelope));
    }
  };
  const actor = { person: "P-system", seat: "s" };
  const adopt = { command: "adopt", artefact: "packs", hash: "3f2a9c71d0e4", summary: {} } as const;
  take({ kind: "command", actor, command: adopt }, start);
  return { state, shadow, events, take };
}

test("RA-15: an alarm says what was read, with quality and time, beside what it was compared with, for how long, by which version", () => {
  const values = {
    sprinkler_header_pressure: 0.41,
    sprinkler_main_start_pressure: 0.54,
    sprinkler_end_pressure: 0.3,
    sprinkler_flow: 0,
  };
  const { level, end, profile } = alarmOf("pump-room", "P06", values, 10);
  const { state, shadow, events, take } = installation();
  take(level, end);
  const [alarm] = [...state.alarms.values()];
  assert.ok(alarm);
  const pointOf = (id: string) => profile.points.find((point) => point.id === id) ?? null;
  assert.equal(
    explainAlarm("zh", alarm, world, pointOf),
    "喷淋泵出水干管压力 0.41 MPa(良好,02:10:04)低于 喷淋主泵启泵压力 0.54 MPa 已 10 秒,规则 P06 v3f2a9c7",
  );
  assert.equal(
    explainAlarm("en", alarm, world, pointOf),
    "Sprinkler header pressure 0.41 MPa (good, 02:10:04) below Sprinkler main pump start pressure 0.54 MPa for 10 s, rule P06 v3f2a9c7",
  );
  const traces = [{ alarm: alarm.id, decidedAt: end + 1, committedAt: end + 7 }];
  take({ kind: "traced", traces }, end + 1000);
  take({ kind: "traced", traces }, end + 2000);
  take({ kind: "traced", traces: [{ ...traces[0], alarm: "nobody" } as never] }, end + 2000);
  assert.equal(events.filter(({ type }) => type === "alarms-traced").length, 1);
  assert.equal(
    traceText("en", alarm, world),
    "condition true 02:10:04.000 · reported +10 s · decided +1 ms · on disk +6 ms",
  );
  assert.equal(serializeState(shadow), serializeState(state), "replayed it is the same");
});

test("RA-16: the reasons are those parts of a condition that made it true", () => {
  const profile: Profile = {
    kind: "k",
    name: { zh: "x", en: "x" },
    points: ["p", "q", "a", "b"].map((id) => ({
      id,
      name: { zh: id, en: id },
      type: id < "c" ? "boolean" : "number",
      poll: "status",
    })),
  };
  const reasons = (when: Parameters<typeof reasonsOf>[0], ...values: (Value | undefined)[]) =>
    reasonsOf(when, profile, values).map(({ point, is, than, thanPoint }) =>
      [point, is, thanPoint ?? than].filter((one) => one !== undefined).join(" "),
    );
  assert.deepEqual(reasons("a || b", 0, 0, false, true), ["b == true"]);
  assert.deepEqual(reasons("!(a || b)", 0, 0, false, false), ["a == false", "b == false"]);
  assert.deepEqual(reasons("!(a && b)", 0, 0, true, false), ["b == false"]);
  assert.deepEqual(reasons("5.0 < p && a", 6, 0, true, false), ["p > 5", "a == true"]);
  assert.deepEqual(reasons("!(p < q)", 6, 5, true, false), ["p >= q"]);
  assert.deepEqual(reasons("a ? p > 1.0 : q > 1.0", 0, 3, false, false), ["a == false", "q > 1"]);
  assert.deepEqual(reasons("p + q > 3.0", 2, 3), ["p", "q"]);
  const threshold = { point: "p", below: "q", deadBand: 0.3 };
  assert.deepEqual(reasons({ threshold }, 1, 2), ["p < q"]);
  assert.deepEqual(reasons({ threshold }, 2.1, 2), ["p < 2.3"], "within its dead band");
  assert.deepEqual(reasons({ not: { threshold } }, 3, 2), ["p >= q"]);
  assert.deepEqual(reasons({ any: ["a", { all: ["b", { unless: "a" }] }] }, 0, 0, false, true), [
    "b == true",
  ]);
  const votes = { least: 1, withinMs: 1000, of: ["a", { when: "b", forMs: 5 }] };
  assert.deepEqual(reasons({ votes }, 0, 0, false, true), ["b == true"]);
  assert.deepEqual(reasons({ silent: true }), []);
  assert.deepEqual(reasons({ rate: { point: "p", above: 3 } } as never, 1), ["p"]);
});

test("RA-15: what speaks for an alarm comes first, the other values it read behind it; a contact is said without a limit", () => {
  const peace = Object.fromEntries(
    (profiles.get("pump-room")?.points ?? []).map(({ id, type, normal = false }) => {
      return [id, type === "boolean" ? normal : 0.6];
    }),
  );
  const { level, profile } = alarmOf(
    "pump-room",
    "P03",
    { ...peace, sprinkler_pump2_auto: false },
    120,
  );
  const [first, ...rest] = level.evidence ?? [];
  assert.deepEqual([first?.point, first?.is, first?.than], ["sprinkler_pump2_auto", "==", false]);
  assert.equal(rest.length, 3);
  assert.ok(rest.every(({ is }) => is === undefined));
  const { state, take } = installation();
  take(level, start + 124_000);
  const [alarm] = [...state.alarms.values()];
  const pointOf = (id: string) => profile.points.find((point) => point.id === id) ?? null;
  assert.match(
    explainAlarm("zh", alarm ?? assert.fail(), world, pointOf),
    /^喷淋泵2\(备\)自动位 否\(良好,02:10:04\) 已 2 分,规则 P03 v3f2a9c7$/,
  );
});

test("RA-15: a press, a silent device and a rule of the platform itself say so", () => {
  const { state, take } = installation();
  const press = { seq: 1042, ts: null, digest: "d" };
  take({ kind: "press", site: "s", device: "b", presses: [press] }, start);
  const [alarm] = [...state.alarms.values()];
  assert.equal(
    explainAlarm("zh", alarm ?? assert.fail(), world, () => null),
    "02:10:00 收到手动按下(序号 1042),规则 F01(本平台自带)",
  );
  assert.match(traceText("zh", alarm ?? assert.fail(), world), /^收到 02:10:00\.000$/);
  const silent = alarmOf("pump-room", "S02", {}, 30);
  const other = installation();
  other.take(silent.level, silent.end);
  const [lost] = [...other.state.alarms.values()];
  assert.equal(
    explainAlarm("zh", lost ?? assert.fail(), world, () => null),
    "没有任何点位的有效数据 已 34 秒,规则 S02 v3f2a9c7",
  );
});
