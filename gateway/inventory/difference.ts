/** What an import would change, thing by thing and key by key. */
import { isDeepStrictEqual } from "node:util";
import type { Packed } from "./pack.ts";
import { type ListName, listNames, lists } from "./schema.ts";
import { fileForm } from "./shape.ts";
import { Table } from "./table.ts";

export type Difference = {
  /** `+` added, `-` gone, `~` changed, for each list that changes. */
  readonly counts: Readonly<Record<string, { added: number; gone: number; changed: number }>>;
  /** One line for each of the first things that change. */
  readonly lines: readonly string[];
  readonly total: number;
};

/** Lines that are told; the rest is counted. */
export const mostLines = 200;
type Item = Record<string, unknown>;

export function difference(before: Packed, after: Packed): Difference {
  const told = new Told();
  if (!isDeepStrictEqual(before.district, after.district)) {
    told.add("district", "changed", () =>
      changedLine("district", after.district.id, before.district, after.district),
    );
  }
  for (const list of listNames) compare(list, before, after, told);
  const { counts, lines, total } = told;
  return { counts, lines, total };
}

class Told {
  readonly counts: Record<string, { added: number; gone: number; changed: number }> = {};
  readonly lines: string[] = [];
  total = 0;

  add(list: string, what: "added" | "gone" | "changed", line: () => string): void {
    this.counts[list] ??= { added: 0, gone: 0, changed: 0 };
    this.counts[list][what] += 1;
    this.total += 1;
    if (this.lines.length < mostLines) this.lines.push(line());
  }
}

function compare(list: ListName, before: Packed, after: Packed, told: Told): void {
  const old = new Table<Item>(before.tables[list]);
  const now = new Table<Item>(after.tables[list]);
  for (let row = 0; row < now.size; row += 1) {
    const key = now.keyAt(row);
    const oldRow = old.rowOf(key);
    if (oldRow === null) told.add(list, "added", () => `+ ${list} ${key}`);
    // Items are written in the order of the schema: equal ones have equal bytes.
    else if (!now.lineAt(row).equals(old.lineAt(oldRow))) {
      const schema = lists[list];
      told.add(list, "changed", () =>
        changedLine(
          list,
          key,
          fileForm(schema, old.at(oldRow)) as Item,
          fileForm(schema, now.at(row)) as Item,
        ),
      );
    }
  }
  for (const key of old.keys()) {
    if (now.rowOf(key) === null) told.add(list, "gone", () => `- ${list} ${key}`);
  }
}

/** `~ sites baolong: name.en "Baolong industrial park" → "Baolong park"`. */
function changedLine(list: string, key: string, before: Item, after: Item): string {
  const [old, now] = [leaves(before), leaves(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => `${name} ${old.get(name) ?? "–"} → ${now.get(name) ?? "–"}`);
  return `~ ${list} ${key}: ${changes.join(", ")}`;
}

function leaves(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new Map([[path, JSON.stringify(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, of]) => [...leaves(of, path ? `${path}.${key}` : key)]),
  );
}
