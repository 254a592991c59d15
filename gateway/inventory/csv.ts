/**
 * Inventory lists in CSV (RFC 4180), one file for each list: sites.csv, devices.csv, …
 *
 * Columns are the leaves of the schema (`name.zh`, `position.lng`); a list of words is joined by
 * `;`, a list of objects is JSON in its cell; an empty cell is no value.
 */
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { TSchema } from "typebox";
import { type ListName, lists, person } from "./schema.ts";
import { type Fault, fileFault, type Given, mostFaults, type Source } from "./source.ts";

type Column = {
  readonly name: string;
  readonly path: readonly string[];
  readonly kind: "text" | "number" | "boolean" | "words" | "json";
  /** An empty cell of a list that must be there is an empty list. */
  readonly emptyList: boolean;
};

type Schema = {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
};

export const mostRows = 500_000;

const columns = new Map<ListName | "persons", readonly Column[]>(
  [...Object.entries(lists), ["persons", person] as const].map(([name, schema]) => [
    name as ListName | "persons",
    columnsOf(schema as TSchema as Schema, []),
  ]),
);

function columnsOf(schema: Schema, path: readonly string[]): Column[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, of]) => {
    const here = [...path, key];
    if (of.type === "object") return columnsOf(of, here);
    const emptyList = of.type === "array" && schema.required?.includes(key) === true;
    return { name: here.join("."), path: here, kind: kindOf(of), emptyList };
  });
}

function kindOf({ type, items }: Schema): Column["kind"] {
  if (type === "array") return items?.type === "string" ? "words" : "json";
  if (type === "boolean") return "boolean";
  return type === "number" || type === "integer" ? "number" : "text";
}

type Row = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

export function readCsv(file: string, list: ListName | "persons", text: string): Source {
  const known = columns.get(list) ?? [];
  const rows = rowsOf(file, text);
  if (!Array.isArray(rows)) return { lists: new Map(), district: null, faults: [rows] };
  const [head, ...body] = rows;
  if (!head) return refused(file, `it is empty; allowed: a first row with ${namesOf(known)}`);
  if (body.length > mostRows) return refused(file, `${body.length} rows; allowed: ${mostRows}`);
  const chosen = head.record.map((name) => known.find((column) => column.name === name.trim()));
  const faults: Fault[] = head.record.flatMap((name, i) =>
    chosen[i]
      ? chosen.indexOf(chosen[i]) < i
        ? { ...fileFault(file, "this column stands here twice"), column: i + 1, key: name }
        : []
      : {
          ...fileFault(file, `there is no such column; allowed: ${namesOf(known)}`),
          column: i + 1,
          key: name,
        },
  );
  if (faults.length > 0) return { lists: new Map(), district: null, faults };
  const items: unknown[] = [];
  const lines: number[] = [];
  for (const { record, info } of body) {
    if (record.length !== head.record.length && faults.length < mostFaults) {
      const message = `${record.length} cells; allowed: ${head.record.length}, as in the first row`;
      faults.push(fileFault(file, message, info.lines));
    }
    items.push(itemOf(record, chosen as Column[], known));
    lines.push(info.lines);
  }
  const columnOf = (key: string): number | null => {
    const at = chosen.findIndex((c) => c && (c.name === key || key.startsWith(`${c.name}.`)));
    return at < 0 ? null : at + 1;
  };
  const given: Given = {
    file,
    items,
    where: ([index = 0, ...path]) => ({
      line: lines[Number(index)] ?? 1,
      column: columnOf(path.join(".")),
    }),
  };
  return { lists: new Map([[list, given]]), district: null, faults };
}

function refused(file: string, message: string): Source {
  return { lists: new Map(), district: null, faults: [fileFault(file, message)] };
}

function namesOf(known: readonly Column[]): string {
  return known.map((column) => column.name).join(", ");
}

function rowsOf(file: string, text: string): Row[] | Fault {
  try {
    const delimiter = delimiterOf(text);
    return parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1 << 20,
    }) as unknown as Row[];
  } catch (error) {
    const { message, lines = 1 } = error as Error & { lines?: number };
    return fileFault(file, `no CSV: ${message}`, lines);
  }
}

/** A spreadsheet may write `;` or tabs: whatever stands in the first row. */
function delimiterOf(text: string): string {
  const [first = ""] = text.split(/\r?\n/, 1);
  return [",", ";", "\t"].find((sign) => first.includes(sign)) ?? ",";
}

function itemOf(
  record: readonly string[],
  chosen: readonly Column[],
  known: readonly Column[],
): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  for (const column of known) if (column.emptyList) put(item, column.path, []);
  record.forEach((cell, i) => {
    const column = chosen[i];
    if (column && cell !== "") put(item, column.path, cellValue(cell, column));
  });
  return item;
}

function put(item: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = item;
  for (const key of path.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[path.at(-1) ?? ""] = value;
}

/** What cannot be read stays the text it is: the schema then says what is allowed. */
function cellValue(cell: string, { kind }: Column): unknown {
  if (kind === "words") return cell.split(";").map((word) => word.trim());
  if (kind === "number" && /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(cell.trim())) return Number(cell);
  if (kind === "boolean" && (cell === "true" || cell === "false")) return cell === "true";
  if (kind === "json") {
    try {
      return JSON.parse(cell);
    } catch {
      return cell;
    }
  }
  return cell;
}

/** The list as a file; `items` are in the form of files. */
export function writeCsv(list: ListName | "persons", items: readonly unknown[]): string {
  const known = columns.get(list) ?? [];
  const rows = items.map((item) => known.map((column) => cellOf(item, column)));
  return stringify([known.map((column) => column.name), ...rows]);
}

function cellOf(item: unknown, { path, kind }: Column): string {
  const value = path.reduce<unknown>(
    (at, key) => (at === undefined ? at : (at as Record<string, unknown>)[key]),
    item,
  );
  if (value === undefined) return "";
  if (kind === "words") return (value as string[]).join(";");
  return kind === "json" ? JSON.stringify(value) : String(value);
}
