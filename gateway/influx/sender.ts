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
/** More points in a row are not all wrong: it is the request that the server refuses. */
const mostRefusedInARow = 100;
const statusEveryMs = 1000;
const forgetEveryMs = 5000;

/** The same lines would never be taken, whenever they are sent. */
const faulty = [201, 400, 413, 422];
/** Answers to whoever asks: another connection reads the token again. */
const forbidding = [401, 403, 404];

type Work = {
  /** One after the other, never in one request. */
  readonly groups: readonly (readonly Line[])[];
  readonly precision: Precision;
  readonly after: Progress;
};

export class Sender {
  readonly #o: SenderOptions;
  #journal: JournalFile | null = null;
  /** Up to where all was looked at. */
  #progress: Progress;
  /** Up to where nothing is in question: as it is on disk. */
  #noted: Progress;
  #most = mostLines;
  #pauseMs = firstPauseMs;
  /**
   * Points that were refused since the server took something last, by their lines. Whether they or
   * the request is wrong is not known yet, so the cursor on disk stays before them.
   */
  readonly #doubtful = new Map<string, SetAside>();
  /** What the server took last: sent again it changes nothing, and tells whether it takes any. */
  #witness: { readonly text: string; readonly precision: Precision } | null = null;
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
    this.#noted = this.#progress;
  }

  /** Until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#connection();
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        await this.#pauseAfter(error);
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
    // It would say the same of each request, and only after it has read all of it.
    if (kind.api === "2" && kind.name.startsWith("InfluxDB 2.") && settings.org === "") {
      throw new NotTaken(403, "`influx.org` is not set: InfluxDB 2 wants it", null, false);
    }
    this.#progress = ledger.goBack(resendMs);
    this.#noted = this.#progress;
    this.#suspects.clear();
    this.#doubtful.clear();
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
      this.#o.follower.close();
    }
  }

  async #do(server: Server, { groups, precision, after }: Work): Promise<void> {
    for (const lines of groups) {
      for (let from = 0; from < lines.length; ) {
        const part = lines.slice(from, from + this.#most);
        if (!(await this.#write(server, part, precision))) return;
        from += part.length;
      }
    }
    if (this.#doubtful.size > 0 && this.#witness) await this.#askWitness(server);
    const now = this.#o.clock.now();
    this.#progress = after;
    if (this.#doubtful.size === 0) {
      this.#noted = after;
      this.#o.ledger.wrote(after, now, this.#o.resendMs);
    }
    if (now - this.#toldAt >= statusEveryMs) this.#tell();
  }

  /** False where the connection has ended meanwhile. Throws where it is to be made anew. */
  async #write(server: Server, lines: readonly Line[], precision: Precision): Promise<boolean> {
    for (;;) {
      const most = this.#most;
      try {
        await this.#writePart(server, lines, precision);
        // Not where it was too large just now: the next one would be, too.
        if (this.#most === most) this.#most = Math.min(most * 2, mostLines);
        return true;
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        if (error.status === 0) this.#most = Math.max(Math.floor(most / 2), leastLines);
        if (error.isBroken || forbidding.includes(error.status)) throw error;
        // The same server on the same connection: what it took stands.
        await this.#pauseAfter(error);
        if (this.#stopped || server.isBroken) return false;
      }
    }
  }

  /** Of lines that are refused, halves are tried, in order, down to the single one that is wrong. */
  async #writePart(server: Server, lines: readonly Line[], precision: Precision): Promise<void> {
    try {
      await this.#send(server, lines, precision);
    } catch (error) {
      if (!(error instanceof NotTaken) || !faulty.includes(error.status)) throw error;
      if (error.status === 413) {
        this.#most = Math.min(this.#most, Math.max(lines.length >> 1, leastLines));
      }
      const isSingle = lines.every(({ rows }) => rows.length <= 1);
      const areAll = lines.length === 1 || droppedOf(error.message) === lines.length;
      if (isSingle && areAll) return this.#refused(server, lines, error);
      const [line] = lines;
      const parts = lines.length === 1 && line ? singleLines(line) : lines;
      const half = parts.length >> 1;
      await this.#writePart(server, parts.slice(0, half), precision);
      return this.#writePart(server, parts.slice(half), precision);
    }
    // The last one: after it came none that says something else of the same instant.
    const last = lines.at(-1);
    if (last) this.#witness = { text: last.text, precision };
    this.#pauseMs = firstPauseMs;
    this.#setAside();
    for (const { rows } of lines) this.#counts.samples += rows.length;
    if (precision === "ns") this.#counts.events += lines.length;
  }

  async #send(
    server: Server,
    lines: readonly { readonly text: string }[],
    precision: Precision,
  ): Promise<void> {
    this.#counts.requests += 1;
    const texts = lines.map(({ text }) => text);
    await server.write(texts, precision);
  }

  /** They wait until it is clear that it is they who are wrong. Throws where it is the request. */
  async #refused(server: Server, lines: readonly Line[], error: NotTaken): Promise<void> {
    const at = this.#o.clock.now();
    for (const { text, rows } of lines) {
      this.#doubtful.set(text, { at, line: text.slice(0, 1000), reason: error.message });
      for (const row of rows) this.#suspects.add(suspectKey(row));
    }
    if (isOfPoints(error)) return this.#setAside();
    if (this.#doubtful.size < mostRefusedInARow) return;
    if (!this.#witness) throw refusalOf(error);
    await this.#askWitness(server);
  }

  /** A server that takes a line again that it took before means points with what it refuses. */
  async #askWitness(server: Server): Promise<void> {
    if (!this.#witness) return;
    try {
      await this.#send(server, [this.#witness], this.#witness.precision);
    } catch (error) {
      if (!(error instanceof NotTaken) || !faulty.includes(error.status)) throw error;
      if (!isOfPoints(error)) throw refusalOf(error);
    }
    this.#setAside();
  }

  /** The server has looked at points: those in question are wrong themselves. */
  #setAside(): void {
    if (this.#doubtful.size > 0) this.#o.ledger.setAside([...this.#doubtful.values()]);
    this.#counts.aside += this.#doubtful.size;
    this.#doubtful.clear();
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

  /** Longer each time, until something is taken. */
  async #pauseAfter(error: NotTaken): Promise<void> {
    this.#counts.failures += 1;
    this.#note(stateOf(error), error.message);
    // A day that is dropped meanwhile frees its place on the disk only when nobody holds it.
    this.#o.follower.close();
    const asked = Math.min(error.retryAfterMs ?? 0, longestRetryAfterMs);
    const pauseMs = Math.max(this.#pauseMs, asked);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    await this.#wait(pauseMs);
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
    const { points, oldestAt } = backlog.backlog(this.#noted.place);
    backlog.close();
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

/** The server says that it has looked at each point, and which of them it did not take. */
function isOfPoints({ message }: NotTaken): boolean {
  return /\bpartial write\b|\bdropped=\d/i.test(message);
}

/** Somebody has to look at it, as where a token is wrong. */
function refusalOf({ message }: NotTaken): NotTaken {
  return new NotTaken(403, `every point is refused: ${message}`, null, false);
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
