/** The simulated warehouse in its own process, seen by an OPC UA client that knows no more. */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import {
  AttributeIds,
  type ClientSession,
  type ClientSubscription,
  constructEventFilter,
  type DataValue,
  MessageSecurityMode,
  makeBrowsePath,
  OPCUAClient,
  SecurityPolicy,
  setWarningLogger,
  TimestampsToReturn,
  type UserIdentityInfo,
  UserTokenType,
  Variant,
} from "node-opcua-client";
import type { FromWarehouse, ToWarehouse } from "./main.ts";
import { nodesOf, readTemplates } from "./nodes.ts";
import { layoutOf } from "./warehouse.ts";

const folder = mkdtempSync(join(tmpdir(), "warehouse-"));
const user = { userName: "reader", password: "of-the-warehouse" };
const nodes = nodesOf(readTemplates(), layoutOf(100_000));
const pki = new OPCUACertificateManager({
  rootFolder: join(folder, "client"),
  automaticallyAcceptUnknownCertificate: false,
});

let child: ChildProcess;
let started: Extract<FromWarehouse, { kind: "started" }>;
let acts = 0;

function send(message: ToWarehouse): void {
  child.send(message);
}

async function heard(): Promise<FromWarehouse> {
  const [message] = (await once(child, "message")) as [FromWarehouse];
  return message;
}

async function act(...words: string[]): Promise<FromWarehouse> {
  acts += 1;
  send({ kind: "act", id: acts, words });
  const answer = await heard();
  assert.ok("id" in answer && answer.id === acts);
  return answer;
}

before(async () => {
  setWarningLogger(() => {});
  await pki.initialize();
  child = fork(join(import.meta.dirname, "main.ts"));
  const settings = { flowDelaySeconds: 2, retardSeconds: 3, startHoldSeconds: 3 };
  send({
    kind: "start",
    pki: join(folder, "server"),
    user,
    settings,
    refuseTransfer: true,
  });
  const message = await heard();
  assert.ok(message.kind === "started", JSON.stringify(message));
  started = message;
  // Of all servers only this one is trusted, by the certificate that came over IPC.
  await pki.trustCertificate(Buffer.from(started.certificate, "base64"));
});

after(() => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

type Visit = { readonly secure?: boolean; readonly as?: UserIdentityInfo };

async function visit(
  { secure = false, as = { type: UserTokenType.Anonymous } }: Visit,
  see: (session: ClientSession) => Promise<void>,
): Promise<void> {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    clientCertificateManager: pki,
    securityMode: secure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
    securityPolicy: secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
    connectionStrategy: { initialDelay: 100, maxDelay: 500, maxRetry: 2 },
  });
  await client.connect(started.endpoint);
  try {
    const session = await client.createSession(as);
    await see(session);
    await session.close();
  } finally {
    await client.disconnect();
  }
}

async function watch(session: ClientSession): Promise<ClientSubscription> {
  return await session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 600,
    requestedMaxKeepAliveCount: 20,
    publishingEnabled: true,
    maxNotificationsPerPublish: 1000,
    priority: 1,
  });
}

async function until(what: string, condition: () => boolean, mostMs = 20_000): Promise<void> {
  const end = performance.now() + mostMs;
  while (!condition()) {
    assert.ok(performance.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("WH-11: 3,181 nodes have value, status and source time, and take no write", async () => {
  assert.equal(started.nodes, nodes.length);
  await visit({}, async (session) => {
    for (let i = 0; i < nodes.length; i += 1000) {
      const some = nodes.slice(i, i + 1000);
      const values = await session.read(some.map(({ nodeId }) => ({ nodeId })));
      values.forEach((value, k) => {
        assert.ok(value.statusCode.isGood() && value.sourceTimestamp, some[k]?.nodeId);
        assert.equal(typeof value.value.value, some[k]?.type, some[k]?.nodeId);
      });
    }
    for (const path of ["AlarmValve_03/PressureSwitch", "Loop_1/Smoke_042/State"]) {
      const steps = path.split("/").map((name) => `2:${name}`);
      const browsePath = makeBrowsePath("ObjectsFolder", `/2:WH/${steps.join("/")}`);
      const found = await session.translateBrowsePath(browsePath);
      const node = nodes.find((one) => one.path === path);
      assert.equal(found.targets?.[0]?.targetId.toString(), node?.nodeId);
    }
    const status = await session.write({
      nodeId: "ns=2;s=WH01.SP1.Running",
      attributeId: AttributeIds.Value,
      value: { value: new Variant({ dataType: "Boolean", value: true }) },
    });
    assert.equal(status.name, "BadNotWritable");
  });
});

test("WH-11: signed and encrypted, the one user comes in and nobody else", async () => {
  const as = { type: UserTokenType.UserName as const, ...user };
  await visit({ secure: true, as }, async (session) => {
    const { value } = await session.read({ nodeId: "ns=2;s=WH01.Info.AreaM2" });
    assert.equal(value.value, 100_000);
  });
  const wrong = visit({ secure: true, as: { ...as, password: "guessed" } }, async () => {});
  await assert.rejects(wrong, /BadUserAccessDenied|BadIdentityTokenRejected/);
});

/** What a subscription told of a node, change after change. */
async function record(
  subscription: ClientSubscription,
  names: readonly string[],
): Promise<{ readonly name: string; readonly value: DataValue }[]> {
  const told: { name: string; value: DataValue }[] = [];
  const group = await subscription.monitorItems(
    names.map((name) => ({ nodeId: `ns=2;s=WH01.${name}`, attributeId: AttributeIds.Value })),
    { samplingInterval: 100, queueSize: 10, discardOldest: false },
    TimestampsToReturn.Both,
  );
  group.on("changed", (_item, value, index) => told.push({ name: names[index] ?? "", value }));
  await until("first values", () => told.length >= names.length);
  return told;
}

/** The client has it, and keeps it to itself. */
type Transferring = {
  transferSubscriptions(options: {
    readonly subscriptionIds: readonly number[];
    readonly sendInitialValues: boolean;
  }): Promise<unknown>;
};

const fields = ["SourceNode", "ConditionName", "Severity", "ActiveState", "AckedState", "Retain"];
type Told = Readonly<Record<string, unknown>>;

/** Events of the server, as a list that grows. */
async function listen(subscription: ClientSubscription): Promise<Told[]> {
  const told: Told[] = [];
  const item = await subscription.monitor(
    { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
    { queueSize: 100, discardOldest: true, filter: constructEventFilter(fields) },
    TimestampsToReturn.Both,
  );
  item.on("changed", (values: unknown) => {
    const list = values as Variant[];
    const read = (i: number): unknown => list[i]?.value?.text ?? list[i]?.value?.toString() ?? null;
    told.push(Object.fromEntries(fields.map((field, i) => [field, read(i)])));
  });
  return told;
}

test("WH-12: a head opens in compartment 7: sequence and events over the wire", async () => {
  const order = ["C07.FlowIndicator", "AV03.PressureSwitch", "AV03.Gong", "SP1.Running"];
  await visit({}, async (session) => {
    const subscription = await watch(session);
    const told = await record(subscription, [...order, "C07.EndPressure"]);
    const events = await listen(subscription);
    assert.equal((await act("head", "C07")).kind, "done");
    const came = (name: string) =>
      told.find((one) => one.name === name && one.value.value.value === true);
    await until("the pump runs", () => came("SP1.Running") !== undefined);
    const times = order.map((name) => came(name)?.value.sourceTimestamp?.getTime() ?? 0);
    assert.deepEqual(times, times.toSorted());
    assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) > 4000);
    const pressures = told.filter(({ name }) => name === "C07.EndPressure");
    assert.ok(Math.min(...pressures.map(({ value }) => value.value.value)) < 0.29);
    await until("an event of the switch", () =>
      events.some((event) => event.ConditionName === "av03_pressure_switch"),
    );
    const event = events.find(({ ConditionName: name }) => name === "c07_flow_indicator");
    assert.deepEqual(event, {
      SourceNode: "ns=2;s=WH01.C07",
      ConditionName: "c07_flow_indicator",
      Severity: "700",
      ActiveState: "Active",
      AckedState: "Unacknowledged",
      Retain: "true",
    });
  });
});

test("WH-12: ConditionRefresh tells what stands; an end is an event too", async () => {
  await visit({}, async (session) => {
    const subscription = await watch(session);
    const events = await listen(subscription);
    const of = (name: string, state: string) =>
      events.some((event) => event.ConditionName === name && event.ActiveState === state);
    const answer = await session.call({
      objectId: "i=2782",
      methodId: "i=3875",
      inputArguments: [new Variant({ dataType: "UInt32", value: subscription.subscriptionId })],
    });
    assert.ok(answer.statusCode.isGood());
    await until("refreshed", () => of("c07_flow_indicator", "Active"));
    await act("smoke", "L1.S042");
    await until("a detector's event", () => of("l1_s042_state", "Active"));
    await act("clear");
    await until("the end", () => of("c07_flow_indicator", "Inactive"));
    await until("the detector's end", () => of("l1_s042_state", "Inactive"));
  });
});

test("WH-13: a point lost on its loop has a bad status, and a good one later", async () => {
  await visit({}, async (session) => {
    const told = await record(await watch(session), ["L3.S070.State", "L3.Short"]);
    const states = (): string[] =>
      told.filter(({ name }) => name === "L3.S070.State").map(({ value }) => value.statusCode.name);
    await act("loop-short", "3");
    await until("lost", () => states().at(-1) === "BadNoCommunication");
    await act("clear");
    await until("back", () => states().at(-1) === "Good");
    assert.deepEqual(states(), ["Good", "BadNoCommunication", "Good"]);
  });
});

test("WH-13: a disablement comes and goes as an object; the version tells", async () => {
  await visit({}, async (session) => {
    const told = await record(await watch(session), ["Disable.NodeVersion"]);
    const version = (): string | undefined => told.at(-1)?.value.value.value;
    const first = version();
    await act("disable", "C07", "60");
    await until("a version", () => version() !== first);
    const read = async (name: string) =>
      (await session.read({ nodeId: `ns=2;s=WH01.Disable.D1.${name}` })).value.value;
    assert.equal(await read("What"), "C07");
    assert.match(String(await read("By")), /^P-/);
    const [from, until_] = [await read("From"), await read("Until")];
    assert.equal(until_.getTime() - from.getTime(), 3_600_000);
    const second = version();
    await act("enable", "C07");
    await until("another version", () => version() !== second);
    const gone = await session.read({ nodeId: "ns=2;s=WH01.Disable.D1.What" });
    assert.equal(gone.statusCode.name, "BadNodeIdUnknown");
  });
});

/** What the server has changed and the client has seen, once nothing moves. */
async function settled(seen: () => number): Promise<{ changed: number; seen: number }> {
  for (let tries = 0; tries < 50; tries += 1) {
    const [changed, first] = [await changes(), seen()];
    await new Promise((resolve) => setTimeout(resolve, 500));
    if ((await changes()) === changed && seen() === first) return { changed, seen: first };
  }
  assert.fail("the warehouse never rests");
}

async function changes(): Promise<number> {
  const answer = await act("freeze");
  assert.ok(answer.kind === "done");
  return answer.changes;
}

test("WH-14: 300 changes a second over all nodes, counted at both ends: none is lost", async () => {
  const names = nodes.map(({ identifier }) => identifier.slice("WH01.".length));
  await visit({}, async (session) => {
    const subscription = await watch(session);
    const told: { readonly length: number }[] = [];
    for (let i = 0; i < names.length; i += 1000) {
      told.push(await record(subscription, names.slice(i, i + 1000)));
    }
    const seen = (): number => told.reduce((sum, { length }) => sum + length, 0);
    const before = await settled(seen);
    await act("busy", "300");
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await act("busy", "0");
    const made = (await settled(seen)).changed - before.changed;
    assert.ok(made > 500);
    await until("as many are seen as were made", () => seen() - before.seen >= made);
    assert.equal(seen() - before.seen, made);
    await act("clear");
  });
});

test("WH-14: a server that knows no TransferSubscriptions says so", async () => {
  await visit({}, async (session) => {
    const { transferSubscriptions } = session as unknown as Transferring;
    const asked = transferSubscriptions.call(session, {
      subscriptionIds: [1],
      sendInitialValues: true,
    });
    await assert.rejects(asked, /BadServiceUnsupported/);
  });
});

test("WH-14: wrong words are refused over IPC; the process ends with its channel", async () => {
  const answer = await act("head", "C77");
  assert.ok(answer.kind === "refused" && answer.message.includes("there are: C01 to C34"));
  const gone = once(child, "exit");
  child.disconnect();
  assert.deepEqual(await gone, [0, null]);
});
