/** A pack in force as the text of a file: whoever changes a number begins with what is in force. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import type { Packs } from "#rules/rulebook.ts";
import { houseDocuments } from "./packs.ts";

/** With its comments where it is the house's own. */
export function packText(packs: Packs, name: string): string | null {
  const found = packs.find(({ pack }) => pack === name);
  if (!found) return null;
  const house = houseDocuments().find(({ pack }) => isDeepStrictEqual(pack, found));
  if (house) return readFileSync(house.file, "utf8");
  const { v, site, overrides, pack, kind, rules } = found;
  const is = site === undefined ? { v, pack, kind, rules } : { v, site, rules: overrides ?? {} };
  return stringify(is, { lineWidth: 0, aliasDuplicateObjects: false });
}
