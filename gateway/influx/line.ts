/**
 * Samples as lines of the line protocol. One measurement for each kind of device, tags `device` and
 * `site`, a field for each point: as few series as there are devices. What was read of one device at
 * one instant is one line. Pure.
 *
 * A good value is the field named as its point: a number (a boolean is 0 or 1), or `POINT_text`. Of
 * any other quality no value goes out, only `POINT_quality` (1 uncertain, 2 bad, 3 stale): what is not
 * known can never be read as a value.
 */
import { qualities } from "#rules/sample.ts";
import type { FollowedRow } from "../history/follow.ts";

/** A line, and the samples that it carries; none of a mark. */
export type Line = { readonly text: string; readonly rows: readonly FollowedRow[] };

/** A line of a warehouse would be longer than what servers read. */
const mostInLine = 500;
/** Of a line that was refused: a line for each sample, for one of them may be the reason. */
export function singleLines({ rows }: Line): Line[] {
  return rows.map((row) => lineOf([row]));
}

/** Of a device whose kind an earlier version did not write down. */
const unknownKind = "device";

/** Samples in their order; each series stays in order. */
export function linesOf(rows: readonly FollowedRow[]): Line[] {
  const lines: Line[] = [];
  for (let from = 0; from < rows.length; ) {
    const { device, at } = rows[from] as FollowedRow;
    let to = from + 1;
    while (rows[to]?.at === at && rows[to]?.device === device && to - from < mostInLine) to += 1;
    lines.push(lineOf(rows.slice(from, to)));
    from = to;
  }
  return lines;
}

/** Of one device at one instant; a point that stands there twice is what it was last. */
function lineOf(rows: readonly FollowedRow[]): Line {
  const [{ device, kind, at } = { device: "", kind: "", at: 0 }] = rows;
  const fields = new Map<string, string>();
  for (const row of rows) {
    fields.set(row.point, fieldOf(row));
    if (row.late) fields.set("late", "late=1");
  }
  const head = headOf(kind || unknownKind, { device: deviceOf(device), site: siteOf(device) });
  return { text: `${head} ${[...fields.values()].join(",")} ${at}`, rows };
}

function fieldOf({ point, value, quality }: FollowedRow): string {
  const name = escaped(point);
  if (quality === "good" && typeof value === "number" && Number.isFinite(value)) {
    return `${name}=${value}`;
  }
  if (quality === "good" && typeof value === "string") return `${name}_text=${quoted(value)}`;
  const code = quality === "good" ? qualities.indexOf("bad") : qualities.indexOf(quality);
  return `${name}_quality=${code}`;
}

/** Measurement and tags. A `-` would have to be quoted in every query. */
export function headOf(measurement: string, tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags).filter(([, value]) => value !== "");
  const written = pairs.map(([key, value]) => `,${key}=${escaped(value)}`).join("");
  return escaped(measurement.replaceAll("-", "_")) + written;
}

function siteOf(key: string): string {
  return key.slice(0, key.indexOf("/"));
}

function deviceOf(key: string): string {
  return key.slice(key.indexOf("/") + 1);
}

/** Of names and tags. A line break would end the line, and a `\` before a separator hide it. */
export function escaped(text: string): string {
  return /[\s,=\\]/.test(text)
    ? text
        .replaceAll(/[\r\n\t]/g, " ")
        .replaceAll("\\", "/")
        .replaceAll(/([ ,=])/g, "\\$1")
    : text;
}

export function quoted(text: string): string {
  return `"${text.replaceAll(/[\r\n]/g, " ").replaceAll(/(["\\])/g, "\\$1")}"`;
}
