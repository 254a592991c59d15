/**
 * A real OPC UA server in a process of its own, for tests and the benchmark. It does what it is
 * told over IPC and ends with its parent. See opcua-peers.ts, which starts it.
 */
import { join } from "node:path";
import {
  DataType,
  MessageSecurityMode,
  type Namespace,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  type ServerSession,
  type StatusCode,
  StatusCodes,
  type UAAlarmConditionEx,
  type UAObject,
  type UAVariable,
  VariantArrayType,
} from "node-opcua";
import { jumpClock } from "./jump-clock.ts";

export type ServerStart = {
  readonly do: "start";
  readonly port: number;
  /** Another folder is another certificate. */
  readonly pki: string;
  /** Variables `ns=1;s=N0` and so on: every third one a Boolean, an Int32, a Double. */
  readonly nodes: number;
  readonly secure?: boolean;
  /** The host name that its endpoints have; without it that of the machine. */
  readonly hostname?: string;
  readonly users?: Readonly<Record<string, string>>;
  readonly anonymous?: boolean;
  readonly itemsPerCall?: number;
  /** Its certificate was good until a year ago. */
  readonly expired?: boolean;
};

export type ServerOrder =
  | ServerStart
  | { readonly do: "set"; readonly id: string; readonly to: Setting }
  /** Each of the first `nodes` changes `times` times, `everyMs` apart. */
  | {
      readonly do: "burst";
      readonly nodes: number;
      readonly times: number;
      readonly everyMs: number;
    }
  /**
   * One of the first `nodes` after the other changes, so many each second, until the next order.
   */
  | { readonly do: "drive"; readonly nodes: number; readonly perSecond: number }
  /** All variables are as they were at the start. */
  | { readonly do: "reset" }
  | { readonly do: "refuse-transfer" }
  | { readonly do: "close-sessions"; readonly keepSubscriptions?: boolean }
  /** Its clock is another from now on, by so many ms. */
  | { readonly do: "jump"; readonly ms: number }
  | { readonly do: "alarm"; readonly active: boolean; readonly severity: number }
  | { readonly do: "bare-event" }
  | { readonly do: "count" }
  | { readonly do: "values" };

export type Setting = {
  readonly type: keyof typeof DataType;
  readonly value: unknown;
  readonly array?: boolean;
  readonly status?: string;
  readonly sourceTs?: number;
};

export type ServerCount = {
  readonly sessions: number;
  readonly subscriptions: number;
  readonly items: number;
  /** Changes of all time. */
  readonly changes: number;
};

let server: OPCUAServer;
let namespace: Namespace;
let alarm: UAAlarmConditionEx;
let source: UAObject;
const nodes: UAVariable[] = [];
const counters: number[] = [];
let changes = 0;
let drive: NodeJS.Timeout | undefined;

async function start(order: ServerStart): Promise<number> {
  const manager = (name: string) =>
    new OPCUACertificateManager({
      rootFolder: join(order.pki, name),
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    });
  const [serverCertificateManager, userCertificateManager] = [manager("own"), manager("users")];
  await Promise.all([serverCertificateManager.initialize(), userCertificateManager.initialize()]);
  const certificateFile = order.expired ? await expiredCertificate(serverCertificateManager) : null;
  const { secure = false, hostname, users = {}, anonymous = true, itemsPerCall = 1000 } = order;
  server = new OPCUAServer({
    port: order.port,
    host: "127.0.0.1",
    ...(hostname ? { hostname } : {}),
    ...(certificateFile ? { certificateFile } : {}),
    serverCertificateManager,
    userCertificateManager,
    allowAnonymous: anonymous,
    allowAnonymousSubscriptionTransferOnUnsecuredChannel: true,
    securityModes: secure
      ? [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt]
      : [MessageSecurityMode.None],
    securityPolicies: secure
      ? [SecurityPolicy.None, SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss]
      : [SecurityPolicy.None],
    userManager: { isValidUser: (user: string, password: string) => users[user] === password },
    serverCapabilities: {
      operationLimits: { maxMonitoredItemsPerCall: itemsPerCall, maxNodesPerRead: itemsPerCall },
      maxSessions: 20,
      maxSubscriptions: 50,
      maxMonitoredItems: 50_000,
      maxMonitoredItemsPerSubscription: 50_000,
    },
  });
  await server.initialize();
  build(order.nodes);
  await server.start();
  return server.endpoints[0]?.port ?? 0;
}

async function expiredCertificate(manager: OPCUACertificateManager): Promise<string> {
  const outputFile = join(manager.rootDir, "expired.pem");
  await manager.createSelfSignedCertificate({
    applicationUri: "urn:expired",
    subject: "/CN=expired",
    dns: ["localhost"],
    startDate: new Date(Date.now() - 2 * 365 * 86_400_000),
    validity: 365,
    outputFile,
  });
  return outputFile;
}

function build(count: number): void {
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error("no address space");
  namespace = addressSpace.getOwnNamespace();
  const folder = namespace.addObject({
    browseName: "Warehouse",
    organizedBy: addressSpace.rootFolder.objects,
    eventSourceOf: addressSpace.rootFolder.objects.server,
  });
  source = folder;
  for (let i = 0; i < count; i += 1) {
    counters.push(0);
    nodes.push(addVariable(folder, `N${i}`, ["Boolean", "Int32", "Double"][i % 3]));
    change(i, 0);
  }
  changes = 0;
  const free = addVariable(folder, "Free", "BaseDataType");
  free.setValueFromSource({ dataType: DataType.Double, value: 1 });
  addressSpace.installAlarmsAndConditionsService();
  alarm = namespace.instantiateAlarmCondition("AlarmConditionType", {
    browseName: "PumpAlarm",
    nodeId: "s=PumpAlarm",
    componentOf: folder,
    conditionSource: folder,
    conditionName: "PumpAlarm",
    inputNode: free,
  }) as UAAlarmConditionEx;
}

/** Of no fixed type: it takes what it is given, as the worst of servers do. */
function addVariable(folder: UAObject, name: string, dataType = "Double"): UAVariable {
  const variable = namespace.addVariable({
    componentOf: folder,
    browseName: name,
    nodeId: `s=${name}`,
    dataType,
    minimumSamplingInterval: 50,
  });
  const verifying = variable as unknown as { verifyVariantCompatibility: () => void };
  verifying.verifyVariantCompatibility = () => {};
  return variable;
}

/** Every third variable is a Boolean, an Int32, a Double; the value tells how often it changed. */
function change(i: number, count: number, sourceTs?: Date): void {
  counters[i] = count;
  changes += 1;
  const node = nodes[i];
  if (i % 3 === 0) {
    const value = { dataType: DataType.Boolean, value: count % 2 === 1 };
    node?.setValueFromSource(value, StatusCodes.Good, sourceTs);
  } else {
    const dataType = i % 3 === 1 ? DataType.Int32 : DataType.Double;
    node?.setValueFromSource({ dataType, value: count }, StatusCodes.Good, sourceTs);
  }
}

function set(id: string, { type, value, array, status, sourceTs }: Setting): void {
  const node = namespace.findNode(`s=${id}`) as UAVariable | null;
  const arrayType = array ? VariantArrayType.Array : VariantArrayType.Scalar;
  const known = StatusCodes as unknown as Record<string, StatusCode>;
  node?.setValueFromSource(
    { dataType: DataType[type], arrayType, value },
    known[status ?? "Good"] ?? StatusCodes.Good,
    sourceTs === undefined ? undefined : new Date(sourceTs),
  );
}

async function burst(count: number, times: number, everyMs: number): Promise<void> {
  for (let t = 0; t < times; t += 1) {
    for (let i = 0; i < count; i += 1) change(i, (counters[i] ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function startDrive(count: number, perSecond: number): void {
  clearInterval(drive);
  if (perSecond === 0) return;
  const began = performance.now();
  let done = 0;
  drive = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    // A server that was frozen does not make up for what it has slept.
    for (done = Math.max(done, due - perSecond / 10); done < due; done += 1) {
      const i = Math.floor(done) % count;
      change(i, (counters[i] ?? 0) + 1, new Date());
    }
  }, 20);
}

function refuseTransfer(): void {
  const { engine } = server;
  engine.transferSubscription = async () => {
    const { TransferResult } = await import("node-opcua");
    return new TransferResult({ statusCode: StatusCodes.BadUserAccessDenied });
  };
}

function sessions(): ServerSession[] {
  return server.engine.getSessions();
}

function closeSessions(keepSubscriptions = false): void {
  for (const session of sessions()) {
    server.engine.closeSession(session.authenticationToken, !keepSubscriptions, "Terminated");
  }
}

function count(): ServerCount {
  const { currentSessionCount, currentSubscriptionCount } = server.engine;
  const subscriptions = sessions().flatMap(({ publishEngine }) => publishEngine.subscriptions);
  const items = subscriptions.reduce((sum, one) => sum + one.monitoredItemCount, 0);
  return {
    sessions: currentSessionCount,
    subscriptions: currentSubscriptionCount,
    items,
    changes,
  };
}

function raise(active: boolean, severity: number): void {
  if (active) alarm.activateAlarm();
  else alarm.deactivateAlarm();
  alarm.raiseNewCondition({ severity, message: active ? "failed" : "well again", retain: active });
}

async function obey(order: ServerOrder): Promise<unknown> {
  switch (order.do) {
    case "start":
      return start(order);
    case "set":
      return set(order.id, order.to);
    case "burst":
      return burst(order.nodes, order.times, order.everyMs);
    case "drive":
      return startDrive(order.nodes, order.perSecond);
    case "reset":
      return nodes.forEach((_, i) => {
        change(i, 0);
      });
    case "refuse-transfer":
      return refuseTransfer();
    case "close-sessions":
      return closeSessions(order.keepSubscriptions);
    case "jump":
      return jumpClock(order.ms);
    case "alarm":
      return raise(order.active, order.severity);
    case "bare-event":
      // Of the alarm's own type, without any field that an event need not have.
      return source.raiseEvent("AlarmConditionType", {});
    case "count":
      return count();
    case "values":
      return counters;
  }
}

process.on("message", ({ id, order }: { id: number; order: ServerOrder }) => {
  obey(order).then(
    (answer) => process.send?.({ id, answer }),
    (error) => process.send?.({ id, error: String(error?.stack ?? error) }),
  );
});
process.on("disconnect", () => process.exit());
