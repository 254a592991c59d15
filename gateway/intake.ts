/**
 * From a PUBLISH that had the right to be sent to the signal it means, and back to its PUBACK.
 *
 * `event` and `reply` wait for the commit: `done` is called when their turn is on disk. `state` and
 * `status` are received when they are here (DESIGN §3, Lanes).
 */

import type { Edges, Observed } from "#rules/detect/edges.ts";
import type { SignalBody } from "#rules/signal.ts";
import {
  decodeEvent,
  decodeReply,
  decodeState,
  decodeStatus,
  textOf,
} from "./adapters/mqtt/codec.ts";
import type { Clock } from "./clock.ts";
import type { ParsedTopic, Topics } from "./identity/topics.ts";
import type { Inbox, Outcome } from "./inbox.ts";
import type { Devices } from "./live/devices.ts";
import { Routine } from "./routine.ts";

export type Publish = {
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
};

/** Something arrived that a person should be able to count and find in the log. */
export type Note =
  | "unreadable-press"
  | "unreadable-reply"
  | "unreadable-state"
  /** Our own fault: detection threw on it. */
  | "failed-state"
  | "retained-press"
  | "inbox-full"
  | "no-such-topic";

type StateTopic = ParsedTopic & { readonly kind: "state" };

/** A `state` message on its way to detection. */
export type StateMessage = {
  readonly topic: StateTopic;
  readonly clientId: string;
  /** Null: its payload is no text. */
  readonly text: string | null;
  /** Of one that its sender waits for. */
  readonly done?: (distribute: boolean) => void;
};

export type IntakeOptions = {
  readonly inbox: Inbox;
  readonly topics: Topics;
  readonly edges: Edges;
  readonly clock: Clock;
  /** An `offline` that stands this long is a lost link; a short break is none. */
  readonly linkLostAfterMs: number;
  /** Who takes values that devices send by themselves; absent: nobody. */
  readonly values?: () => Pick<Devices, "push" | "silent">;
  /** What a device says of the last command it was told. */
  readonly feedback?: (device: string, fields: Readonly<Record<string, unknown>>) => void;
  /** The press `seq` of this device is on disk. */
  readonly received: (site: string, device: string, seq: number) => void;
  readonly note: (note: Note, publish: Pick<Publish, "clientId" | "topic">, detail: string) => void;
};

/** A full lane is tried again after this; meanwhile the client's own PUBACK waits. */
const tryAgainMs = 100;

export class Intake {
  readonly #o: IntakeOptions;
  /** Devices heard of since the start. */
  readonly #heard = new Set<string>();
  /** Devices whose will says offline, and how to stop their clock. */
  readonly #leaving = new Map<string, () => void>();

  /** Devices whose silence is a lost link, and how long it may last. */
  #watched: ReadonlyMap<string, number> = new Map();
  readonly #silent = new Map<string, () => void>();
  /** Heard, and of whose links nothing is to be done until they say offline or are watched. */
  readonly #settled = new Set<string>();
  readonly #routine = new Routine<StateMessage>(
    (message) => {
      this.#state(message);
      message.done?.(true);
    },
    (message, error) => {
      this.#noteState("failed-state", message, String(error));
      message.done?.(true);
    },
  );

  constructor(options: IntakeOptions) {
    this.#o = options;
  }

  /** From now on these must be heard: SITE/DEVICE with the ms of silence that are allowed. */
  watch(devices: Iterable<readonly [device: string, silentAtMostMs: number]>): void {
    this.#watched = new Map(devices);
    this.#settled.clear();
    for (const [key, cancel] of this.#silent) {
      if (this.#watched.has(key)) continue;
      cancel();
      this.#silent.delete(key);
    }
    for (const key of this.#watched.keys()) if (!this.#silent.has(key)) this.#listen(key);
  }

  /** Starts the clock of a device's silence anew. */
  #listen(key: string): void {
    const ms = this.#watched.get(key);
    if (ms === undefined) return;
    this.#silent.get(key)?.();
    const [site = "", device = ""] = key.split("/");
    const { clock } = this.#o;
    const cancel = clock.wakeAt(clock.now() + ms, () => this.#lost({ site, device, key }));
    this.#silent.set(key, cancel);
  }

  receive(publish: Publish, done: (distribute: boolean) => void): void {
    const topic = this.#o.topics.parse(publish.topic);
    switch (topic?.kind) {
      case "event":
        return this.#event(topic, publish, done);
      case "reply":
        return this.#reply(topic, publish, done);
      case "state": {
        const message = { topic, clientId: publish.clientId, text: textOf(publish.payload), done };
        // Never past what was skimmed before it: the older value would stand at the end.
        if (this.#routine.waiting > 0) return this.#routine.queue(message);
        this.#state(message);
        return done(true);
      }
      case "status":
        this.#status(topic, publish);
        return done(true);
      default:
        this.#o.note("no-such-topic", publish, publish.topic);
        return done(false);
    }
  }

  /**
   * A `state` that nobody subscribes to and nobody waits for goes to detection behind all that is
   * urgent. False where the lane is full: then `receive` is the way, and its sender has to wait.
   */
  skim(message: StateMessage): boolean {
    return this.#routine.push(message);
  }

  /** True where the device (SITE/DEVICE) has said anything since the gateway started. */
  hasHeard(device: string): boolean {
    return this.#heard.has(device);
  }

  #event(
    topic: ParsedTopic & { kind: "event" },
    publish: Publish,
    done: (distribute: boolean) => void,
  ): void {
    const { site, device } = topic;
    this.#hear(topic);
    const signal = decodeEvent(site, device, publish.payload);
    if (signal.kind === "press") {
      const why = signal.presses[0]?.unreadable;
      if (why) this.#o.note("unreadable-press", publish, why);
      // A retained press is a live press (DESIGN §3, Repeats); the broker clears the flag.
      if (publish.retain) this.#o.note("retained-press", publish, "");
    }
    const seq = signal.kind === "press" ? signal.presses[0]?.seq : signal.seq;
    this.#push(publish, signal, () => {
      done(true);
      if (typeof seq === "number") this.#o.received(site, device, seq);
    });
  }

  #reply(
    topic: ParsedTopic & { kind: "reply" },
    publish: Publish,
    done: (distribute: boolean) => void,
  ): void {
    const signal = decodeReply(topic.station, publish.payload);
    if ("wrong" in signal) {
      this.#o.note("unreadable-reply", publish, signal.wrong);
      return done(false);
    }
    this.#push(publish, signal, () => done(true));
  }

  #state(message: StateMessage): void {
    const { topic, text } = message;
    this.#hear(topic);
    const state = decodeState(text);
    if ("wrong" in state) return this.#noteState("unreadable-state", message, state.wrong);
    const { tamper, points: fields, ts } = state;
    if (tamper !== null) this.#level("S05", topic, tamper);
    this.#o.feedback?.(topic.key, fields);
    this.#o.values?.().push({ key: topic.key, fields, ts });
  }

  #noteState(note: Note, { topic, clientId }: StateMessage, detail: string): void {
    const { site, device } = topic;
    this.#o.note(note, { clientId, topic: this.#o.topics.state(site, device) }, detail);
  }

  #status(topic: ParsedTopic & { kind: "status" }, publish: Publish): void {
    const status = decodeStatus(publish.payload);
    if (status === null) return this.#o.note("unreadable-state", publish, "status");
    if (status === "online") this.#hear(topic);
    else this.#leave(topic);
  }

  /** A takeover or a short break leaves a will too: only what lasts is an alarm. */
  #leave(device: Observed): void {
    const { clock, linkLostAfterMs } = this.#o;
    const { key } = device;
    this.#settled.delete(key);
    if (this.#leaving.has(key)) return;
    const cancel = clock.wakeAt(clock.now() + linkLostAfterMs, () => {
      this.#leaving.delete(key);
      this.#lost(device);
    });
    this.#leaving.set(key, cancel);
  }

  /** Its values are unknown from now on, and a person is told. */
  #lost(device: Observed): void {
    this.#settled.delete(device.key);
    this.#o.values?.().silent(device.key);
    this.#level("S02", device, true);
  }

  stop(): void {
    for (const cancel of [...this.#leaving.values(), ...this.#silent.values()]) cancel();
  }

  #level(rule: string, device: Observed, level: boolean): void {
    if (this.#o.edges.stands(rule, device, level)) return;
    const signal = this.#o.edges.observe(rule, device, level, this.#o.clock.now());
    if (signal && !this.#o.inbox.push("urgent", signal)) {
      // The edge is not forgotten: the next report of this condition is an edge again.
      this.#o.edges.forget(rule, device);
    }
  }

  /** Whoever is heard has a link, whatever its will said before. */
  #hear(device: Observed): void {
    const { key } = device;
    if (this.#settled.has(key)) return;
    this.#heard.add(key);
    const cancel = this.#leaving.get(key);
    if (cancel) {
      cancel();
      this.#leaving.delete(key);
    }
    this.#listen(key);
    this.#level("S02", device, false);
    const isSaid = this.#o.edges.stands("S02", device, false);
    if (isSaid && !this.#watched.has(key)) this.#settled.add(key);
  }

  #push(publish: Publish, signal: SignalBody, done: (outcome: Outcome) => void): void {
    if (this.#o.inbox.push("urgent", signal, done)) return;
    this.#o.note("inbox-full", publish, "");
    this.#o.clock.wakeAt(this.#o.clock.now() + tryAgainMs, () => this.#push(publish, signal, done));
  }
}
