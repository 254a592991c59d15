/** The packed inventory against the plain truth: everything measured, everything sorted. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Ranked, rank } from "#rules/dispatch/rank.ts";
import { distanceM, estimateMs } from "#rules/dispatch/travel.ts";
import { emptyInventory, type Inventory, type Responder } from "#rules/inventory.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import { defaultSettings } from "#rules/settings.ts";
import { demoInventory } from "../demo.ts";
import { genesis } from "../journal/chain.ts";
import { encodeEvent, record } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";
import { verifyJournal } from "../journal/verify.ts";
import { makeFolder } from "../testing/process.ts";
import { describeInventory } from "./describe.ts";
import { buildIndex, PackedInventory } from "./lookup.ts";
import { pack, unpack, unpackAll } from "./pack.ts";
import { keyOf, listNames } from "./schema.ts";
import { Table } from "./table.ts";

const { travel } = defaultSettings;
const demo = demoInventory();

function packed(inventory: Inventory): PackedInventory {
  return new PackedInventory(buildIndex(pack(inventory).packed));
}

/** Numbers that look like chance and are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Place = { readonly lng: number; readonly lat: number };

/** By the definition, with nothing clever: measure all, sort all. */
function bruteForce(stations: readonly Responder[], place: Place, count: number): Ranked[] {
  return stations
    .map(({ id, position }) => ({
      station: id,
      distanceM: Math.round(distanceM(position, place)),
      estimateMs: estimateMs(position, place, travel),
      source: "detour" as const,
    }))
    .sort(
      (a, b) =>
        a.estimateMs - b.estimateMs ||
        a.distanceM - b.distanceM ||
        (a.station < b.station ? -1 : 1),
    )
    .slice(0, count);
}

const { west, south, east, north } = demo.district.bounds;

function randomPlace(random: () => number): Place {
  return { lng: west + random() * (east - west), lat: south + random() * (north - south) };
}

test("RK-1: for 10,000 random points the ranking of the 20 stations is the brute force one", () => {
  const { rescue } = packed(demo);
  const stations = demo.responders.filter((r) => r.kind === "rescue");
  const random = randomFrom(1);
  for (let n = 0; n < 10_000; n += 1) {
    const place = randomPlace(random);
    assert.deepEqual(rank(rescue, place, 20, travel), bruteForce(stations, place, 20));
  }
});

/** Stations spread over plain and hills, many at the very same place. */
function crowd(count: number, random: () => number): Inventory {
  const [model] = demo.responders;
  assert.ok(model);
  const responders = Array.from({ length: count }, (_, i) => {
    const { lng, lat } = randomPlace(random);
    const place = i % 10 === 0 ? { lng: 120.5, lat: 29.97 } : { lng, lat };
    return { ...model, id: `S${i}`, position: { ...place, accuracyM: 1, source: "made" } };
  });
  return { ...demo, responders };
}

test("RK-3: the best 20 of 100,000 are the brute force ones, equal places and the edge of the hills too", () => {
  const random = randomFrom(2);
  const inventory = crowd(100_000, random);
  const { rescue } = packed({ ...inventory, devices: [] });
  const edge = { lng: 120.5, lat: 29.9701 };
  const places = [
    edge,
    { lng: 120.5, lat: 29.97 },
    ...Array.from({ length: 10 }, () => randomPlace(random)),
  ];
  for (const place of places) {
    assert.deepEqual(rank(rescue, place, 20, travel), bruteForce(inventory.responders, place, 20));
  }
});

test("RK-4: few, one, none: no station is invented, and none in service is left out", () => {
  for (const count of [0, 1, 3]) {
    const inventory = crowd(count, randomFrom(3));
    const { rescue } = packed(inventory);
    const place = { lng: 120.5, lat: 30.1 };
    assert.deepEqual(rank(rescue, place, 20, travel), bruteForce(inventory.responders, place, 20));
  }
  const closed = demo.responders.map((r) =>
    r.id === "KQ-07" ? { ...r, lifecycle: { state: "down" as const } } : r,
  );
  const { rescue, idle } = packed({ ...demo, responders: closed });
  assert.equal(rescue.size, 19);
  assert.deepEqual(
    idle.first(5).map((s) => s.id),
    ["KQ-07"],
  );
});

test("RK-5: packed or in Maps, the rules look up the same", () => {
  const inventory = packed(demo);
  const plain = indexInventory(demo);
  for (const list of ["responders", "sites", "devices", "zones"] as const) {
    assert.deepEqual([...inventory[list].keys()], [...plain[list].keys()]);
    assert.deepEqual([...inventory[list].values()], [...plain[list].values()]);
    for (const key of plain[list].keys()) {
      assert.deepEqual(inventory[list].get(key), plain[list].get(key));
    }
    assert.equal(inventory[list].get("nobody"), undefined);
  }
  assert.deepEqual(inventory.microOf("baolong"), plain.microOf("baolong"));
  assert.deepEqual(inventory.brigadesOf("330603006"), plain.brigadesOf("330603006"));
  assert.deepEqual(inventory.brigadesOf("none"), []);
});

test("IV-13: packed and read back it is the same inventory; one more site writes few new parts", () => {
  const [park] = demo.sites;
  assert.ok(park);
  // A firm has no roster of a hundred.
  const { roster: _roster, ...model } = park;
  const sites = Array.from({ length: 20_000 }, (_, i) => ({
    ...model,
    id: `s${i}`,
    name: { zh: `企业${i}`, en: `Firm ${i}` },
  }));
  const many = { ...demo, sites: [...demo.sites, ...sites] };
  const first = pack(many);
  const bodies = new Map(first.rows.map((row) => [row.hash, row.body]));
  assert.deepEqual(unpackAll(unpack(first.packed.hash, (hash) => bodies.get(hash) ?? null)), many);
  const more = [...many.sites];
  more.splice(9000, 0, { ...model, id: "new" });
  const fresh = pack({ ...many, sites: more }).rows.filter((row) => !bodies.has(row.hash));
  assert.ok(first.rows.length > 50, `${first.rows.length} parts`);
  assert.ok(fresh.length <= 4, `${fresh.length} new parts`);
  assert.throws(() => unpack("gone", () => null), /gone is not in the journal/);
});

test("IV-14: a table finds every key of 100,000 and no other", () => {
  const [model] = demo.sites;
  assert.ok(model);
  const sites = Array.from({ length: 100_000 }, (_, i) => ({ ...model, id: `firm-${i}` }));
  const table = new Table(pack({ ...emptyInventory, sites }).packed.tables.sites);
  assert.equal(table.size, 100_000);
  for (let i = 0; i < 100_000; i += 1) assert.equal(table.rowOf(`firm-${i}`), i);
  for (const key of ["firm-100000", "firm-", "firm", "", "x".repeat(500)]) {
    assert.equal(table.rowOf(key), null);
  }
  for (const list of listNames) {
    const keys = demo[list].map((item) => keyOf(list, item as Record<string, unknown>));
    assert.deepEqual([...new Table(pack(demo).packed.tables[list]).keys()], keys);
  }
});

test("IV-15: an inventory that version 0.1 adopted is read as it would be said today", () => {
  const { responders, ...rest } = demo;
  const old = {
    v: 1,
    towns: rest.towns,
    responders: responders.slice(0, 2).map(({ certainty, lifecycle, authority, ...r }, i) => ({
      ...r,
      assumed: certainty === "assumed",
      inService: i === 0 && lifecycle.state === "in-service" && authority === "order",
    })),
    sites: rest.sites,
    zones: rest.zones,
    devices: rest.devices,
  };
  const read = unpackAll(unpack("h", () => Buffer.from(JSON.stringify(old))));
  assert.equal(unpack("h", () => Buffer.from(JSON.stringify(old))).hash, "h");
  assert.deepEqual(
    read.responders.map((r) => r.lifecycle.state),
    ["in-service", "down"],
  );
  assert.deepEqual(read.devices, demo.devices);
});

test("IV-16: the reference page is what the schema says", () => {
  const page = readFileSync(new URL("../../docs/reference/inventory.md", import.meta.url), "utf8");
  assert.ok(page.includes(describeInventory()), "docs/reference/inventory.md is not up to date");
});

test("IV-17: a part of an adopted inventory that is missing or changed is found by its name", () => {
  const { path, remove } = makeFolder();
  try {
    const { packed: of, rows } = pack(demo);
    const adopted = { type: "artefact-adopted", artefact: "inventory", hash: of.hash } as const;
    const event = record(
      { ...adopted, summary: {}, by: "P-1" },
      { position: 1, at: 1, signal: "s" },
    );
    const write = (name: string, artefacts: typeof rows) => {
      const folder = join(path, name);
      mkdirSync(folder);
      const file = JournalFile.openForWriting(folder);
      const head = { position: 0, hash: genesis };
      file.append({ first: 1, bodies: [encodeEvent(event)], artefacts }, head);
      file.close();
      return verifyJournal(folder).damage;
    };
    assert.equal(write("whole", rows), null);
    assert.match(write("missing", rows.slice(1)) ?? "", /position 1: artefact \w+ is missing/);
    const changed = rows.map((row, i) => (i === 0 ? { ...row, body: Buffer.from("x") } : row));
    assert.match(write("changed", changed) ?? "", /is missing or changed/);
  } finally {
    remove();
  }
});
