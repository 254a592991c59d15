/** The real route engine for tests, and real roads where somebody has put them there (npm run setup:test). */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { enginePath, isInstalled } from "../roads/map.ts";

const tree = join(import.meta.dirname, "../..");

/** Installed as a data folder would have it. */
const installed = enginePath("", join(tree, ".cache/valhalla/node_modules/@valhallajs/valhallajs"));
/** Andorra by OpenStreetMap (ODbL): 565 kB, and never in the tree. */
const extracts = [
  join(tree, ".cache/andorra.osm.pbf"),
  join(tree, "../shared/data/andorra.osm.pbf"),
];

export const valhallaEngine = isInstalled(installed) ? installed : null;
export const andorra = extracts.find((path) => existsSync(path)) ?? null;

/** Why tests of the engine are left out; false where they are not. */
export const noValhalla =
  valhallaEngine === null && "the route engine is not installed (npm run setup:test)";
