/** `roads`: the map of the route engine, the stored ways, and what is closed. */
import { resolve } from "node:path";
import { formatDateTime } from "#rules/calendar.ts";
import type { Closure } from "#rules/dispatch/roads.ts";
import { systemWall } from "../clock.ts";
import { readConfig } from "../config.ts";
import { ask } from "../control.ts";
import { buildMap, enginePath } from "../roads/map.ts";
import type { RoadsStatus } from "../roads/status.ts";
import { askOrRun } from "./control.ts";
import { WrongUsage } from "./wrong-usage.ts";

type Values = Readonly<Record<string, string | boolean | undefined>>;

const usage =
  "roads build FILE.osm.pbf | status | compute | closures [FILE.yaml] | close ID LNG,LAT --until TIME | open ID";

export async function roads(words: readonly string[], values: Values): Promise<unknown> {
  const [what = "", ...rest] = words;
  const [first, second] = rest;
  switch (what) {
    case "build":
      return rest.length === 1 && first !== undefined ? build(first, values) : wrong();
    case "status":
      return rest.length === 0 ? status(values) : wrong();
    case "compute":
      return rest.length === 0 ? compute(values) : wrong();
    case "closures":
      if (rest.length > 1) return wrong();
      return first === undefined ? closures(values) : importClosures(first);
    case "close":
      return first !== undefined && second !== undefined ? close(first, second, values) : wrong();
    case "open":
      return first !== undefined ? open(first) : wrong();
    default:
      return wrong();
  }
}

function wrong(): never {
  throw new WrongUsage(usage);
}

const step = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${text} …\n`);
};

/** Made by this process: only its end is the gateway's business. */
async function build(extract: string, { json }: Values): Promise<unknown> {
  const { data, roads: configured } = readConfig(process.env);
  const engine = enginePath(data, configured.engine);
  const map = await buildMap(data, engine, resolve(extract), systemWall.wall(), step);
  const told = `${map.file}: ${map.tiles} tiles in ${data}/roads/${map.folder}`;
  const answer = (await ask(data, { do: "roads-compute" }, step)) as {
    result: RoadsStatus;
  } | null;
  if (json) return { map, matrix: answer?.result.matrix ?? null };
  if (!answer) return `${told}\nthe next start computes the ways of all places`;
  return `${told}\n${matrixLine(answer.result)}`;
}

async function compute({ json }: Values): Promise<unknown> {
  const now = (await askOrRun({ do: "roads-compute", force: true }, step)) as RoadsStatus;
  return json ? now : matrixLine(now);
}

async function status({ json }: Values): Promise<unknown> {
  const now = (await askOrRun({ do: "roads-status" })) as RoadsStatus;
  if (json) return now;
  const { engine, missing, map, computing, why, placesLeft } = now;
  const health = engine?.up === false ? `gives no answer: ${engine.why}` : "in order";
  return [
    engine
      ? `engine: ${engine.kind}, ${health}`
      : `engine: ${missing?.message}; ${missing?.allowed}`,
    map &&
      `map: ${map.file}, ${map.tiles} tiles, built ${formatDateTime(map.builtAt, now.utcOffsetMin)}`,
    matrixLine(now),
    computing !== null && `computing: ${computing} places`,
    why !== null && `the last computation failed: ${why}`,
    placesLeft > 0 && `${placesLeft} places are too many and stay estimated`,
    ...closureLines(now),
  ]
    .filter(Boolean)
    .join("\n");
}

function matrixLine({ matrix }: RoadsStatus): string {
  if (!matrix) return "stored ways: none; every way is estimated";
  const { hash, places, ways, without, isCurrent, engine } = matrix;
  const age = isCurrent ? "of now" : "of before; what has moved or is closed since says so";
  const closed = without > 0 ? `, round ${without} closed` : "";
  return `stored ways: ${hash.slice(0, 8)}, ${ways} ways to ${places} places by ${engine}${closed}, ${age}`;
}

function closureLines({ closures: list, utcOffsetMin }: RoadsStatus): string[] {
  const at = (ms: number): string => formatDateTime(ms, utcOffsetMin);
  return list.map(({ id, name, lng, lat, reason, from, until, isClosed, inMatrix }) => {
    const state = isClosed ? (inMatrix ? "closed" : "closed, ways not yet computed") : "not now";
    const place = `${lng}, ${lat}`;
    return `${id}  ${name.zh} · ${name.en}  ${place}  ${reason}  ${at(from)} – ${at(until)}  ${state}`;
  });
}

async function closures({ json }: Values): Promise<unknown> {
  const now = (await askOrRun({ do: "roads-status" })) as RoadsStatus;
  if (json) return now.closures;
  const lines = closureLines(now);
  return lines.length > 0 ? lines.join("\n") : "no road is closed";
}

async function importClosures(file: string): Promise<string> {
  const count = (await askOrRun({ do: "roads-import", file: resolve(file) })) as number;
  return `${count === 1 ? "1 closure" : `${count} closures`} in force; those of before are not`;
}

async function close(id: string, place: string, values: Values): Promise<unknown> {
  const { until, from, reason, name, en, json } = values;
  const [lng, lat, ...more] = place.split(",").map(Number);
  if (typeof until !== "string" || more.length > 0) return wrong();
  const zh = typeof name === "string" ? name : id;
  const closure = {
    ...{ id, name: { zh, en: typeof en === "string" ? en : zh }, lng, lat, until },
    ...(typeof from === "string" ? { from } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
  };
  const closed = (await askOrRun({ do: "roads-close", closure })) as Closure;
  const { utcOffsetMin } = readConfig(process.env).settings;
  return json ? closed : `${id} is closed until ${formatDateTime(closed.until, utcOffsetMin)}`;
}

async function open(id: string): Promise<string> {
  await askOrRun({ do: "roads-open", id });
  return `${id} is open again`;
}
