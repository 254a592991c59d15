/**
 * What a month's orders took, station by station (1-3-5): accepted and turned out within a minute, on
 * scene within what the area promises, medians. A fold of the journal's events of that month, made by
 * the reader's thread when somebody asks. Each order counts from its own issue.
 */
import type { Recorded } from "#rules/event.ts";

export type MonthRequest = { readonly month: string; readonly utcOffsetMin: number };

/** Replies of an order that come later than this after its month are no figure of it. */
const afterwardsMs = 86_400_000;
const acceptWithinMs = 60_000;
const turnoutWithinMs = 60_000;

type OrderTimes = {
  readonly station: string;
  readonly issuedAt: number;
  readonly limitMs: number | null;
  acceptedAt: number | null;
  turnedOutAt: number | null;
  onSceneAt: number | null;
  refused: boolean;
};

export type StationFigures = {
  readonly station: string;
  readonly orders: number;
  readonly accepted: number;
  readonly turnedOut: number;
  readonly onScene: number;
  readonly refused: number;
  readonly arrivals: number;
  readonly acceptMedianMs: number | null;
  readonly turnoutMedianMs: number | null;
  readonly arrivalMedianMs: number | null;
};

/** First instant of a local month and of the next one, ms UTC; null where the text is no month. */
export function monthBounds({ month, utcOffsetMin }: MonthRequest): [number, number] | null {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (!match) return null;
  const [year, number] = [Number(match[1]), Number(match[2])];
  const offset = utcOffsetMin * 60_000;
  return [Date.UTC(year, number - 1) - offset, Date.UTC(year, number) - offset];
}

/** Events from a day before the month, for incidents that were open then, to a day after it. */
export function readBounds(request: MonthRequest): readonly [number, number] {
  const [from, to] = monthBounds(request) ?? [0, 0];
  return [from - afterwardsMs, to + afterwardsMs];
}

export function stationFigures(
  events: Iterable<Recorded>,
  request: MonthRequest,
): StationFigures[] {
  const [from, to] = monthBounds(request) ?? [0, 0];
  const limits = new Map<string, { rescue: number | null; micro: number | null }>();
  const orders = new Map<string, OrderTimes>();
  const waiting = new Map<string, Pick<OrderTimes, "station" | "limitMs">>();
  const send = (order: string, station: string, limitMs: number | null, issuedAt: number): void => {
    if (issuedAt < from || issuedAt >= to) return;
    const none = { acceptedAt: null, turnedOutAt: null, onSceneAt: null, refused: false };
    orders.set(order, { station, issuedAt, limitMs, ...none });
  };
  for (const event of events) {
    if (event.type === "arrival-clock-started") {
      const of = (at: number | null) => (at === null ? null : at - event.from);
      const { station, micro } = event.limits;
      limits.set(event.incident, { rescue: of(station), micro: of(micro) });
    } else if (event.type === "order-issued") {
      const limit = limits.get(event.incident);
      const limitMs = event.stationKind === "brigade" ? null : (limit?.[event.stationKind] ?? null);
      const { station, at, order } = event;
      if (event.kind === "turn-out") send(order, station, limitMs, at);
      else if (event.kind === "stand-by") waiting.set(order, { station, limitMs });
    } else if (event.type === "order-revised" && event.kind === "turn-out") {
      // Who stood by goes now: its time runs from here.
      const stood = waiting.get(event.order);
      if (stood) send(event.order, stood.station, stood.limitMs, event.at);
    } else if (event.type === "order-replied") {
      const times = orders.get(event.order);
      if (times) noteReply(times, event);
    }
  }
  return tableOf([...orders.values()]);
}

function noteReply(times: OrderTimes, event: Recorded & { type: "order-replied" }): void {
  const { reply, at } = event;
  if (reply === "refused") {
    times.refused = true;
    return;
  }
  // Whoever says a later step has taken the order too; when it left, nobody has said.
  times.acceptedAt ??= at;
  if (reply === "turned-out") times.turnedOutAt ??= at;
  if (reply === "on-scene") times.onSceneAt ??= at;
}

function tableOf(all: readonly OrderTimes[]): StationFigures[] {
  const byStation = new Map<string, OrderTimes[]>();
  for (const one of all) byStation.set(one.station, [...(byStation.get(one.station) ?? []), one]);
  return [...byStation.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([station, orders]) => rowOf(station, orders));
}

function rowOf(station: string, orders: readonly OrderTimes[]): StationFigures {
  const took = (of: (one: OrderTimes) => number | null): number[] =>
    orders.flatMap((one) => {
      const at = of(one);
      return at === null ? [] : [at - one.issuedAt];
    });
  const accepts = took(({ acceptedAt }) => acceptedAt);
  const turnouts = took(({ turnedOutAt }) => turnedOutAt);
  const judged = orders.filter(({ onSceneAt, limitMs }) => onSceneAt !== null && limitMs !== null);
  const inTime = judged.filter(
    ({ onSceneAt, issuedAt, limitMs }) => (onSceneAt ?? 0) - issuedAt <= (limitMs ?? 0),
  );
  return {
    station,
    orders: orders.length,
    accepted: accepts.filter((ms) => ms <= acceptWithinMs).length,
    turnedOut: turnouts.filter((ms) => ms <= turnoutWithinMs).length,
    onScene: inTime.length,
    refused: orders.filter(({ refused }) => refused).length,
    arrivals: judged.length,
    acceptMedianMs: median(accepts),
    turnoutMedianMs: median(turnouts),
    arrivalMedianMs: median(took(({ onSceneAt }) => onSceneAt)),
  };
}

/** The lower of the two in the middle, so that it is a time that was. */
function median(list: readonly number[]): number | null {
  return [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] ?? null;
}
