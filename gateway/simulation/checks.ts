/**
 * The invariants, checked while a simulation runs (DESIGN §3). Each can fail: a change that sends
 * before the commit, forgets a press or decides a repeat stops the run and names its seed.
 */
import assert from "node:assert/strict";
import type { Recorded } from "#rules/event.ts";
import { evolve } from "#rules/evolve.ts";
import { taskRevision } from "#rules/hot-work/permit.ts";
import { initialState, type State, serializeState } from "#rules/state.ts";
import { plainWriter } from "#rules/writer.ts";
import { decodeEvent } from "../journal/codec.ts";
import type { Outgoing } from "../outbox/outbox.ts";
import type { SimulatedDisk } from "./disk.ts";

export class Checks {
  readonly #disk: SimulatedDisk;
  /** Evolved from nothing but the bytes on the disk. */
  readonly #shadow: State = initialState();
  /** Device → repeat keys that are on disk; and how many presses its events count. */
  readonly #keys = new Map<string, string[]>();
  readonly #counted = new Map<string, number>();

  constructor(disk: SimulatedDisk) {
    this.#disk = disk;
  }

  /** I4: what is on disk, folded from its bytes, is the live state and the committed one. */
  committed(live: State, committed: State): void {
    this.#follow();
    const shadow = serializeState(this.#shadow);
    assert.equal(serializeState(live), shadow, "I4: live state differs from the bytes on disk");
    assert.equal(serializeState(committed), shadow, "I4: committed state differs");
  }

  /** I4 at a crash: a full replay and a start from the snapshot both end in the shadow. */
  crashed(): void {
    this.#follow();
    const shadow = serializeState(this.#shadow);
    assert.equal(serializeState(this.#disk.replay()), shadow, "I4: full replay differs");
    assert.equal(serializeState(this.#disk.recover()), shadow, "I4: snapshot and tail differ");
  }

  /** I3: an order, or a task of hot work, that leaves is on disk in that revision. */
  left(message: Outgoing): void {
    this.#follow();
    if (message.tag === undefined) return;
    const [id, revision] = message.tag.split(":") as [string, string];
    const inspection = this.#shadow.permits.get(id)?.inspection;
    const onDisk = inspection ? taskRevision(inspection) : this.#shadow.orders.get(id)?.revision;
    assert.ok((onDisk ?? 0) >= Number(revision), `I3: ${message.tag} is not on disk`);
  }

  /** I3: a press whose PUBACK leaves is on disk. */
  acknowledged(device: string, key: string): void {
    this.#follow();
    const keys = this.#keys.get(device) ?? [];
    const found = keys.some((k) => k === key || (key.endsWith("#") && k.startsWith(key)));
    assert.ok(found, `I3: press ${key} of ${device} was acknowledged and is not on disk`);
  }

  /** I10: every press that was made is counted once, however often it was sent. */
  counted(device: string, made: number, lateRepeats: number): void {
    const counted = this.#counted.get(device) ?? 0;
    assert.ok(counted >= made, `a press of ${device} is lost: ${counted} of ${made}`);
    assert.ok(counted <= made + lateRepeats, `I10: ${device} counts ${counted}, made ${made}`);
  }

  get state(): State {
    this.#follow();
    return this.#shadow;
  }

  #follow(): void {
    for (const body of this.#disk.bodies.slice(this.#shadow.position)) {
      const event = decodeEvent(body);
      evolve(this.#shadow, event, plainWriter);
      this.#note(event);
      this.#limit(event);
    }
  }

  #note(event: Recorded): void {
    if (event.type === "alarm-raised" && event.key !== null) {
      this.#record(`${event.site}/${event.device}`, [event.key], 1);
    } else if (event.type === "press-repeated") {
      this.#record(event.device, event.keys, event.count);
    } else if (event.type === "signal-quarantined" && event.device !== null) {
      this.#record(event.device, event.keys, event.keys.length);
    }
  }

  #record(device: string, keys: readonly string[], count: number): void {
    this.#keys.set(device, [...(this.#keys.get(device) ?? []), ...keys]);
    this.#counted.set(device, (this.#counted.get(device) ?? 0) + count);
  }

  /** By itself never more than three rescue stations for one incident; a merge may bring more. */
  #limit(event: Recorded): void {
    if (event.type !== "order-issued" || event.by !== null || event.stationKind !== "rescue")
      return;
    const ordered = this.#shadow.incidents.get(event.incident)?.stationsOrdered ?? 0;
    assert.ok(ordered <= 3, `${event.incident} has ${ordered} stations by the system`);
  }
}
