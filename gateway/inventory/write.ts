/** The inventory as the files it can be imported from again. */
import type { Inventory } from "#rules/inventory.ts";
import { writeCsv } from "./csv.ts";
import { listNames, lists } from "./schema.ts";
import { fileForm } from "./shape.ts";
import { writeYaml } from "./yaml.ts";

/** One YAML file with everything. */
export function inventoryYaml(inventory: Inventory): string {
  const all = listNames.map((list) => [list, formsOf(inventory, list)] as const);
  return writeYaml({ district: inventory.district, ...Object.fromEntries(all) });
}

/** A folder: the district in YAML, and one CSV file for each list that has anything in it. */
export function inventoryCsv(inventory: Inventory): Map<string, string> {
  const files = new Map([["district.yaml", writeYaml({ district: inventory.district })]]);
  for (const list of listNames) {
    if (inventory[list].length === 0) continue;
    files.set(`${list}.csv`, writeCsv(list, formsOf(inventory, list)));
  }
  return files;
}

function formsOf(inventory: Inventory, list: (typeof listNames)[number]): unknown[] {
  return inventory[list].map((item) => fileForm(lists[list], item));
}
