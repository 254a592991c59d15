/**
 * What a station can do now (力量状态): what it has said of itself, and what its orders have made of it.
 *
 * No data is never "in service": a crew that has said nothing for half an hour is asked (询问) and ranked
 * behind those that have, and is never dropped. Only what says it cannot come is left.
 */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { Recorded } from "../event.ts";
import type { Responder, Vehicle } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import type { Settings } from "../settings.ts";
import type { Actor, SignalBody } from "../signal.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { Order, OrderReply } from "./order.ts";
import type { RoadsKnown } from "./roads.ts";

export const stationStatuses = [
  "in-service",
  "out",
  "at-scene",
  "returning",
  "low-crew",
  "maintenance",
] as const;
export type StationStatus = (typeof stationStatuses)[number];

/** People a station can say it has on duty. */
export const mostCrew = 200;

/** Kinds that pump water on a fire. */
export const engineKinds: ReadonlySet<string> = new Set(["engine", "tanker", "foam"]);

export type Engaged = { readonly order: string; readonly as: "out" | "at-scene" | "returning" };

/** What the state keeps of a responder; there is none of one that was never heard of. */
export type StationState = {
  status: StationStatus | null;
  crew: number | null;
  /** When it was last heard: a word of its own, or an answer to an order. */
  heardAt: number;
  /** Orders it has taken up, and has not returned from. */
  readonly engaged: Engaged[];
  /** When an order last moved it. */
  movedAt: number;
  readonly vehicles: Map<string, { readonly status: StationStatus; readonly at: number }>;
};

export type StatusNoted = {
  readonly type: "status-noted";
  readonly station: string;
  /** Only of this vehicle; null: of the whole station. */
  readonly vehicle: string | null;
  readonly status: StationStatus;
  readonly crew: number | null;
  /** Who said it; null: the station's own box. */
  readonly by: string | null;
};

/** `ask`: may have changed, nobody has said; `unable`: nobody can turn out. */
export type Standing = "free" | "ask" | "returning" | "busy" | "unable";

export type Availability = {
  readonly standing: Standing;
  /** Null where it was never heard. */
  readonly status: StationStatus | null;
  readonly heardAt: number | null;
  readonly crew: number | null;
};

/** What a judgement reads of a decision, or of what a screen is made from. */
export type Sight = {
  readonly state: State;
  readonly world: {
    readonly inventory: InventoryIndex;
    readonly settings: Settings;
    readonly roads?: RoadsKnown;
  };
  readonly at: number;
};

/** `forIncident`: who is out for it is not busy elsewhere. */
export function availabilityOf(
  { state, world, at }: Sight,
  responder: Responder,
  forIncident: string | null,
): Availability {
  const { inventory, settings } = world;
  const known = state.stations.get(responder.id);
  const { atLeast = 0, onDuty } = responder.crew ?? {};
  if (!known) {
    const standing = onDuty !== undefined && onDuty < atLeast ? "unable" : "ask";
    return { standing, status: null, heardAt: null, crew: onDuty ?? null };
  }
  const { heardAt, movedAt } = known;
  const crew = known.crew ?? onDuty ?? null;
  const is = (standing: Standing, status: StationStatus | null): Availability => ({
    standing,
    status,
    heardAt,
    crew,
  });
  const isOld = at - heardAt > settings.ranking.staleAfterMs;
  // Repairs last longer than half an hour; who was missing may have come, and is asked for.
  if (known.status === "maintenance") return is("unable", known.status);
  const counted = isOld && known.crew !== null ? null : crew;
  if (counted !== null && counted < atLeast) return is("unable", "low-crew");
  if (known.status === "low-crew" && !isOld) return is("unable", known.status);
  const left = enginesLeft(inventory, responder, known);
  if (left !== null) return is(isAway(left) ? "unable" : "busy", left);
  const busy = engagement(elsewhere(state, known, forIncident));
  // Nobody drives home for half an hour in silence: it may stand in its station, and is asked.
  const isLongBack = at - Math.max(heardAt, movedAt) > settings.ranking.staleAfterMs;
  if (busy === "returning" && isLongBack) return is("ask", busy);
  if (busy && hasEngineBack(inventory, responder, known)) return is("free", "in-service");
  if (busy) return is(busy === "returning" ? "returning" : "busy", busy);
  if (known.status === null || isOld) return is("ask", known.status);
  if (known.status === "returning") return is("returning", known.status);
  return is(known.status === "in-service" ? "free" : "busy", known.status);
}

/** Why no engine stands in the station, as its crew says of each; null where one does. */
function enginesLeft(
  inventory: InventoryIndex,
  { id }: Responder,
  { vehicles }: StationState,
): StationStatus | null {
  if (vehicles.size === 0) return null;
  const engines = inventory.vehiclesOf(id).filter(({ kind }) => engineKinds.has(kind));
  const said = engines.map((engine) => vehicles.get(engine.id)?.status ?? "in-service");
  if (said.some((status) => status === "in-service" || status === "returning")) return null;
  return said.find((status) => !isAway(status)) ?? said[0] ?? null;
}

function elsewhere(state: State, { engaged }: StationState, incident: string | null): Engaged[] {
  return incident === null
    ? engaged
    : engaged.filter(({ order }) => state.orders.get(order)?.incident !== incident);
}

function engagement(engaged: readonly Engaged[]): Engaged["as"] | null {
  const of = (as: Engaged["as"]) => engaged.some((one) => one.as === as);
  if (of("at-scene")) return "at-scene";
  if (of("out")) return "out";
  return of("returning") ? "returning" : null;
}

/** An engine of it stands ready again, as its crew has said since the order took them out. */
function hasEngineBack(inventory: InventoryIndex, { id }: Responder, known: StationState): boolean {
  return inventory.vehiclesOf(id).some((vehicle) => {
    const said = known.vehicles.get(vehicle.id);
    return (
      engineKinds.has(vehicle.kind) && said?.status === "in-service" && said.at > known.movedAt
    );
  });
}

/** Of one vehicle: its crew's own word where that is the newest, else what its station does. */
export function vehicleStatus(known: StationState | undefined, vehicle: Vehicle) {
  const said = known?.vehicles.get(vehicle.id);
  const busy = known ? engagement(known.engaged) : null;
  if (!known || (said && (!busy || said.at > known.movedAt || isAway(said.status)))) {
    return { status: said?.status ?? null, at: said?.at ?? null };
  }
  return { status: busy ?? known.status, at: busy ? known.movedAt : known.heardAt };
}

/** What no order changes: it stands in the workshop, or nobody drives it. */
function isAway(status: StationStatus): boolean {
  return status === "maintenance" || status === "low-crew";
}

/** Those of a station's vehicles that can leave with it. */
export function vehiclesReady(
  state: State,
  station: string,
  vehicles: readonly Vehicle[],
): readonly Vehicle[] {
  const known = state.stations.get(station);
  if (!known || known.vehicles.size === 0) return vehicles;
  return vehicles.filter((vehicle) => {
    const said = known.vehicles.get(vehicle.id);
    return said === undefined || said.status === "in-service" || said.status === "returning";
  });
}

/** The status that a person, a crew or a box reports. */
export function noteStatus(draft: Draft, reported: Reported, by: string | null): void {
  const { station, status } = reported;
  const vehicle = reported.vehicle ?? null;
  const crew = reported.crew ?? null;
  const refuse = (reason: string): void => draft.refuse("note-status", reason, by ?? station);
  const { inventory } = draft.world;
  if (!inventory.responders.get(station)) return refuse("unknown-station");
  if (vehicle !== null && !inventory.vehiclesOf(station).some(({ id }) => id === vehicle)) {
    return refuse("unknown-vehicle");
  }
  if (!(stationStatuses as readonly string[]).includes(status)) return refuse("unknown-status");
  if (crew !== null && !(Number.isInteger(crew) && crew >= 0 && crew <= mostCrew)) {
    return refuse("unknown-crew");
  }
  if (by === null && saysNothingNew(draft, { station, status, vehicle, crew })) return;
  draft.add({ type: "status-noted", station, vehicle, status, crew, by });
}

/**
 * A box repeats itself each minute. Only a change is an event, and the same again only so often that
 * what was heard does not grow old meanwhile: replayed, a status is as fresh as it was, or older.
 */
function saysNothingNew(
  { state, world, at }: Draft,
  { station, vehicle, status, crew }: Pick<StatusNoted, "station" | "vehicle" | "status" | "crew">,
): boolean {
  const known = state.stations.get(station);
  const said = vehicle === null ? known : known?.vehicles.get(vehicle);
  if (!known || said?.status !== status) return false;
  const heardAt = "heardAt" in said ? said.heardAt : said.at;
  if (at - heardAt >= world.settings.ranking.staleAfterMs / refreshesUntilStale) return false;
  // Behind an order that has moved the vehicle, its crew's word is news.
  if (vehicle !== null) return heardAt > known.movedAt;
  if (crew !== null && crew !== known.crew) return false;
  const isBack = known.engaged.length === 0 && [...known.vehicles.values()].every(isAwayNow);
  return status !== "in-service" || isBack;
}

/** A status that goes on being said is never more than a third of the way to "ask" (10 of 30 min). */
const refreshesUntilStale = 3;

function isAwayNow({ status }: { readonly status: StationStatus }): boolean {
  return isAway(status);
}

type Reported = Pick<SignalBody & { kind: "station-status" }, "station" | "status"> & {
  readonly vehicle?: string;
  readonly crew?: number;
};

export function noteStatusByPerson(
  draft: Draft,
  command: Command & { command: "note-status" },
  actor: Actor,
): void {
  noteStatus(draft, command, actor.person);
}

export function evolveStatus(state: State, event: Recorded<StatusNoted>, writer: Writer): void {
  const { status, at, crew } = event;
  const known = stationOf(state, event.station, at, writer);
  if (event.vehicle !== null) {
    writer.set(known.vehicles, event.vehicle, { status, at });
    return writer.patch(known, { heardAt: at });
  }
  if (status === "in-service") {
    // Their own word is newer than what an order has left.
    writer.replace(known.engaged, []);
    allBack(known, writer);
  }
  writer.patch(known, { status, heardAt: at, ...(crew === null ? {} : { crew }) });
}

const engagedBy: Readonly<Record<OrderReply, Engaged["as"] | null>> = {
  accepted: "out",
  refused: null,
  "turned-out": "out",
  "on-scene": "at-scene",
  controlled: "at-scene",
  returned: null,
};

/**
 * An order moves who has taken it up. Who is only told, or agrees to stand by, does not move. Who has
 * returned stands in its station, whatever it was called back from before.
 */
export function engage(
  state: State,
  order: Order,
  reply: OrderReply,
  at: number,
  writer: Writer,
): void {
  if (order.kind === "notify") return;
  const known = stationOf(state, order.station, at, writer);
  if (order.kind === "stand-by" && reply === "accepted") {
    return writer.patch(known, { heardAt: at });
  }
  const as = engagedBy[reply];
  const isBack = reply === "returned";
  const others = known.engaged.filter(
    (one) => one.order !== order.id && !(isBack && one.as === "returning"),
  );
  writer.replace(known.engaged, as ? [...others, { order: order.id, as }] : others);
  writer.patch(known, { heardAt: at, movedAt: at });
  if (isBack && others.length === 0 && !isAway(known.status ?? "in-service")) {
    writer.patch(known, { status: "in-service" });
    allBack(known, writer);
  }
}

/** With their station the vehicles are back, but those that are away for longer. */
function allBack({ vehicles }: StationState, writer: Writer): void {
  for (const [id, { status }] of vehicles) if (!isAway(status)) writer.remove(vehicles, id);
}

/** Who had left is on the way back; who had only accepted stands where it stood. */
export function turnBack(state: State, order: Order, at: number, writer: Writer): void {
  const known = state.stations.get(order.station);
  if (!known?.engaged.some((one) => one.order === order.id)) return;
  const others = known.engaged.filter((one) => one.order !== order.id);
  const back = { order: order.id, as: "returning" } as const;
  writer.replace(known.engaged, order.state === "accepted" ? others : [...others, back]);
  writer.patch(known, { movedAt: at });
}

/** The order leaves the state. */
export function forgetOrder(state: State, order: Order, writer: Writer): void {
  const known = state.stations.get(order.station);
  if (!known) return;
  writer.replace(
    known.engaged,
    known.engaged.filter((one) => one.order !== order.id),
  );
}

function stationOf(state: State, id: string, at: number, writer: Writer): StationState {
  const known = state.stations.get(id);
  if (known) return known;
  const made: StationState = {
    status: null,
    crew: null,
    heardAt: at,
    engaged: [],
    movedAt: 0,
    vehicles: new Map(),
  };
  writer.set(state.stations, id, made);
  return made;
}
