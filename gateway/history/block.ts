/**
 * Samples of one series that came close together, as one value of the day file: a row of its own for
 * each would cost ten times as much, to write and on disk.
 *
 * Layout, little endian: count (u16), width of a value in bytes (u16: 4 where none loses by it, else
 * 8), length of the texts (u32); values; ms after the first (u16 each); flags (u8 each); texts (JSON).
 */
import type { StoredSample } from "./day-file.ts";
import { isNone, isText, type Packed, qualityOf } from "./packed.ts";

/** From its first to its last sample. */
export const longestBlockMs = 60_000;
export const mostInBlock = 512;
const headBytes = 8;

/** Rows of one series, in order of time. `textOf` gives the text of a row that has one. */
export function encodeBlock(
  { at, value, flags }: Packed,
  rows: readonly number[],
  textOf: (row: number) => string,
): Buffer {
  const { length: count } = rows;
  const isShort = rows.every((row) => Math.fround(value[row] as number) === value[row]);
  const width = isShort ? 4 : 8;
  const found = rows.filter((row) => isText(flags[row] as number)).map(textOf);
  const texts = found.length > 0 ? Buffer.from(JSON.stringify(found)) : Buffer.alloc(0);
  const timesAt = headBytes + count * width;
  const flagsAt = timesAt + count * 2;
  const block = Buffer.alloc(flagsAt + count + texts.length);
  block.writeUInt16LE(count, 0);
  block.writeUInt16LE(width, 2);
  block.writeUInt32LE(texts.length, 4);
  const first = at[rows[0] as number] as number;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i] as number;
    if (isShort) block.writeFloatLE(value[row] as number, headBytes + i * 4);
    else block.writeDoubleLE(value[row] as number, headBytes + i * 8);
    block.writeUInt16LE((at[row] as number) - first, timesAt + i * 2);
    block[flagsAt + i] = flags[row] as number;
  }
  texts.copy(block, flagsAt + count);
  return block;
}

/** Samples of a block whose first is at `first`. */
export function decodeBlock(body: Uint8Array, first: number): StoredSample[] {
  const block = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const [count, width] = [block.readUInt16LE(0), block.readUInt16LE(2)];
  const timesAt = headBytes + count * width;
  const flagsAt = timesAt + count * 2;
  const texts: string[] =
    block.readUInt32LE(4) > 0 ? JSON.parse(block.toString("utf8", flagsAt + count)) : [];
  let nextText = 0;
  return Array.from({ length: count }, (_, i): StoredSample => {
    const flags = block[flagsAt + i] as number;
    const at = first + block.readUInt16LE(timesAt + i * 2);
    const quality = qualityOf(flags);
    if (isNone(flags)) return { at, quality, value: null };
    if (isText(flags)) return { at, quality, value: texts[nextText++] ?? null };
    const offset = headBytes + i * width;
    return {
      at,
      quality,
      value: width === 4 ? block.readFloatLE(offset) : block.readDoubleLE(offset),
    };
  });
}
