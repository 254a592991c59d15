#!/usr/bin/env -S node --max-semi-space-size=4 --initial-heap-size=160 --no-allocation-site-pretenuring
/**
 * `firelink`: one program for start, checks and changes. Exit status 0 done, 1 refused with the
 * reason, 2 wrong usage. What changes anything is a signal to the running gateway (control.sock).
 */
import { chmodSync, mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Refused } from "../errors.ts";
import { WrongUsage } from "./wrong-usage.ts";

type Values = Readonly<Record<string, string | boolean | undefined>>;
type Options = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;
type Command = {
  readonly usage: string;
  readonly help: string;
  readonly options?: Options;
  /** How many words may follow: least, most. */
  readonly words: readonly [number, number];
  /** Gives what is printed: a text, or with --json an object. */
  readonly run: (words: readonly string[], values: Values) => Promise<unknown>;
};

/** Loaded when they are run: `firelink --help` must not open a database. */
const commands: Readonly<Record<string, Command>> = {
  start: {
    usage: "start [--demo]",
    help: "the gateway, until SIGTERM; --demo: the Keqiao district with simulated devices",
    options: { demo: { type: "boolean" } },
    words: [0, 0],
    run: async (_words, { demo }) => {
      await keepCompiled();
      return (await import("./start.ts")).start(demo === true);
    },
  },
  status: {
    usage: "status",
    help: "whether the gateway on this data folder runs and records",
    words: [0, 0],
    run: async () => (await import("./control.ts")).status(),
  },
  check: {
    usage: "check FILE …|FOLDER [--live]",
    help:
      "configuration or inventory: what is wrong, line by line\n" +
      "      --live: may it send real crews? Assumed, not surveyed, not tested, not agreed is refused",
    options: { live: { type: "boolean" } },
    words: [1, 20],
    run: async (files, values) =>
      (await import("./inventory.ts")).check(files, values.live === true),
  },
  import: {
    usage: "import FILE …|FOLDER [--dry-run]",
    help: "inventory from .yaml and .csv files; --dry-run: only what would change",
    options: { "dry-run": { type: "boolean" } },
    words: [1, 20],
    run: async (files, values) =>
      (await import("./inventory.ts")).importFiles(files, values["dry-run"] === true),
  },
  export: {
    usage: "export [--csv FOLDER] [--persons]",
    help: "the inventory in force, as files it can be imported from; names only with --persons",
    options: { csv: { type: "string" }, persons: { type: "boolean" } },
    words: [0, 0],
    run: async (_words, { csv, persons }) =>
      (await import("./inventory.ts")).exportInventory(
        typeof csv === "string" ? csv : null,
        persons === true,
      ),
  },
  device: {
    usage: "device credential SITE/DEVICE …",
    help: "a new user name and password that acts for these devices, shown once",
    words: [2, 200],
    run: async ([what, ...keys]) => (await import("./control.ts")).deviceCredential(what, keys),
  },
  station: {
    usage: "station credential STATION … [SITE/BOX]",
    help: "a new user name and password for a station's box, shown once",
    words: [2, 200],
    run: async ([what, ...ids]) => (await import("./control.ts")).stationCredential(what, ids),
  },
  simulate: {
    usage:
      "simulate ACTION SITE/DEVICE | fault SITE/DEVICE WORDS | reply STATION ORDER REPLY\n" +
      "           | people comes|cannot|arrived COUNT | notifier SITE/DEVICE break|mend\n" +
      "           | box STATION KEY|cut-mains|mains|battery PERCENT|cut|restore|spoken\n" +
      "           | FILE.yaml [--dry-run] | tour [--speed N] [--stop]",
    help:
      "press, cancel, test, tamper, untamper, cut, restore: a simulated device of the demo acts\n" +
      "      battery baolong/btn-07 3100 (mV), clock baolong/btn-07 20 (s ahead): what its state says\n" +
      "      fault baolong/pump-01 no-start hydrant_pump1 and the like: a pump room fails; clear ends it\n" +
      "      box KQ-07 accepted: a key of a station's box, its mains, its network, what it has said\n" +
      "      reply: a station's box answers; tour: five minutes of everything, faster with --speed\n" +
      "      FILE.yaml: a scenario, such actions in time; --dry-run: only checked and listed",
    options: {
      speed: { type: "string" },
      stop: { type: "boolean" },
      "dry-run": { type: "boolean" },
    },
    words: [1, 5],
    run: async (words, values) => (await import("./simulate.ts")).simulate(words, values),
  },
  command: {
    usage: "command JSON",
    help: 'a command of a person, for example {"command":"acknowledge","alarm":"A…"}',
    words: [1, 1],
    run: async ([json = ""]) => (await import("./control.ts")).sendCommand(json),
  },
  rules: {
    usage:
      "rules check FILE …|FOLDER [--whole] | diff FILE …|FOLDER|--house\n" +
      "           | adopt FILE …|FOLDER|--house [--by NAME] | rollback [HASH|--to POSITION] [--by NAME]\n" +
      "           | list [WORD …] | history\n" +
      "           | backtest [FILE …] --rule ID [--device SITE/DEVICE] [--from TIME] [--to TIME]",
    help:
      "check: what is wrong with rules, line by line; diff: what would change, rule by rule\n" +
      "      adopt: they come into force without a restart; rollback: those before, or an earlier adoption\n" +
      "      --whole: the files are all packs there are; --house: those that the program brings\n" +
      "      backtest: which alarms a rule would have given of stored values, beside those that were; TIME is\n" +
      "      2026-11-22, 2026-11-22T18:30, or 24h, 90min, 7d ago; the last 24 h where nothing is said",
    options: {
      whole: { type: "boolean" },
      house: { type: "boolean" },
      by: { type: "string" },
      to: { type: "string" },
      rule: { type: "string" },
      device: { type: "string" },
      from: { type: "string" },
    },
    words: [1, 200],
    run: async (words, values) => (await import("./rules.ts")).rules(words, values),
  },
  roads: {
    usage:
      "roads build FILE.osm.pbf | status | compute | closures [FILE.yaml]\n" +
      "           | close ID LNG,LAT --until TIME [--from TIME] [--reason WORD] [--name ZH] [--en EN] | open ID",
    help:
      "build: the map of the route engine, of an OpenStreetMap extract; compute: the ways of all places anew\n" +
      "      close: nobody passes there until TIME (2026-11-27T18:00, or 8h); closures FILE.yaml: the whole list",
    options: {
      until: { type: "string" },
      from: { type: "string" },
      reason: { type: "string" },
      name: { type: "string" },
      en: { type: "string" },
    },
    words: [1, 3],
    run: async (words, values) => (await import("./roads.ts")).roads(words, values),
  },
  journal: {
    usage: "journal verify|show|export [--after POSITION] [--limit N]",
    help: "checks the chain; shows events; all of them as JSON lines",
    options: { after: { type: "string" }, limit: { type: "string" } },
    words: [1, 1],
    run: async ([what = ""], values) => (await import("./journal.ts")).journal(what, values),
  },
  backup: {
    usage: "backup DIR",
    help: "a consistent copy of journal, people and credentials, while the gateway runs",
    words: [1, 1],
    run: async ([folder = ""]) => (await import("./journal.ts")).backup(folder),
  },
  restore: {
    usage: "restore DIR",
    help: "puts a backup back; the gateway must not run",
    words: [1, 1],
    run: async ([folder = ""]) => (await import("./journal.ts")).restore(folder),
  },
  opcua: {
    usage: "opcua certificates | opcua trust THUMBPRINT",
    help: "certificates of OPC UA servers: own, trusted, rejected; trust one that was rejected",
    words: [1, 2],
    run: async ([what, thumbprint]) => (await import("./control.ts")).opcua(what, thumbprint),
  },
  user: {
    usage:
      "user add NAME --role ROLE [--scope SITE|STATION] [--person P-…] | user pin NAME | user remove NAME",
    help: "a person who may sign in, a PIN for acting at a desk (each shown once), or the end of one",
    options: { role: { type: "string" }, scope: { type: "string" }, person: { type: "string" } },
    words: [2, 2],
    run: async ([what, name = ""], values) =>
      (await import("./control.ts")).user(what, name, values),
  },
};

/**
 * Keeps what Node makes of our sources beside the data: a second start is 150 ms faster and the
 * process 40 MB smaller (measured), because no thread has to strip types. In the owner's folder,
 * never in a shared one: whoever can write there could put code into the gateway.
 */
async function keepCompiled(): Promise<void> {
  const { readConfig } = await import("../config.ts");
  const { data } = readConfig(process.env);
  const folder = join(data, "compiled");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(data, 0o700);
  } catch {
    // A folder that cannot be written is told by whoever needs it; a cache is no need.
    return;
  }
  // Threads and children take it from the environment.
  process.env.NODE_COMPILE_CACHE = folder;
  enableCompileCache(folder);
}

const done = 0;
const refused = 1;
const wrongUsage = 2;

function help(): string {
  const lines = Object.values(commands).map(({ usage, help: text }) => `  ${usage}\n      ${text}`);
  return `firelink COMMAND [--json]\n\n${lines.join("\n")}\n\nFIRELINK_DATA is the data folder (./.firelink).\n`;
}

function parse(command: Command, args: readonly string[]) {
  try {
    const always: Options = { json: { type: "boolean" }, help: { type: "boolean" } };
    const options = { ...always, ...command.options };
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    const [least, most] = command.words;
    const count = parsed.positionals.length;
    if (!parsed.values.help && (count < least || count > most)) throw new Error("words");
    return { words: parsed.positionals, values: parsed.values as Values };
  } catch {
    throw new WrongUsage(command.usage);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "help") {
    process.stdout.write(help());
    return name === undefined ? wrongUsage : done;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(help());
    return wrongUsage;
  }
  const { words, values } = parse(command, rest);
  if (values.help) {
    process.stdout.write(`firelink ${command.usage}\n  ${command.help}\n`);
    return done;
  }
  const result = await command.run(words, values);
  if (typeof result === "number") return result;
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (typeof result === "string")
    process.stdout.write(result.endsWith("\n") ? result : `${result}\n`);
  else process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  return done;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof WrongUsage) {
    process.stderr.write(error.message);
    process.exitCode = wrongUsage;
  } else if (error instanceof Refused) {
    const { message, allowed } = error;
    process.stderr.write(`${message}${allowed === undefined ? "" : `\nallowed: ${allowed}`}\n`);
    process.exitCode = refused;
  } else {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = refused;
  }
}
