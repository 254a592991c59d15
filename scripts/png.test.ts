/** Pictures of the pages: smaller, and not one pixel another. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { decode, encode, shrink } from "./png.ts";

/** A picture whose rows have one filter after the other, as a browser may choose them. */
function filtered(width: number, height: number, colourAt: (i: number) => number): Buffer {
  const stride = width * 3;
  const pixels = Buffer.alloc(stride * height);
  for (let i = 0; i < width * height; i += 1) pixels.writeUIntBE(colourAt(i), i * 3, 3);
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y += 1) {
    rows[y * (stride + 1)] = y % 5;
    for (let x = 0; x < stride; x += 1) {
      const at = (dx: number, dy: number) =>
        x - dx < 0 || y - dy < 0 ? 0 : (pixels[(y - dy) * stride + x - dx] ?? 0);
      const [left, up, both] = [at(3, 0), at(0, 1), at(3, 1)];
      const nearest = [left, up, both].sort(
        (a, b) => Math.abs(left + up - both - a) - Math.abs(left + up - both - b),
      );
      const guess = [0, left, up, (left + up) >> 1, nearest[0]][y % 5] ?? 0;
      rows[y * (stride + 1) + 1 + x] = at(0, 0) - guess;
    }
  }
  return encode({ width, height, colour: 2, data: deflateSync(rows), between: [] });
}

const pictures = {
  few: filtered(40, 30, (i) => (i % 7) * 0x10203),
  many: filtered(40, 30, (i) => (i * 2_654_435) % 0xffffff),
};

test("DO-8: a picture that is made smaller has the same pixels, with a palette and without", () => {
  for (const [name, png] of Object.entries(pictures)) {
    const before = decode(png);
    const after = decode(shrink(png));
    assert.deepEqual([after.width, after.height], [40, 30], name);
    assert.ok(after.pixels.equals(before.pixels), name);
  }
  assert.equal(decode(pictures.few).pixels.readUIntBE(3 * 3, 3), 3 * 0x10203);
  assert.equal(decode(pictures.many).pixels.readUIntBE(3 * 1199, 3), (1199 * 2_654_435) % 0xffffff);
  assert.ok(shrink(pictures.few).length < pictures.few.length);
});

test("DO-8: the pictures of the pages have been made smaller", () => {
  const smallest = globSync("docs/screenshots/*.png")
    .map((file) => readFileSync(file))
    .sort((a, b) => a.length - b.length)[0];
  assert.ok(smallest);
  const again = shrink(smallest).length / smallest.length;
  assert.ok(again > 0.95, "not taken by npm run screenshots");
});
