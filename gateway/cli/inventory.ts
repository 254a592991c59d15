/** `check`, `import`, `export`: inventory files. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { emptyInventory, type Inventory } from "#rules/inventory.ts";
import { readConfig } from "../config.ts";
import { Refused } from "../errors.ts";
import type { StaffRow } from "../identity/people.ts";
import { type ImportResult, refusalOf } from "../imports.ts";
import { writeCsv } from "../inventory/csv.ts";
import { checkLive } from "../inventory/live.ts";
import { loadFiles } from "../inventory/load.ts";
import { unpack, unpackAll } from "../inventory/pack.ts";
import { listNames } from "../inventory/schema.ts";
import { inventoryCsv, inventoryYaml } from "../inventory/write.ts";
import { writeYaml } from "../inventory/yaml.ts";
import { JournalFile } from "../journal/file.ts";
import { askOrRun } from "./control.ts";

/** More would be larger than a YAML file that an import reads. */
const mostYamlItems = 20_000;

/**
 * A configuration is one YAML file with other keys; anything else is an inventory. `live`: may it send
 * real crews?
 */
export async function check(paths: readonly string[], live: boolean): Promise<string> {
  const [first = ""] = paths;
  if (live) return checkForUse(paths);
  if (isConfig(first)) {
    readConfig({ ...process.env, FIRELINK_CONFIG: first });
    return `${first}: the configuration is in order`;
  }
  const loaded = loadFiles(paths, emptyInventory);
  if (loaded.faults) throw refusalOf(loaded.faults, loaded.more);
  const { inventory, persons, warnings } = loaded;
  const counts = listNames.map((list) => `${inventory[list].length} ${list}`);
  if (persons) counts.push(`${persons.length} persons`);
  return [`${paths.join(", ")}: in order: ${counts.join(", ")}`, ...warnings].join("\n");
}

function checkForUse(paths: readonly string[]): string {
  const loaded = loadFiles(paths, emptyInventory, checkLive);
  if (!loaded.faults) return `${paths.join(", ")}: in order, and ready for real use`;
  const { message } = refusalOf(loaded.faults, loaded.more);
  const count = loaded.faults.length + loaded.more;
  const rows = message.split("\n").slice(0, -1);
  throw new Refused({
    code: "not-ready",
    message: [...rows, `not ready for real use: ${count} faults`].join("\n"),
  });
}

function isConfig(path: string): boolean {
  try {
    if (extname(path) === ".csv" || statSync(path).isDirectory()) return false;
    const keys = new RegExp(`^(v|district|persons|${listNames.join("|")}):`, "m");
    return !keys.test(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Refused({ code: "cannot-read", message: (error as Error).message });
  }
}

export async function importFiles(paths: readonly string[], dryRun: boolean): Promise<string> {
  const files = paths.map((path) => resolve(path));
  const step = (name: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`${name} …\n`);
  };
  const result = (await askOrRun({ do: "import", files, dryRun }, step)) as ImportResult;
  const { lines, total, warnings, position } = result;
  const shown = total === 0 ? ["no difference"] : [...lines];
  if (total > lines.length) shown.push(`and ${total - lines.length} more`);
  shown.push(...warnings.map((warning) => `warning: ${warning}`));
  const count = total === 1 ? "1 change" : `${total} changes`;
  if (dryRun && total > 0) shown.push(`${count}; nothing has been changed yet`);
  else if (position !== null) shown.push(`${count} adopted at journal position ${position}`);
  else if (total > 0) shown.push(`${count} made`);
  return shown.join("\n");
}

/** The inventory as YAML on stdout, or as a folder of CSV files. It only reads. */
export async function exportInventory(
  folder: string | null,
  withPersons: boolean,
): Promise<string> {
  const inventory = await adopted();
  const persons = withPersons ? ((await askOrRun({ do: "staff" })) as StaffRow[]) : [];
  if (folder === null) {
    const items = listNames.reduce((sum, list) => sum + inventory[list].length, 0);
    if (items > mostYamlItems) {
      const message = `${items} things are too many for one YAML file`;
      throw new Refused({ code: "too-large", message, allowed: "--csv FOLDER" });
    }
    const yaml = inventoryYaml(inventory);
    return withPersons ? yaml + writeYaml({ persons }).replace(/^v: .*\n/, "") : yaml;
  }
  const files = inventoryCsv(inventory);
  if (withPersons) files.set("persons.csv", writeCsv("persons", persons));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) {
    // What is there already may be somebody's work.
    writeNew(join(folder, name), text, name === "persons.csv" ? 0o600 : 0o644);
  }
  return `${[...files.keys()].join(", ")} written to ${folder}`;
}

function writeNew(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: "wx", mode });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw new Refused({ code: "cannot-write", message });
    const allowed = "a folder that is new or empty";
    throw new Refused({ code: "exists", message: `${path} is there already`, allowed });
  }
}

/** Read from the journal itself, by this process: a large export is nobody else's work. */
async function adopted(): Promise<Inventory> {
  const { hash } = (await askOrRun({ do: "inventory" })) as { hash: string | null };
  if (hash === null) return emptyInventory;
  const file = JournalFile.openForReading(readConfig(process.env).data);
  try {
    return unpackAll(unpack(hash, (name) => file.artefact(name)));
  } finally {
    file.close();
  }
}
