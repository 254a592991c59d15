/**
 * A warehouse as a real OPC UA server: its physics runs in small steps, and what has changed is
 * written with the time it was seen. Nothing can be written to it. Certificates are made in the PKI
 * folder it is given, without a network or another program; clients' certificates are accepted
 * unseen, for it guards nothing.
 */
import { join } from "node:path";
import {
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  setErrorLogger,
  setWarningLogger,
} from "node-opcua";
import { hide, type Served, serveDisablements, serveNodes, write } from "./address-space.ts";
import { Conditions } from "./conditions.ts";
import { inject, noFaults } from "./faults.ts";
import { nodesOf, readTemplates, type WarehouseNode } from "./nodes.ts";
import {
  type Disablement,
  initialWarehouse,
  reset,
  type Settings,
  step,
  usualSettings,
  type WarehouseState,
} from "./physics.ts";
import { type Shown, shown } from "./values.ts";
import { layoutOf } from "./warehouse.ts";

const tickMs = 100;
/** What is further behind is skipped: the process was stopped, not the warehouse. */
const mostBehindMs = 5000;
/** Small enough that a client has to divide what it asks for. */
const itemsPerCall = 1000;

export type SimulatorOptions = {
  /** Folder of the server's own certificate and of those it has seen. */
  readonly pki: string;
  readonly areaM2?: number;
  /** First part of every node id. */
  readonly root?: string;
  /** The one user beside the anonymous. */
  readonly user?: { readonly userName: string; readonly password: string };
  readonly settings?: Settings;
  /** Answers TransferSubscriptions as a server that does not know it. */
  readonly refuseTransfer?: boolean;
  /** Points whose nodes nobody may read: of these it tells by alarms and conditions alone. */
  readonly unreadable?: readonly string[];
};

export class WarehouseSimulator {
  readonly state: WarehouseState;
  readonly nodes: readonly WarehouseNode[];
  /** Values written after the first of each node: what a client that misses none is told. */
  changes = 0;
  readonly #options: SimulatorOptions;
  readonly #root: string;
  #faults = noFaults();
  readonly #shown = new Map<string, Shown>();
  #disablements: readonly Disablement[] = [];
  #server: OPCUAServer | null = null;
  #served: Served | null = null;
  #conditions: Conditions | null = null;
  #timer: NodeJS.Timeout | null = null;
  #at = 0;

  constructor(options: SimulatorOptions) {
    const { areaM2 = 100_000, root = "WH01", settings = usualSettings } = options;
    const layout = layoutOf(areaM2);
    this.#options = options;
    this.#root = root;
    this.state = initialWarehouse(layout, settings);
    this.nodes = nodesOf(readTemplates(), layout, { root });
  }

  /** Resolves with the endpoint's URL; port 0 picks a free one. */
  async start(port = 0): Promise<string> {
    // The library talks to stdout, which belongs to whoever runs us.
    setWarningLogger(() => {});
    setErrorLogger(() => {});
    const server = await this.#makeServer(port);
    this.#server = server;
    await server.initialize();
    const { addressSpace } = server.engine;
    if (!addressSpace) throw new Error("the server has no address space");
    // Acknowledge and ConditionRefresh do nothing before this.
    addressSpace.installAlarmsAndConditionsService();
    const served = serveNodes(addressSpace, this.nodes, this.#root);
    if (served.namespace.index !== 2) {
      throw new Error(`namespace is ${served.namespace.index}, and node ids say 2`);
    }
    for (const id of this.#options.unreadable ?? []) hide(served, id);
    this.#served = served;
    this.#conditions = new Conditions(served);
    this.#at = performance.now();
    this.#show();
    await server.start();
    this.#timer = setInterval(() => this.#tick(), tickMs);
    return server.getEndpointUrl();
  }

  /** The server's own certificate, for those who must trust it beforehand. */
  certificate(): Buffer {
    if (!this.#server) throw new Error("the warehouse does not serve");
    return this.#server.getCertificate();
  }

  /** Words of faults.ts, or `clear`: all is well again, and the panel is reset. */
  act(words: readonly string[]): void {
    if (words[0] === "clear") {
      this.#faults = noFaults();
      reset(this.state);
    } else {
      inject({ state: this.state, faults: this.#faults, nowMs: now().getTime() }, words);
    }
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    const server = this.#server;
    this.#server = null;
    await server?.shutdown(0);
  }

  async #makeServer(port: number): Promise<OPCUAServer> {
    const { pki, user, refuseTransfer = false } = this.#options;
    const [own, users] = ["own", "users"].map(
      (name) =>
        new OPCUACertificateManager({
          rootFolder: join(pki, name),
          automaticallyAcceptUnknownCertificate: true,
        }),
    );
    if (!own || !users) throw new Error("no PKI folder");
    await own.initialize();
    await users.initialize();
    const server = new OPCUAServer({
      host: "127.0.0.1",
      hostname: "127.0.0.1",
      port,
      resourcePath: "/WH",
      serverCertificateManager: own,
      userCertificateManager: users,
      securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
      allowAnonymous: true,
      userManager: {
        isValidUser: (name: string, password: string) =>
          user !== undefined && name === user.userName && password === user.password,
      },
      maxConnectionsPerEndpoint: 20,
      serverCapabilities: {
        maxSessions: 20,
        operationLimits: { maxMonitoredItemsPerCall: itemsPerCall, maxNodesPerRead: itemsPerCall },
      },
      disableDiscovery: true,
    });
    // A service without a handler is answered BadServiceUnsupported.
    if (refuseTransfer) {
      Object.defineProperty(server, "_on_TransferSubscriptionsRequest", { value: undefined });
    }
    return server;
  }

  /** As much physics as time has passed. */
  #tick(): void {
    const time = performance.now();
    this.#at = Math.max(this.#at, time - mostBehindMs);
    for (; this.#at + tickMs <= time; this.#at += tickMs) {
      step(this.state, this.#faults, tickMs / 1000);
    }
    this.#show();
  }

  /** Writes what is other than it was shown, and nothing else. */
  #show(): void {
    const served = this.#served;
    if (!served) return;
    const at = now();
    for (const node of this.nodes) {
      const next = shown(this.state, this.#faults, node);
      const last = this.#shown.get(node.id);
      if (last && last.value === next.value && last.heard === next.heard) continue;
      this.#shown.set(node.id, next);
      if (last) this.changes += 1;
      const variable = served.variables.get(node.id);
      if (variable) write(variable, node.as, next.value, next.heard, at);
      if (next.heard) this.#conditions?.judge(node, next.value, at);
    }
    const { disablements } = this.#faults;
    if (disablements === this.#disablements) return;
    serveDisablements(served, this.#root, this.#disablements, disablements);
    this.#disablements = disablements;
  }
}

function now(): Date {
  return new Date(performance.timeOrigin + performance.now());
}
