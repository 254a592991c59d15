/**
 * The map of the route engine: tiles made from an OpenStreetMap extract, in `roads/` of the data folder,
 * and the engine that reads them, installed there by whoever wants one (280 MB).
 *
 * A new map is made beside the old one, and one rename puts it in its place.
 */
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve as resolvePath } from "node:path";
import { createInterface } from "node:readline";
import { Refused } from "../errors.ts";
import { artefactHash } from "../journal/chain.ts";
import { valhallaConfig } from "./valhalla-config.ts";

const enginePackage = "@valhallajs/valhallajs";
const engineVersion = "3.6.1";

export type RoadMap = {
  readonly v: 1;
  /** Name of the extract, and a digest of it. */
  readonly file: string;
  readonly digest: string;
  readonly folder: string;
  readonly tiles: number;
  /** ms UTC. */
  readonly builtAt: number;
};

export function roadsFolder(data: string): string {
  return join(data, "roads");
}

/** Where the package stands: as configured, else in the data folder. */
export function enginePath(data: string, configured: string | null): string {
  return configured ?? join(roadsFolder(data), "engine", "node_modules", enginePackage);
}

export function isInstalled(engine: string): boolean {
  return existsSync(join(engine, "package.json"));
}

/** How to get what is missing. */
export function howToInstall(data: string): string {
  const folder = join(roadsFolder(data), "engine");
  return `npm install --ignore-scripts --prefix ${folder} ${enginePackage}@${engineVersion}`;
}

/** The map in place; null where none has been built. */
export function readMap(data: string): RoadMap | null {
  try {
    const text = readFileSync(join(roadsFolder(data), "map.json"), "utf8");
    const map = JSON.parse(text) as RoadMap;
    return existsSync(configOf(data, map)) ? map : null;
  } catch {
    return null;
  }
}

export function configOf(data: string, map: RoadMap): string {
  return join(roadsFolder(data), map.folder, "valhalla.json");
}

/** Makes tiles of an extract. Throws `Refused` with what is wrong; the map in place stays until the end. */
export async function buildMap(
  data: string,
  engine: string,
  extract: string,
  now: number,
  progress: (step: string) => void,
): Promise<RoadMap> {
  const digest = checkExtract(extract);
  if (!isInstalled(engine)) {
    const message = `the route engine is not installed: there is no ${engine}`;
    throw new Refused({ code: "no-engine", message, allowed: howToInstall(data) });
  }
  const folder = `map-${digest.slice(0, 12)}-${now}`;
  const path = join(roadsFolder(data), folder);
  mkdirSync(join(path, "tiles"), { recursive: true, mode: 0o700 });
  try {
    const config = join(path, "valhalla.json");
    writeFileSync(config, JSON.stringify(valhallaConfig(join(path, "tiles")), null, 1));
    const said = await runBuilder(builderOf(engine), config, extract, progress);
    const tiles = tilesIn(join(path, "tiles"));
    if (tiles === 0) {
      throw new Refused({
        code: "no-roads",
        message: `${extract} gave no tiles: ${said}`,
        allowed: "an extract that has roads",
      });
    }
    const map: RoadMap = { v: 1, file: basename(extract), digest, folder, tiles, builtAt: now };
    const place = join(roadsFolder(data), "map.json");
    writeFileSync(`${place}.new`, JSON.stringify(map));
    renameSync(`${place}.new`, place);
    for (const old of readdirSync(roadsFolder(data))) {
      if (old.startsWith("map-") && old !== folder) {
        rmSync(join(roadsFolder(data), old), { recursive: true, force: true });
      }
    }
    return map;
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    throw error;
  }
}

/** By its first bytes: a length, then a block named OSMHeader. Gives a digest of its head and size. */
function checkExtract(path: string): string {
  const allowed = "an OpenStreetMap extract, FILE.osm.pbf";
  const wrong = (message: string): Refused =>
    new Refused({ code: "bad-extract", message, allowed });
  let file: number;
  try {
    if (!statSync(path).isFile()) throw new Error("is no file");
    file = openSync(path, "r");
  } catch (error) {
    throw wrong(`${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    const head = Buffer.alloc(1 << 20);
    const length = readSync(file, head, 0, head.length, 0);
    if (!head.subarray(0, 32).includes("OSMHeader")) throw wrong(`${path} is no .osm.pbf file`);
    const size = Buffer.from(String(statSync(path).size));
    return artefactHash(Buffer.concat([head.subarray(0, length), size]));
  } finally {
    closeSync(file);
  }
}

function builderOf(engine: string): string {
  const builder = join(engine, process.platform, process.arch, "valhalla_build_tiles");
  if (existsSync(builder)) return builder;
  const message = `the route engine has no program for ${process.platform} on ${process.arch}`;
  throw new Refused({ code: "no-engine", message, allowed: "linux on x64 or arm64" });
}

/** Its log says what it does; what went wrong is its last line. */
function runBuilder(
  builder: string,
  config: string,
  extract: string,
  progress: (step: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(builder, ["-c", config, resolvePath(extract)], {
      // It leaves a list of doubtful ways where it stands.
      cwd: dirname(config),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let last = "";
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        const step = /\[INFO\] (.*(?:\.\.\.|HierarchyBuilder))$/.exec(line)?.[1];
        if (step && step !== last) progress(step.replace(/\.*$/, ""));
        last = line.replace(/^.*?\[\w+\] /, "").trim();
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(last);
      const end = signal ?? `status ${code}`;
      const message = `${extract}: the tile builder ended with ${end}: ${last}`;
      const allowed = "a whole extract: download it again, and compare its checksum";
      reject(new Refused({ code: "bad-extract", message, allowed }));
    });
  });
}

function tilesIn(folder: string): number {
  return readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".gph"))
    .length;
}
