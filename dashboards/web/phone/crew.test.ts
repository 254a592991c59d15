import assert from "node:assert/strict";
import { test } from "node:test";
import type { CalledOutRow, CalledRow, CrewOrder, CrewOrders } from "#gateway/api/contract.ts";
import { judgeReply, type OrderState, orderReplies } from "#rules/dispatch/order.ts";
import {
  arrange,
  asksForTouch,
  callKey,
  callOutKey,
  happening,
  isOpen,
  repliesFor,
  soundFor,
  soundKey,
  stationOf,
  stillWanted,
  waits,
  wayAndDoubts,
  withoutMark,
} from "./crew.ts";

type Row = CrewOrder["order"];

const states: readonly OrderState[] = ["issued", ...orderReplies, "recalled"];

function crewOrder(row: Partial<Row> = {}, rest: Partial<CrewOrder> = {}): CrewOrder {
  const order: Row = {
    id: "O1",
    incident: "I1",
    station: "KQ-07",
    stationName: { zh: "兰亭站", en: "Lanting" },
    stationKind: "rescue",
    kind: "turn-out",
    revision: 1,
    priority: "P1",
    state: "issued",
    channel: 0,
    recallAwaited: false,
    delivered: true,
    issuedAt: 1000,
    acceptedAt: null,
    repliedAt: null,
    entered: null,
    why: { zh: "最快到达,行车约 6 分钟(估算) · 假定站点 · 位置近似 ±2 km", en: "nearest" },
    reason: "nearest",
    distanceM: 3200,
    estimateMs: 360_000,
    source: "detour",
    wayDoubt: null,
    roster: 6,
    ...row,
  };
  return {
    order,
    class: "fire",
    incident: { id: "I1", number: "1123-014", openedAt: 900 },
    what: { zh: "【演示】 3号楼二层 手动报警(火警待核实)", en: "Hall 3 call point" },
    place: { zh: "3号楼二层", en: "Hall 3" },
    access: { zh: "", en: "" },
    position: null,
    marks: [],
    ...rest,
  };
}

test("PH-1: only replies that may come next are offered, in every state, and one of them leads on", () => {
  for (const state of states) {
    const offered = repliesFor({ kind: "turn-out", state });
    for (const reply of offered) assert.equal(judgeReply(state, reply), "moves", state);
    const possible = orderReplies.some((reply) => judgeReply(state, reply) === "moves");
    assert.equal(offered.length > 0, possible, state);
  }
  assert.deepEqual(repliesFor({ kind: "turn-out", state: "issued" }), ["accepted", "refused"]);
  assert.deepEqual(repliesFor({ kind: "turn-out", state: "recalled" }), ["returned"]);
});

test("PH-1: whoever is only told is asked for nothing", () => {
  assert.deepEqual(repliesFor({ kind: "notify", state: "issued" }), []);
  assert.equal(waits({ kind: "notify", state: "issued" }), false);
});

test("PH-2: what waits stands on top, then the newest; a recall stays until the crew is back", () => {
  const orders = [
    crewOrder({ id: "taken", state: "accepted", issuedAt: 9 }),
    crewOrder({ id: "old", issuedAt: 1 }),
    crewOrder({ id: "back", state: "returned", issuedAt: 8 }),
    crewOrder({ id: "recalled", state: "recalled", issuedAt: 5 }),
  ];
  const { open, ended } = arrange(orders);
  assert.deepEqual(
    open.map(({ order }) => order.id),
    ["recalled", "old", "taken"],
  );
  assert.deepEqual(
    ended.map(({ order }) => order.id),
    ["back"],
  );
  assert.equal(isOpen({ state: "refused" }), false);
});

const quiet = { lost: false, lostSilenced: false, silenced: new Set<string>(), now: 2000 };

test("PH-3: an order sounds by its priority until it is taken or silenced", () => {
  const cases: readonly [Partial<Row>, CrewOrder["class"], string | null][] = [
    [{}, "fire", "P1-fire"],
    [{ priority: "P0" }, "fire", "P0"],
    [{}, "suppression", "P1-suppression"],
    [{ priority: "P2" }, "supervisory", "P2"],
    [{ kind: "notify" }, "fire", "P3"],
    [{ state: "recalled" }, "fire", "P2"],
    [{ state: "accepted" }, "fire", null],
    [{ state: "accepted", revision: 2 }, "fire", "P3"],
    [{ state: "returned", revision: 2 }, "fire", null],
  ];
  for (const [row, of, kind] of cases) {
    const orders = [crewOrder(row, { class: of })];
    assert.equal(soundFor({ ...quiet, orders })?.kind ?? null, kind, JSON.stringify(row));
  }
});

test("PH-3: the most urgent sounds; silence is of one order in one revision, and no acceptance", () => {
  const orders = [crewOrder({ id: "a" }), crewOrder({ id: "b", priority: "P0" })];
  const sound = soundFor({ ...quiet, orders });
  assert.deepEqual(sound, { kind: "P0", keys: ["b:1:issued"] });
  const silenced = new Set(sound?.keys);
  assert.equal(soundFor({ ...quiet, orders, silenced })?.kind, "P1-fire");
  // The order changes: it sounds again.
  const changed = [crewOrder({ id: "b", priority: "P0", revision: 2 })];
  assert.equal(soundFor({ ...quiet, orders: changed, silenced })?.kind, "P0");
  assert.deepEqual(repliesFor(orders[1]?.order ?? assert.fail()), ["accepted", "refused"]);
});

test("PH-3: a recall sounds again after the order was silenced, but not for hours", () => {
  const issued = crewOrder();
  const recalled = crewOrder({ state: "recalled" });
  const silenced = new Set([soundKey(issued.order)]);
  assert.equal(soundFor({ ...quiet, orders: [recalled], silenced })?.kind, "P2");
  const hoursLater = { ...quiet, orders: [recalled], now: 1000 + 3 * 3_600_000 };
  assert.equal(soundFor(hoursLater), null);
});

test("PH-3: a lost link sounds before all else, until it is silenced", () => {
  const orders = [crewOrder()];
  assert.equal(soundFor({ ...quiet, orders, lost: true })?.kind, "lost");
  assert.equal(soundFor({ ...quiet, orders, lost: true, lostSilenced: true })?.kind, "P1-fire");
});

test("PH-4: an unsent answer is dropped once the order has moved past it", () => {
  const view = (row: Partial<Row>): CrewOrders => ({
    position: 1,
    at: 1,
    utcOffsetMin: 480,
    demonstration: true,
    recording: true,
    station: { id: "KQ-07", name: { zh: "兰亭站", en: "Lanting" } },
    orders: [crewOrder(row)],
  });
  assert.equal(stillWanted(view({}), "O1", "accepted"), true);
  assert.equal(stillWanted(view({ state: "accepted" }), "O1", "accepted"), false);
  assert.equal(stillWanted(view({ state: "on-scene" }), "O1", "turned-out"), false);
  assert.equal(stillWanted(view({}), "O2", "accepted"), false);
});

test("PH-5: what is said once is not said twice: the mark, the place; doubts stand apart", () => {
  const one = crewOrder();
  assert.equal(happening("zh", one), "手动报警(火警待核实)");
  assert.equal(happening("en", one), "call point");
  const english = { zh: "", en: "Hall: Manual alarm" };
  assert.equal(happening("en", { what: english, place: { zh: "", en: "Hall" } }), "Manual alarm");
  assert.equal(withoutMark("zh", "演示楼 手动报警"), "演示楼 手动报警");
  assert.deepEqual(wayAndDoubts(one.order.why.zh), {
    way: "最快到达,行车约 6 分钟(估算)",
    doubts: ["假定站点", "位置近似 ±2 km"],
  });
});

test("PH-6: the address names the station, else the account of a station does, else a person", () => {
  const crew = { role: "station", scope: "KQ-07" };
  const operator = { role: "operator", scope: "*" };
  assert.equal(stationOf("", crew), "KQ-07");
  assert.equal(stationOf("?station=KQ-03", operator), "KQ-03");
  assert.equal(stationOf("", operator), null);
  assert.equal(stationOf("?station=../x", operator), null);
  assert.equal(stationOf("", { role: "station", scope: "*" }), null);
});

test("PH-7: a person who is called hears it until somebody acknowledges, or silences it here", () => {
  const call: CalledRow = {
    alarm: "A1",
    to: "shift-leader",
    at: 5,
    class: "fire",
    priority: "P1",
    number: "1123-014",
    what: { zh: "手动报警", en: "Manual alarm" },
    place: { zh: "3号楼", en: "Hall 3" },
    siteName: { zh: "园区", en: "Park" },
    access: { zh: "", en: "" },
    raisedAt: 1,
    acknowledgedAt: null,
    others: 0,
  };
  const kindOf = (of: Partial<CalledRow>, silenced = new Set<string>()) =>
    soundFor({ ...quiet, orders: [], calls: [{ ...call, ...of }], silenced })?.kind ?? null;
  assert.equal(kindOf({}), "P1-fire");
  assert.equal(kindOf({ class: "suppression" }), "P1-suppression");
  assert.equal(kindOf({ class: "suppression", priority: "P0" }), "P0");
  assert.equal(kindOf({ acknowledgedAt: 9 }), null);
  const silenced = new Set([callKey(call)]);
  assert.equal(kindOf({}, silenced), null);
  assert.equal(kindOf({ at: 60 }, silenced), "P1-fire", "called again: it sounds again");
});

test("PH-8: a person who is called out hears it until there is an answer, or silences it here", () => {
  const row: CalledOutRow = {
    ...{ callOut: "C1", person: "P-1", at: 5, number: "1123-014", answer: null },
    ...{ what: { zh: "手动报警", en: "Manual alarm" }, place: { zh: "3号楼", en: "Hall 3" } },
  };
  const kindOf = (of: Partial<CalledOutRow>, silenced = new Set<string>()) =>
    soundFor({ ...quiet, orders: [], callOuts: [{ ...row, ...of }], silenced })?.kind ?? null;
  assert.equal(kindOf({}), "P1-fire");
  assert.equal(kindOf({ answer: "cannot" }), null);
  assert.equal(kindOf({}, new Set([callOutKey(row)])), null);
  assert.equal(kindOf({ callOut: "C2" }, new Set([callOutKey(row)])), "P1-fire", "another call");
});

test("PH-9: where the browser holds the sound back the page asks for one touch, and once only", () => {
  const now = { kind: "P1-fire", keys: ["call-out:C1:P-1"] } as const;
  assert.equal(asksForTouch(false, now, false), true);
  assert.equal(asksForTouch(true, now, false), false, "it sounds");
  assert.equal(asksForTouch(false, null, false), false, "nothing calls");
  assert.equal(asksForTouch(false, now, true), false, "a phone that cannot sound shows the call");
  assert.equal(asksForTouch(false, { kind: "lost", keys: [] }, false), false);
});
