/**
 * `GET /api/v1/stream`: server-sent events whose ids are journal positions (DESIGN §6). After each
 * commit the cards and rows it touched go out at once, whole, rendered once for all who may see the
 * same. Who was away asks for what came `after`; who was away too long is told to begin again.
 */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Recorded } from "#rules/event.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist, may } from "../identity/may.ts";
import { type EndReason, readerOf, type Session } from "../identity/sessions.ts";
import { version } from "../version.ts";
import { alarmRow, incidentCard } from "../views/cards.ts";
import { outOfServiceView } from "../views/holds.ts";
import { impairmentView } from "../views/impairments.ts";
import { recordingView } from "../views/overview.ts";
import type { Sight } from "../views/sight.ts";
import { testsView } from "../views/tests.ts";
import { type Touch, Touched } from "../views/touched.ts";
import type { ChangeFrame, EndFrame, HeartbeatFrame, HelloFrame, ResetFrame } from "./frames.ts";
import { scopeOf } from "./guard.ts";
import { telemetryEveryMs, Watching } from "./watching.ts";

export type StreamQuery = {
  readonly after?: string;
  readonly seat?: string;
  readonly site?: string;
  readonly station?: string;
};

/** Events whose touch is remembered (DESIGN §6): a wider gap is a reset. */
const remembered = 5000;
export const heartbeatMs = 2000;
/** Bytes waiting for one reader: over it, it is cut off and begins again when it can. */
const mostWaitingBytes = 1 << 20;
/** Bytes waiting over which a reader gets no values until they have left. */
const mostBeforeValues = 1 << 16;
const mostStreams = 1000;
const mostOfSession = 32;

type Open = {
  readonly id: string;
  readonly session: Session;
  readonly query: StreamQuery;
  /** Streams of one key may see the same: they get the same bytes. */
  readonly key: string;
  readonly raw: ServerResponse;
};

/** What the streams of one key may see. */
type Sees = {
  readonly site: (site: string) => boolean;
  readonly station: (station: string) => boolean;
};

export class Streams {
  readonly #gateway: Gateway;
  readonly #sight: () => Sight;
  readonly #touched: Touched;
  readonly #watching: Watching;
  readonly #open = new Map<string, Open>();
  #ring: Touch[] = [];
  /** Touches after this position are all in the ring. */
  #since: number;
  /** Committed, and not looked at yet. */
  #waiting: Recorded[] = [];
  #next: NodeJS.Immediate | undefined;
  readonly #stops: (() => void)[] = [];

  constructor(gateway: Gateway, sight: () => Sight) {
    this.#gateway = gateway;
    this.#sight = sight;
    this.#touched = new Touched(gateway.committed.state);
    this.#since = gateway.position;
    this.#watching = new Watching(gateway, (telemetry) => frame("telemetry", telemetry));
  }

  start(): void {
    const { committed, clock, door } = this.#gateway;
    committed.addReader("streams", (events) => this.#take(events));
    this.#stops.push(
      clock.every(heartbeatMs, () => this.#heartbeat()),
      clock.every(telemetryEveryMs, () => this.#watching.tick()),
      door.sessions.onEnd((key, reason) => this.#end(reason, key)),
    );
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    clearImmediate(this.#next);
    this.#end("stopping");
  }

  get count(): number {
    return this.#open.size;
  }

  /** Answers the request with a stream that stays open; throws `Refused` before anything is sent. */
  open(request: FastifyRequest, reply: FastifyReply, session: Session, query: StreamQuery): void {
    insist(readerOf(session), "stream", { ...scopeOf(request), ...named(query) });
    this.#room(session);
    this.#drain();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // A proxy that gathers the answer would hold up the alarm.
      "x-accel-buffering": "no",
      connection: "keep-alive",
    });
    raw.socket?.setNoDelay(true);
    const { role, scope } = session.person;
    const key = JSON.stringify([role, scope, query.site, query.station]);
    const open: Open = { id: randomBytes(16).toString("hex"), session, query, key, raw };
    this.#open.set(open.id, open);
    const { seats } = this.#gateway.door;
    if (query.seat !== undefined) seats.streamOpened(open.id, query.seat);
    raw.on("close", () => this.#closed(open));
    raw.on("error", () => this.#closed(open));
    this.#greet(open, lastSeen(request, query));
    this.#gateway.metrics.streams.set(this.#open.size);
  }

  /** From now on this stream is told the values of these devices, SITE/DEVICE. */
  watch(session: Session, id: string, devices: readonly string[]): void {
    const open = this.#open.get(id);
    if (open?.session.key !== session.key) {
      throw new Refused({ code: "not-found", message: "there is no such stream of this session" });
    }
    for (const key of devices) {
      insist(readerOf(session), "stream", { site: key.slice(0, key.indexOf("/")) });
    }
    this.#watching.watch(id, devices, {
      send: (bytes) => this.#write(open, bytes),
      keepsUp: () => open.raw.writableLength < mostBeforeValues,
    });
  }

  #room({ key }: Session): void {
    const own = [...this.#open.values()].filter(({ session }) => session.key === key).length;
    if (this.#open.size < mostStreams && own < mostOfSession) return;
    throw new Refused({
      code: "too-many-streams",
      message: `${own} streams of this session, ${this.#open.size} in all`,
      allowed: `${mostOfSession} of one session, ${mostStreams} in all; close a tab`,
      retryAfterMs: 5000,
    });
  }

  #closed({ id }: Open): void {
    if (!this.#open.delete(id)) return;
    this.#watching.forget(id);
    this.#gateway.door.seats.streamClosed(id);
    this.#gateway.metrics.streams.set(this.#open.size);
  }

  #greet(open: Open, after: number | null): void {
    const { clock, position } = this.#gateway;
    const { access } = open.session;
    const hello: HelloFrame = { stream: open.id, position, at: clock.now(), version, access };
    this.#write(open, frame("hello", hello));
    this.#write(open, this.#heartbeatOf(open));
    if (after === null || after === position) return;
    const reason = after > position ? "future" : "gap";
    if (after > position || after < this.#since || position - after > remembered) {
      const reset: ResetFrame = { position, reason };
      return this.#write(open, frame("reset", reset, position));
    }
    const missed = this.#ring.filter((touch) => touch.position > after);
    const bytes = this.#change(missed, this.#seesOf(open));
    if (bytes) this.#write(open, bytes);
  }

  /** Orders and PUBACKs of this turn leave first: a screen is looked at, an engine has to drive. */
  #take(events: readonly Recorded[]): void {
    this.#waiting.push(...events);
    this.#next ??= setImmediate(() => {
      try {
        this.#drain();
      } catch (error) {
        this.#lose(error);
      }
    });
  }

  /** What a fault of a view has swallowed nobody gets: all begin again from the overview. */
  #lose(error: unknown): void {
    this.#gateway.log.error({ err: error }, "a change of the screens failed");
    this.#gateway.metrics.failures.inc({ part: "streams" });
    this.#ring = [];
    this.#since = this.#gateway.position;
    this.#end("stopping");
  }

  #drain(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    const events = this.#waiting;
    if (events.length === 0) return;
    this.#waiting = [];
    const touches = this.#touched.of(events, this.#gateway.committed.state);
    this.#remember(touches);
    if (touches.length === 0 || this.#open.size === 0) return;
    const rendered = new Map<string, Buffer | null>();
    for (const open of this.#open.values()) {
      let bytes = rendered.get(open.key);
      if (bytes === undefined) {
        bytes = this.#change(touches, this.#seesOf(open));
        rendered.set(open.key, bytes);
      }
      if (bytes) this.#write(open, bytes);
    }
  }

  #remember(touches: readonly Touch[]): void {
    this.#ring.push(...touches);
    const oldest = this.#gateway.position - remembered;
    // Cut in one go now and then, not one by one.
    if ((this.#ring[0]?.position ?? oldest) > oldest - remembered) return;
    this.#ring = this.#ring.filter(({ position }) => position > oldest);
    this.#since = Math.max(this.#since, oldest);
  }

  /** Of its site, or of the station that inspects. */
  #seesPermit(sees: Sees, id: string): boolean {
    const permit = this.#gateway.committed.state.permits.get(id);
    const station = permit?.inspection?.station;
    return (
      permit !== undefined &&
      (sees.site(permit.report.site) || (!!station && sees.station(station)))
    );
  }

  /** One frame of all that these commits changed, as it is now; null where none of it may be seen. */
  #change(touches: readonly Touch[], sees: Sees): Buffer | null {
    const sight = this.#sight();
    const incidents = new Set(touches.flatMap((touch) => touch.incidents));
    const alarms = new Set(touches.flatMap((touch) => touch.alarms));
    const stations = new Set(touches.flatMap((touch) => touch.stations));
    const permits = new Set(touches.flatMap((touch) => touch.permits));
    const change: ChangeFrame = {
      position: this.#gateway.position,
      at: this.#gateway.clock.now(),
      incidents: [...incidents]
        .filter(({ site }) => sees.site(site))
        .map((incident) => incidentCard(sight, incident)),
      alarms: [...alarms]
        .filter(({ site }) => sees.site(site))
        .map((alarm) => alarmRow(sight, alarm)),
      stations: [...stations].filter(sees.station),
      permits: [...permits].filter((id) => this.#seesPermit(sees, id)),
      inventory: touches.some((touch) => touch.inventory),
      tests: touches.some((touch) => touch.tests) ? testsView(sight, sees.site) : null,
      outOfService: touches.some((touch) => touch.outOfService)
        ? outOfServiceView(sight, sees.site)
        : null,
      impairments: touches.some((touch) => touch.outOfService)
        ? impairmentView(sight, sees.site)
        : null,
    };
    const isEmpty =
      change.incidents.length + change.alarms.length + change.stations.length === 0 &&
      change.permits?.length === 0 &&
      !change.inventory &&
      change.tests === null &&
      change.outOfService === null;
    return isEmpty ? null : frame("change", change, change.position);
  }

  /** `may()` judges each site and station, once for each frame; the query narrows it further. */
  #seesOf({ session, query }: Open): Sees {
    const asker = readerOf(session);
    const narrow = query.site !== undefined || query.station !== undefined;
    return {
      site: (site) => (!narrow || query.site === site) && may(asker, "stream", { site }).may,
      station: (station) =>
        (!narrow || query.station === station) && may(asker, "stream", { station }).may,
    };
  }

  #heartbeat(): void {
    const rendered = new Map<string, Buffer>();
    for (const open of this.#open.values()) {
      const bytes = rendered.get(open.key) ?? this.#heartbeatOf(open);
      rendered.set(open.key, bytes);
      this.#write(open, bytes);
    }
  }

  #heartbeatOf(open: Open): Buffer {
    const { position, clock, recording, door, telemetry } = this.#gateway;
    const heartbeat: HeartbeatFrame = {
      position,
      at: clock.now(),
      recording: recordingView(recording.state(), this.#seesOf(open).site),
      seats: door.seats.state(),
      timeSeries: telemetry.influx.view(),
    };
    return frame("heartbeat", heartbeat);
  }

  /** Of one session, or of all; the page connects again and learns what it may see now. */
  #end(reason: EndReason | "stopping", key?: string): void {
    const end: EndFrame = { reason };
    const bytes = frame("end", end);
    for (const open of [...this.#open.values()]) {
      if (key !== undefined && open.session.key !== key) continue;
      open.raw.end(bytes);
      this.#closed(open);
    }
  }

  #write(open: Open, bytes: Buffer): void {
    const { raw } = open;
    if (!this.#open.has(open.id)) return;
    if (raw.writableLength + bytes.length > mostWaitingBytes) {
      this.#gateway.metrics.slowStreams.inc();
      this.#gateway.log.warn({ seat: open.query.seat }, "a reader of the stream is too slow");
      raw.destroy();
      return this.#closed(open);
    }
    raw.write(bytes);
  }
}

/** What the query names, for `may()`: nothing where it names nothing. */
function named({ site, station }: StreamQuery): { site?: string; station?: string } {
  return { ...(site === undefined ? {} : { site }), ...(station === undefined ? {} : { station }) };
}

/** What a browser that connects again has seen; it knows better than the address it began with. */
function lastSeen(request: FastifyRequest, { after }: StreamQuery): number | null {
  const header = request.headers["last-event-id"];
  const text = typeof header === "string" && /^\d{1,15}$/.test(header) ? header : after;
  return text === undefined ? null : Number(text);
}

function frame(event: string, data: object, id?: number): Buffer {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return Buffer.from(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
