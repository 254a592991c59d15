/**
 * Sends what came to the local store and to the journal to a server, in order, one request at a time.
 * Where the server does not take it, it waits and says why; nothing is skipped but single points
 * that the server refuses, which are named and counted.
 */
import type { Clock } from "../clock.ts";
import type { FollowedBatch, FollowedRow, Follower, Place } from "../history/follow.ts";
import { decodeEvent } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";
import { eventLines } from "./event-lines.ts";
import type { Ledger, Progress, SetAside } from "./ledger.ts";
import { type Line, linesOf, singleLines } from "./line.ts";
import { NotTaken, type Precision, probe, Server, type ServerOptions } from "./server.ts";
import type { InfluxStatus, SenderState } from "./status.ts";

export type SenderOptions = {
  readonly folder: string;
  readonly clock: Clock;
  readonly follower: Follower;
  /** Another one, which counts: it may look at other days meanwhile. */
  readonly backlog: Follower;
  readonly ledger: Ledger;
  /** Read again with each connection: a token that was replaced needs no restart. */
  readonly server: () => ServerOptions;
  readonly resendMs: number;
  readonly changed: (status: InfluxStatus) => void;
  /** Samples up to here will never be asked for again. */
  readonly outOfDoubt: (place: Place) => void;
};

const pollMs = 250;
/** Lines of a request; fewer after one that took too long, or was too large. */
const mostLines = 5000;
const leastLines = 100;
/** Batches of the log that are read at once: an outage is caught up by large requests. */
const mostBatches = 64;
const mostEvents = 1000;
const firstPauseMs = 250;
const longestPauseMs = 15_000;
const longestRetryAfterMs = 300_000;
const statusEveryMs = 1000;
const forgetEveryMs = 5000;

/** Answers to what is wrong with the request itself: the same lines would never be taken. */
const faulty = [201, 400, 422];

type Work = {
  /** One after the other, never in one request. */
  readonly groups: readonly (readonly Line[])[];
  readonly precision: Precision;
  readonly after: Progress;
};

export class Sender {
  readonly #o: SenderOptions;
  #journal: JournalFile | null = null;
  #progress: Progress;
  #most = mostLines;
  /** Points of which the server has refused a sample: theirs go by themselves. */
  readonly #suspects = new Set<string>();
  #state: SenderState = "connecting";
  #server: string | null = null;
  #api: "1" | "2" | null = null;
  #why: string | null = null;
  #counts = { samples: 0, events: 0, aside: 0, requests: 0, failures: 0 };
  #toldAt = 0;
  #forgotAt = 0;
  #stopped = false;

  constructor(options: SenderOptions) {
    this.#o = options;
    this.#progress = options.ledger.progress();
  }

  /** Until it is stopped. */
  async run(): Promise<void> {
    for (let pauseMs = firstPauseMs; !this.#stopped; ) {
      const before = this.#counts.requests;
      try {
        await this.#connection();
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        if (this.#counts.requests > before) pauseMs = firstPauseMs;
        this.#counts.failures += 1;
        this.#note(stateOf(error), error.message);
        const asked = Math.min(error.retryAfterMs ?? 0, longestRetryAfterMs);
        await this.#wait(Math.max(pauseMs, asked));
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
    this.#journal?.close();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** From its beginning to its end; what the server took last is in doubt at each beginning. */
  async #connection(): Promise<void> {
    const { server: options, ledger, resendMs } = this.#o;
    const settings = options();
    const kind = await probe(settings);
    [this.#server, this.#api] = [kind.name, kind.api];
    this.#progress = ledger.goBack(resendMs);
    this.#suspects.clear();
    const server = new Server(settings, kind);
    try {
      while (!this.#stopped && !server.isBroken) {
        const work = this.#nextEvents() ?? this.#nextSamples();
        if (work) await this.#do(server, work);
        else await this.#wait(pollMs);
        this.#forget();
      }
    } finally {
      server.close();
    }
  }

  async #do(server: Server, { groups, precision, after }: Work): Promise<void> {
    for (const lines of groups) {
      for (let from = 0; from < lines.length; ) {
        const part = lines.slice(from, from + this.#most);
        if (!(await this.#write(server, part, precision))) continue;
        from += part.length;
      }
    }
    const now = this.#o.clock.now();
    this.#progress = after;
    this.#o.ledger.wrote(after, now, this.#o.resendMs);
    if (now - this.#toldAt >= statusEveryMs) this.#tell();
  }

  /** False where it is to be tried again with fewer. Throws where the server takes nothing now. */
  async #write(server: Server, lines: readonly Line[], precision: Precision): Promise<boolean> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await this.#writePart(server, lines, precision);
        this.#most = Math.min(this.#most * 2, mostLines);
        return true;
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        const isTooMuch = error.status === 413 || error.status === 0;
        const before = this.#most;
        if (isTooMuch) this.#most = Math.max(Math.floor(this.#most / 2), leastLines);
        if (error.status === 413 && this.#most < before) return false;
        if (error.isBroken) throw error;
        // The same server on the same connection: what it took stands.
        this.#counts.failures += 1;
        this.#note(stateOf(error), error.message);
        if (error.status === 401 || error.status === 403 || error.status === 404) throw error;
        const asked = Math.min(error.retryAfterMs ?? 0, longestRetryAfterMs);
        await this.#wait(Math.max(pauseMs, asked));
        if (this.#stopped || server.isBroken) throw error;
      }
    }
  }

  /** Of lines that are refused, halves are tried, in order, down to the single one that is wrong. */
  async #writePart(server: Server, lines: readonly Line[], precision: Precision): Promise<void> {
    try {
      this.#counts.requests += 1;
      await server.write(
        lines.map(({ text }) => text),
        precision,
      );
    } catch (error) {
      if (!(error instanceof NotTaken) || !faulty.includes(error.status)) throw error;
      const isSingle = lines.every(({ rows }) => rows.length <= 1);
      const areAll = lines.length === 1 || droppedOf(error.message) === lines.length;
      if (isSingle && areAll) return this.#setAside(lines, error.message);
      const [line] = lines;
      const parts = lines.length === 1 && line ? singleLines(line) : lines;
      const half = parts.length >> 1;
      await this.#writePart(server, parts.slice(0, half), precision);
      return this.#writePart(server, parts.slice(half), precision);
    }
    this.#note("writing", null);
    for (const { rows } of lines) this.#counts.samples += rows.length;
    if (precision === "ns") this.#counts.events += lines.length;
  }

  #setAside(lines: readonly Line[], reason: string): void {
    const at = this.#o.clock.now();
    const all = lines.map(({ text }): SetAside => ({ at, line: text.slice(0, 1000), reason }));
    this.#o.ledger.setAside(all);
    this.#counts.aside += lines.length;
    for (const { rows } of lines) for (const row of rows) this.#suspects.add(suspectKey(row));
    this.#note("writing", null);
  }

  #nextSamples(): Work | null {
    const { follower } = this.#o;
    let { place } = this.#progress;
    const batches: FollowedBatch[] = [];
    for (let rows = 0; rows < mostLines && batches.length < mostBatches; ) {
      const batch = follower.next(place);
      if (!batch) break;
      batches.push(batch);
      rows += batch.rows.length;
      place = batch.place;
    }
    if (batches.length === 0) return null;
    const rows = batches.flatMap((batch) => batch.rows);
    const isSuspect = (row: FollowedRow): boolean => this.#suspects.has(suspectKey(row));
    const groups =
      this.#suspects.size === 0
        ? [linesOf(rows)]
        : [
            linesOf(rows.filter((row) => !isSuspect(row))),
            rows.filter(isSuspect).flatMap((row) => linesOf([row])),
          ];
    return { groups, precision: "ms", after: { ...this.#progress, place } };
  }

  #nextEvents(): Work | null {
    this.#journal ??= JournalFile.openForReading(this.#o.folder);
    // A journal that was restored, or mended, may end before what was written of the old one.
    let position = Math.min(this.#progress.position, this.#journal.head().position);
    const lines: Line[] = [];
    for (const row of this.#journal.read(position, position + mostEvents)) {
      position = row.position;
      for (const text of eventLines(decodeEvent(row.body), this.#o.ledger.subjects)) {
        lines.push({ text, rows: [] });
      }
    }
    if (position === this.#progress.position) return null;
    const after = { ...this.#progress, position };
    // What is no mark needs no request, and no note on disk: it would be read again.
    if (lines.length > 0) return { groups: [lines], precision: "ns", after };
    this.#progress = after;
    return null;
  }

  #forget(): void {
    const { clock, ledger, resendMs, outOfDoubt } = this.#o;
    const now = clock.now();
    if (now - this.#forgotAt < forgetEveryMs) return;
    this.#forgotAt = now;
    const place = ledger.outOfDoubt(now, resendMs);
    if (place) outOfDoubt(place);
  }

  #note(state: SenderState, why: string | null): void {
    const isNew = state !== this.#state || (why !== null && why !== this.#why);
    [this.#state, this.#why] = [state, why];
    if (isNew) this.#tell();
  }

  async #wait(ms: number): Promise<void> {
    const until = this.#o.clock.monotonic() + ms;
    for (let left = ms; left > 0 && !this.#stopped; ) {
      if (this.#o.clock.now() - this.#toldAt >= statusEveryMs) this.#tell();
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, statusEveryMs)));
      left = until - this.#o.clock.monotonic();
    }
  }

  #tell(): void {
    const { clock, backlog, changed } = this.#o;
    const now = clock.now();
    this.#toldAt = now;
    const { points, oldestAt } = backlog.backlog(this.#progress.place);
    changed({
      state: this.#state,
      server: this.#server,
      api: this.#api,
      why: this.#why,
      lagPoints: points,
      lagMs: oldestAt === null ? 0 : Math.max(0, now - oldestAt),
      ...this.#counts,
    });
  }
}

/** How many lines of a request the server says that it did not take (InfluxDB 1 and 2). */
function droppedOf(message: string): number {
  return Number(/\bdropped=(\d+)/.exec(message)?.[1] ?? 0);
}

/** A type holds for all devices of a kind. */
function suspectKey({ kind, point }: FollowedRow): string {
  return `${kind}#${point}`;
}

function stateOf({ status }: NotTaken): SenderState {
  if (status === 0) return "unreachable";
  if (status === 401 || status === 403) return "refused";
  return status === 404 ? "no-database" : "waiting";
}
