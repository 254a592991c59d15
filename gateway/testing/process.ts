/** Real gateways for tests: the command line in a process of its own, on a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeEvent } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";

export const program = join(import.meta.dirname, "../cli/firelink.ts");
/** As `npm start`, the container and the service call it. */
export const nodeFlags = [
  "--max-semi-space-size=4",
  "--initial-heap-size=160",
  "--no-allocation-site-pretenuring",
];

export type Environment = Readonly<Record<string, string>>;

/** A data folder that goes with the test. */
export function makeFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "firelink-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export type Started = {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly mqttPort: number;
  /** Everything on stdout so far. */
  readonly stdout: () => string;
  readonly log: () => readonly Record<string, unknown>[];
  /** Resolves with the exit status; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly stop: () => Promise<number | null>;
  readonly kill: () => Promise<number | null>;
};

export type StartOptions = {
  /** With the demo's warehouse, which takes three seconds of a core and 300 MB. */
  readonly warehouse?: boolean;
  readonly folder: string;
  readonly demo?: boolean;
  readonly env?: Environment;
  /** A program before node, for example strace with its arguments. */
  readonly wrapper?: readonly string[];
  readonly withinMs?: number;
};

/** What a command of the command line needs to find the folder. */
export function environment(folder: string, env: Environment = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    FIRELINK_DATA: folder,
    FIRELINK_HTTP_PORT: "0",
    FIRELINK_MQTT_PORT: "0",
    // A test says the same at any hour: nobody's night.
    FIRELINK_RULES_NIGHT_FROM_HOUR: "0",
    FIRELINK_RULES_NIGHT_UNTIL_HOUR: "0",
    ...env,
  };
}

/** Starts `firelink start` and waits for its ready line. */
export async function startGateway(options: StartOptions): Promise<Started> {
  const { folder, demo = false, warehouse = false, wrapper = [], withinMs = 40_000 } = options;
  const env = { FIRELINK_DEMO_WAREHOUSES: warehouse ? "1" : "0", ...options.env };
  const line = [
    ...wrapper,
    process.execPath,
    ...nodeFlags,
    program,
    "start",
    ...(demo ? ["--demo"] : []),
  ];
  const [command = "", ...args] = line;
  const child = spawn(command, args, {
    env: environment(folder, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<{ http: string; mqtt: string; pid: number }>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`not ready: ${out}${err}`));
      // Nobody else knows of it; while it lives its test file does not end.
      child.kill("SIGKILL");
    }, withinMs);
    child.stdout.on("data", (chunk) => {
      out += chunk;
      const match = /^firelink ready (\{.*\})$/m.exec(out);
      if (!match) return;
      clearTimeout(timer);
      resolve(JSON.parse(match[1] ?? "") as { http: string; mqtt: string; pid: number });
    });
    void exited.then((code) => reject(new Error(`exit ${code}: ${out}${err}`)));
  });
  const { http, mqtt, pid } = await ready;
  const end = (signal: NodeJS.Signals) => () => {
    // The wrapper has another pid: the gateway's own is in its ready line.
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal);
    return exited;
  };
  return {
    child,
    pid,
    httpUrl: http,
    mqttUrl: mqtt,
    mqttPort: Number(new URL(mqtt).port),
    stdout: () => out,
    log: () => parseLog(err),
    exited,
    stop: end("SIGTERM"),
    kill: end("SIGKILL"),
  };
}

function parseLog(text: string): Record<string, unknown>[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}

/** Runs one command of the command line to its end. */
export function firelink(folder: string, args: readonly string[], env?: Environment) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env: environment(folder, env),
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/** The object a command prints with --json; throws with what it said where it was refused. */
export function firelinkJson<T>(folder: string, args: readonly string[]): T {
  const { status, stdout, stderr } = firelink(folder, [...args, "--json"]);
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/**
 * Events of the folder's journal, as `journal export` gives them; read here, for whoever waits for
 * one asks fifty times a second.
 */
export function journalOf(folder: string): Record<string, unknown>[] {
  if (!existsSync(JournalFile.path(folder))) return [];
  const file = JournalFile.openForReading(folder);
  try {
    return [...file.read(0)].map(({ body }) => ({ ...decodeEvent(body) }));
  } finally {
    file.close();
  }
}

/** Waits until `condition` gives something; fails with `what` after `withinMs`. */
export async function until<T>(
  what: string,
  condition: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinMs = 10_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
