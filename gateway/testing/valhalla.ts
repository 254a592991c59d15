/** The real route engine and a real extract for tests, where set-up has found them (npm run setup:test). */
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

/** Why tests on real roads are left out; false where they are not. */
export const noValhalla =
  valhallaEngine === null
    ? "the route engine is not installed (npm run setup:test)"
    : andorra === null && "there is no extract (.cache/andorra.osm.pbf)";
