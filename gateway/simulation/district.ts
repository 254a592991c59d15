/**
 * A small district on a simulated wire and disk, in one thread and by one seed: devices that press
 * and repeat, station boxes that confirm and answer, a gateway that may die between any two steps.
 *
 * Loop, inbox, intake, outbox, rules and encoding are the real ones; only time, wire and disk are
 * simulated, so that a run that fails can be had again from its seed.
 */

import { Edges } from "#rules/detect/edges.ts";
import type { World } from "#rules/draft.ts";
import type { Packs } from "#rules/rulebook.ts";
import { districtInventory, poisonedDevice } from "#rules/scenarios/fixture.ts";
import { defaultSettings } from "#rules/settings.ts";
import { deserializeState, type State, serializeState } from "#rules/state.ts";
import { Artefacts, type Offer } from "../artefacts.ts";
import { Committed } from "../committed.ts";
import { createIds } from "../id.ts";
import { createTopics, type Topics } from "../identity/topics.ts";
import { Inbox } from "../inbox.ts";
import { Intake } from "../intake.ts";
import { buildIndex, PackedInventory } from "../inventory/lookup.ts";
import { pack } from "../inventory/pack.ts";
import type { Committer } from "../journal/committer.ts";
import type { Head, Turn } from "../journal/file.ts";
import { Loop } from "../loop.ts";
import { Outbox, type Outgoing } from "../outbox/outbox.ts";
import { Webhooks } from "../outbox/webhook.ts";
import { storedPacks } from "../rulebook/stored.ts";
import { SimulatedDisk } from "./disk.ts";
import type { Random } from "./random.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Everything that happens one step at a time; steps of one queue keep their order. */
type Queue = "loop" | "disk" | `wire:${string}`;

export class District {
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly disk = new SimulatedDisk();
  readonly topics: Topics = createTopics("firelink/v1");
  /** Rules of its devices; none where nothing is detected. */
  readonly packs: Packs;
  /** Called with each message that leaves the gateway, before the wire takes it. */
  onLeave: (message: Outgoing) => void = () => {};
  /** Called after each commit, when live and committed state must be the same. */
  onCommit: (live: State, committed: State) => void = () => {};
  gateway: Gateway | null = null;
  quarantined = 0;
  readonly #queues = new Map<Queue, (() => void)[]>();

  constructor(random: Random, packs: Packs) {
    this.random = random;
    this.packs = packs;
    this.clock = new VirtualClock(1_790_000_000_000);
  }

  enqueue(queue: Queue, step: () => void): void {
    const list = this.#queues.get(queue);
    if (list) list.push(step);
    else this.#queues.set(queue, [step]);
  }

  /** Runs one waiting step of a queue picked by chance; false where nothing waits. */
  step(): boolean {
    const ready = [...this.#queues].filter(([, list]) => list.length > 0);
    if (ready.length === 0) return false;
    const [, list] = this.random.pick(ready);
    list.shift()?.();
    return true;
  }

  start(): void {
    this.gateway = new Gateway(this);
    this.gateway.start();
  }

  /** kill -9: memory, timers, and everything on its way in or out is gone; the disk stays. */
  crash(): void {
    this.gateway = null;
    this.clock.forget();
    this.#queues.clear();
  }
}

export class Gateway {
  readonly inbox: Inbox;
  readonly loop: Loop;
  readonly committed: Committed;
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly #artefacts: Artefacts;
  readonly #district: District;
  readonly #live: State;

  constructor(district: District) {
    const { disk, clock, random, topics } = district;
    this.#district = district;
    this.#live = disk.recover();
    makeFragile(this.#live.incidents, random);
    const newId = createIds((target) => random.fill(target));
    const read = (hash: string) => disk.artefacts.get(hash)?.body ?? null;
    this.#artefacts = new Artefacts(read);
    this.committed = new Committed(deserializeState(serializeState(this.#live)), fail);
    this.inbox = new Inbox(clock, newId);
    const world = (state: State, inventory?: string | null): World =>
      poisoned(this.#artefacts.world(state, inventory));
    this.loop = new Loop({
      state: this.#live,
      inbox: this.inbox,
      clock,
      newId,
      committer: new SimulatedCommitter(district),
      world,
      onCommitted: (events) => {
        this.committed.fold(events);
        district.onCommit(this.#live, this.committed.state);
      },
      onQuarantine: () => {
        district.quarantined += 1;
      },
      onTurn: () => {},
      soon: (run) => district.enqueue("loop", run),
    });
    this.outbox = new Outbox({
      state: this.committed.state,
      world,
      topics,
      clock,
      publish: (message) => district.onLeave(message),
      webhooks: new Webhooks({ endpoints: new Map(), failed: () => {} }),
      push: () => {},
      failed: (_subject, error) => {
        if ((error as Error).message !== bug) throw error;
      },
    });
    this.committed.addReader("outbox", (events) => this.outbox.read(events));
    this.intake = new Intake({
      inbox: this.inbox,
      topics,
      clock,
      edges: new Edges(),
      linkLostAfterMs: 30_000,
      received: (site, device, seq) => this.outbox.received(site, device, seq),
      note: () => {},
    });
  }

  start(): void {
    const { disk, clock, packs } = this.#district;
    const aliveUntil = disk.head.position === 0 ? null : this.#live.at;
    this.inbox.push("urgent", { kind: "started", aliveUntil, version: "0", damage: null });
    const actor = { person: "P-system", seat: "start" };
    const offers = [
      this.#artefacts.settings(defaultSettings),
      ...(packs.length > 0 ? [this.#offerOf(packs)] : []),
    ];
    this.#artefacts.hold(new PackedInventory(packedIndex));
    const { hash } = packedIndex;
    const inventory = { command: "adopt", artefact: "inventory", hash, summary: {} } as const;
    void this.loop.store([...offers.flatMap(({ rows }) => rows), ...packedDistrict.rows]);
    for (const command of [...offers.map((offer) => offer.command), inventory]) {
      this.inbox.push("urgent", { kind: "command", actor, command });
    }
    this.loop.start();
    this.outbox.start();
    clock.wakeAt(clock.now(), () => {});
  }

  #offerOf(packs: Packs): Offer {
    const { hash, rows } = storedPacks(packs);
    this.#artefacts.holdPacks(hash, packs);
    return { command: { command: "adopt", artefact: "packs", hash, summary: {} }, rows };
  }
}

/** Writes when its step runs; a failing disk makes it try again with the same bytes. */
class SimulatedCommitter implements Committer {
  readonly #district: District;

  constructor(district: District) {
    this.#district = district;
  }

  get head(): Head {
    return this.#district.disk.head;
  }

  commit(turn: Turn): Promise<Head> {
    const { disk, random } = this.#district;
    return {
      // biome-ignore lint/suspicious/noThenProperty: it calls back inside its step; a promise would leave the simulation.
      then: (committed: (head: Head) => void) => {
        const write = (): void => {
          if (random.chance(0.05)) return this.#district.enqueue("disk", write);
          disk.append(turn);
          this.#district.enqueue("disk", () => committed(disk.head));
        };
        this.#district.enqueue("disk", write);
      },
    } as unknown as Promise<Head>;
  }

  async close(): Promise<void> {}
}

const bug = "a bug in the rules";

/** Folding throws half way now and then, never twice in a row: what the undo log is there for. */
function makeFragile(map: Map<string, unknown>, random: Random): void {
  let threw = false;
  map.set = (key: string, value: unknown) => {
    threw = !threw && random.chance(0.03);
    if (threw) throw new Error(bug);
    return Map.prototype.set.call(map, key, value);
  };
}

/** A device on which the rules throw: the bug that I11 is about. */
function poisoned(world: World): World {
  const known = poisonedWorlds.get(world);
  if (known) return known;
  const { devices } = world.inventory;
  const get = (key: string) => {
    if (key === poisonedDevice) throw new Error(bug);
    return devices.get(key);
  };
  const fragile = { get, keys: () => devices.keys(), values: () => devices.values(), size: 1 };
  const made = { ...world, inventory: { ...world.inventory, devices: fragile } };
  poisonedWorlds.set(world, made);
  return made;
}

const poisonedWorlds = new WeakMap<World, World>();
const packedDistrict = pack(districtInventory);
const packedIndex = buildIndex(packedDistrict.packed);

function fail(reader: string, error: unknown): void {
  throw new Error(`reader ${reader} failed`, { cause: error });
}
