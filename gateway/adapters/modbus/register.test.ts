/** Registers to values, against bytes that Buffer has laid out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decode, type Encoding, lengthOf, type Order, orders, type Register } from "./register.ts";

function register(as: Encoding, more: Partial<Register> = {}): Register {
  const base = { id: "p", address: 0, order: "ABCD", scale: 1, offset: 0, sentinels: [] } as const;
  return { ...base, table: as === "bool" ? "coil" : "holding-register", as, ...more };
}

/** Bytes with the most significant first, as registers of a controller that lays them out so. */
function laid(bytes: Buffer, order: Order): number[] {
  const words = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2));
  if (order === "CDAB" || order === "DCBA") words.reverse();
  const swap = (word: number) => ((word & 0xff) << 8) | (word >> 8);
  return order === "BADC" || order === "DCBA" ? words.map(swap) : words;
}

function bytesOf(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  write(bytes);
  return bytes;
}

const good = (value: number | boolean | string) => ({ value, quality: "good", reason: null });
const bad = (reason: string) => ({ value: null, quality: "bad", reason });
const uncertain = (value: number, reason: string) => ({ value, quality: "uncertain", reason });

/** One value of each encoding that changes wherever a byte stands wrong. */
const examples: readonly (readonly [Encoding, number | string, Buffer])[] = [
  ["int16", -12_345, bytesOf(2, (b) => b.writeInt16BE(-12_345))],
  ["uint16", 54_321, bytesOf(2, (b) => b.writeUInt16BE(54_321))],
  ["int32", -1_234_567_890, bytesOf(4, (b) => b.writeInt32BE(-1_234_567_890))],
  ["uint32", 3_456_789_012, bytesOf(4, (b) => b.writeUInt32BE(3_456_789_012))],
  ["int64", -1_234_567_890_123, bytesOf(8, (b) => b.writeBigInt64BE(-1_234_567_890_123n))],
  ["uint64", 9_007_199_254_740_991, bytesOf(8, (b) => b.writeBigUInt64BE(2n ** 53n - 1n))],
  ["float32", 0.6, bytesOf(4, (b) => b.writeFloatBE(0.6))],
  ["float64", -0.123_456_789_012_345, bytesOf(8, (b) => b.writeDoubleBE(-0.123_456_789_012_345))],
  ["bcd16", 1234, Buffer.from("1234", "hex")],
  ["bcd32", 12_345_678, Buffer.from("12345678", "hex")],
  ["ascii", "XFY-90", Buffer.from("XFY-90")],
];

for (const order of orders) {
  test(`MB-4: every encoding is read as a controller of order ${order} lays it out`, () => {
    for (const [as, value, bytes] of examples) {
      const registers = as === "ascii" ? { registers: bytes.length / 2 } : {};
      const point = register(as, { order, ...registers });
      assert.equal(lengthOf(point) * 2, bytes.length, as);
      assert.deepEqual(decode(point, laid(bytes, order)), good(value), `${as} ${order}`);
    }
  });
}

test("MB-4: the four orders by hand: 0A0B0C0D", () => {
  const words: Record<Order, number[]> = {
    ABCD: [0x0a0b, 0x0c0d],
    CDAB: [0x0c0d, 0x0a0b],
    BADC: [0x0b0a, 0x0d0c],
    DCBA: [0x0d0c, 0x0b0a],
  };
  for (const order of orders) {
    assert.deepEqual(decode(register("uint32", { order }), words[order]), good(0x0a0b0c0d), order);
  }
});

test("MB-4: whole numbers of every size come back as they were", () => {
  const order = fc.constantFrom(...orders);
  fc.assert(
    fc.property(order, fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }), (o, n) => {
      const bytes = bytesOf(8, (b) => b.writeBigInt64BE(n));
      assert.deepEqual(decode(register("int64", { order: o }), laid(bytes, o)), good(Number(n)));
    }),
  );
  fc.assert(
    fc.property(order, fc.integer({ min: 0, max: 0xffff_ffff }), (o, n) => {
      const bytes = bytesOf(4, (b) => b.writeUInt32BE(n));
      assert.deepEqual(decode(register("uint32", { order: o }), laid(bytes, o)), good(n));
    }),
  );
});

const single = (n: number) => bytesOf(4, (b) => b.writeFloatBE(n));
const double = (n: number) => bytesOf(8, (b) => b.writeDoubleBE(n));

test("MB-4: a float32 is read as the short decimal that a person wrote", () => {
  for (const written of [0.6, 1.2, -40.5, 101.325, 999.9, 0.001]) {
    assert.deepEqual(decode(register("float32"), laid(single(written), "ABCD")), good(written));
  }
});

test("MB-4: a float32 is still that float32 after reading, to its last digit", () => {
  // A meter's total: 12,345,678 m³ is no 12,345,680 m³.
  const total = decode(register("float32"), laid(single(12_345_678), "ABCD"));
  assert.deepEqual(total, good(12_345_678));
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (n) => {
      const { value } = decode(register("float32"), laid(single(n), "ABCD"));
      assert.ok(Math.fround(Number(value)) === n, `${n} is read as ${value}`);
    }),
  );
});

test("MB-4: bits: of a coil, of a register, and by the order of its bytes", () => {
  assert.deepEqual(decode(register("bool"), [true]), good(true));
  assert.deepEqual(decode(register("bool"), [false]), good(false));
  for (let bit = 0; bit < 16; bit += 1) {
    assert.deepEqual(decode(register("bit", { bit }), [1 << bit]), good(true));
    assert.deepEqual(decode(register("bit", { bit }), [0xffff ^ (1 << bit)]), good(false));
  }
  assert.deepEqual(decode(register("bit", { bit: 8, order: "BADC" }), [0x0001]), good(true));
  assert.deepEqual(decode(register("bit"), [0x0001]), good(true));
});

test("MB-4: text ends at the first NUL, without the blanks that fill it", () => {
  const read = (text: Buffer) =>
    decode(register("ascii", { registers: text.length / 2 }), laid(text, "ABCD"));
  assert.deepEqual(read(Buffer.from("PUMP\0\xff", "latin1")), good("PUMP"));
  assert.deepEqual(read(Buffer.from("PUMP  ")), good("PUMP"));
  assert.deepEqual(read(Buffer.alloc(6)), good(""));
  assert.deepEqual(read(Buffer.from("PU\x07MP\0", "latin1")), bad("not-a-number"));
  assert.deepEqual(read(Buffer.from("PUMP\xe9\0", "latin1")), bad("not-a-number"));
});

test("MB-5: NaN, infinities and digits above 9 are bad, whatever the range says", () => {
  const range = [-1e9, 1e9] as const;
  for (const n of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const [short, long] = [laid(single(n), "ABCD"), laid(double(n), "ABCD")];
    assert.deepEqual(decode(register("float32", { range }), short), bad("not-a-number"));
    assert.deepEqual(decode(register("float64", { range }), long), bad("not-a-number"));
  }
  for (const word of [0x000a, 0xa000, 0x0f00, 0xffff]) {
    assert.deepEqual(decode(register("bcd16"), [word]), bad("not-a-number"));
    assert.deepEqual(decode(register("bcd32"), [0x1234, word]), bad("not-a-number"));
  }
});

test("MB-5: the raw value of a broken sensor is bad before scale and range are asked", () => {
  const int = register("int16", { scale: 0.1, range: [-4000, 4000], sentinels: [-32_768, 32_767] });
  assert.deepEqual(decode(int, [0x8000]), bad("sensor-broken"));
  assert.deepEqual(decode(int, [0x7fff]), bad("sensor-broken"));
  assert.deepEqual(decode(int, [0x7ffe]), good(3276.6));
  assert.deepEqual(
    decode(register("uint16", { sentinels: [0xffff] }), [0xffff]),
    bad("sensor-broken"),
  );
  const float = register("float32", { sentinels: [-999.9] });
  assert.deepEqual(decode(float, laid(single(-999.9), "ABCD")), bad("sensor-broken"));
});

test("MB-5: FLT_MAX, the commonest sentinel of a float32, is found however a profile writes it", () => {
  const words = laid(Buffer.from("7f7fffff", "hex"), "ABCD");
  for (const sentinel of [3.4028235e38, 3.402_823_466_385_288_6e38]) {
    const float = register("float32", { sentinels: [sentinel] });
    assert.deepEqual(decode(float, words), bad("sensor-broken"), String(sentinel));
  }
});

test("MB-5: beyond its range a value is shown and not believed; the ends are in it", () => {
  const point = register("int16", { scale: 0.01, range: [0, 1.6] });
  assert.deepEqual(decode(point, [160]), good(1.6));
  assert.deepEqual(decode(point, [0]), good(0));
  assert.deepEqual(decode(point, [164]), uncertain(1.64, "out-of-range"));
  assert.deepEqual(decode(point, [0xfffc]), uncertain(-0.04, "out-of-range"));
});

test("MB-22: within 2 % of the span beyond an end the value is that end, and good", () => {
  const pressure = register("float32", { range: [0, 1.6] });
  const read = (n: number) => decode(pressure, laid(single(n), "ABCD"));
  assert.deepEqual(read(-0.003), good(0), "a burst main is empty, not unknown");
  assert.deepEqual(read(-0.031), good(0));
  assert.deepEqual(read(-0.033), uncertain(-0.033, "out-of-range"));
  assert.deepEqual(read(1.63), good(1.6));
  assert.deepEqual(read(1.64), uncertain(1.64, "out-of-range"));
  const warm = register("int16", { scale: 0.1, range: [-20, 60] });
  assert.deepEqual(decode(warm, [0x10000 - 215]), good(-20));
  assert.deepEqual(decode(warm, [0x10000 - 217]), uncertain(-21.7, "out-of-range"));
});

test("MB-5: a count above 2^53 is uncertain: the number that holds it is not exact", () => {
  const words = (n: bigint) =>
    laid(
      bytesOf(8, (b) => b.writeBigUInt64BE(n)),
      "ABCD",
    );
  assert.deepEqual(decode(register("uint64"), words(2n ** 53n - 1n)), good(2 ** 53 - 1));
  for (const n of [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
    assert.deepEqual(decode(register("uint64"), words(n)), uncertain(Number(n), "inexact"));
  }
  const negative = bytesOf(8, (b) => b.writeBigInt64BE(-(2n ** 63n)));
  assert.deepEqual(
    decode(register("int64"), laid(negative, "ABCD")),
    uncertain(-(2 ** 63), "inexact"),
  );
});

test("MB-5: scale and offset leave no binary dust: what is read is the nearest decimal", () => {
  assert.deepEqual(decode(register("uint16", { scale: 0.1 }), [3]), good(0.3));
  assert.deepEqual(decode(register("uint16", { scale: 0.1, offset: -40 }), [403]), good(0.3));
  for (let raw = 0; raw <= 0xffff; raw += 1) {
    const { value } = decode(register("uint16", { scale: 0.001 }), [raw]);
    assert.equal(value, Number(`${raw}e-3`));
  }
});

test("MB-5: a scaled count that a number can hold keeps all of its digits", () => {
  // An energy meter in Wh, shown in kWh.
  const bytes = bytesOf(8, (b) => b.writeBigUInt64BE(123_456_789_012_345n));
  const point = register("uint64", { scale: 0.001 });
  assert.deepEqual(decode(point, laid(bytes, "ABCD")), good(123_456_789_012.345));
});

test("MB-5: what the scale makes too large for a number is no infinite value", () => {
  const { value } = decode(register("float64", { scale: 10 }), laid(double(1e308), "ABCD"));
  assert.ok(value === null || Number.isFinite(value), String(value));
});

test("MB-5: fewer registers than the type needs are no answer", () => {
  for (const as of ["int32", "float64", "bcd32", "bool"] as const) {
    assert.deepEqual(decode(register(as), as === "bool" ? [] : [1]), bad("no-answer"));
  }
});
