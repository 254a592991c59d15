/**
 * The worker thread of OPC UA: the only place that loads node-opcua, 70 MB that nobody else pays
 * for. One owner for each server and login. It ends with its port, and its faults with it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { LogLevel, setErrorLogger, setLogLevel, setWarningLogger } from "node-opcua-client";
import { CertificateStore } from "./certificates.ts";
import { Owner, type OwnerOptions } from "./owner.ts";
import type { FromWorker, OpcuaDevice, ToWorker } from "./protocol.ts";

/** Messages of readings that the main thread has not taken in yet; beyond it the server waits. */
const mostUntaken = 200;
/**
 * Lines of one device in so many ms; a node that changes its type each time is one line, not all.
 */
const mostLines = 200;
const linesMs = 10_000;

const port = parentPort;
if (!port) throw new Error("the worker of OPC UA runs in a worker thread");

// It prints on stdout, which is the gateway's own; what matters comes as an error.
setLogLevel(LogLevel.Emergency);
setWarningLogger(() => {});
setErrorLogger(() => {});

const tell = (message: FromWorker): void => port.postMessage(message);
const store = new CertificateStore((workerData as { pkiFolder: string }).pkiFolder);
const owners = new Map<string, Owner>();
const ending = new Set<Promise<void>>();
const lines = new Map<string, { since: number; count: number }>();
let untaken = 0;
let waiting: (() => void)[] = [];

const options: OwnerOptions = {
  store,
  isReady: () => untaken < mostUntaken,
  ready: () =>
    untaken < mostUntaken
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiting.push(resolve);
        }),
  out: {
    readings: (key, readings) => {
      untaken += 1;
      tell({ tell: "readings", key, readings });
    },
    event: (key, event) => tell({ tell: "event", key, event }),
    log: (key, line) => {
      if (mayLog(key)) tell({ tell: "log", key, line });
    },
    link: (key, link) => {
      const { nextTryAt } = link;
      const inMs = nextTryAt === null ? null : nextTryAt - performance.now();
      tell({ tell: "link", key, link: { ...link, nextTryAt: inMs } });
    },
  },
};

function mayLog(key: string): boolean {
  const now = performance.now();
  const seen = lines.get(key);
  const counted = seen && now - seen.since < linesMs ? seen : { since: now, count: 0 };
  counted.count += 1;
  lines.set(key, counted);
  return counted.count <= mostLines;
}

/** Devices that can share a session. */
function ownerOf({ endpoint, security, login }: OpcuaDevice): string {
  return JSON.stringify([endpoint, security, login]);
}

/** In the background: to take leave of a server that does not answer takes seconds. */
function end(owner: Owner): void {
  const ended = owner.stop().finally(() => ending.delete(ended));
  ending.add(ended);
}

function watch(devices: readonly OpcuaDevice[]): void {
  const wanted = Map.groupBy(devices, ownerOf);
  for (const [name, owner] of owners) {
    if (wanted.has(name)) continue;
    owners.delete(name);
    end(owner);
  }
  for (const [name, list] of wanted) {
    const known = owners.get(name);
    if (known) {
      known.watch(list);
      continue;
    }
    const owner = new Owner(list, options);
    owners.set(name, owner);
    owner.start();
  }
}

async function obey(order: ToWorker): Promise<void> {
  switch (order.do) {
    case "watch":
      return watch(order.devices);
    case "retry":
      for (const owner of owners.values()) owner.retry(order.key);
      return;
    case "certificates":
      return tell({ tell: "answer", id: order.id, answer: store.list() });
    case "trust":
      return trust(order.id, order.thumbprint);
    case "stop":
      return stop();
    case "taken":
      return;
    default:
      return order satisfies never;
  }
}

async function trust(id: number, thumbprint: string): Promise<void> {
  const answer = await store.trust(thumbprint);
  tell({ tell: "answer", id, answer });
  if (answer) for (const owner of owners.values()) owner.trusted();
}

async function stop(): Promise<void> {
  for (const owner of owners.values()) end(owner);
  owners.clear();
  await Promise.all(ending);
  await store.close();
  tell({ tell: "stopped" });
  port?.close();
}

function taken(batches: number): void {
  untaken -= batches;
  if (untaken >= mostUntaken) return;
  const resolves = waiting;
  waiting = [];
  for (const resolve of resolves) resolve();
}

/** One order after the other, and none before the certificates are there. */
let obeyed: Promise<void> = store.open();
port.on("message", (order: ToWorker) => {
  if (order.do === "taken") return taken(order.batches);
  obeyed = obeyed
    .then(() => obey(order))
    .catch((error) => tell({ tell: "failed", key: "", message: String(error) }));
});
