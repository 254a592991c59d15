/** Writes docs/reference/rules.md from the packs of the house. */
import { writeFileSync } from "node:fs";
import { readPacks } from "#gateway/rulebook/packs.ts";
import { readProfiles } from "#gateway/rulebook/profiles.ts";
import { rulesTable } from "#gateway/rulebook/table.ts";

writeFileSync("docs/reference/rules.md", rulesTable(readPacks(readProfiles())));
process.stdout.write("docs/reference/rules.md: written\n");
