/**
 * The demo: the Keqiao district with simulated devices in a process of their own. Silent until
 * asked; its credentials are new at each start and live in memory only.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Simulated } from "#devices/act-check.ts";
import type { Act, BoxStart, FromSimulator, StartMessage, ToSimulator } from "#devices/ipc.ts";
import { emptyInventory, type Inventory } from "#rules/inventory.ts";
import { type InventoryIndex, indexInventory } from "#rules/inventory-index.ts";
import { Refused } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { Credentials } from "./identity/credentials.ts";
import type { People } from "./identity/people.ts";
import { loadFiles } from "./inventory/load.ts";

const personsFile = fileURLToPath(new URL("../devices/keqiao/persons.csv", import.meta.url));

/** The simulators stand behind the gateway's own broker; 3 s is far more than they need. */
const connectWithinMs = 10_000;

export const demoFile = fileURLToPath(new URL("../devices/keqiao/inventory.yaml", import.meta.url));

export function demoInventory(): Inventory {
  const { inventory, faults } = loadFiles([demoFile], emptyInventory);
  if (!inventory) throw new Error(`the district's inventory is broken: ${JSON.stringify(faults)}`);
  return inventory;
}

/** Who is simulated in a demo of the district that has not been started yet. */
export function demoSimulated(): Simulated {
  const index = indexInventory(demoInventory());
  const devices = (kind: string) =>
    [...index.devices.values()]
      .filter((device) => device.kind === kind)
      .map(({ site, id }) => `${site}/${id}`);
  return {
    buttons: devices("button"),
    stations: boxesOf(index).map(({ id }) => id),
    notifiers: [...devices("siren"), ...devices("display")],
    pumpRooms: devices("pump-room"),
    warehouses: devices("warehouse"),
  };
}

/** A placeholder of the inventory has no box. */
function boxesOf({ responders }: InventoryIndex) {
  return [...responders.values()].filter(({ certainty }) => certainty !== "placeholder");
}

/** The people the district's rosters name: invented ones, so that every list has somebody in it. */
export async function addDemoPersons(people: People): Promise<void> {
  if (people.staff().length > 0) return;
  const loaded = loadFiles([personsFile], emptyInventory);
  if (loaded.faults) throw new Error(`the demo's persons: ${JSON.stringify(loaded.faults)}`);
  await people.replaceStaff(loaded.persons ?? []);
}

/** Invented ones: without PINs nobody could see that a desk changes hands, or that two must act. */
const demoDesk = ["P-demo-desk-1", "P-demo-desk-2"];

/** PINs of the first administrator and of two at the desk, new for each folder; printed this once. */
export async function announceDemoPins(people: People): Promise<void> {
  const admin = people.users().find(({ role }) => role === "admin");
  const known = demoDesk.filter((id) => people.staffOf(id) !== null);
  const lines: string[] = [];
  for (const who of [...(admin ? [admin.name] : []), ...known]) {
    const { name, pin } = await people.setPin(who);
    lines.push(`${name} ${pin}`);
  }
  process.stdout.write(`act at the desk by PIN (shown this once): ${lines.join(", ")}\n`);
}

export class Demo {
  readonly #gateway: Gateway;
  readonly #waiting = new Map<number, (answer: FromSimulator) => void>();
  #child: ChildProcess | null = null;
  #simulated: Simulated = {
    buttons: [],
    stations: [],
    notifiers: [],
    pumpRooms: [],
    warehouses: [],
  };
  readonly #voiceSecret = randomBytes(20).toString("base64url");
  #nextId = 1;
  #stopping = false;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Resolves when every simulator is connected. */
  async start(inventory: InventoryIndex): Promise<void> {
    const { log } = this.#gateway;
    const path = new URL("../devices/simulate.ts", import.meta.url);
    const child = fork(path, [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child = child;
    child.on("exit", (code) => {
      if (!this.#stopping) log.error({ code }, "the simulators have ended");
      for (const [id, answer] of this.#waiting) {
        answer({ kind: "refused", id, message: "the simulators have ended" });
      }
      this.#waiting.clear();
    });
    const connected = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error("the simulators do not connect")),
        connectWithinMs,
      );
      child.on("message", (message: FromSimulator) => {
        if (message.kind !== "connected") return this.#message(message);
        clearTimeout(timer);
        resolve();
      });
    });
    const message = this.#startMessage(inventory);
    const named = ({ site, device }: { site: string; device: string }) => `${site}/${device}`;
    this.#simulated = {
      buttons: message.buttons.map(named),
      stations: message.stations.map(({ station }) => station),
      notifiers: message.notifiers.map(named),
      pumpRooms: message.pumpRooms.map(named),
      warehouses: message.warehouses.map(named),
    };
    this.#send(message);
    await connected;
  }

  simulated(): Simulated {
    return this.#simulated;
  }

  /** Makes a simulated device act; gives what it did. */
  act(act: Act): Promise<string> {
    const id = this.#nextId++;
    if (!this.#child?.connected) {
      const message = "the simulators have ended";
      const allowed = "another start of the gateway";
      return Promise.reject(new Refused({ code: "no-simulators", message, allowed }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        if (answer.kind === "done") resolve(answer.result);
        else if (answer.kind === "refused") {
          reject(new Refused({ code: "no-such-simulator", message: answer.message }));
        }
      });
      this.#send({ kind: "act", id, act });
    });
  }

  stop(): void {
    this.#stopping = true;
    if (this.#child?.connected) this.#child.disconnect();
  }

  #startMessage(inventory: InventoryIndex): StartMessage {
    const { door, mqttPort, config } = this.#gateway;
    const { credentials } = door;
    const { root } = config.mqtt;
    const url = `mqtt://127.0.0.1:${mqttPort}`;
    const ofKind = (...kinds: string[]) =>
      [...inventory.devices.values()]
        .filter((device) => kinds.includes(device.kind))
        .map(({ site, id: device }) => {
          const devices = [`${site}/${device}`];
          const acting = { kind: "device", devices, stations: [] } as const;
          const login = credentials.createForThisRun(`demo:${site}/${device}`, acting);
          return { ...login, site, device };
        });
    const [buttons, notifiers] = [ofKind("button"), ofKind("siren", "display")];
    const voiceSecret = this.#voiceSecret;
    const stations = boxStarts(inventory, credentials);
    const polled = this.#gateway.artefacts.polled(this.#gateway.committed.state);
    const pumpRooms = polled.flatMap(({ site, id: device, kind, modbus }) =>
      modbus && kind === "pump-room" ? [{ site, device, ...modbus }] : [],
    );
    const served = polled.filter(({ opcua }) => opcua).slice(0, config.demoWarehouses);
    const warehouses = served.flatMap(({ site, id: device, opcua }) => {
      if (!opcua) return [];
      const { endpoint, root, areaM2 } = opcua;
      const pki = join(config.data, "demo", `${site}.${device}`);
      return [{ site, device, endpoint, root, areaM2, pki }];
    });
    const told = { notifiers, voiceSecret, pumpRooms, warehouses } as const;
    return { kind: "start", url, root, buttons, stations, ...told };
  }

  /** Its own provider of calls and messages, where the configuration names none. */
  #callBy(url: string): void {
    const { channels } = this.#gateway;
    const secret = Buffer.from(this.#voiceSecret);
    for (const format of ["voice", "sms"] as const) {
      if (!channels.endpoints.has(format)) channels.endpoints.set(format, { url, secret, format });
    }
    if (channels.callOut.length > 0) return;
    const voiceAfterMs = 60_000;
    channels.callOut = [
      { endpoint: "sms", afterMs: 0 },
      { endpoint: "voice", afterMs: voiceAfterMs },
    ];
  }

  #send(message: ToSimulator): void {
    this.#child?.send(message);
  }

  #message(message: FromSimulator): void {
    const { log, telemetry } = this.#gateway;
    if (message.kind === "started") {
      for (const [endpoint, address] of message.endpoints) {
        telemetry.endpoints.set(endpoint, address);
      }
      this.#gateway.watchDevices();
      this.#callBy(message.voiceUrl);
    } else if (message.kind === "serves") {
      const { endpoint, address, certificate } = message;
      trust(this.#gateway.config.data, certificate);
      telemetry.endpoints.set(endpoint, address);
      this.#gateway.watchDevices();
    } else if (message.kind === "seen") {
      log.info({ who: message.who, what: message.what }, "seen in the field");
    } else if (message.kind === "done" || message.kind === "refused") {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
  }
}

/** A station's box acts for its station, and for the device it is where the inventory has it. */
function boxStarts(inventory: InventoryIndex, credentials: Credentials): BoxStart[] {
  const boxes = [...inventory.devices.values()].filter(({ kind }) => kind === "station-box");
  return boxesOf(inventory).map(({ id: station }) => {
    const box = boxes.find((device) => device.station === station);
    const devices = box ? [`${box.site}/${box.id}`] : [];
    const acting = { kind: "station", devices, stations: [station] } as const;
    const login = credentials.createForThisRun(`demo:${station}`, acting);
    const started = { ...login, station, mode: { kind: "silent" } as const };
    return box ? { ...started, device: { site: box.site, id: box.id } } : started;
  });
}

/** Of all servers of OPC UA only the demo's own, before the first connection to it. */
function trust(data: string, certificate: string): void {
  const bytes = Buffer.from(certificate, "base64");
  const folder = join(data, "pki/trusted/certs");
  mkdirSync(folder, { recursive: true });
  const found = new X509Certificate(bytes);
  // Each warehouse of the demo has a server of its own.
  const name = found.fingerprint.replaceAll(":", "").slice(0, 16).toLowerCase();
  writeFileSync(join(folder, `demo-${name}.pem`), found.toString());
}
