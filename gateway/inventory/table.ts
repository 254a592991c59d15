/**
 * A list of an inventory as one block of bytes: `key TAB json LF` for each item, in the order of
 * the file, with a hash table over the keys.
 *
 * 180,000 sites are then three buffers that change threads without being copied, and an item becomes
 * an object only when somebody asks for it. The main thread never parses a whole list.
 */
import type { Lookup } from "#rules/inventory-index.ts";

export type PackedTable = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each item begins; one more than there are items. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** Open addressing: item index + 1, 0 = free; the length is a power of two. */
  readonly slots: Uint32Array<ArrayBuffer>;
};

const tab = 9;
const lineFeed = 10;
/** Decoded items that are kept at hand. */
const kept = 4096;

export class Table<T> implements Lookup<T> {
  readonly packed: PackedTable;
  // Each for itself: V8 knows an object that came from a worker as another kind than one made here.
  readonly #bytes: Buffer;
  readonly #starts: PackedTable["starts"];
  readonly #slots: PackedTable["slots"];
  readonly #decoded = new Map<number, T>();

  constructor(packed: PackedTable) {
    this.packed = packed;
    const { buffer, byteOffset, byteLength } = packed.bytes;
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#starts = packed.starts;
    this.#slots = packed.slots;
  }

  get size(): number {
    return this.#starts.length - 1;
  }

  get(key: string): T | undefined {
    const row = this.rowOf(key);
    return row === null ? undefined : this.at(row);
  }

  /** The place of a key in the order of the file, from 0. */
  rowOf(key: string): number | null {
    const [slots, starts] = [this.#slots, this.#starts];
    for (let slot = firstSlot(key, slots.length); ; slot = (slot + 1) & (slots.length - 1)) {
      const row = (slots[slot] ?? 0) - 1;
      if (row < 0) return null;
      const start = starts[row] ?? 0;
      const end = start + key.length;
      if (this.#bytes[end] === tab && this.#bytes.toString("latin1", start, end) === key)
        return row;
    }
  }

  at(row: number): T {
    const known = this.#decoded.get(row);
    if (known !== undefined) return known;
    const [start, end] = this.#line(row);
    const from = this.#bytes.indexOf(tab, start) + 1;
    const item = JSON.parse(this.#bytes.toString("utf8", from, end)) as T;
    if (this.#decoded.size >= kept) this.#decoded.clear();
    this.#decoded.set(row, item);
    return item;
  }

  keyAt(row: number): string {
    const [start] = this.#line(row);
    return this.#bytes.toString("latin1", start, this.#bytes.indexOf(tab, start));
  }

  /** Key and JSON of an item, as bytes. */
  lineAt(row: number): Buffer {
    return this.#bytes.subarray(...this.#line(row));
  }

  *keys(): Generator<string> {
    for (let row = 0; row < this.size; row += 1) yield this.keyAt(row);
  }

  *values(): Generator<T> {
    for (let row = 0; row < this.size; row += 1) yield this.at(row);
  }

  #line(row: number): [start: number, end: number] {
    return [this.#starts[row] ?? 0, (this.#starts[row + 1] ?? 0) - 1];
  }
}

/** The bytes of a list; keys are ASCII, JSON has no line feed. */
export function linesOf(items: Iterable<readonly [key: string, item: unknown]>): Buffer[] {
  return Array.from(items, ([key, item]) => Buffer.from(`${key}\t${JSON.stringify(item)}\n`));
}

export function packTable(parts: readonly Uint8Array[]): PackedTable {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = Buffer.from(new ArrayBuffer(length));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  const starts = startsOf(bytes);
  return { bytes, starts, slots: slotsOf(bytes, starts) };
}

function startsOf(bytes: Buffer): Uint32Array<ArrayBuffer> {
  const list = [0];
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    list.push(at + 1);
  }
  return Uint32Array.from(list);
}

function slotsOf(bytes: Buffer, starts: Uint32Array): Uint32Array<ArrayBuffer> {
  const size = starts.length - 1;
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(size * 2 + 2)));
  for (let row = 0; row < size; row += 1) {
    const start = starts[row] ?? 0;
    const key = bytes.toString("latin1", start, bytes.indexOf(tab, start));
    let slot = firstSlot(key, slots.length);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = row + 1;
  }
  return slots;
}

function firstSlot(key: string, length: number): number {
  return keyHash(key) & (length - 1);
}

/** FNV-1a, 32 bits, with its bits mixed once more: the low ones choose the slot. */
export function keyHash(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
