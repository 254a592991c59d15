import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");
type Pair = readonly [light: string, dark: string];

/** Every colour of the tokens, in light and dark. */
const colours = new Map<string, Pair>(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((m) => [
    m[1] ?? "",
    [m[2] ?? "", m[3] ?? ""],
  ]),
);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.040_45 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const marks = ["p0", "p1-fire", "p1-suppression", "p2", "p3", "p4"];
const grounds = ["background", "surface", "surface-raised", "surface-sunken"];

/** Text on ground: each must be read at 4.5:1. */
const pairs: readonly (readonly [string, string])[] = [
  ...[...marks, "accent", "done", "demo", "replay"].map((name) => [`on-${name}`, name] as const),
  ...["text", "text-muted"].flatMap((name) => grounds.map((ground) => [name, ground] as const)),
  ...[...marks, "demo", "done", "replay"].flatMap((name) =>
    ["background", "surface", "surface-raised"].map((ground) => [name, ground] as const),
  ),
];

test("WB-3: text is read at 4.5:1 in light and dark, priorities on and as their colour", () => {
  assert.equal(contrast("#000000", "#ffffff").toFixed(0), "21");
  for (const [text, ground] of pairs) {
    const [front, back] = [colours.get(text), colours.get(ground)];
    assert.ok(front && back, `${text} on ${ground}: a colour is missing`);
    for (const i of [0, 1] as const) {
      const ratio = contrast(front[i], back[i]);
      const where = `${text} on ${ground}, ${i === 0 ? "light" : "dark"}: ${ratio.toFixed(2)}`;
      assert.ok(ratio >= 4.5, where);
    }
  }
});

test("WB-3: borders of what may be pressed stand out at 3:1", () => {
  for (const ground of ["background", "surface"]) {
    for (const i of [0, 1] as const) {
      const [border, back] = [colours.get("border-strong"), colours.get(ground)];
      assert.ok(border && back);
      assert.ok(contrast(border[i], back[i]) >= 3, `${ground} ${i}`);
    }
  }
});
