/**
 * The loop: one turn in flight. Take what waits, decide, evolve, commit; then, and only then, let
 * anything leave (invariants I2, I3).
 *
 * Nobody else appends or evolves. A signal on which the rules throw is rolled back, quarantined in
 * the journal, and the loop goes on (I11).
 */

import { deadlineId, dueDeadline, nextDeadlineAt } from "#rules/deadline.ts";
import { decide } from "#rules/decide.ts";
import type { World } from "#rules/draft.ts";
import type { Event, Recorded } from "#rules/event.ts";
import { evolve } from "#rules/evolve.ts";
import { deviceKey } from "#rules/inventory.ts";
import { freshPresses, pressKey } from "#rules/press.ts";
import { defaultSettings } from "#rules/settings.ts";
import { actorOf, type Press, type Signal } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import { UndoLog } from "#rules/writer.ts";
import type { Clock } from "./clock.ts";
import type { Inbox, Item, Outcome } from "./inbox.ts";
import { encodeEvent, record } from "./journal/codec.ts";
import type { Committer } from "./journal/committer.ts";
import type { ArtefactRow } from "./journal/file.ts";

export type LoopOptions = {
  readonly state: State;
  readonly inbox: Inbox;
  readonly clock: Clock;
  /** Ids of the signals the loop makes itself: deadlines that are due. */
  readonly newId: (at: number) => string;
  readonly committer: Committer;
  /** The world of the state: its artefacts, by the hashes the state names. */
  readonly world: (state: State) => World;
  /** After each commit, before anything is answered: views and outbox fold these. */
  readonly onCommitted: (events: readonly Recorded[], bytes: readonly Uint8Array[]) => void;
  readonly onQuarantine: (signal: Signal, error: unknown) => void;
  readonly onTurn: (turn: { signals: number; events: number; decideMs: number }) => void;
  /** Starts a turn soon, outside the current call; a simulation runs it by hand. */
  readonly soon: (run: () => void) => void;
};

/** Signals of the urgent lane in one turn; the next turn takes the rest. */
const urgentPerTurn = 1024;
/** Deadlines fired in one turn. */
const deadlinesPerTurn = 256;
/** A slice of the routine lane, ms. */
const routineSliceMs = 2;

type Store = { readonly rows: readonly ArtefactRow[]; readonly done: () => void };

export type UnrecordedPress = {
  readonly site: string;
  readonly device: string;
  readonly at: number;
  readonly presses: readonly Press[];
};

export class Loop {
  readonly #o: LoopOptions;
  readonly #undo = new UndoLog();
  #scheduled = false;
  #inFlight = false;
  #inFlightSince = 0;
  #stopped = false;
  #cancelWake: (() => void) | null = null;
  #wakeAt: number | null = null;
  /** The turn being made or committed. */
  #items: Item[] = [];
  #events: Recorded[] = [];
  #bytes: Buffer[] = [];
  #outcomes: { item: Item; events: Recorded[] }[] = [];
  #idle: (() => void)[] = [];
  /** Artefacts for the next turn, and those of the turn in flight. */
  #toStore: Store[] = [];
  #storing: Store[] = [];

  constructor(options: LoopOptions) {
    this.#o = options;
  }

  start(): void {
    this.#o.inbox.onArrival(() => this.#schedule());
    this.#schedule();
  }

  /**
   * Puts artefacts into the journal file, with the next turn's events if there are any. Resolves when
   * they are on disk. An event that names them must be decided in that turn or later.
   */
  store(rows: readonly ArtefactRow[]): Promise<void> {
    return new Promise((done) => {
      this.#toStore.push({ rows, done });
      this.#schedule();
    });
  }

  /** Finishes what waits and what is in flight; then `last` may push one more, and it ends. */
  async drain(last: () => void): Promise<void> {
    await this.#emptied();
    last();
    await this.#emptied();
    this.#stopped = true;
    this.#cancelWake?.();
  }

  async #emptied(): Promise<void> {
    while (this.#inFlight || this.#hasWaiting()) {
      this.#schedule();
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Presses that have waited longer than `ms` without being on disk. */
  unrecorded(ms: number): UnrecordedPress[] {
    const before = this.#o.clock.monotonic() - ms;
    const waiting = [...this.#items, ...this.#o.inbox.waiting()];
    return waiting.flatMap(({ signal, arrived }) =>
      signal.kind === "press" && arrived <= before
        ? { site: signal.site, device: signal.device, at: signal.at, presses: signal.presses }
        : [],
    );
  }

  /** How long the turn in flight has been waiting for the disk, ms; 0 where none is. */
  get waitingForDiskMs(): number {
    return this.#inFlight ? this.#o.clock.monotonic() - this.#inFlightSince : 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight || this.#stopped) return;
    this.#scheduled = true;
    this.#o.soon(() => {
      this.#scheduled = false;
      if (!this.#inFlight && !this.#stopped) this.turn();
    });
  }

  /** One turn, up to handing it to the committer. Public for the simulation, which steps by hand. */
  turn(): void {
    const started = this.#o.clock.monotonic();
    this.#collect();
    const { length } = this.#items;
    this.#storing = this.#toStore;
    this.#toStore = [];
    const isEmpty = this.#events.length === 0 && this.#storing.length === 0;
    if (isEmpty && length === 0) return this.#rest();
    this.#o.onTurn({
      signals: length,
      events: this.#events.length,
      decideMs: this.#o.clock.monotonic() - started,
    });
    if (isEmpty) return this.#finish();
    this.#inFlight = true;
    const first = this.#o.state.position - this.#events.length + 1;
    const artefacts = this.#storing.flatMap(({ rows }) => rows);
    const turn = { first, bodies: this.#bytes, artefacts };
    this.#inFlightSince = started;
    void this.#o.committer.commit(turn).then(() => {
      this.#inFlight = false;
      this.#undo.clear();
      this.#finish();
    });
  }

  #collect(): void {
    const { inbox, clock, state } = this.#o;
    for (let n = 0; n < urgentPerTurn; n += 1) {
      const item = inbox.take("urgent");
      if (!item) break;
      this.#take(item);
    }
    for (let n = 0; n < deadlinesPerTurn && dueDeadline(state, clock.now()); n += 1) {
      const at = clock.now();
      this.#decide({ kind: "time", id: this.#o.newId(at), at });
    }
    // The slice begins after the urgent lane: a flood there delays the routine, never starves it.
    const sliceEnd = clock.monotonic() + routineSliceMs;
    while (clock.monotonic() < sliceEnd) {
      const item = inbox.take("routine");
      if (!item) break;
      this.#take(item);
    }
  }

  #take(item: Item): void {
    this.#items.push(item);
    const before = this.#events.length;
    this.#decide(item.signal);
    this.#outcomes.push({ item, events: this.#events.slice(before) });
  }

  /** Decides and evolves one signal; whatever throws is undone and quarantined. */
  #decide(received: Signal): void {
    const at = Math.max(received.at, this.#o.state.at);
    const signal = at === received.at ? received : { ...received, at };
    try {
      return this.#apply(signal, decide(this.#o.state, signal, this.#o.world(this.#o.state)));
    } catch (error) {
      this.#o.onQuarantine(signal, error);
      this.#quarantine(signal, error);
    }
  }

  #quarantine(signal: Signal, error: unknown): void {
    const { state } = this.#o;
    const { id, at, ...quarantined } = signal;
    const code = error instanceof Error ? error.name : "unknown";
    const substitute: Signal = { kind: "quarantine", quarantined, error: code, id, at };
    try {
      this.#apply(substitute, decide(state, substitute, this.#o.world(state)));
    } catch (second) {
      this.#o.onQuarantine(substitute, second);
      this.#apply(substitute, [lastResort(state, signal, code)]);
    }
  }

  /** All of a signal's events, or none: a throw half way is rolled back. */
  #apply(signal: Signal, events: readonly Event[]): void {
    const { state } = this.#o;
    const mark = this.#undo.mark();
    const before = this.#events.length;
    const actor = actorOf(signal);
    try {
      for (const event of events) {
        const envelope = { position: state.position + 1, at: signal.at, signal: signal.id };
        const recorded = record(event, actor ? { ...envelope, actor } : envelope);
        const bytes = encodeEvent(recorded);
        evolve(state, recorded, this.#undo);
        this.#events.push(recorded);
        this.#bytes.push(bytes);
      }
    } catch (error) {
      this.#undo.rollback(mark);
      this.#events.length = before;
      this.#bytes.length = before;
      throw error;
    }
  }

  /** The turn is on disk: views and outbox first, then everybody who waits for an answer. */
  #finish(): void {
    const events = this.#events;
    const bytes = this.#bytes;
    const outcomes = this.#outcomes;
    const { position } = this.#o.state;
    const stored = this.#storing;
    this.#items = [];
    this.#events = [];
    this.#bytes = [];
    this.#outcomes = [];
    this.#storing = [];
    if (events.length > 0) this.#o.onCommitted(events, bytes);
    for (const { done } of stored) done();
    for (const outcome of outcomes) answer(outcome.item, { position, events: outcome.events });
    this.#rest();
  }

  #rest(): void {
    if (this.#hasWaiting()) this.#schedule();
    else for (const resolve of this.#idle.splice(0)) resolve();
    this.#arm(nextDeadlineAt(this.#o.state));
  }

  #hasWaiting(): boolean {
    const { inbox } = this.#o;
    return inbox.depth("urgent") + inbox.depth("routine") + this.#toStore.length > 0;
  }

  #arm(at: number | null): void {
    if (at === this.#wakeAt && this.#cancelWake) return;
    this.#cancelWake?.();
    this.#wakeAt = at;
    this.#cancelWake =
      at === null
        ? null
        : this.#o.clock.wakeAt(at, () => {
            this.#cancelWake = null;
            this.#schedule();
          });
  }
}

/** One answer that throws must not keep the others from theirs. */
function answer(item: Item, outcome: Outcome): void {
  for (const done of item.done) {
    try {
      done(outcome);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/**
 * When even the quarantine throws: the bare fact with the keys of its new presses, so that the journal
 * knows them and counts none twice (I10), and a deadline that would fire for ever is cut.
 */
function lastResort(state: State, signal: Signal, error: string): Event {
  const due = signal.kind === "time" ? dueDeadline(state, signal.at) : null;
  const press = signal.kind === "press" ? signal : null;
  const device = press && deviceKey(press.site, press.device);
  const fresh = press
    ? freshPresses(
        state.devices.get(device ?? ""),
        press.presses,
        signal.at,
        defaultSettings.repeat,
      )
    : [];
  return {
    type: "signal-quarantined",
    signalKind: signal.kind,
    error,
    device,
    deadline: due && deadlineId(due.kind, due.subject),
    keys: fresh.slice(-64).map(pressKey),
  };
}
