/**
 * The gateway put together: what is made at start, in which order, and how it ends.
 * Data flows one way: broker → intake → inbox → loop → journal → committed state → outbox, pages.
 */
import { mkdirSync } from "node:fs";
import type { Logger } from "pino";
import { unknownLevels } from "#rules/alarm/level.ts";
import type { Command } from "#rules/command.ts";
import { Edges } from "#rules/detect/edges.ts";
import type { Inventory } from "#rules/inventory.ts";
import type { Actor, SignalBody } from "#rules/signal.ts";
import { deserializeState, serializeState } from "#rules/state.ts";
import { MqttBroker } from "./adapters/mqtt/broker.ts";
import { Artefacts, type Offer } from "./artefacts.ts";
import { SystemClock } from "./clock.ts";
import { Committed } from "./committed.ts";
import type { Config } from "./config.ts";
import { Door } from "./door.ts";
import { Refused } from "./errors.ts";
import { createIds } from "./id.ts";
import type { Principal } from "./identity/credentials.ts";
import { createTopics } from "./identity/topics.ts";
import { Imports } from "./imports.ts";
import { Inbox, type Outcome } from "./inbox.ts";
import { Intake } from "./intake.ts";
import { writeAlive } from "./journal/alive.ts";
import { Bodies } from "./journal/bodies.ts";
import { WorkerCommitter } from "./journal/committer.ts";
import type { ArtefactRow } from "./journal/file.ts";
import { type FolderLock, lockFolder } from "./journal/lock.ts";
import { aliveUntil, type Opened, openJournal } from "./journal/open.ts";
import { Reserve } from "./journal/reserve.ts";
import { Snapshots } from "./journal/snapshots.ts";
import { LogLimit } from "./log-limit.ts";
import { Loop } from "./loop.ts";
import { createMetrics } from "./metrics.ts";
import { brokerHooks } from "./mqtt-hooks.ts";
import { Channels } from "./outbox/channels.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { Pulse } from "./pulse.ts";
import { Reader } from "./reader/reader.ts";
import { Recording } from "./recording.ts";
import { rehearse } from "./rehearsal.ts";
import { reportFrom } from "./reported.ts";
import { Roads } from "./roads/roads.ts";
import { Adoptions } from "./rulebook/adoptions.ts";
import { Telemetry } from "./telemetry.ts";
import { Traces } from "./traces.ts";
import { version } from "./version.ts";

/** The actor of what the gateway does by itself at start. */
const system: Actor = { person: "P-system", seat: "start" };

/** Devices come back first. */
const readerAfterMs = 10_000;

export class Gateway {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics = createMetrics();
  readonly clock: SystemClock;
  readonly committed: Committed;
  readonly door: Door;
  readonly reader: Reader;
  readonly imports = new Imports(this);
  readonly rules = new Adoptions(this);
  readonly roads: Roads;
  readonly recording: Recording;
  readonly artefacts: Artefacts;
  readonly telemetry: Telemetry;
  readonly channels: Channels;
  readonly opened: Opened;
  readonly #bodies: Bodies;
  readonly #lock: FolderLock;
  readonly #committer: WorkerCommitter;
  readonly #inbox: Inbox;
  readonly #loop: Loop;
  readonly #outbox: Outbox;
  readonly #intake: Intake;
  readonly #broker: MqttBroker<Principal>;
  readonly #snapshots: Snapshots;
  readonly #pulse: Pulse;
  readonly #reserve: Reserve;
  readonly #topics;
  readonly #logLimit: LogLimit;
  readonly #traces: Traces;
  readonly #stops: (() => void)[] = [];
  #stopping: Promise<void> | null = null;
  #ready = false;
  mqttPort = 0;
  wsPort: number | null = null;

  constructor(config: Config, log: Logger) {
    this.config = config;
    this.log = log;
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    this.#lock = lockFolder(config.data);
    this.opened = openJournal(config.data, (what, detail) => log.warn({ what, detail }, what));
    const { state, alive } = this.opened;
    this.clock = new SystemClock(Math.max(state.at, alive?.at ?? 0));
    this.#logLimit = new LogLimit(this.clock);
    const push = (body: SignalBody): boolean => this.push(body);
    this.#traces = new Traces(this.clock, push);
    this.door = new Door({ config, log, clock: this.clock, metrics: this.metrics, push });
    this.reader = new Reader(config.data);
    this.#bodies = new Bodies(config.data);
    this.artefacts = new Artefacts((hash) => this.#bodies.read(hash));
    this.roads = new Roads(this, (error) => this.#failed("roads", error));
    this.#topics = createTopics(config.mqtt.root);
    this.#reserve = new Reserve(config.data, log);
    const failed = (part: string, error: unknown): void => this.#failed(part, error);
    this.committed = new Committed(deserializeState(serializeState(state)), failed);
    const newId = createIds();
    this.#inbox = new Inbox(this.clock, newId);
    this.#committer = this.#makeCommitter();
    this.#loop = this.#makeLoop(newId);
    this.recording = new Recording(this.#loop, (now) => this.#pulse.recordingChanged(now));
    this.channels = new Channels(this, failed);
    this.#outbox = this.channels.makeOutbox(this.#topics, (message) => {
      this.#broker.publish(message).catch((error) => this.#failed("publish", error));
    });
    this.#intake = this.#makeIntake();
    this.#broker = this.#makeBroker();
    this.#pulse = new Pulse({
      config,
      log,
      metrics: this.metrics,
      clock: this.clock,
      broker: this.#broker,
      inbox: this.#inbox,
      recording: this.recording,
      topic: this.#topics.heartbeat(),
      head: () => this.#committer.head,
      state: () => this.committed.state,
      failed,
    });
    const { clock, metrics } = this;
    this.telemetry = new Telemetry({
      config,
      log,
      clock,
      metrics,
      push,
      failed,
      state: () => this.committed.state,
      aliveUntil: aliveUntil(this.opened),
    });
    this.#snapshots = new Snapshots(
      {
        folder: config.data,
        everyEvents: config.snapshotEveryEvents,
        done: (answer) => {
          if (answer.ok) log.debug(answer, "snapshot");
          else this.#failed("snapshot", answer.message);
        },
      },
      this.opened.head.position,
    );
    this.committed.addReader("metrics", (events) => this.#pulse.count(events));
    this.committed.addReader("outbox", (events) => this.#outbox.read(events));
    this.committed.addReader("snapshots", (events) => this.#snapshots.note(this.position, events));
    this.committed.addReader("traces", (events) => this.#traces.committed(events));
    this.committed.addReader("telemetry", (events, now) => this.telemetry.committed(events, now));
  }

  get position(): number {
    return this.committed.state.position;
  }

  /** Starts in the order in which parts need each other; resolves when everything is served. */
  async start(inventory: Inventory | null): Promise<void> {
    await this.#committer.start();
    this.#reserve.start();
    this.#loop.start();
    const { damage } = this.opened;
    await this.signal({ kind: "started", aliveUntil: aliveUntil(this.opened), version, damage });
    await this.#adopt(this.artefacts.settings(this.config.settings));
    await this.rules.start(system);
    if (inventory) await this.imports.adoptPlain(inventory, system);
    // At start every condition is unknown; an open alarm stays, marked so (DESIGN §3).
    for (const level of unknownLevels(this.committed.state, this.clock.now())) this.push(level);
    await rehearse(this.log, this.artefacts.world(this.committed.state)).catch((error) =>
      this.#failed("rehearsal", error),
    );
    const { port, wsPort } = await this.#broker.start();
    [this.mqttPort, this.wsPort] = [port, wsPort];
    this.#outbox.start();
    // Link-lost clocks begin at readiness: a box that has not come back by then is silent.
    this.telemetry.start();
    this.watchDevices();
    this.recording.start(this.clock);
    this.clock.watch((jumpMs) => void this.signal({ kind: "clock-jumped", jumpMs }));
    this.#pulse.start();
    this.door.seats.start();
    this.roads.start();
    this.#stops.push(
      this.clock.wakeAt(this.clock.now() + this.config.unheardAfterMs, () => this.#nameUnheard()),
      this.clock.wakeAt(this.clock.now() + readerAfterMs, () => this.reader.start()),
    );
    this.#ready = true;
  }

  /**
   * For a command while no gateway runs: the same loop, once, without wires. It is no start: nobody
   * watches meanwhile, so the witness keeps the time of the last life.
   */
  async once<T>(run: () => Promise<T>): Promise<T> {
    const { alive, state, damage } = this.opened;
    const at = alive?.at ?? state.at;
    await this.#committer.start();
    if (damage) {
      // Only a start journals a damage and raises its alarm: the witness must stay as it is.
      await this.#close();
      throw new Refused({
        code: "journal-damaged",
        message: `the journal is damaged after position ${damage.position}`,
        allowed: "start the gateway first: it says so in the journal and goes on",
      });
    }
    this.#loop.start();
    try {
      return await run();
    } finally {
      await this.#loop.drain(() => {});
      const { position, hash } = this.#committer.head;
      writeAlive(this.config.data, { at, position, hash: hash.toString("hex") });
      // Nobody listens here: whoever an import has named is not waited for.
      this.#intake.stop();
      await this.#close();
    }
  }

  /** What keeps the gateway from being ready; empty where nothing does. */
  notReady(): string[] {
    const reasons: string[] = [];
    if (!this.#ready) reasons.push("starting");
    if (this.#stopping) reasons.push("stopping");
    const { recording, reason } = this.recording.state();
    if (!recording) reasons.push(`not-recording${reason ? `: ${reason}` : ""}`);
    return reasons;
  }

  /** A person's command: resolves when its turn is on disk. Throws `Refused` with the reason. */
  async command(actor: Actor, wanted: Command): Promise<Outcome> {
    const { inventory } = this.artefacts.world(this.committed.state);
    const command = wanted.command === "report-incident" ? reportFrom(wanted, inventory) : wanted;
    const outcome = await this.signal({ kind: "command", actor, command });
    const refused = outcome.events.find((event) => event.type === "signal-refused");
    if (refused?.type === "signal-refused") {
      throw new Refused({ code: refused.reason, message: `${refused.what}: ${refused.reason}` });
    }
    return outcome;
  }

  /** Puts artefacts into the journal file; resolves when they are on disk. */
  store(rows: readonly ArtefactRow[]): Promise<void> {
    return this.#loop.store(rows);
  }

  /** Another inventory is in force: whose silence is a lost link from now on. */
  watchDevices(): void {
    const { state } = this.committed;
    this.#intake.watch(this.artefacts.watched(state));
    this.telemetry.watch(this.artefacts.polled(state), this.artefacts.world(state));
  }

  async #adopt({ command, rows }: Offer): Promise<void> {
    if (this.committed.state.adopted[command.artefact] === command.hash) return;
    void this.#loop.store(rows);
    await this.command(system, command);
  }

  /** Orderly: what waits is decided and on disk, PUBACKs have left, then the journal says so. */
  stop(reason: string): Promise<void> {
    this.#stopping ??= this.#stop(reason);
    return this.#stopping;
  }

  async #stop(reason: string): Promise<void> {
    this.#broker.stopListening();
    this.#traces.flush();
    await this.#loop.drain(() => this.#inbox.push("urgent", { kind: "stopped", reason }));
    for (const stop of this.#stops) stop();
    this.roads.stop();
    const telemetryStopped = this.telemetry.stop();
    this.#pulse.stop();
    this.door.stop();
    this.recording.stop();
    this.#intake.stop();
    this.clock.stop();
    this.#outbox.stop();
    this.channels.stop();
    await this.#broker.stop();
    await telemetryStopped;
    await this.#close();
  }

  async #close(): Promise<void> {
    await this.#snapshots.close();
    // Who reads goes before who writes: the last one out folds the log into the journal's own file.
    await Promise.all([this.reader.close(), this.rules.backtests.stop()]);
    this.#bodies.close();
    await this.#committer.close();
    await Promise.all([this.#reserve.stop(), this.telemetry.close()]);
    this.door.close();
    this.#lock.release();
  }

  #makeCommitter(): WorkerCommitter {
    const { metrics, log } = this;
    return new WorkerCommitter({
      folder: this.config.data,
      onTrouble: ({ reason, message, sinceMs }) => {
        metrics.commitTries.inc({ reason });
        log.error({ reason, message, sinceMs: Math.round(sinceMs) }, "commit failed, trying again");
        this.recording.note(reason);
        if (reason === "full") this.#reserve.free();
      },
      onCommit: (commitMs) => {
        metrics.commit.observe(commitMs);
        this.recording.note(null);
      },
    });
  }

  #makeLoop(newId: (at: number) => string): Loop {
    const { metrics, log } = this;
    return new Loop({
      state: this.opened.state,
      inbox: this.#inbox,
      clock: this.clock,
      newId,
      committer: this.#committer,
      world: (state) => this.artefacts.world(state),
      onCommitted: (events) => this.committed.fold(events),
      onQuarantine: (signal, error) => {
        metrics.quarantined.inc();
        log.error({ signal: signal.id, kind: signal.kind, err: error }, "signal quarantined");
      },
      onTurn: ({ signals, decideMs }) => {
        this.#traces.decided();
        metrics.signals.inc(signals);
        metrics.decide.observe(decideMs);
        if (signals > 1000) log.warn({ signals, decideMs }, "a long turn");
      },
      soon: (run) => setImmediate(run),
    });
  }

  #makeIntake(): Intake {
    return new Intake({
      inbox: this.#inbox,
      topics: this.#topics,
      edges: new Edges(),
      linkLostAfterMs: this.config.linkLostAfterMs,
      clock: this.clock,
      received: (site, device, seq) => this.#outbox.received(site, device, seq),
      values: () => this.telemetry.devices,
      feedback: (key, points) => this.channels.feedback(key, points),
      note: (note, publish, detail) => {
        this.metrics.notes.inc({ note });
        const { clientId: client, topic } = publish;
        this.#warn(note, { note, client, topic, detail });
      },
    });
  }

  #makeBroker(): MqttBroker<Principal> {
    const { host, port, wsPort, limits } = this.config.mqtt;
    const hooks = brokerHooks({
      credentials: this.door.credentials,
      topics: this.#topics,
      intake: this.#intake,
      outbox: this.#outbox,
      push: (body) => this.push(body),
      isStopping: () => this.#stopping !== null,
      refused: (code, client, detail) => {
        this.metrics.refused.inc({ code });
        this.#warn(code, { code, client, detail, by: "broker" });
      },
    });
    return new MqttBroker({ host, port, wsPort, limits, hooks });
  }

  /** A signal nobody waits for; a full lane is counted and logged, the sender tries again. */
  push(body: SignalBody): boolean {
    const taken = this.#inbox.push("urgent", body);
    if (!taken) this.#failed("inbox", "full", body.kind);
    return taken;
  }

  /** Resolves when its turn is on disk. */
  signal(body: SignalBody): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      if (this.#inbox.push("urgent", body, resolve)) return;
      reject(new Refused({ code: "inbox-full", message: "too many signals are waiting" }));
    });
  }

  #nameUnheard(): void {
    const { inventory } = this.artefacts.world(this.committed.state);
    const isHeard = (key: string): boolean =>
      this.#intake.hasHeard(key) || this.telemetry.devices.linkOf(key)?.state === "live";
    const unheard = [...inventory.devices.keys()].filter((key) => !isHeard(key));
    this.push({ kind: "unheard", devices: unheard.slice(0, 200), count: unheard.length });
  }

  #failed(part: string, error: unknown, subject = ""): void {
    this.metrics.failures.inc({ part });
    this.#warn(part, { part, subject, err: error }, "an effect failed");
  }

  /** One kind of trouble writes a bounded number of lines; the metric counts all of it. */
  #warn(kind: string, fields: object, text = kind): void {
    const leftOut = this.#logLimit.take(kind);
    if (leftOut === null) return;
    this.log.warn(leftOut === 0 ? fields : { ...fields, leftOut }, text);
  }
}
