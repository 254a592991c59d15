/** Answers cut out of a stream, however the network has cut it before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Cut, crc16, type Framer, RtuFramer, TcpFramer } from "./frame.ts";

function rtu(bytes: readonly number[]): Buffer {
  const frame = Buffer.from([...bytes, 0, 0]);
  frame.writeUInt16LE(crc16(Buffer.from(bytes)), bytes.length);
  return frame;
}

/** Reads `count` from `address` of unit 1. */
const ask = (count: number, code = 3, unit = 1) => rtu([unit, code, 0, 0, count >> 8, count & 255]);

/** Unit 1 answers with as many registers, each with its place in it. */
function answer(count: number): number[] {
  return [1, 3, count * 2, ...Array.from({ length: count }, (_, i) => [i >> 8, i & 255]).flat()];
}

function tcp(transaction: number, body: readonly number[], length = body.length): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(length, 4);
  return Buffer.concat([header, Buffer.from(body)]);
}

/** Everything a framer gives for these pieces, as Wire asks it; stops at garbage. */
function fed(framer: Framer, pieces: readonly Buffer[]): (Buffer | string)[] {
  const given: (Buffer | string)[] = [];
  for (const piece of pieces) {
    let cut: Cut = framer.push(piece);
    while (!("wait" in cut)) {
      if ("garbage" in cut) return [...given, cut.garbage];
      given.push(cut.frame);
      cut = framer.push(Buffer.alloc(0));
    }
  }
  return given;
}

/** Bytes in pieces, cut at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
  return at.map((from, i) => bytes.subarray(from, at[i + 1] ?? bytes.length));
}

const cuts = fc.array(fc.nat(600), { maxLength: 12 });
const size = fc.integer({ min: 1, max: 125 });

test("MB-6: CRC-16/MODBUS of 123456789 is 4B37", () => {
  assert.equal(crc16(Buffer.from("123456789")), 0x4b37);
  assert.equal(crc16(Buffer.alloc(0)), 0xffff);
});

test("MB-6: a request goes out behind a header with a transaction of its own, without checksum", () => {
  const framer = new TcpFramer();
  assert.deepEqual([...framer.request(ask(10))], [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10]);
  assert.deepEqual([...framer.request(ask(10)).subarray(0, 2)], [0, 2]);
  for (let i = 2; i < 65_535; i += 1) framer.request(ask(1));
  assert.equal(framer.request(ask(1)).readUInt16BE(0), 0);
  assert.deepEqual(fed(framer, [tcp(0, answer(1))]), [rtu(answer(1))]);
});

test("MB-6: a Modbus TCP answer comes whole out of every segmentation, or not at all", () => {
  fc.assert(
    fc.property(size, cuts, fc.boolean(), (count, at, isCutOff) => {
      const framer = new TcpFramer();
      framer.request(ask(count));
      const bytes = tcp(1, answer(count));
      const sent = isCutOff ? bytes.subarray(0, -1) : bytes;
      assert.deepEqual(fed(framer, pieces(sent, at)), isCutOff ? [] : [rtu(answer(count))]);
    }),
  );
});

test("MB-6: late answers to earlier questions are left out, wherever they stand in the stream", () => {
  const late = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), size), { maxLength: 4 });
  fc.assert(
    fc.property(late, late, cuts, (earlier, later, at) => {
      const framer = new TcpFramer();
      for (let i = 0; i < 7; i += 1) framer.request(ask(2));
      const others = (list: [number, number][]) => list.map(([id, n]) => tcp(id, answer(n)));
      const bytes = Buffer.concat([...others(earlier), tcp(7, answer(2)), ...others(later)]);
      assert.deepEqual(fed(framer, pieces(bytes, at)), [rtu(answer(2))]);
    }),
  );
});

test("MB-6: what is no header of Modbus TCP is garbage, not a wait", () => {
  const wrong = [
    Buffer.from("HTTP/1.1 400 Bad Request\r\n"),
    Buffer.from("SSH-2.0-dropbear\r\n"),
    tcp(1, answer(1), 0),
    tcp(1, answer(1), 2),
    tcp(1, answer(1), 255),
    tcp(1, answer(1), 65_535),
    Buffer.from([0, 1, 0, 1, 0, 5, 1, 3, 2, 0, 0]),
  ];
  for (const bytes of wrong) {
    const framer = new TcpFramer();
    framer.request(ask(1));
    assert.deepEqual(fed(framer, [bytes]), ["no header of Modbus TCP"]);
  }
});

test("MB-6: no bytes at all make a framer throw, hang or give what has no checksum", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), cuts, fc.boolean(), (noise, at, isTcp) => {
      const framer = isTcp ? new TcpFramer() : new RtuFramer();
      framer.request(ask(2));
      for (const given of fed(framer, pieces(Buffer.from(noise), at))) {
        if (typeof given === "string") continue;
        assert.equal(given.readUInt16LE(given.length - 2), crc16(given.subarray(0, -2)));
      }
    }),
    { numRuns: 500 },
  );
});

test("MB-6: an RTU answer has the length that was asked for, in every segmentation", () => {
  fc.assert(
    fc.property(size, cuts, (count, at) => {
      const framer = new RtuFramer();
      assert.deepEqual(framer.request(ask(count)), ask(count));
      assert.deepEqual(fed(framer, pieces(rtu(answer(count)), at)), [rtu(answer(count))]);
    }),
  );
  const bits = new RtuFramer();
  bits.request(ask(9, 1));
  assert.deepEqual(fed(bits, [rtu([1, 1, 2, 255, 1])]), [rtu([1, 1, 2, 255, 1])]);
});

test("MB-6: an RTU exception is an answer of five bytes", () => {
  const framer = new RtuFramer();
  framer.request(ask(125));
  assert.deepEqual(fed(framer, pieces(rtu([1, 0x83, 2]), [1, 3])), [rtu([1, 0x83, 2])]);
});

test("MB-6: another unit, another function, a wrong checksum or bytes too many are garbage", () => {
  const given = (bytes: Buffer) => {
    const framer = new RtuFramer();
    framer.request(ask(2));
    return fed(framer, [bytes]);
  };
  const flipped = rtu(answer(2));
  flipped[3] = (flipped[3] ?? 0) ^ 1;
  assert.deepEqual(given(rtu([2, 3, 4, 0, 0, 0, 1])), ["unit 2 answers for 1"]);
  assert.deepEqual(given(rtu([1, 4, 4, 0, 0, 0, 1])), ["function 4 answers 3"]);
  assert.deepEqual(given(rtu([1, 0x84, 2])), ["function 132 answers 3"]);
  assert.deepEqual(given(flipped), ["checksum"]);
  assert.deepEqual(given(Buffer.concat([rtu(answer(2)), Buffer.from([0])])), [
    "more than was asked for",
  ]);
  assert.deepEqual(given(rtu(answer(2)).subarray(0, -1)), []);
});

test("MB-6: one flipped bit anywhere in an RTU answer never gives a frame", () => {
  const whole = rtu(answer(3));
  for (let bit = 0; bit < whole.length * 8; bit += 1) {
    const framer = new RtuFramer();
    framer.request(ask(3));
    const bytes = Buffer.from(whole);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const frames = fed(framer, [bytes]).filter((given) => typeof given !== "string");
    assert.deepEqual(frames, [], `bit ${bit}`);
  }
});

test("MB-6: a new RTU question forgets what came before it; unasked bytes are garbage", () => {
  const framer = new RtuFramer();
  assert.deepEqual(fed(framer, [rtu(answer(1))]).length, 1);
  framer.request(ask(2));
  assert.deepEqual(fed(framer, [rtu(answer(2)).subarray(0, 5)]), []);
  framer.request(ask(1));
  assert.deepEqual(fed(framer, [rtu(answer(1))]), [rtu(answer(1))]);
});
