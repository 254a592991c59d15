import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Building, Inventory, Position, Responder, Vehicle } from "../inventory.ts";
import { emptyInventory } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { defaultSettings } from "../settings.ts";
import { initialState, type State } from "../state.ts";
import { candidateText, shortText, termsText } from "../text/candidate.ts";
import { candidatesOf } from "./candidates.ts";
import { choose, isFirstDueOf, type Judged, judge, ownWay } from "./choice.ts";
import { defaultPlans, planFor } from "./first-alarm.ts";
import { type Ranked, rank } from "./rank.ts";
import type { StationState, StationStatus } from "./status.ts";
import { stationStatuses } from "./status.ts";
import { type Drive, type Point, waysTo } from "./travel.ts";

const now = 1_795_370_400_000;
const min = 60_000;
const text = (name: string) => ({ zh: name, en: name });
const at = (lng: number, lat: number): Position => ({ lng, lat, accuracyM: 1, source: "made" });

function station(id: string, lng: number, lat: number, more: Partial<Responder> = {}): Responder {
  return {
    ...{ id, kind: "rescue", name: text(id), town: "T", position: at(lng, lat) },
    ...{ certainty: "confirmed", lifecycle: { state: "in-service" }, authority: "order" },
    channels: [{ kind: "mqtt" }],
    ...more,
  };
}

function vehicle(id: string, kind: Vehicle["kind"], more: Partial<Vehicle> = {}): Vehicle {
  const [of = ""] = id.split("-");
  return { id, station: of, kind, name: text(id), seats: 6, crewAtLeast: 2, ...more };
}

const heard = (more: Partial<StationState> = {}): StationState => ({
  ...{ status: "in-service", crew: null, heardAt: now, engaged: [], movedAt: 0 },
  vehicles: new Map(),
  ...more,
});

type District = {
  readonly responders: readonly Responder[];
  readonly vehicles?: readonly Vehicle[];
  readonly buildings?: readonly Building[];
  readonly said?: Readonly<Record<string, StationState>>;
};

function sightOf({ responders, vehicles = [], buildings = [], said }: District) {
  const inventory: Inventory = {
    ...emptyInventory,
    towns: [
      { id: "T", name: text("T"), position: at(120.5, 30.1), arrival: "5" },
      { id: "U", name: text("U"), position: at(120.9, 30.1), arrival: "5" },
    ],
    sites: [{ id: "s", name: text("s"), town: "T", position: at(120.5, 30.1) }],
    ...{ responders, vehicles, buildings },
  };
  const state: State = initialState();
  for (const { id } of responders) state.stations.set(id, said?.[id] ?? heard());
  return {
    state,
    at: now,
    world: { inventory: indexInventory(inventory), settings: defaultSettings },
  };
}

type Given = ReturnType<typeof sightOf>;
const scene = { site: "s", position: { lng: 120.5, lat: 30.1 }, incident: "I" };

function judged(given: Given, place = scene.position): Judged[] {
  const { inventory, settings } = given.world;
  return judge(given, rank(inventory.rescue, place, 20, settings.travel), {
    ...scene,
    position: place,
  });
}

const names = (list: readonly Ranked[]) => list.map((one) => one.station);

/** The same rules once more, written down as plainly as they are told: no index, nothing shared. */
function bruteForce(given: Given, place: { lng: number; lat: number }): string[] {
  const { inventory } = given.world;
  const all = [...inventory.responders.values()];
  const standing = (one: Responder): string => {
    const known = given.state.stations.get(one.id);
    if (!known) return "ask";
    const isOld = now - known.heardAt > 30 * min;
    if (known.status === "maintenance") return "unable";
    if (known.status === "low-crew" && !isOld) return "unable";
    if (!isOld && known.crew !== null && known.crew < (one.crew?.atLeast ?? 0)) return "unable";
    if (known.status === null || isOld) return "ask";
    if (known.status === "returning") return "returning";
    return known.status === "in-service" ? "free" : "busy";
  };
  const way = (a: Responder, to: { lng: number; lat: number }): number =>
    waysTo(to, defaultSettings.travel)({ id: a.id, ...a.position }).estimateMs;
  const weight = (one: Responder): number => {
    const isFirstDue = one.firstDue?.towns?.includes("T") === true;
    let ms = way(one, place) - (isFirstDue ? min - 1 : 0);
    if (standing(one) === "ask" || standing(one) === "returning") ms += 2 * min;
    if (one.mutualAid) ms += 3 * min;
    if (isFirstDue || !one.firstDue) return ms;
    const covers = all
      .filter((other) => other.id !== one.id)
      .map((other) => ({ other, ms: way(other, one.position) }))
      .sort((a, b) => a.ms - b.ms || (a.other.id < b.other.id ? -1 : 1))
      .slice(0, 4)
      .filter(({ other }) => ["free", "ask"].includes(standing(other)));
    const cover = covers[0]?.ms ?? Number.POSITIVE_INFINITY;
    if (cover > 10 * min) ms += Math.min(10 * min, Math.max(3 * min, cover - 5 * min));
    return ms;
  };
  return all
    .map((one) => ({ one, ms: weight(one), due: one.firstDue?.towns?.includes("T") === true }))
    .sort((a, b) => a.ms - b.ms || Number(b.due) - Number(a.due) || (a.one.id < b.one.id ? -1 : 1))
    .map(({ one }) => one.id);
}

test("RN-1: at 10,000 random points in random states the ranking is that of brute force", () => {
  const point = fc.record({
    lng: fc.double({ min: 120.2, max: 120.9, noNaN: true }),
    lat: fc.double({ min: 29.7, max: 30.4, noNaN: true }),
  });
  const made = fc.record({
    point,
    status: fc.option(fc.constantFrom<StationStatus[]>(...stationStatuses), { nil: null }),
    age: fc.constantFrom(0, 29 * min, 31 * min),
    crew: fc.option(fc.integer({ min: 0, max: 6 }), { nil: null }),
    mutualAid: fc.boolean(),
    due: fc.constantFrom("T", "U", null),
  });
  let points = 0;
  fc.assert(
    fc.property(
      fc.array(made, { minLength: 1, maxLength: 20 }),
      fc.array(point, { minLength: 50, maxLength: 50 }),
      (stations, places) => {
        const responders = stations.map(({ point: p, mutualAid, due }, i) =>
          station(`S${String(i).padStart(2, "0")}`, p.lng, p.lat, {
            ...{ mutualAid, crew: { onDuty: 6, atLeast: 3 } },
            ...(due === null ? {} : { firstDue: { towns: [due] } }),
          }),
        );
        const said = Object.fromEntries(
          stations.map(({ status, age, crew }, i) => [
            `S${String(i).padStart(2, "0")}`,
            heard({ status, crew, heardAt: now - age }),
          ]),
        );
        const given = sightOf({ responders, said });
        for (const place of places) {
          points += 1;
          assert.deepEqual(names(judged(given, place)), bruteForce(given, place));
        }
      },
    ),
    { numRuns: 200 },
  );
  assert.equal(points, 10_000);
});

test("RN-2: each candidate carries its terms, and they are its estimate", () => {
  const given = sightOf({
    responders: [station("A", 120.52, 30.1), station("B", 120.53, 30.1, { mutualAid: true })],
    said: { A: heard({ heardAt: now - 31 * min }) },
  });
  for (const { terms, estimateMs } of judged(given)) {
    assert.equal(terms.turnoutMs + terms.travelMs + terms.accessMs, estimateMs);
    assert.deepEqual([terms.turnoutMs, terms.accessMs], [60_000, 20_000]);
  }
  const [first, second] = judged(given);
  assert.deepEqual(first?.terms.penaltyMs, { ask: 120_000 });
  assert.deepEqual(second?.terms.penaltyMs, { "mutual-aid": 180_000 });
});

test("RN-3: first-due wins under 60 s behind, not at 60 s; a ring goes before towns; station id last", () => {
  const due = { firstDue: { towns: ["T"] } };
  // A hundredth of a degree of longitude is 963 m here, and 117 s of road.
  const close = sightOf({
    responders: [station("A", 120.52, 30.1), station("B", 120.525, 30.1, due)],
  });
  assert.deepEqual(names(judged(close)), ["B", "A"]);
  const far = sightOf({
    responders: [station("A", 120.52, 30.1), station("B", 120.526, 30.1, due)],
  });
  assert.deepEqual(names(judged(far)), ["A", "B"]);
  const equal = sightOf({ responders: [station("B", 120.52, 30.1), station("A", 120.52, 30.1)] });
  assert.deepEqual(names(judged(equal)), ["A", "B"]);
  const ring = [
    [120, 30],
    [120.6, 30],
    [120.6, 30.05],
    [120, 30.05],
    [120, 30],
  ] as const;
  const drawn = station("R", 120.5, 30.1, { firstDue: { towns: ["T"], ring } });
  const position = (lat: number) => ({ town: "T", position: { lng: 120.5, lat } });
  assert.equal(isFirstDueOf(drawn, position(30.1)), false, "its town, and outside its ring");
  assert.equal(isFirstDueOf(drawn, position(30.02)), true);
});

test("RN-4: a word older than 30 min, and no word at all, is asked for: 2 min behind, never dropped", () => {
  const responders = [station("A", 120.52, 30.1), station("B", 120.525, 30.1)];
  const fresh = heard({ heardAt: now - 30 * min });
  const old = heard({ heardAt: now - 30 * min - 1 });
  assert.deepEqual(names(judged(sightOf({ responders, said: { A: fresh } }))), ["A", "B"]);
  assert.deepEqual(names(judged(sightOf({ responders, said: { A: old } }))), ["B", "A"]);
  const never = sightOf({ responders });
  never.state.stations.delete("A");
  assert.deepEqual(names(judged(never)), ["B", "A"]);
  // An old "out" is no longer a reason to leave it.
  const out = heard({ status: "out", heardAt: now - 31 * min });
  const [, last] = judged(sightOf({ responders, said: { A: out } }));
  assert.deepEqual([last?.station, last?.availability.standing], ["A", "ask"]);
});

test("RN-5: a station whose area would be left bare costs 3 to 10 min; not where an engine stays", () => {
  const lone = station("A", 120.6, 30.1, { town: "U", firstDue: { towns: ["U"] } });
  const near = station("N", 120.5, 30.3);
  const bare = judged(sightOf({ responders: [lone, near] }));
  const penalty = bare.find((one) => one.station === "A")?.terms.penaltyMs["leaves-area"] ?? 0;
  assert.ok(penalty > 3 * min && penalty <= 10 * min, `${penalty}`);
  const vehicles = [vehicle("A-1", "engine"), vehicle("A-2", "tanker", { waterT: 8 })];
  const stays = judged(sightOf({ responders: [lone, near], vehicles }));
  assert.deepEqual(stays.find((one) => one.station === "A")?.terms.penaltyMs, {});
  const covered = judged(sightOf({ responders: [lone, near, station("C", 120.61, 30.1)] }));
  assert.deepEqual(covered.find((one) => one.station === "A")?.terms.penaltyMs, {});
});

test("RN-12: who covers an area is a matter of roads: no road from the neighbour, no cover", () => {
  const lone = station("A", 120.6, 30.1, { town: "U", firstDue: { towns: ["U"] } });
  const given = sightOf({ responders: [lone, station("C", 120.61, 30.1)] });
  const penalty = (way: Drive | "none" | null) => {
    const waysTo = ({ lng }: Point) => (lng === 120.6 ? () => way : null);
    const matrix = { without: new Set<string>(), leastMsPerM: 0, waysTo };
    const world = { ...given.world, roads: { closures: [], matrix } };
    const [first] = judged({ ...given, world }).filter((one) => one.station === "A");
    return first?.terms.penaltyMs["leaves-area"] ?? 0;
  };
  assert.equal(penalty(null), 0, "by line it stands beside it");
  assert.equal(penalty({ driveMs: 60_000, lengthM: 1000 }), 0);
  assert.equal(penalty("none"), 10 * min);
  assert.ok(penalty({ driveMs: 12 * min, lengthM: 9000 }) > 3 * min);
});

const district = (): District => ({
  responders: ["A", "B", "C", "D", "E"].map((id, i) => station(id, 120.51 + i / 100, 30.1)),
  vehicles: [
    ...["A", "B", "C", "D", "E"].map((id) => vehicle(`${id}-1`, "engine", { waterT: 3 })),
    vehicle("D-2", "aerial", { ladderM: 32 }),
    vehicle("E-2", "tanker", { waterT: 8 }),
  ],
});

const planned = (
  use: "warehouse" | null,
  priority: "P0" | "P1" = "P0",
  heightM: number | null = null,
) => planFor(defaultPlans, { kind: "fire", priority, use, heightM });

test("RN-6: the plan goes by kind, place, height and priority", () => {
  const of = (...[use, priority, heightM]: Parameters<typeof planned>) =>
    planned(use, priority, heightM)?.id;
  assert.equal(of("warehouse", "P0"), "warehouse-p0");
  assert.equal(of("warehouse", "P1"), "fire");
  assert.equal(of(null, "P0", 24.1), "high-p0");
  assert.equal(of(null, "P0", 24), "fire-p0");
  assert.equal(of(null, "P0"), "fire-p0");
  for (const kind of ["flood", "typhoon", "rescue"] as const) {
    const plan = planFor(defaultPlans, { kind, priority: "P0", use: null, heightM: null });
    assert.equal(plan?.id, kind);
  }
});

test("RN-7: whoever brings what the plan demands takes the place of one who does not, never more than the limit", () => {
  const given = sightOf(district());
  const chosen = choose(given, judged(given), 3, planned("warehouse"));
  assert.deepEqual(names(chosen.taken), ["A", "D", "E"]);
  assert.deepEqual([...chosen.broughtIn.keys()].sort(), ["D", "E"]);
  assert.deepEqual(chosen.short, []);
  // What stands in the workshop brings nothing.
  const vehicles = new Map([["E-2", { status: "maintenance" as const, at: now }]]);
  const without = sightOf({ ...district(), said: { E: heard({ vehicles }) } });
  const fewer = choose(without, judged(without), 3, planned("warehouse"));
  assert.deepEqual(fewer.short, [{ what: "tanker", count: 1, atLeast: 8, got: 0 }]);
  assert.equal(shortText("zh", fewer.short[0] as never), "8 吨水罐车 1 辆:只有 0");
  // Of vehicles that are not listed nobody knows.
  const unlisted = sightOf({ responders: district().responders });
  const [unknown] = choose(unlisted, judged(unlisted), 3, planned(null)).short;
  assert.equal(unknown?.unknown, true);
});

test("RN-8: who cannot come is left with its reason; where everybody is out the nearest is asked", () => {
  const said = { A: heard({ status: "at-scene" }), B: heard({ crew: 1 }) };
  const responders = district().responders.map((one) => ({
    ...one,
    crew: { onDuty: 6, atLeast: 3 },
  }));
  const given = sightOf({ responders, said });
  const ranked = judged(given);
  const chosen = choose(given, ranked, 1, null);
  const candidates = candidatesOf(given.world.inventory, {
    ...{ ranked, chosen, told: [], via119: [], reserve: 3 },
    ...{ idle: [], micro: [], brigades: [] },
  });
  const words = candidates.map((one) => candidateText("zh", one));
  assert.deepEqual(words, [
    "未选:在现场",
    "未选:人员不足",
    "已选:到场最快",
    "备用:前站不接令时派",
    "备用:前站不接令时派",
  ]);
  assert.match(termsText("zh", candidates[2]?.terms), /^出动 1:00 · 行车 \d:\d\d · 进门 0:20$/);
  const all = Object.fromEntries(responders.map(({ id }) => [id, heard({ status: "out" })]));
  const busy = sightOf({ responders, said: all });
  const asked = choose(busy, judged(busy), 3, null);
  assert.deepEqual([names(asked.taken), asked.allBusy], [["A"], true]);
});

test("RN-9: turnout by kind: a crew at its engine 60 s, a micro station on foot or by e-bike, volunteers 8 min", () => {
  const way = (distanceM: number): Ranked => ({
    ...{ station: "X", distanceM, estimateMs: 200_000 },
    source: "detour",
  });
  const of = (kind: Responder["kind"], distanceM: number, brigade?: Responder["brigade"]) => {
    const responder = station("X", 120.5, 30.1, { kind, ...(brigade ? { brigade } : {}) });
    return ownWay(way(distanceM), responder, defaultSettings).estimateMs;
  };
  assert.equal(of("rescue", 900), 200_000);
  assert.equal(of("micro", 200), 60_000 + 194_400);
  assert.equal(of("micro", 1000), 60_000 + 243_000);
  assert.equal(of("micro", 4000), 200_000, "further than one goes on foot: by road");
  assert.equal(of("brigade", 900, "enterprise"), 200_000);
  assert.equal(of("brigade", 900, "village"), 200_000 - 60_000 + 480_000);
});
