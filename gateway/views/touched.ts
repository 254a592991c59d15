/**
 * What a committed event changes on a screen: which cards, which rows, which stations' orders.
 *
 * An alarm or incident that leaves the state is kept here until nobody can ask for it any more: a
 * screen that was away must be told that it is over.
 */
import type { Alarm } from "#rules/alarm/alarm.ts";
import type { Recorded } from "#rules/event.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { State } from "#rules/state.ts";

export type Touch = {
  /** Of the event. */
  readonly position: number;
  readonly incidents: readonly Incident[];
  readonly alarms: readonly Alarm[];
  readonly stations: readonly string[];
  readonly inventory: boolean;
  /** A test has begun, ended, or a signal of it has come. */
  readonly tests: boolean;
  /** Permits for hot work, by id. */
  readonly permits: readonly string[];
  /** Something was taken out of service or is back, or the clock of an impairment has turned. */
  readonly outOfService: boolean;
};

const nothing = {
  incidents: [],
  alarms: [],
  stations: [],
  inventory: false,
  tests: false,
  permits: [],
  outOfService: false,
} as const;

export class Touched {
  readonly #alarms: Map<string, Alarm>;
  readonly #incidents: Map<string, Incident>;

  constructor(state: State) {
    this.#alarms = new Map(state.alarms);
    this.#incidents = new Map(state.incidents);
  }

  /** The events are folded into `state` already; events that change no screen give nothing. */
  of(events: readonly Recorded[], state: State): Touch[] {
    const touches = events.flatMap((event) => this.#one(event, state) ?? []);
    for (const touch of touches) {
      for (const { id } of touch.alarms) if (!state.alarms.has(id)) this.#alarms.delete(id);
      for (const { id } of touch.incidents) {
        if (!state.incidents.has(id)) this.#incidents.delete(id);
      }
    }
    return touches;
  }

  #one(event: Recorded, state: State): Touch | null {
    if (event.type === "artefact-adopted") {
      if (event.artefact !== "inventory") return null;
      const { position } = event;
      return { ...nothing, position, inventory: true };
    }
    const incidents = new Set<Incident>();
    const alarms = new Set<Alarm>();
    const stations = new Set<string>();
    const incident = (id: string | null | undefined): void => {
      const found = id ? this.#incident(id, state) : undefined;
      if (found) incidents.add(found);
    };
    const alarm = (id: string): void => {
      const found = this.#alarm(id, state);
      if (!found) return;
      if (found.incident === null || joins.has(event.type)) alarms.add(found);
      incident(found.incident);
    };
    if ("alarm" in event && event.alarm !== null) alarm(event.alarm);
    if ("alarms" in event) for (const id of event.alarms) alarm(id);
    if ("incident" in event) incident(event.incident);
    if ("into" in event) incident(event.into);
    if ("order" in event && event.order !== null) {
      const order = state.orders.get(event.order);
      incident(order?.incident);
      if (order) stations.add(order.station);
    }
    if (event.type === "status-noted") stations.add(event.station);
    if (event.type === "incident-archived") {
      // A latched alarm that nobody has reset stays, without its incident.
      for (const { alarms: ids } of incidents) {
        for (const id of ids) if (state.alarms.has(id)) alarm(id);
      }
    }
    if (movesOrders.has(event.type)) {
      for (const { orders } of incidents) {
        for (const id of orders) stations.add(state.orders.get(id)?.station ?? "");
      }
      stations.delete("");
    }
    if (event.type === "panel-noted" || event.type === "linkage-recorded") {
      for (const id of state.openBySite.get(event.site) ?? []) incident(id);
    }
    // What is hot beside an open incident stands on its card.
    if (event.type === "permit-moved") {
      const { site } = state.permits.get(event.permit)?.report ?? {};
      for (const id of (site !== undefined && state.openBySite.get(site)) || []) incident(id);
    }
    const tests = "test" in event;
    if (event.type === "site-code-set") {
      for (const one of state.alarms.values()) {
        if (one.site === event.site && one.state !== "normal") alarm(one.id);
      }
    }
    const outOfService = "record" in event || event.type.startsWith("impairment-");
    const permits = "permit" in event && event.permit !== null ? [event.permit] : [];
    const isNothing = incidents.size + alarms.size + stations.size + permits.length === 0;
    if (isNothing && !tests && !outOfService) return null;
    return {
      position: event.position,
      incidents: [...incidents],
      alarms: [...alarms],
      stations: [...stations],
      inventory: false,
      tests,
      permits,
      outOfService,
    };
  }

  #alarm(id: string, state: State): Alarm | undefined {
    const alarm = state.alarms.get(id) ?? this.#alarms.get(id);
    if (alarm) this.#alarms.set(id, alarm);
    return alarm;
  }

  #incident(id: string, state: State): Incident | undefined {
    const incident = state.incidents.get(id) ?? this.#incidents.get(id);
    if (incident) this.#incidents.set(id, incident);
    return incident;
  }
}

/** The alarm leaves the list of single alarms: its row must say so once. */
const joins: ReadonlySet<string> = new Set(["incident-opened", "incident-joined"]);
const movesOrders: ReadonlySet<string> = new Set(["incident-merged", "incident-split"]);
