/**
 * The gateway's pulse: that it lives and records, told to the disk each second, to the boxes every
 * ten, and to the metrics.
 */
import type { Logger } from "pino";
import { mustArrive } from "#rules/dispatch/order.ts";
import type { Recorded } from "#rules/event.ts";
import type { State } from "#rules/state.ts";
import type { MqttBroker } from "./adapters/mqtt/broker.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Principal } from "./identity/credentials.ts";
import type { Inbox } from "./inbox.ts";
import { aliveEveryMs, writeAlive } from "./journal/alive.ts";
import type { Head } from "./journal/file.ts";
import type { Metrics } from "./metrics.ts";
import type { Recording, RecordingState } from "./recording.ts";

export type PulseOptions = {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly broker: MqttBroker<Principal>;
  readonly inbox: Inbox;
  readonly recording: Recording;
  readonly topic: string;
  readonly head: () => Head;
  readonly state: () => State;
  readonly failed: (part: string, error: unknown) => void;
};

export class Pulse {
  readonly #o: PulseOptions;
  readonly #stops: (() => void)[] = [];

  constructor(options: PulseOptions) {
    this.#o = options;
  }

  start(): void {
    const { clock, config } = this.#o;
    this.#stops.push(clock.every(aliveEveryMs, () => this.#second()));
    this.#stops.push(clock.every(config.heartbeatMs, () => this.#heartbeat()));
    this.#second();
    this.#heartbeat();
  }

  /** The last word is where the journal ends. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#second();
  }

  /** Boxes hear at once that what arrives is not on disk, and each press that waits. */
  recordingChanged(now: RecordingState): void {
    const { broker, log } = this.#o;
    broker.suspendKeepAlive(!now.recording);
    this.#heartbeat();
    const { recording, reason, unrecordedCount } = now;
    const line = { recording, reason, unrecordedCount };
    if (recording) log.info(line, "recording again");
    else log.fatal(line, "NOT RECORDING: presses are not on disk");
  }

  /** After a commit. */
  count(events: readonly Recorded[]): void {
    for (const event of events) this.#o.metrics.events.inc({ type: event.type });
  }

  /** What stands open: counted once a second, for it looks at every incident and order there is. */
  #open(): void {
    const { metrics } = this.#o;
    const state = this.#o.state();
    metrics.position.set(state.position);
    let open = 0;
    for (const incident of state.incidents.values()) if (incident.closedAt === null) open += 1;
    metrics.incidents.set(open);
    let undelivered = 0;
    for (const order of state.orders.values()) {
      if (mustArrive(order.state) && order.deliveredRevision < order.revision) undelivered += 1;
    }
    metrics.undelivered.set(undelivered);
  }

  #second(): void {
    const { config, clock, head, metrics, broker, inbox, recording, failed } = this.#o;
    const { position, hash } = head();
    try {
      writeAlive(config.data, { at: clock.now(), position, hash: hash.toString("hex") });
    } catch (error) {
      failed("alive", error);
    }
    this.#open();
    metrics.clients.set(broker.clients);
    metrics.inbox.set({ lane: "urgent" }, inbox.depth("urgent"));
    metrics.inbox.set({ lane: "routine" }, inbox.depth("routine"));
    metrics.recording.set(recording.state().recording ? 1 : 0);
  }

  /** Lives and records; carries the journal's head as a witness outside this machine. */
  #heartbeat(): void {
    const { clock, head, recording, broker, topic, failed } = this.#o;
    const { position, hash } = head();
    const { recording: records, unrecorded, unrecordedCount } = recording.state();
    const message = {
      v: 1,
      at: clock.now(),
      recording: records,
      position,
      hash: hash.toString("hex"),
      unrecorded: unrecorded.map(({ site, device, at }) => ({ site, device, at })),
      unrecordedCount,
    };
    const payload = Buffer.from(JSON.stringify(message));
    broker
      .publish({ topic, payload, qos: 0, retain: false })
      .catch((error: unknown) => failed("heartbeat", error));
  }
}
