/**
 * Inventory files, read, checked and joined with the inventory in force.
 *
 * An import replaces the lists that it brings and leaves the others. All faults of all files are
 * found in one go; with one fault nothing is adopted. Runs in the reader's thread or in the command
 * line, never on the main thread.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { emptyInventory, type Inventory } from "#rules/inventory.ts";
import type { StaffRow } from "../identity/people.ts";
import { checkMeaning, type Report } from "./check.ts";
import { readCsv } from "./csv.ts";
import { district as districtSchema, type ListName, listNames, lists, person } from "./schema.ts";
import { innerForm, shapeFaults } from "./shape.ts";
import { shiftedWarning } from "./shifted.ts";
import { type Fault, faultAt, fileFault, type Given, mostFaults, type Source } from "./source.ts";
import { readYaml } from "./yaml.ts";

/** A file of more bytes is not read at all: 180,000 sites in CSV are 30 MB. */
export const mostBytes = { yaml: 8 << 20, csv: 64 << 20 } as const;
const mostFiles = 20;
/** Every PIN costs a tenth of a second of hashing. */
const mostPersons = 5000;

export type Loaded =
  | {
      readonly inventory: Inventory;
      /** Null where no file brought any. */
      readonly persons: readonly StaffRow[] | null;
      readonly warnings: readonly string[];
      readonly faults: null;
    }
  | { readonly inventory: null; readonly faults: readonly Fault[]; readonly more: number };

/** What else must hold: what is wrong is told with its row, as everything is. */
export type Check = (inventory: Inventory, report: Report) => void;

/** `paths`: files, or one folder whose .yaml and .csv files belong together. */
export function loadFiles(
  paths: readonly string[],
  inForce: Inventory,
  further: Check = () => {},
): Loaded {
  const files = paths.flatMap(filesOf);
  if (files.length > mostFiles) {
    return refuse([fileFault(paths[0] ?? "", `${files.length} files; allowed: ${mostFiles}`)]);
  }
  if (files.length === 0) {
    return refuse([fileFault(paths[0] ?? "", "no file; allowed: .yaml and .csv files")]);
  }
  return joinSources(files.map(readFile), inForce, further);
}

export function loadText(
  file: string,
  text: string,
  inForce: Inventory = emptyInventory,
  further: Check = () => {},
): Loaded {
  return joinSources([sourceOf(file, text)], inForce, further);
}

function refuse(faults: readonly Fault[]): Loaded {
  const more = Math.max(0, faults.length - mostFaults);
  return { inventory: null, faults: faults.slice(0, mostFaults), more };
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => !name.startsWith("."))
      .sort()
      .map((name) => join(path, name));
  } catch {
    // Whoever opens it says why it cannot be read.
    return [path];
  }
}

function nothing(fault: Fault): Source {
  return { lists: new Map(), district: null, faults: [fault] };
}

function readFile(path: string): Source {
  const kind = [".yaml", ".yml"].includes(extname(path)) ? "yaml" : "csv";
  let bytes: Buffer;
  try {
    if (!statSync(path).isFile()) return nothing(fileFault(path, "is no file"));
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      if (size > mostBytes[kind]) {
        const allowed = `at most ${mostBytes[kind] >> 20} MB${kind === "yaml" ? "; large lists as .csv" : ""}`;
        return nothing(fileFault(path, `${(size / 2 ** 20).toFixed(1)} MB; allowed: ${allowed}`));
      }
      bytes = Buffer.alloc(size);
      readSync(file, bytes, 0, size, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return nothing(fileFault(path, `cannot be read: ${(error as Error).message}`));
  }
  const packed = archiveOf(bytes);
  if (packed) {
    return nothing(
      fileFault(path, `is ${packed}, which is not opened; allowed: .yaml or .csv files`),
    );
  }
  const text = decode(bytes);
  return text === null
    ? nothing(fileFault(path, "is no text; allowed: UTF-8, or GB18030 as Chinese Excel writes it"))
    : sourceOf(path, text);
}

/** By the first bytes, whatever the name says. An archive is refused without unpacking a byte. */
function archiveOf(bytes: Buffer): string | null {
  const magic = bytes.toString("latin1", 0, 4);
  if (magic.startsWith("PK")) return "a zip archive or an Excel workbook (.xlsx)";
  if (magic.startsWith("\x1f\x8b")) return "a gzip archive";
  if (magic.startsWith("\xd0\xcf\x11\xe0")) return "an old Excel workbook (.xls)";
  return null;
}

function decode(bytes: Buffer): string | null {
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.includes("\0") ? null : text;
    } catch {
      // The next one.
    }
  }
  return null;
}

function sourceOf(file: string, text: string): Source {
  const extension = extname(file);
  if (extension === ".yaml" || extension === ".yml") return readYaml(file, text);
  const list = basename(file, extension) as ListName | "persons";
  if (extension === ".csv" && [...listNames, "persons"].includes(list)) {
    return readCsv(file, list, text);
  }
  const names = [...listNames, "persons"].map((name) => `${name}.csv`).join(", ");
  return nothing(fileFault(file, `no such inventory file; allowed: NAME.yaml, ${names}`));
}

type Origins = Partial<Record<ListName | "persons" | "district", Given>>;

function joinSources(sources: readonly Source[], inForce: Inventory, further: Check): Loaded {
  const faults: Fault[] = sources.flatMap((source) => source.faults);
  const from: Origins = {};
  for (const source of sources) {
    const given = [
      ...source.lists,
      ...(source.district ? [["district", source.district] as const] : []),
    ];
    for (const [name, list] of given) {
      const other = from[name];
      if (other) faults.push(fileFault(list.file, `${name} stands in ${other.file} too`));
      from[name] = list;
    }
  }
  for (const name of [...listNames, "persons"] as const) {
    checkShape(name === "persons" ? person : lists[name], from[name], faults);
  }
  checkShape(districtSchema, from.district, faults);
  if (faults.length > 0) return refuse(faults);
  const inventory = joined(from, inForce);
  if (
    inventory.district === emptyInventory.district &&
    Object.keys(from).some((n) => n !== "persons")
  ) {
    const [any] = Object.values(from);
    return refuse([
      fileFault(
        any?.file ?? "",
        "no district yet; allowed: a .yaml file with the key district first",
      ),
    ]);
  }
  const report: Report = (name, path, message) => {
    const given = from[name];
    faults.push(
      given ? faultAt(given, path, message) : inForceFault(inventory, name, path, message),
    );
  };
  checkMeaning(inventory, report);
  further(inventory, report);
  checkPersons(from.persons, faults);
  if (faults.length > 0) return refuse(faults);
  return {
    inventory,
    persons: (from.persons?.items as readonly StaffRow[] | undefined) ?? null,
    warnings: warningsOf(inventory, inForce),
    faults: null,
  };
}

const checks = new Map<TSchema, (value: unknown) => boolean>();

/** Compiled once: 180,000 rows are checked in half a second, and only a wrong one costs more. */
function checkOf(schema: TSchema): (value: unknown) => boolean {
  let check = checks.get(schema);
  if (!check) {
    const validator = Compile(schema);
    check = (value) => validator.Check(value);
    checks.set(schema, check);
  }
  return check;
}

function checkShape(schema: TSchema, given: Given | undefined, faults: Fault[]): void {
  const check = checkOf(schema);
  given?.items.forEach((item, i) => {
    // To say what is wrong costs much more than to see that something is.
    if (faults.length >= mostFaults * 10 || check(item)) return;
    for (const { path, message } of shapeFaults(schema, item)) {
      faults.push(faultAt(given, [i, ...path], message));
    }
  });
}

function joined(from: Origins, inForce: Inventory): Inventory {
  const list = (name: ListName): readonly unknown[] =>
    from[name]?.items.map((item) => innerForm(lists[name], item)) ?? inForce[name];
  const district = from.district
    ? innerForm(districtSchema, from.district.items[0])
    : inForce.district;
  const all = listNames.map((name) => [name, list(name)] as const);
  return { v: 2, district, ...Object.fromEntries(all) } as unknown as Inventory;
}

/** Something in force that no longer fits what is imported. */
function inForceFault(
  inventory: Inventory,
  name: ListName | "district",
  path: readonly (string | number)[],
  message: string,
): Fault {
  const [index = 0, ...key] = path;
  const item = name === "district" ? inventory.district : inventory[name][Number(index)];
  const { id, site } = item as { readonly id: string; readonly site?: string };
  const what = `${name} ${site ? `${site}/` : ""}${id}`;
  return { ...fileFault(`${what} (in force)`, message), key: key.join(".") };
}

function checkPersons(given: Given | undefined, faults: Fault[]): void {
  const seen = new Set<string>();
  if (given && given.items.length > mostPersons) {
    const message = `${given.items.length} persons; allowed: ${mostPersons}`;
    faults.push(fileFault(given.file, message));
  }
  (given?.items as readonly StaffRow[] | undefined)?.forEach(({ id }, i) => {
    if (given && seen.has(id))
      faults.push(faultAt(given, [i, "id"], `${id} stands in persons twice`));
    seen.add(id);
  });
}

/** What is allowed but will be missed when it matters; the first few are named. */
function warningsOf(inventory: Inventory, inForce: Inventory): string[] {
  const shifted = shiftedWarning(inventory, inForce);
  const nameless = inventory.devices.filter((device) => device.place === undefined);
  const places = shifted === null ? [] : [shifted];
  return nameless.length === 0
    ? places
    : [
        ...places,
        `${nameless.length} devices without place text, an alarm of theirs will say only where the site is: ` +
          `${nameless
            .slice(0, 20)
            .map((d) => `${d.site}/${d.id}`)
            .join(", ")}${nameless.length > 20 ? ", …" : ""}`,
      ];
}
