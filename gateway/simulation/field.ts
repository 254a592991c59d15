/**
 * What stands in the field of the simulation: buttons that keep a press until its PUBACK and repeat
 * it, and station boxes that remember every order they were given.
 */

import type { OrderReply } from "#rules/dispatch/order.ts";
import { pressKey } from "#rules/press.ts";
import { defaultSettings } from "#rules/settings.ts";
import type { District } from "./district.ts";

type Pending = {
  readonly seq: number;
  readonly ts: number | null;
  readonly payload: Buffer;
  readonly madeAt: number;
};

export class Button {
  readonly site: string;
  readonly id: string;
  /** Repeat keys of every press a person made here. */
  readonly made = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** Repeats that came so late that the rules may, and must, take them for new presses. */
  lateRepeats = 0;
  readonly #district: District;
  #seq = 0;
  #pending: Pending[] = [];
  #last: Pending | null = null;

  constructor(district: District, site: string, id: string) {
    this.#district = district;
    this.site = site;
    this.id = id;
  }

  get key(): string {
    return `${this.site}/${this.id}`;
  }

  get waits(): boolean {
    return this.#pending.length > 0;
  }

  press(): void {
    this.#seq += 1;
    const { random, clock } = this.#district;
    const ts = random.chance(0.8) ? clock.now() : null;
    const body = { v: 1, seq: this.#seq, event: "press", ...(ts === null ? {} : { ts }) };
    const payload = Buffer.from(JSON.stringify(body));
    const press = { seq: this.#seq, ts, payload, madeAt: clock.now() };
    this.#pending.push(press);
    this.#last = press;
    this.made.add(this.keyOf(press));
    this.#send(press);
  }

  /** Sends the last press once more, acknowledged or not: a device that has lost its PUBACK. */
  repeat(): void {
    if (this.#last) this.#send(this.#last);
  }

  /** After a connection: everything without a PUBACK again, in order. */
  reconnect(): void {
    for (const press of this.#pending) this.#send(press);
  }

  keyOf(press: Pending): string {
    // The digest stands in for any: presses here differ by seq.
    return pressKey({ ...press, digest: "" });
  }

  #send(press: Pending): void {
    const { topics, clock } = this.#district;
    const topic = topics.event(this.site, this.id);
    const { withTsMs, withoutTsMs } = defaultSettings.repeat;
    this.#district.enqueue(`wire:${this.key}`, () => {
      const ageMs = clock.now() - press.madeAt;
      const withinMs = press.ts === null ? withoutTsMs : withTsMs;
      // The receive time of a merged press may be a quarter of a second too early (inbox.ts).
      if (ageMs > withinMs - 250) this.lateRepeats += 1;
      const { gateway } = this.#district;
      const publish = { clientId: this.key, topic, payload: press.payload, retain: false };
      gateway?.intake.receive(publish, () => {
        this.acknowledged.add(this.keyOf(press));
        this.#pending = this.#pending.filter((p) => p.seq !== press.seq);
      });
    });
  }
}

export class StationBox {
  readonly id: string;
  /** `order:revision` → the content it came with. */
  readonly received = new Map<string, string>();
  connected = true;
  readonly #district: District;

  constructor(district: District, id: string) {
    this.#district = district;
    this.id = id;
  }

  take(tag: string, payload: Buffer): void {
    if (!this.connected) return;
    const content = payload.toString("utf8");
    const before = this.received.get(tag);
    if (before !== undefined && before !== content)
      throw new Error(`${tag} has two contents: ${before} and ${content}`);
    this.received.set(tag, content);
    const [order, revision] = tag.split(":") as [string, string];
    this.#send((gateway) => {
      const delivery = { kind: "delivery", station: this.id, order, channel: 0 } as const;
      gateway.inbox.push("urgent", { ...delivery, revision: Number(revision) });
    });
  }

  /** A task is known by its permit; what it says may change while it is the same. */
  takeTask(tag: string): void {
    if (!this.connected) return;
    const [permit = "", revision] = tag.split(":");
    const delivery = { kind: "task-delivery", station: this.id, permit } as const;
    this.#send((gateway) => {
      gateway.inbox.push("urgent", { ...delivery, revision: Number(revision) });
    });
  }

  reply(reply: OrderReply): void {
    const { random, topics } = this.#district;
    if (this.received.size === 0 || !this.connected) return;
    const [order, revision] = random.pick([...this.received.keys()]).split(":");
    const payload = Buffer.from(JSON.stringify({ v: 1, order, revision: Number(revision), reply }));
    const topic = topics.reply(this.id);
    this.#send((gateway) => {
      gateway.intake.receive({ clientId: this.id, topic, payload, retain: false }, () => {});
    });
  }

  reconnect(): void {
    this.connected = true;
    this.#send((gateway) => gateway.outbox.stationConnected(this.id));
  }

  #send(deliver: (gateway: NonNullable<District["gateway"]>) => void): void {
    this.#district.enqueue(`wire:${this.id}`, () => {
      const { gateway } = this.#district;
      if (gateway) deliver(gateway);
    });
  }
}
