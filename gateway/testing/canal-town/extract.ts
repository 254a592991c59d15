/**
 * The town of canals as an extract of OpenStreetMap's form, so that the real route engine can build its
 * tiles on any machine: written as OSM XML, made a `.osm.pbf` by osmium-tool.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { townNetwork } from "./town.ts";

/** Why there is no extract here; false where one can be made. */
export const noOsmium =
  spawnSync("osmium", ["--version"]).status !== 0 && "osmium-tool is not installed";

/** Writes `path`, which ends in `.osm.pbf`. */
export function writeExtract(path: string): void {
  const { nodes, edges } = townNetwork();
  const made = 'version="1" timestamp="2026-01-01T00:00:00Z"';
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<osm version="0.6" generator="firelink">',
    ...nodes.map(({ lng, lat }, i) => `<node id="${i + 1}" lat="${lat}" lon="${lng}" ${made}/>`),
    ...edges.map(
      ({ a, b, speedKmh }, i) =>
        `<way id="${i + 1}" ${made}><nd ref="${a + 1}"/><nd ref="${b + 1}"/>` +
        `<tag k="highway" v="secondary"/><tag k="maxspeed" v="${speedKmh}"/></way>`,
    ),
    "</osm>",
  ].join("\n");
  const source = path.replace(/\.pbf$/, "");
  writeFileSync(source, text);
  const done = spawnSync("osmium", ["cat", source, "-o", path, "--overwrite"], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(done.stderr);
}
