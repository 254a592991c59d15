/** The planner against every way to divide a few points into reads. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Block, defaultPlanLimits, endOf, type Illegal, plan, split } from "./planner.ts";
import { type Encoding, isBitTable, type Register, type Table } from "./register.ts";

const limits = { registers: 6, bits: 7, gapRegisters: 2, gapBits: 3 };
let count = 0;

function point(address: number, as: Encoding = "uint16", table?: Table): Register {
  count += 1;
  return {
    id: `p${count}`,
    table: table ?? (as === "bool" ? "coil" : "holding-register"),
    address,
    as,
    order: "ABCD",
    scale: 1,
    offset: 0,
    sentinels: [],
  };
}

/** Whether these points may share one read: the rule of the planner, said the slow way. */
function mayShare(points: readonly Register[], most: number, gap: number, hole: Set<number>) {
  const from = Math.min(...points.map(({ address }) => address));
  const to = Math.max(...points.map(endOf));
  const needed = new Set(
    points.flatMap((p) => Array.from({ length: endOf(p) - p.address }, (_, i) => p.address + i)),
  );
  let idle = 0;
  for (let address = from; address < to; address += 1) {
    if (hole.has(address)) return false;
    idle = needed.has(address) ? 0 : idle + 1;
    if (idle > gap) return false;
  }
  return to - from <= most;
}

/** The fewest reads, over every set of sets of points. */
function fewest(points: readonly Register[], most: number, gap: number, hole: Set<number>) {
  const whole = 2 ** points.length;
  const best = new Array<number>(whole).fill(Number.POSITIVE_INFINITY);
  best[0] = 0;
  const fits = Array.from({ length: whole }, (_, set) =>
    set === 0
      ? false
      : mayShare(
          points.filter((_p, i) => (set >> i) & 1),
          most,
          gap,
          hole,
        ),
  );
  for (let set = 1; set < whole; set += 1) {
    for (let part = set; part > 0; part = (part - 1) & set) {
      const reads = (best[set ^ part] ?? 0) + 1;
      if (fits[part] && reads < (best[set] ?? 0)) best[set] = reads;
    }
  }
  return best[whole - 1] ?? 0;
}

const place = fc.tuple(
  fc.integer({ min: 0, max: 24 }),
  fc.constantFrom<Encoding>("uint16", "int32", "float64", "bool"),
);
const places = fc.array(place, { maxLength: 7 });
const holes = fc.uniqueArray(fc.integer({ min: 0, max: 28 }), { maxLength: 4 });

function illegalOf(addresses: readonly number[]): Illegal {
  return new Map<Table, ReadonlySet<number>>([
    ["coil", new Set(addresses)],
    ["holding-register", new Set(addresses)],
  ]);
}

function assertWhole(blocks: readonly Block[], points: readonly Register[]): void {
  const planned = blocks.flatMap(({ points: inside }) => inside);
  assert.deepEqual(planned.map(({ id }) => id).sort(), points.map(({ id }) => id).sort());
  for (const { table, address, length, points: inside } of blocks) {
    assert.equal(address, Math.min(...inside.map((p) => p.address)));
    assert.equal(address + length, Math.max(...inside.map(endOf)));
    for (const p of inside) assert.equal(p.table, table);
    const addresses = inside.map((p) => p.address);
    assert.deepEqual(
      addresses,
      [...addresses].sort((a, b) => a - b),
    );
  }
}

test("MB-1: no way to divide the points has fewer reads; each stands whole in one of them", () => {
  fc.assert(
    fc.property(places, holes, (list, missing) => {
      const illegal = new Set(missing);
      const points = list.map(([address, as]) => point(address, as));
      const readable = points.filter((p) => mayShare([p], 99, 99, illegal));
      const blocks = plan(points, limits, illegalOf(missing));
      assertWhole(blocks, readable);
      const words = readable.filter(({ table }) => !isBitTable(table));
      const bits = readable.filter(({ table }) => isBitTable(table));
      const least =
        fewest(words, limits.registers, limits.gapRegisters, illegal) +
        fewest(bits, limits.bits, limits.gapBits, illegal);
      assert.equal(blocks.length, least);
    }),
    { numRuns: 400 },
  );
});

test("MB-1: the order in which the profile names the points makes no difference", () => {
  fc.assert(
    fc.property(places, fc.infiniteStream(fc.nat()), (list, noise) => {
      const points = list.map(([address, as]) => point(address, as));
      const mixed = points
        .map((p) => ({ p, at: noise.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ p }) => p);
      const shape = (blocks: Block[]) => blocks.map((b) => [b.table, b.address, b.length]);
      assert.deepEqual(shape(plan(mixed, limits)), shape(plan(points, limits)));
    }),
  );
});

test("MB-2: a read takes at most 125 registers or 2,000 bits, and bridges a small gap only", () => {
  const shape = (points: Register[]) => plan(points).map((b) => [b.address, b.length]);
  const words = Array.from({ length: 300 }, (_, address) => point(address));
  assert.deepEqual(shape(words), [
    [0, 125],
    [125, 125],
    [250, 50],
  ]);
  const bits = Array.from({ length: 4100 }, (_, address) => point(address, "bool"));
  assert.deepEqual(shape(bits), [
    [0, 2000],
    [2000, 2000],
    [4000, 100],
  ]);
  const { gapRegisters, gapBits } = defaultPlanLimits;
  assert.equal(plan([point(0), point(1 + gapRegisters)]).length, 1);
  assert.equal(plan([point(0), point(2 + gapRegisters)]).length, 2);
  assert.equal(plan([point(0, "bool"), point(1 + gapBits, "bool")]).length, 1);
  assert.equal(plan([point(0, "bool"), point(2 + gapBits, "bool")]).length, 2);
  // A value over the edge of a full read goes whole into the next.
  const edge = Array.from({ length: 62 }, (_, i) => point(i * 2, "int32"));
  assert.deepEqual(shape([...edge, point(124, "int32")]), [
    [0, 124],
    [124, 2],
  ]);
});

test("MB-2: tables do not mix, though the address is the same", () => {
  const both = [point(5, "uint16", "input-register"), point(5, "uint16", "holding-register")];
  assert.deepEqual(
    plan(both).map(({ table, points }) => [table, points.length]),
    [
      ["holding-register", 1],
      ["input-register", 1],
    ],
  );
});

test("MB-2: an address that the device does not have is never read over", () => {
  const points = [point(0), point(2), point(3, "int32"), point(6)];
  const illegal = illegalOf([1, 4]);
  assert.deepEqual(
    plan(points, defaultPlanLimits, illegal).map((b) => [b.address, b.length]),
    [
      [0, 1],
      [2, 1],
      [6, 1],
    ],
  );
  // In another table the same number is another address.
  const inputs = [point(0, "uint16", "input-register"), point(2, "uint16", "input-register")];
  assert.equal(plan(inputs, defaultPlanLimits, illegal).length, 1);
});

test("MB-3: a refused read is divided in two that hold every point, at its widest gap", () => {
  fc.assert(
    fc.property(places, (list) => {
      for (const block of plan(list.map(([address, as]) => point(address, as)))) {
        const halves = split(block);
        if (halves === null) continue;
        const [first, second] = halves;
        assert.ok(first.points.length > 0 && second.points.length > 0);
        assertWhole([first, second], block.points);
        assert.ok(first.address + first.length <= second.address);
      }
    }),
  );
  const [gapped] = plan([point(0), point(1), point(9), point(10), point(11)]);
  assert.ok(gapped);
  assert.deepEqual(
    split(gapped)?.map((b) => [b.address, b.length]),
    [
      [0, 2],
      [9, 3],
    ],
  );
});

test("MB-3: halves are halves: one bad address among 125 is found in 15 reads", () => {
  const [block] = plan(Array.from({ length: 125 }, (_, address) => point(address)));
  assert.ok(block);
  for (const bad of [0, 1, 62, 63, 123, 124]) {
    let reads = 1;
    let left: Block = block;
    while (left.points.length > 1) {
      const halves = split(left);
      assert.ok(halves);
      reads += 2;
      left = halves[0].points.some(({ address }) => address === bad) ? halves[0] : halves[1];
    }
    assert.equal(left.address, bad);
    assert.ok(reads <= 15, `${reads} reads for ${bad}`);
  }
});

test("MB-3: one point, or several over each other, cannot be divided", () => {
  const [one] = plan([point(7, "float64")]);
  const [over] = plan([point(7, "int32"), point(7), point(8)]);
  assert.ok(one && over);
  assert.equal(split(one), null);
  assert.equal(split(over), null);
});
