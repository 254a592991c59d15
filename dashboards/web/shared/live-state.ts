/**
 * What a screen knows of the district now: the overview, kept up to date by the frames of the
 * stream. Pure, so that worker and page fold the same inputs to the same state.
 *
 * A card stands at most once, whatever is sent twice, late or again after a reconnect.
 */
import type {
  AlarmRow,
  ImpairmentRow,
  IncidentCard,
  OutOfServiceRow,
  Overview,
  TestRow,
} from "#gateway/api/contract.ts";
import type {
  ChangeFrame,
  EndFrame,
  HeartbeatFrame,
  HelloFrame,
  ResetFrame,
} from "#gateway/api/frames.ts";

/** `lost`: silence for 4 s. `signed-out`: the gateway does not know this browser any more. */
export type LinkState = "connecting" | "live" | "lost" | "signed-out";

export type Live = {
  /** Journal position of what is shown. */
  readonly position: number;
  /** False until an overview was read, and again after a reset. */
  readonly complete: boolean;
  readonly incidents: ReadonlyMap<string, IncidentCard>;
  /** Alarms of no incident. */
  readonly alarms: ReadonlyMap<string, AlarmRow>;
  /** Open tests, the one that ends first before the others. */
  readonly tests: readonly TestRow[];
  /** What is out of service, the one that ends first before the others. */
  readonly outOfService: readonly OutOfServiceRow[];
  readonly impairments: readonly ImpairmentRow[];
  readonly district: Overview["district"] | null;
  readonly utcOffsetMin: number;
  readonly recording: Overview["recording"];
  readonly seats: Overview["seats"];
  readonly timeSeries: Overview["timeSeries"];
  readonly access: HelloFrame["access"];
  /** Version of the gateway that answers now, and of the one this page was loaded from. */
  readonly version: string | null;
  readonly loadedVersion: string | null;
  /** Names this browser's stream where its seat reports presence. */
  readonly stream: string | null;
  /** Gateway time minus the time of this machine, ms. */
  readonly clockOffsetMs: number;
  /** Grows when a permit for hot work has changed: whoever shows one reads it again. */
  readonly permitRevision: number;
  /** Grows when stations or sites have changed: the map must be read again. */
  readonly inventoryRevision: number;
  readonly link: LinkState;
  /** When the last frame came, by this machine's clock; only while the link is lost. */
  readonly lostSince: number | null;
};

export type Input =
  | { readonly kind: "overview"; readonly overview: Overview; readonly heardAt: number }
  | { readonly kind: "hello"; readonly frame: HelloFrame; readonly heardAt: number }
  | { readonly kind: "change"; readonly frame: ChangeFrame }
  | { readonly kind: "reset"; readonly frame: ResetFrame }
  | { readonly kind: "heartbeat"; readonly frame: HeartbeatFrame; readonly heardAt: number }
  | { readonly kind: "end"; readonly frame: EndFrame }
  | { readonly kind: "link"; readonly link: LinkState; readonly since: number | null };

export const nothingYet: Live = {
  position: 0,
  complete: false,
  incidents: new Map(),
  alarms: new Map(),
  tests: [],
  outOfService: [],
  impairments: [],
  district: null,
  utcOffsetMin: 480,
  recording: {
    recording: true,
    reason: null,
    waitingMs: 0,
    unrecordedCount: 0,
    unrecorded: [],
  },
  seats: { attended: 0, unattendedSince: null },
  timeSeries: null,
  access: "full",
  version: null,
  loadedVersion: null,
  stream: null,
  clockOffsetMs: 0,
  inventoryRevision: 0,
  permitRevision: 0,
  link: "connecting",
  lostSince: null,
};

/** Returns the same object where nothing that is shown has changed. */
export function reduce(live: Live, input: Input): Live {
  switch (input.kind) {
    case "overview":
      return fromOverview(live, input.overview, input.heardAt);
    case "hello":
      return {
        ...live,
        stream: input.frame.stream,
        access: input.frame.access,
        clockOffsetMs: input.frame.at - input.heardAt,
        ...versions(live, input.frame.version),
      };
    case "change":
      return changed(live, input.frame);
    case "reset":
      return { ...live, complete: false };
    case "heartbeat":
      return afterHeartbeat(live, input.frame, input.heardAt);
    case "end":
      return input.frame.reason === "expired" ? { ...live, access: "read-only" } : live;
    case "link":
      if (live.link === input.link && live.lostSince === input.since) return live;
      return { ...live, link: input.link, lostSince: input.since };
    default:
      return input satisfies never;
  }
}

/** The gateway was upgraded under an open page: its code and ours may no longer fit. */
export function isUpgraded(live: Live): boolean {
  return live.loadedVersion !== null && live.version !== live.loadedVersion;
}

function versions(live: Live, version: string): Pick<Live, "version" | "loadedVersion"> {
  return { version, loadedVersion: live.loadedVersion ?? version };
}

function fromOverview(live: Live, overview: Overview, heardAt: number): Live {
  const incidents = new Map(overview.incidents.map((card) => [card.id, card]));
  const alarms = new Map(overview.alarms.map((row) => [row.id, row]));
  for (const card of incidents.values()) for (const { id } of card.alarms) alarms.delete(id);
  return {
    ...live,
    position: overview.position,
    complete: true,
    incidents,
    alarms,
    tests: overview.tests,
    outOfService: overview.outOfService,
    impairments: overview.impairments,
    district: overview.district,
    utcOffsetMin: overview.utcOffsetMin,
    recording: overview.recording,
    seats: overview.seats,
    timeSeries: overview.timeSeries,
    clockOffsetMs: overview.at - heardAt,
    inventoryRevision: live.inventoryRevision + 1,
    permitRevision: live.permitRevision + 1,
    ...versions(live, overview.version),
  };
}

function changed(live: Live, frame: ChangeFrame): Live {
  // Before the overview nobody knows what else stands open; behind it, it is already in there.
  if (!live.complete || frame.position <= live.position) return live;
  const incidents = new Map(live.incidents);
  const alarms = new Map(live.alarms);
  for (const row of frame.alarms) {
    if (row.state === "normal" || row.incident !== null) alarms.delete(row.id);
    else alarms.set(row.id, row);
  }
  for (const card of frame.incidents) {
    if (card.closedAt !== null || card.mergedInto !== null) incidents.delete(card.id);
    else incidents.set(card.id, card);
    for (const { id } of card.alarms) alarms.delete(id);
  }
  return {
    ...live,
    position: frame.position,
    incidents,
    alarms,
    tests: frame.tests ?? live.tests,
    outOfService: frame.outOfService ?? live.outOfService,
    impairments: frame.impairments ?? live.impairments,
    inventoryRevision: live.inventoryRevision + (frame.inventory ? 1 : 0),
    permitRevision: live.permitRevision + ((frame.permits?.length ?? 0) > 0 ? 1 : 0),
  };
}

/** A heartbeat that says nothing new must not draw the page again every 2 s. */
function afterHeartbeat(live: Live, frame: HeartbeatFrame, heardAt: number): Live {
  const clockOffsetMs = frame.at - heardAt;
  const { recording, seats, timeSeries } = frame;
  const same =
    Math.abs(clockOffsetMs - live.clockOffsetMs) < 500 &&
    JSON.stringify(recording) === JSON.stringify(live.recording) &&
    JSON.stringify(seats) === JSON.stringify(live.seats) &&
    JSON.stringify(timeSeries) === JSON.stringify(live.timeSeries);
  return same ? live : { ...live, clockOffsetMs, recording, seats, timeSeries };
}
