/**
 * The rehearsal at start: made presses go the whole way from PUBLISH to order, in a district that
 * exists only here, over a real socket on loopback, with nothing on disk.
 *
 * It proves that this build on this machine, with the settings and packs in force, turns a press into
 * an order, and it makes V8 compile the alarm path: the first presses of a night would otherwise pay
 * for that, 2 ms each and more (ADR 26). What V8 has compiled for other kinds of objects it compiles
 * again, so everything here is made as the gateway makes it.
 */
import type { Logger } from "pino";
import { Edges } from "#rules/detect/edges.ts";
import type { World } from "#rules/draft.ts";
import { emptyInventory, type Inventory } from "#rules/inventory.ts";
import { initialState } from "#rules/state.ts";
import { type Clock, systemWall } from "./clock.ts";
import { Committed } from "./committed.ts";
import { createIds } from "./id.ts";
import type { Principal } from "./identity/credentials.ts";
import { createTopics } from "./identity/topics.ts";
import { Inbox } from "./inbox.ts";
import { Intake } from "./intake.ts";
import { buildIndex, PackedInventory } from "./inventory/lookup.ts";
import { pack } from "./inventory/pack.ts";
import { genesis } from "./journal/chain.ts";
import type { Committer } from "./journal/committer.ts";
import type { Head } from "./journal/file.ts";
import { Loop } from "./loop.ts";
import { brokerHooks, type HookOptions } from "./mqtt-hooks.ts";
import { Outbox } from "./outbox/outbox.ts";
import { Webhooks } from "./outbox/webhook.ts";
import { RehearsalField } from "./rehearsal-field.ts";

/**
 * Presses of one rehearsal. V8 compiles what is called once for each press at about the 500th, all
 * of it at the same time: that must be over before the first press of the night.
 */
const presses = 600;
/** With one path V8 would take its very objects for the only ones, and begin anew with the real ones. */
const paths = 2;
/** A slow machine starts all the same. */
const mostMs = 2000;

/** What of the world is rehearsed with as it is in force. */
export type InForce = Omit<World, "inventory">;

export type Rehearsed = {
  readonly presses: number;
  /** Presses whose receipt and whose order would have left. */
  readonly acknowledged: number;
  readonly ordered: number;
  readonly ms: number;
};

/** Throws where a press came out without its order. The gateway starts all the same: it can record. */
export async function rehearse(log: Logger, inForce: InForce): Promise<Rehearsed> {
  const started = performance.now();
  let [acknowledged, ordered] = [0, 0];
  for (let n = 0; n < paths; n += 1) {
    const path = makePath(inForce);
    try {
      await path.field.start(path.topics.order("+"));
      // Each has its share of the time: on a slow machine too V8 sees two of everything.
      const until = started + ((n + 1) * mostMs) / paths;
      for (let i = 0; i < presses / paths && performance.now() < until; i += 1) {
        await path.field.press(path.topics.event(`s${i}`, "b"), i + 1, path.clock.now());
        acknowledged += 1;
      }
    } finally {
      path.intake.stop();
      await path.field.stop();
    }
    ordered += path.ordered.size;
  }
  const ms = performance.now() - started;
  const rehearsed = { presses, acknowledged, ordered, ms };
  if (rehearsed.ordered < acknowledged) throw new Error(`no order: ${JSON.stringify(rehearsed)}`);
  log.info(rehearsed, "the alarm path was rehearsed");
  return rehearsed;
}

function makePath(inForce: InForce) {
  const topics = createTopics("rehearsal");
  const clock = new FrozenClock();
  const { packed } = pack(madeInventory());
  const inventory = new PackedInventory(buildIndex(packed));
  const world = (): World => ({ ...inForce, inventory });
  const ordered = new Set<string>();
  const newId = createIds();
  const inbox = new Inbox(clock, newId);
  // What throws here throws in a turn of the event loop, where nothing could catch it.
  const failed = (_what: unknown, error: unknown): void => field.fail(error);
  const committed = new Committed(initialState(), failed);
  const outbox = new Outbox({
    state: committed.state,
    world,
    topics,
    clock,
    publish: (message) => {
      if (message.tag !== undefined) ordered.add(message.tag);
      field.publish(message);
    },
    webhooks: new Webhooks({ endpoints: new Map(), failed: () => {} }),
    push: () => {},
    people: { steps: () => [], phoneOf: () => null, linkOf: () => null },
    failed,
  });
  committed.addReader("outbox", (events) => outbox.read(events));
  const loop = new Loop({
    state: initialState(),
    inbox,
    clock,
    newId,
    committer: new NoDisk(),
    world,
    onCommitted: (events) => committed.fold(events),
    onQuarantine: failed,
    onTurn: () => {},
    soon: (run) => setImmediate(run),
  });
  loop.start();
  const intake = new Intake({
    inbox,
    topics,
    edges: new Edges(),
    linkLostAfterMs: 30_000,
    clock,
    received: (site, device, seq) => outbox.received(site, device, seq),
    note: () => {},
  });
  const field = makeField(inventory, { topics, intake, outbox, inbox });
  return { topics, clock, intake, ordered, field };
}

type Parts = Pick<HookOptions, "topics" | "intake" | "outbox"> & { readonly inbox: Inbox };

/** Its one client may do what all buttons and boxes of the district may, and is asked like them. */
function makeField({ devices, responders }: PackedInventory, parts: Parts): RehearsalField {
  const who: Principal = {
    id: "rehearsal",
    // A service hears the orders of all stations.
    kind: "service",
    devices: new Set(devices.keys()),
    stations: new Set(responders.keys()),
  };
  const { inbox, ...of } = parts;
  const hooks = brokerHooks({
    ...of,
    credentials: { check: (_name, given) => (field.isPassword(given) ? who : null) },
    push: (body) => inbox.push("urgent", body),
    isStopping: () => false,
    refused: () => {},
  });
  const field = new RehearsalField(hooks);
  return field;
}

/** One site for each press, so that each of them opens an incident of its own. */
function madeInventory(): Inventory {
  const text = (name: string) => ({ zh: name, en: name });
  const at = (lng: number, lat: number) => ({ lng, lat, accuracyM: 50, source: "rehearsal" });
  const numbers = Array.from({ length: presses }, (_, i) => i);
  return {
    ...emptyInventory,
    towns: [{ id: "t", name: text("t"), position: at(120.5, 30.1), arrival: "5" }],
    responders: numbers.slice(0, 20).map((i) => ({
      id: `r${i}`,
      kind: "rescue",
      name: text(`r${i}`),
      town: "t",
      position: at(120.4 + i * 0.01, 30.05 + (i % 5) * 0.02),
      certainty: "assumed",
      lifecycle: { state: "in-service", ...(i % 2 === 0 ? { since: "2026" } : {}) },
      authority: "order",
      firstDue: { towns: ["t"] },
      crew: { onDuty: 13, atLeast: 4 },
      roster: ["p"],
      channels: [{ kind: "mqtt" }, { kind: "webhook", endpoint: "voice" }],
    })),
    vehicles: numbers.slice(0, 20).map((i) => ({
      id: `v${i}`,
      station: `r${i}`,
      kind: "engine",
      name: text(`v${i}`),
      plate: "v",
      waterT: 3.5,
      pumpLps: 40,
      seats: 6,
      crewAtLeast: 4,
      weightT: 14,
      heightM: 3.2,
    })),
    sites: numbers.map((i) => ({
      id: `s${i}`,
      name: text(`s${i}`),
      town: "t",
      position: at(120.4 + (i % 15) * 0.013, 30.05 + Math.floor(i / 15) * 0.01),
    })),
    devices: numbers.map((i) => ({ id: "b", site: `s${i}`, kind: "button", place: text("b") })),
  };
}

/** The time of the start, for a rehearsal in which no deadline may fire. */
class FrozenClock implements Clock {
  readonly #now = systemWall.wall();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return systemWall.monotonic();
  }

  wakeAt(): () => void {
    return () => {};
  }

  every(): () => void {
    return () => {};
  }
}

class NoDisk implements Committer {
  readonly head: Head = { position: 0, hash: genesis };

  commit(): Promise<Head> {
    return Promise.resolve(this.head);
  }

  async close(): Promise<void> {}
}
