/**
 * OPC UA servers for tests, each in a process of its own, and a proxy that cuts its connections.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { type AdapterOptions, OpcuaAdapter } from "../adapters/opcua/adapter.ts";
import type {
  ConditionEvent,
  ItemReading,
  LogLine,
  MonitoredPoint,
  OpcuaDevice,
  OpcuaLink,
} from "../adapters/opcua/protocol.ts";
import type { ServerCount, ServerOrder, ServerStart, Setting } from "./opcua-server.ts";
import { makeFolder, until } from "./process.ts";

type Options = Omit<ServerStart, "do" | "port" | "pki"> & {
  readonly port?: number;
  readonly pki?: string;
};

const ends: (() => unknown)[] = [];

/** Ends what a test has started, also where it failed. */
export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

export function atEnd(end: () => unknown): void {
  ends.push(end);
}

export function folder(): string {
  const { path, remove } = makeFolder();
  atEnd(remove);
  return path;
}

/** A certificate and key of a person, both PEM. */
export async function userCertificate(): Promise<{ certificate: string; privateKey: string }> {
  const rootFolder = folder();
  const manager = new OPCUACertificateManager({ rootFolder, disableFileWatchers: true });
  await manager.initialize();
  const outputFile = join(rootFolder, "user.pem");
  await manager.createSelfSignedCertificate({
    applicationUri: "urn:user",
    subject: "/CN=technician",
    dns: [],
    startDate: new Date(),
    validity: 365,
    outputFile,
  });
  const [certificate, privateKey] = [outputFile, manager.privateKey].map((file) =>
    readFileSync(file, "utf8"),
  );
  await manager.dispose();
  return { certificate: certificate ?? "", privateKey: privateKey ?? "" };
}

export class OpcuaServer {
  readonly #options: ServerStart;
  #child: ChildProcess | null = null;
  #asked = 0;
  port = 0;

  constructor(options: Options) {
    this.#options = { do: "start", port: 0, pki: options.pki ?? folder(), ...options };
  }

  get endpoint(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  /** Starts it, on the port that it had before. */
  async start(other: Partial<ServerStart> = {}): Promise<this> {
    const child = fork(join(import.meta.dirname, "opcua-server.ts"), {
      // JSON has no NaN.
      serialization: "advanced",
      stdio: ["ignore", process.env.FIRELINK_OPCUA_TRACE ? "inherit" : "ignore", "inherit", "ipc"],
    });
    child.setMaxListeners(0);
    this.#child = child;
    const order = { ...this.#options, ...other };
    this.port = (await this.ask({ ...order, port: this.port || order.port })) as number;
    return this;
  }

  ask(order: ServerOrder): Promise<unknown> {
    const child = this.#child;
    if (!child) throw new Error("the server does not run");
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      const heard = (message: { id: number; answer?: unknown; error?: string }): void => {
        if (message.id !== id) return;
        child.off("message", heard);
        if (message.error) reject(new Error(message.error));
        else resolve(message.answer);
      };
      child.on("message", heard);
      child.once("exit", (code) => reject(new Error(`the server ended: ${code}`)));
      child.send({ id, order });
    });
  }

  set(id: string, type: Setting["type"], value: unknown, more: Partial<Setting> = {}) {
    return this.ask({ do: "set", id, to: { type, value, ...more } });
  }

  async count(): Promise<ServerCount> {
    return (await this.ask({ do: "count" })) as ServerCount;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
}

export async function startServer(options: Options): Promise<OpcuaServer> {
  const server = new OpcuaServer(options);
  atEnd(() => server.kill());
  return server.start();
}

export type Proxy = {
  readonly endpoint: string;
  /** Resets every connection that there is. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
};

/** Stands between client and server, and lets the server live when it cuts. */
export async function startProxy(server: OpcuaServer): Promise<Proxy> {
  const open = new Set<Socket>();
  const listener = createServer((near) => {
    const far = connect({ host: "127.0.0.1", port: server.port });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        (socket === near ? far : near).destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const close = (): Promise<void> => {
    cut();
    return new Promise((resolve) => listener.close(() => resolve()));
  };
  atEnd(close);
  const { port } = listener.address() as AddressInfo;
  return { endpoint: `opc.tcp://127.0.0.1:${port}`, cut, close };
}

/** A port that is no server of OPC UA; gives its endpoint. */
export async function startListener(greet: (socket: Socket) => void): Promise<string> {
  const open = new Set<Socket>();
  const listener = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    greet(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  atEnd(() => {
    for (const socket of open) socket.destroy();
    listener.close();
  });
  return `opc.tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

/** The first `count` variables of a server, and what is added. */
export function pointsOf(
  count: number,
  ...more: readonly MonitoredPoint[]
): readonly MonitoredPoint[] {
  const own = Array.from({ length: count }, (_, i) => {
    const type: MonitoredPoint["type"] = i % 3 === 0 ? "boolean" : "number";
    return { id: `n${i}`, nodeId: `ns=1;s=N${i}`, type };
  });
  return [...own, ...more];
}

export function deviceAt(
  endpoint: string,
  points: readonly MonitoredPoint[],
  more: Partial<OpcuaDevice> = {},
): OpcuaDevice {
  const common = { security: { mode: "none" }, login: { as: "anonymous" } } as const;
  return { key: "s/d", endpoint, points, ...common, ...more };
}

/** An adapter and everything it has said. */
export class Watched {
  readonly adapter: OpcuaAdapter;
  readonly readings = new Map<string, ItemReading[]>();
  readonly links: OpcuaLink[] = [];
  readonly lines: LogLine[] = [];
  readonly events: ConditionEvent[] = [];
  readonly failures: unknown[] = [];
  count = 0;

  constructor(more: Partial<AdapterOptions> = {}) {
    this.adapter = new OpcuaAdapter({
      pkiFolder: folder(),
      resolve: (endpoint) => endpoint,
      read: (_key, readings) => this.#read(readings),
      changed: (_key, link) => this.links.push(link),
      event: (_key, event) => this.events.push(event),
      log: (_key, line) => this.lines.push(line),
      failed: (_key, error) => this.failures.push(error),
      ...more,
    });
    atEnd(() => this.adapter.stop());
  }

  of(point: string): ItemReading[] {
    return this.readings.get(point) ?? [];
  }

  values(point: string): unknown[] {
    return this.of(point).map(([, { value }]) => value);
  }

  last(point: string): ItemReading["1"] | undefined {
    return this.of(point).at(-1)?.[1];
  }

  forget(): void {
    this.readings.clear();
    this.lines.length = 0;
    this.links.length = 0;
    this.events.length = 0;
  }

  link(key = "s/d"): OpcuaLink | null {
    return this.adapter.link(key);
  }

  /** How long it took, ms. */
  async becomes(state: OpcuaLink["state"], withinMs = 10_000, key = "s/d"): Promise<number> {
    const began = performance.now();
    const what = () => `${key} ${state}, is ${JSON.stringify(this.link(key))}`;
    await until(state, () => this.link(key)?.state === state, withinMs).catch(() => {
      throw new Error(`not within ${withinMs} ms: ${what()}`);
    });
    return performance.now() - began;
  }

  #read(readings: readonly ItemReading[]): void {
    this.count += readings.length;
    for (const reading of readings) {
      const list = this.readings.get(reading[0]);
      if (list) list.push(reading);
      else this.readings.set(reading[0], [reading]);
    }
  }
}
