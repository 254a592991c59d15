/**
 * Valhalla in a process of its own, for native code may take its process down. Questions come in on
 * stdin, answers leave on descriptor 3, JSON lines both; it ends when stdin does.
 *
 *   node valhalla-child.ts PACKAGE CONFIG
 */
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";

type Actor = Record<"matrix" | "route", (query: string) => Promise<string>>;
type Package = { Actor: new (config: string) => Actor; VALHALLA_VERSION: string };

const answers = 3;

function say(answer: object): void {
  let line = Buffer.from(`${JSON.stringify(answer)}\n`);
  while (line.length > 0) line = line.subarray(writeSync(answers, line));
}

async function serve(packageFolder: string, configFile: string): Promise<void> {
  // An alarm goes first.
  setPriority(0, constants.priority.PRIORITY_LOW);
  const { Actor, VALHALLA_VERSION } = createRequire(import.meta.url)(packageFolder) as Package;
  const actor = new Actor(readFileSync(configFile, "utf8"));
  say({ ready: VALHALLA_VERSION });
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, act, query } = JSON.parse(line) as { id: number; act: keyof Actor; query: object };
    try {
      say({ id, answer: JSON.parse(await actor[act](JSON.stringify(query))) });
    } catch (error) {
      say({ id, error: String((error as Error).message ?? error).slice(0, 300) });
    }
  }
}

const [packageFolder = "", configFile = ""] = process.argv.slice(2);
await serve(packageFolder, configFile);
// Native threads would keep it.
process.exit(0);
