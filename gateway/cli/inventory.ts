/** `check`, `import`, `export`: inventory files. */
import { readFileSync } from "node:fs";
import type { Inventory } from "#rules/inventory.ts";
import { readConfig } from "../config.ts";
import { Refused } from "../errors.ts";
import { dumpInventory, loadInventory } from "../inventory.ts";
import { askOrRun } from "./control.ts";

/** A file with towns, sites or devices is an inventory; anything else is a configuration. */
export async function check(file: string): Promise<string> {
  const text = read(file);
  if (!/^(towns|responders|sites|zones|devices):/m.test(text)) {
    readConfig({ ...process.env, FIRELINK_CONFIG: file });
    return `${file}: the configuration is in order`;
  }
  const { devices, responders, sites } = load(file, text);
  return `${file}: ${sites.length} sites, ${devices.length} devices, ${responders.length} responders`;
}

export async function importFile(file: string, dryRun: boolean): Promise<string> {
  const text = read(file);
  const wanted = load(file, text);
  const now = (await askOrRun({ do: "export" })) as Inventory;
  const changes = difference(now, wanted);
  const shown = changes.length === 0 ? "no difference" : changes.join("\n");
  if (dryRun || changes.length === 0) return shown;
  const { position } = (await askOrRun({ do: "import", text })) as { position: number };
  return `${shown}\nadopted at journal position ${position}`;
}

export async function exportInventory(): Promise<string> {
  return dumpInventory((await askOrRun({ do: "export" })) as Inventory);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refused({ code: "cannot-read", message: (error as Error).message });
  }
}

function load(file: string, text: string): Inventory {
  const { inventory, faults } = loadInventory(text);
  if (inventory) return inventory;
  const lines = faults.map((f) => `${file}:${f.line}:${f.column}: ${f.key}: ${f.message}`);
  throw new Refused({ code: "bad-inventory", message: lines.join("\n") });
}

const lists = ["towns", "responders", "sites", "zones", "devices"] as const;

/** `+ devices baolong/btn-41`, `- …`, `~ …`: what an import would change. */
export function difference(before: Inventory, after: Inventory): string[] {
  return lists.flatMap((list) => {
    const old = byKey(before[list]);
    const now = byKey(after[list]);
    const added = [...now.keys()].filter((key) => !old.has(key)).map((key) => `+ ${list} ${key}`);
    const gone = [...old.keys()].filter((key) => !now.has(key)).map((key) => `- ${list} ${key}`);
    const changed = [...now]
      .filter(([key, text]) => old.has(key) && old.get(key) !== text)
      .map(([key]) => `~ ${list} ${key}`);
    return [...added, ...gone, ...changed];
  });
}

function byKey(items: readonly { readonly id: string; readonly site?: string }[]) {
  return new Map(
    items.map((item) => [item.site ? `${item.site}/${item.id}` : item.id, JSON.stringify(item)]),
  );
}
