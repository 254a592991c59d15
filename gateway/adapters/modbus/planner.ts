/**
 * Points to the fewest reads. Pure.
 *
 * A read takes at most 125 registers or 2,000 bits (Modbus Application Protocol V1.1b3, 6.1 to 6.4).
 * Points with a small gap between them share a read; a gap that is known to hold an address the
 * device does not have is never read over.
 */
import { isBitTable, lengthOf, type Register, type Table, tables } from "./register.ts";

export type Limits = {
  /** Registers in one read; some controllers take fewer than 125. */
  readonly registers: number;
  readonly bits: number;
  /** Addresses between two points that are cheaper to read than a request of their own. */
  readonly gapRegisters: number;
  readonly gapBits: number;
};

export const defaultPlanLimits: Limits = {
  registers: 125,
  bits: 2000,
  gapRegisters: 16,
  gapBits: 256,
};

/** One read: `length` registers or bits from `address`, and the points in it in order of address. */
export type Block = {
  readonly table: Table;
  readonly address: number;
  readonly length: number;
  readonly points: readonly Register[];
};

/** What the device has taught us: addresses it does not have, by table. */
export type Illegal = ReadonlyMap<Table, ReadonlySet<number>>;

const nothing: ReadonlySet<number> = new Set();

/** The fewest blocks in which every point stands whole, except points over an illegal address. */
export function plan(
  points: readonly Register[],
  limits: Limits = defaultPlanLimits,
  illegal: Illegal = new Map(),
): Block[] {
  return tables.flatMap((table) => {
    const missing = illegal.get(table) ?? nothing;
    const here = points.filter((point) => point.table === table && !isHole(point, missing));
    return planTable(table, here, limits, missing);
  });
}

/** Whether a point needs an address that the device does not have. */
export function isHole(point: Register, illegal: ReadonlySet<number>): boolean {
  return touches(illegal, point.address, endOf(point));
}

export function endOf(point: Register): number {
  return point.address + lengthOf(point);
}

/** In order of address a point joins the read before it wherever it may: no plan has fewer reads. */
function planTable(
  table: Table,
  points: readonly Register[],
  limits: Limits,
  illegal: ReadonlySet<number>,
): Block[] {
  const isBits = isBitTable(table);
  const most = isBits ? limits.bits : limits.registers;
  const gap = isBits ? limits.gapBits : limits.gapRegisters;
  const sorted = [...points].sort((a, b) => a.address - b.address || endOf(a) - endOf(b));
  const blocks: { table: Table; address: number; length: number; points: Register[] }[] = [];
  for (const point of sorted) {
    const last = blocks.at(-1);
    const end = last ? last.address + last.length : 0;
    const joins =
      last &&
      Math.max(end, endOf(point)) - last.address <= most &&
      point.address - end <= gap &&
      !touches(illegal, end, point.address);
    if (joins) {
      last.points.push(point);
      last.length = Math.max(end, endOf(point)) - last.address;
    } else {
      blocks.push({ table, address: point.address, length: lengthOf(point), points: [point] });
    }
  }
  return blocks;
}

function touches(addresses: ReadonlySet<number>, from: number, to: number): boolean {
  if (addresses.size === 0) return false;
  for (let address = from; address < to; address += 1) if (addresses.has(address)) return true;
  return false;
}

/**
 * A block the device refuses, as two, so that the good part is read and the bad one found: at the
 * widest gap nearest to the middle. Null where it cannot be divided: it holds one point, or several
 * over each other.
 */
export function split({ table, points }: Block): readonly [Block, Block] | null {
  let best: { at: number; gap: number; off: number } | null = null;
  let end = 0;
  points.forEach((point, at) => {
    const gap = at === 0 ? -1 : point.address - end;
    const off = Math.abs(at - points.length / 2);
    if (gap >= 0 && (!best || gap > best.gap || (gap === best.gap && off < best.off))) {
      best = { at, gap, off };
    }
    end = Math.max(end, endOf(point));
  });
  if (!best) return null;
  const { at } = best;
  return [blockOf(table, points.slice(0, at)), blockOf(table, points.slice(at))];
}

function blockOf(table: Table, points: readonly Register[]): Block {
  const address = points[0]?.address ?? 0;
  const end = Math.max(...points.map(endOf));
  return { table, address, length: end - address, points };
}
