/**
 * The outbox: what leaves because of committed events, sent at least once (I3, I9).
 *
 * It keeps no list of its own. The committed state says what every station's box must have (order,
 * revision) and what has been delivered; after a crash the same state gives the same effects, and
 * sinks know a repeat by order and revision (ADR 0009). Publishing is not delivery: only the
 * station's own PUBACK, or a 2xx of its webhook, makes the signal that says so.
 */
import {
  deliveredBy,
  isTakenUp,
  mustArrive,
  type Order,
  orderAtEnd,
} from "#rules/dispatch/order.ts";
import type { World } from "#rules/draft.ts";
import type { Recorded } from "#rules/event.ts";
import type { SignalBody } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import { say } from "#rules/text/render.ts";
import type { Clock } from "../clock.ts";
import type { Topics } from "../identity/topics.ts";
import { type CalledOptions, CalledPeople } from "./called.ts";
import { LinkedThings } from "./linked.ts";
import { alarmMessage, orderMessage, seqOf } from "./message.ts";
import { PermitCalls } from "./permit-calls.ts";
import { InspectionTasks } from "./tasks.ts";
import type { Webhooks } from "./webhook.ts";

export type Outgoing = {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Named again when a client's PUBACK arrives: `order:revision`. */
  readonly tag?: string;
};

export type OutboxOptions = {
  readonly state: State;
  /** The world of the state, or the one that an order's revision was made of. */
  readonly world: (state: State, inventory?: string | null) => World;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly publish: (message: Outgoing) => void;
  readonly webhooks: Webhooks;
  /** What the outbox learns: a delivery, a feedback. */
  readonly push: (body: SignalBody) => void;
  /** Who telephones whom; absent where nobody is called. */
  readonly people?: Pick<CalledOptions, "steps" | "phoneOf" | "linkOf">;
  /** An effect that could not be made; the others are sent all the same. */
  readonly failed: (subject: string, error: unknown) => void;
};

/** Orders that no box has confirmed are published again this often (DESIGN §3, The outbox). */
const resendEveryMs = 5000;
/** Telephones of a station that one call tries. */
const mostNumbers = 3;

export class Outbox {
  readonly #o: OutboxOptions;
  readonly #called: CalledPeople;
  readonly #linked: LinkedThings;
  readonly #permitCalls: PermitCalls;
  readonly #tasks: InspectionTasks;
  #stop: (() => void) | null = null;

  constructor(options: OutboxOptions) {
    this.#o = options;
    const { state, world, topics, clock, webhooks, push } = options;
    const nobody = { steps: () => [], phoneOf: () => null, linkOf: () => null };
    this.#called = new CalledPeople({
      ...{ state, webhooks, ...(options.people ?? nobody) },
      world: () => world(state),
      now: () => clock.now(),
      delivered: (callOut, person) => push({ kind: "call-delivery", callOut, person }),
    });
    const ofPermits = { state, webhooks, world: () => world(state), ...(options.people ?? nobody) };
    this.#permitCalls = new PermitCalls({ ...ofPermits, now: () => clock.now() });
    this.#tasks = new InspectionTasks({
      ...{ ...ofPermits, topics, push },
      send: (topic, message, tag) => this.#send(topic, message, tag === undefined ? {} : { tag }),
    });
    this.#linked = new LinkedThings({
      ...{ state, world, topics, webhooks },
      send: (topic, message, tag) => this.#send(topic, message, { tag }),
      done: (linkage) => push({ kind: "linkage-feedback", linkage, feedback: "done" }),
    });
  }

  /** At start: whatever was under way when the process ended is under way again. */
  start(): void {
    const { state, clock } = this.#o;
    for (const id of state.alarms.keys()) this.#attempt(id, () => this.#alarm(id));
    this.resend();
    this.#stop = clock.every(resendEveryMs, () => this.resend());
  }

  stop(): void {
    this.#stop?.();
  }

  /** Effects of one commit; `events` are folded into the committed state already. */
  read(events: readonly Recorded[]): void {
    const alarms = new Set<string>();
    for (const event of events) {
      switch (event.type) {
        case "order-issued":
        case "order-revised":
        case "order-recalled":
        case "order-resent":
          this.#attempt(event.order, () => this.#order(event.order));
          break;
        case "order-replied":
          this.#attempt(event.order, () => this.#answered(event.order));
          if (event.reply === "turned-out") {
            this.#attempt(event.order, () => this.#tellDevice(event.order));
          }
          break;
        case "call-out-issued":
          this.#attempt(event.callOut, () => this.#called.send(event.callOut));
          break;
        case "permit-moved":
        case "permit-called":
          this.#attempt(event.permit, () => this.#permitCalls.send(event.permit));
          break;
        case "permit-matched":
        case "inspection-passed-on":
          this.#attempt(event.permit, () => this.#tasks.tell(event.permit));
          break;
        case "linkage-due":
        case "linkage-ended":
          this.#attempt(event.linkage, () => this.#linked.send(event.linkage));
          break;
        case "alarm-raised":
        case "alarm-condition":
        case "alarm-worse":
        case "alarm-priority":
        case "alarm-real":
        case "alarm-shelved":
        case "alarm-unshelved":
        case "alarm-suppressed":
        case "alarm-unsuppressed":
        case "incident-joined":
          alarms.add(event.alarm);
          break;
        case "taken-out-of-service":
        case "returned-to-service":
          for (const alarm of event.alarms) alarms.add(alarm);
          break;
        case "alarm-moved":
          alarms.add(event.alarm);
          if (event.why === "acknowledge") this.#acknowledged(event.alarm);
          break;
      }
    }
    for (const id of alarms) this.#attempt(id, () => this.#alarm(id));
  }

  /** Everything undelivered once more; silent for what has been delivered. */
  resend(): void {
    for (const order of this.#o.state.orders.values()) {
      if (isDue(order)) this.#attempt(order.id, () => this.#order(order.id));
      else if (order.channel > 0) this.#attempt(order.id, () => this.#furtherChannels(order));
    }
    this.#attempt("call-outs", () => this.#called.resend());
    this.#attempt("linkage", () => this.#linked.resend());
    this.#attempt("hot-work", () => this.#permitCalls.resend());
    this.#attempt("tasks", () => this.#tasks.resend());
  }

  /** The client of a device has a command of linkage. */
  commandDelivered(tag: string): void {
    this.#linked.confirmed(tag);
  }

  /** A station's box is there (again): its open orders, delivered or not; it may have forgotten. */
  stationConnected(station: string): void {
    for (const order of this.#o.state.orders.values()) {
      if (order.station === station && (!orderAtEnd(order.state) || isDue(order))) {
        this.#attempt(order.id, () => this.#publishOrder(order));
        if (order.repliedAt !== null) this.#attempt(order.id, () => this.#answered(order.id));
      }
    }
  }

  /** The same of its tasks: a box that knows of none does not ask for them. */
  tasksWanted(station: string): void {
    this.#attempt(station, () => this.#tasks.connected(station));
  }

  /** A device is there (again): what has become of its press while it was away. */
  deviceConnected(site: string, device: string): void {
    this.#attempt(device, () => this.#linked.connected(site, device));
    for (const alarm of this.#o.state.alarms.values()) {
      if (alarm.site !== site || alarm.device !== device || alarm.seq === null) continue;
      if (alarm.state === "normal") continue;
      this.#ack(site, device, seqOf(this.#o.state, alarm), "received");
      if (alarm.state === "acknowledged") this.#acknowledged(alarm.id);
    }
  }

  /** `received`: the press is on disk; the lamp turns steady and the repeats stop. */
  received(site: string, device: string, seq: number): void {
    this.#ack(site, device, seq, "received");
  }

  #attempt(subject: string, send: () => void): void {
    try {
      send();
    } catch (error) {
      this.#o.failed(subject, error);
    }
  }

  #order(id: string): void {
    const order = this.#o.state.orders.get(id);
    if (!order) return;
    this.#publishOrder(order);
    this.#furtherChannels(order);
  }

  /** The telephone rings until it has got through, or the station has answered; a first one at once. */
  #furtherChannels(order: Order): void {
    if (!mustArrive(order.state) || isTakenUp(order.state)) return;
    const channels = this.#channelsOf(order);
    for (let i = 0; i <= order.channel; i += 1) {
      const channel = channels[i];
      if (channel?.kind !== "webhook" || deliveredBy(order, i) >= order.revision) continue;
      this.#call(order, channel.endpoint, i);
    }
  }

  #call({ id, revision }: Order, endpoint: string, channel: number): void {
    const { state, webhooks, push } = this.#o;
    webhooks.send({
      endpoint,
      key: `${id}:${revision}:${channel}`,
      message: () => {
        const order = state.orders.get(id);
        if (order?.revision !== revision || !mustArrive(order.state)) return null;
        if (isTakenUp(order.state)) return null;
        const body = this.#message(order);
        const text = `${say("zh", `order-kind.${order.kind}`)}。${body.what?.zh ?? ""}`;
        return { text, body, to: this.#numbersOf(order) };
      },
      done: (how) => {
        const station = state.orders.get(id)?.station;
        if (how !== "delivered" || station === undefined) return;
        push({ kind: "delivery", station, order: id, revision, channel });
      },
    });
  }

  /** Who of a station's roster has a number, in its order. */
  #numbersOf(order: Order): string[] {
    const { phoneOf } = this.#o.people ?? { phoneOf: () => null };
    const { roster = [] } = this.#worldOf(order).inventory.responders.get(order.station) ?? {};
    return roster.flatMap((person) => phoneOf(person) ?? []).slice(0, mostNumbers);
  }

  #publishOrder(order: Order): void {
    if (this.#channelsOf(order)[0]?.kind !== "mqtt") return;
    this.#send(this.#o.topics.order(order.station), this.#message(order), {
      tag: `${order.id}:${order.revision}`,
    });
  }

  #channelsOf(order: Order) {
    const { responders } = this.#worldOf(order).inventory;
    return responders.get(order.station)?.channels ?? [{ kind: "mqtt" as const }];
  }

  /** What a revision says and where it goes stays as it was, whatever has been imported since. */
  #worldOf(order: Order): World {
    const { world, state } = this.#o;
    return world(state, order.inventory);
  }

  #message(order: Order) {
    return orderMessage(order, this.#o.state, this.#worldOf(order));
  }

  /** Somebody has answered, on a phone, by radio or at the box itself: the box stops ringing. */
  #answered(id: string): void {
    const { state, topics } = this.#o;
    const order = state.orders.get(id);
    if (!order || order.state === "recalled") return;
    const { station, revision } = order;
    this.#send(topics.answer(station), { v: 1, order: id, revision, state: order.state });
  }

  #alarm(id: string): void {
    const { state, world, topics } = this.#o;
    const alarm = state.alarms.get(id);
    const topic = topics.alarm(id);
    if (alarm && alarm.state !== "normal") {
      this.#send(topic, alarmMessage(alarm, world(state)), { retain: true });
    } else {
      // An empty retained message clears the topic (MQTT 3.1.1, 3.3.1.3).
      this.#o.publish({ topic, payload: Buffer.alloc(0), qos: 1, retain: true });
    }
  }

  #acknowledged(id: string): void {
    const { state } = this.#o;
    const alarm = state.alarms.get(id);
    if (!alarm || alarm.seq === null) return;
    this.#ack(alarm.site, alarm.device, seqOf(state, alarm), "acknowledged");
  }

  #ack(site: string, device: string, seq: number, state: "received" | "acknowledged"): void {
    this.#send(this.#o.topics.ack(site, device), { v: 1, seq, state });
  }

  /** 救援人员已出动: said by the device only when a crew has reported it. */
  #tellDevice(id: string): void {
    const { state, topics } = this.#o;
    const order = state.orders.get(id);
    const incident = order && state.incidents.get(order.incident);
    for (const alarmId of incident?.alarms ?? []) {
      const alarm = state.alarms.get(alarmId);
      if (alarm?.point !== "press" || alarm.state === "normal") continue;
      this.#send(topics.cmd(alarm.site, alarm.device), {
        v: 1,
        cmd: "speak",
        say: "turned-out",
        order: id,
      });
    }
  }

  #send(topic: string, message: object, how: { retain?: boolean; tag?: string } = {}): void {
    const payload = Buffer.from(JSON.stringify(message), "utf8");
    const { retain = false, tag } = how;
    const plain = { topic, payload, qos: 1, retain } as const;
    this.#o.publish(tag === undefined ? plain : { ...plain, tag });
  }
}

/**
 * The box has not confirmed the newest revision, and the station has not answered it either. A call
 * that got through says nothing about the box.
 */
function isDue(order: Order): boolean {
  const answered = order.repliedAt !== null && order.deliveredRevision >= order.revision;
  return mustArrive(order.state) && !answered && deliveredBy(order, 0) < order.revision;
}
