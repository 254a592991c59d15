/**
 * PNG made smaller without changing a pixel: a screen has flat areas and repeats itself, so rows
 * without a filter at the highest level, with a palette where 256 colours are enough, are a third
 * smaller than what a browser writes. Knows what Chromium writes (8 bits, RGB or RGBA) and no more.
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";

export type Picture = {
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel: 3 RGB, 4 RGBA. */
  readonly channels: number;
  readonly pixels: Buffer;
};

const signature = Buffer.from("89504e470d0a1a0a", "hex");
const rgb = 2;
const indexed = 3;
const rgba = 6;

export function shrink(png: Buffer): Buffer {
  const picture = decode(png);
  const others = [plain(picture), withPalette(picture)];
  return others.reduce<Buffer>((best, other) => {
    return other && other.length < best.length ? other : best;
  }, png);
}

export function decode(png: Buffer): Picture {
  const chunks = chunksOf(png);
  const head = chunks.find(({ type }) => type === "IHDR")?.data ?? Buffer.alloc(13);
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const [depth, colour, , , interlace] = head.subarray(8);
  const palette = chunks.find(({ type }) => type === "PLTE")?.data;
  if (depth !== 8 || interlace !== 0) throw new Error("a PNG of another kind");
  const data = chunks.filter(({ type }) => type === "IDAT").map((chunk) => chunk.data);
  const stored = colour === indexed ? 1 : colour === rgba ? 4 : 3;
  const rows = unfiltered(inflateSync(Buffer.concat(data)), width * stored, height, stored);
  if (!palette) return { width, height, channels: stored, pixels: rows };
  const pixels = Buffer.concat([...rows].map((i) => palette.subarray(i * 3, i * 3 + 3)));
  return { width, height, channels: 3, pixels };
}

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** Undoes the filters of each row (PNG, section 9). */
function unfiltered(raw: Buffer, stride: number, height: number, channels: number): Buffer {
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    const to = y * stride;
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? (pixels[to + x - channels] ?? 0) : 0;
      const up = y > 0 ? (pixels[to + x - stride] ?? 0) : 0;
      const upLeft = x >= channels && y > 0 ? (pixels[to + x - stride - channels] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][raw[from] ?? 0];
      pixels[to + x] = (raw[from + 1 + x] ?? 0) + (predicted ?? 0);
    }
  }
  return pixels;
}

function paeth(left: number, up: number, upLeft: number): number {
  const [toLeft, toUp] = [Math.abs(up - upLeft), Math.abs(left - upLeft)];
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

function plain({ width, height, channels, pixels }: Picture): Buffer {
  const colour = channels === 4 ? rgba : rgb;
  return encode({ width, height, colour, data: deflated(pixels, height), between: [] });
}

/** Null where the picture has more colours than a palette, or is not opaque. */
function withPalette({ width, height, channels, pixels }: Picture): Buffer | null {
  if (channels !== 3) return null;
  const known = new Map<number, number>();
  const indices = Buffer.alloc(width * height);
  for (let i = 0; i < indices.length; i += 1) {
    const colour = pixels.readUIntBE(i * 3, 3);
    let index = known.get(colour);
    if (index === undefined) {
      index = known.size;
      if (index > 255) return null;
      known.set(colour, index);
    }
    indices[i] = index;
  }
  const palette = Buffer.alloc(known.size * 3);
  for (const [colour, index] of known) palette.writeUIntBE(colour, index * 3, 3);
  const between = [chunk("PLTE", palette)];
  return encode({ width, height, colour: indexed, data: deflated(indices, height), between });
}

/** `data`: the rows, filtered and deflated; `between`: what stands before them. */
export function encode(o: {
  readonly width: number;
  readonly height: number;
  readonly colour: number;
  readonly data: Buffer;
  readonly between: readonly Buffer[];
}): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(o.width, 0);
  head.writeUInt32BE(o.height, 4);
  head.set([8, o.colour, 0, 0, 0], 8);
  const ends = [chunk("IDAT", o.data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, chunk("IHDR", head), ...o.between, ...ends]);
}

/** Each row behind a zero: no filter, so that equal rows stay equal. */
function deflated(pixels: Buffer, height: number): Buffer {
  const stride = pixels.length / height;
  const rows = Buffer.alloc(pixels.length + height);
  for (let y = 0; y < height; y += 1) {
    pixels.copy(rows, y * (stride + 1) + 1, y * stride, (y + 1) * stride);
  }
  return deflateSync(rows, { level: 9, memLevel: 9 });
}

function chunk(type: string, data: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
