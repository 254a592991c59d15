/** Commands that a running gateway carries out: sent to its control.sock. */
import { hash } from "node:crypto";
import { mkdirSync } from "node:fs";
import pino from "pino";
import { readConfig } from "../config.ts";
import { ask, type Progress, type Request } from "../control.ts";
import { gatewayHandlers } from "../control-handlers.ts";
import { Refused } from "../errors.ts";
import { Gateway } from "../gateway.ts";
import type { Acting } from "../identity/credentials.ts";
import { People } from "../identity/people.ts";
import { lockFolder } from "../journal/lock.ts";

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** Asks the gateway that runs on the data folder; refuses where none does. */
export async function askGateway(
  request: Request,
  progress: Progress = () => {},
): Promise<unknown> {
  const { data } = readConfig(process.env);
  const answer = (await ask(data, request, progress)) as { result: unknown } | null;
  if (answer) return answer.result;
  const message = `no gateway runs on ${data}`;
  throw new Refused({
    code: "not-running",
    message,
    allowed: "firelink start first; FIRELINK_DATA names another folder",
  });
}

/** Asks the running gateway; where none runs, takes the lock and does it with the same loop here. */
export async function askOrRun(request: Request, progress: Progress = () => {}): Promise<unknown> {
  const config = readConfig(process.env);
  const answer = (await ask(config.data, request, progress)) as { result: unknown } | null;
  if (answer) return answer.result;
  const gateway = new Gateway(config, pino({ level: "silent" }));
  return gateway.once(async () => gatewayHandlers(gateway)[request.do]?.(request, progress));
}

export function status(): Promise<unknown> {
  return askGateway({ do: "status" });
}

export function sendCommand(json: string): Promise<unknown> {
  let command: unknown;
  try {
    command = JSON.parse(json);
  } catch (error) {
    throw new Refused({ code: "bad-command", message: (error as Error).message, allowed: "JSON" });
  }
  return askOrRun({ do: "command", command });
}

export function deviceCredential(
  what: string | undefined,
  keys: readonly string[],
): Promise<unknown> {
  expectWord(what, "credential");
  for (const key of keys) {
    const parts = key.split("/");
    if (parts.length !== 2 || !parts.every((part) => idPattern.test(part))) {
      throw new Refused({ code: "bad-id", message: `${key} is no device`, allowed: "SITE/DEVICE" });
    }
  }
  return credential({ kind: "device", devices: keys, stations: [] });
}

export function stationCredential(
  what: string | undefined,
  ids: readonly string[],
): Promise<unknown> {
  expectWord(what, "credential");
  // A box is a device of the inventory too: SITE/BOX beside the station, under one credential.
  const [devices, stations] = [true, false].map((isDevice) =>
    ids.filter((id) => id.includes("/") === isDevice),
  ) as [string[], string[]];
  for (const id of [...devices.flatMap((key) => key.split("/")), ...stations]) {
    if (idPattern.test(id) && stations.length > 0) continue;
    const allowed = "KQ-07, or with its box KQ-07 SITE/BOX";
    throw new Refused({ code: "bad-id", message: `${id} is no station id`, allowed });
  }
  return credential({ kind: "station", devices, stations });
}

function credential(acting: Acting): Promise<unknown> {
  const names = [...acting.devices, ...acting.stations];
  const [first = ""] = names;
  // The same devices give the same name, and other devices another one.
  const mark = hash("sha256", [...names].sort().join("\n"), "hex").slice(0, 8);
  const username = names.length > 1 ? `${first}+${names.length - 1}-${mark}` : first;
  return askOrRun({ do: "credential", username, acting });
}

/** `firelink user add|pin|remove NAME`. */
export async function user(
  what: string | undefined,
  name: string,
  values: Readonly<Record<string, string | boolean | undefined>>,
): Promise<unknown> {
  const { person } = values;
  const as = typeof person === "string" ? { person } : {};
  const wanted = {
    ...{ name, role: String(values.role ?? ""), scope: String(values.scope ?? "*") },
    ...as,
  };
  switch (what) {
    case "add":
      return withPeople({ do: "add-user", ...wanted }, (people) => people.add(wanted));
    case "pin":
      return withPeople({ do: "user-pin", name }, (people) => people.setPin(name));
    case "remove":
      return withPeople({ do: "remove-user", name }, async (people) => people.remove(name));
    default:
      throw new Refused({
        code: "bad-word",
        message: `no ${what ?? "word"} here`,
        allowed: "add, pin, remove",
      });
  }
}

/** Asks the running gateway; where none runs, people.db is opened here. */
async function withPeople(
  request: Request,
  run: (people: People) => Promise<unknown>,
): Promise<unknown> {
  const { data } = readConfig(process.env);
  const answer = (await ask(data, request)) as { result: unknown } | null;
  if (answer) return answer.result;
  // People are no part of the journal: no loop is needed, but the folder must be ours.
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const lock = lockFolder(data);
  const people = new People(data);
  try {
    return await run(people);
  } finally {
    people.close();
    lock.release();
  }
}

/** Certificates of OPC UA: the running gateway has them open. */
export function opcua(what: string | undefined, thumbprint: string | undefined): Promise<unknown> {
  if (what === "certificates") return askGateway({ do: "certificates" });
  expectWord(what, "trust");
  return askGateway({ do: "trust-certificate", thumbprint: thumbprint ?? "" });
}

function expectWord(word: string | undefined, expected: string): void {
  if (word === expected) return;
  throw new Refused({ code: "bad-word", message: `no ${word ?? "word"} here`, allowed: expected });
}
