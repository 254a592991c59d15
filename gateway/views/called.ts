/** Call-outs and linkage as screens read them: counts and states; a person sees the own call alone. */
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import {
  type CallAnswer,
  type CallOut,
  callableBrigades,
  mostBrigades,
} from "#rules/call-out/call-out.ts";
import { orderAtEnd } from "#rules/dispatch/order.ts";
import { distanceM } from "#rules/dispatch/travel.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { deviceKey, type Responder, type Text } from "#rules/inventory.ts";
import type { LinkageRun } from "#rules/linkage/linkage.ts";
import { whereOf } from "#rules/place.ts";
import { alarmText, placeText, say } from "#rules/text/render.ts";
import type {
  CalledOutRow,
  CalledPeople,
  CallOutRow,
  LinkageView,
  RosterView,
} from "../api/called-contract.ts";
import { both, type Sight } from "./sight.ts";

export function callOutRows({ state, nameOf }: Sight, incident: Incident): CallOutRow[] {
  return [...state.callOuts.values()]
    .filter((one) => one.incident === incident.id)
    .sort((a, b) => a.at - b.at)
    .map(({ id, at, by, people }) => {
      const count = (answer: CallAnswer | null): number => {
        let n = 0;
        for (const person of people.values()) if (person.answer === answer) n += 1;
        return n;
      };
      const unreached = [...people.values()].filter((p) => p.answer === null && !p.delivered);
      return {
        ...{ id, at, by },
        byName: by === null ? null : nameOf(by),
        called: people.size,
        comes: count("comes"),
        cannot: count("cannot"),
        arrived: count("arrived"),
        silent: count(null),
        undelivered: unreached.length,
      };
    });
}

export function linkageRows(sight: Sight, incident: Incident): LinkageView[] {
  return [...sight.state.linkages.values()]
    .filter((run) => run.incident === incident.id)
    .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
    .map((run) => ({
      id: run.id,
      name: nameOfTarget(sight, run),
      command: run.command,
      signals: run.signals,
      state: run.state,
      reason: run.reason,
      dueAt: run.dueAt,
      feedback: run.feedback,
      awaitsFeedback: run.feedbackWithinMs !== null,
      doneAt: run.doneAt,
    }));
}

function nameOfTarget({ world }: Sight, { target, site, command }: LinkageRun): Text {
  const { devices, responders } = world.inventory;
  const does = (language: "zh" | "en"): string =>
    command === null ? "" : `${say(language, `linkage.${command}`)} `;
  if ("people" in target) return both((language) => say(language, "linkage.people"));
  if ("station" in target) {
    const name = responders.get(target.station)?.name;
    return both(
      (language) => `${say(language, "linkage.station")} ${name?.[language] ?? target.station}`,
    );
  }
  if ("endpoint" in target) return both((language) => `${does(language)}${target.endpoint}`);
  const place = devices.get(deviceKey(site, target.device))?.place;
  return both((language) => `${does(language)}${place?.[language] ?? target.device}`);
}

/** The site's own first, then its micro stations, who is ordered, and the brigades of the town. */
export function rostersOf(sight: Sight, incident: Incident): RosterView["rosters"] {
  const { state, world } = sight;
  const { inventory } = world;
  const site = inventory.sites.get(incident.site);
  const park = site?.parent === undefined ? undefined : inventory.sites.get(site.parent);
  const ordered = incident.orders.flatMap((id) => state.orders.get(id)?.station ?? []);
  const responders = new Map<string, Responder>();
  for (const one of [
    ...inventory.microOf(incident.site),
    ...ordered.flatMap((id) => inventory.responders.get(id) ?? []),
    ...inventory.brigadesOf(site?.town ?? incident.town ?? ""),
  ]) {
    responders.set(one.id, one);
  }
  const called = new Set(
    [...state.callOuts.values()]
      .filter((one) => one.incident === incident.id)
      .flatMap(({ people }) => [...people.keys()]),
  );
  const row = (
    of: { readonly id: string; readonly name: Text; readonly roster?: readonly string[] },
    kind: RosterView["rosters"][number]["kind"],
  ) => {
    const { id, name, roster = [] } = of;
    const before = roster.filter((person) => called.has(person)).length;
    return { id, kind, name, people: roster.length, called: before };
  };
  return [
    ...[site, park].flatMap((one) => (one ? [row(one, "site")] : [])),
    ...[...responders.values()].map((one) => row(one, one.kind)),
  ].filter(({ people }) => people > 0);
}

/** What a call by area needs: where it is, the towns, and the nearest brigades that may be ordered. */
export function areasOf(
  { state, world }: Sight,
  incident: Incident,
): Pick<RosterView, "at" | "towns" | "brigades" | "more"> {
  const { inventory } = world;
  const alarms = incident.alarms.flatMap((id) => state.alarms.get(id) ?? []);
  const scene = sceneAlarm(alarms);
  const position = scene ? whereOf(inventory, scene).position : null;
  const orders = incident.orders.flatMap((id) => state.orders.get(id) ?? []);
  const open = new Set(orders.filter((o) => !orderAtEnd(o.state)).map(({ station }) => station));
  const away = (one: Responder): number => (position ? distanceM(position, one.position) : 0);
  const all = callableBrigades(inventory)
    .map((one) => ({ one, m: away(one) }))
    .sort((a, b) => a.m - b.m);
  // One more than may be called together: an area that has them all is refused, and says so.
  const brigades = all.slice(0, mostBrigades + 1).map(({ one }) => ({
    ...{ id: one.id, name: one.name, town: one.town, people: one.roster?.length ?? 0 },
    ordered: open.has(one.id),
    at: { lng: one.position.lng, lat: one.position.lat },
  }));
  return {
    at: position && { lng: position.lng, lat: position.lat },
    towns: [...inventory.towns.values()].map(({ id, name }) => ({ id, name })),
    brigades,
    more: all.length - brigades.length,
  };
}

/** Everybody who is called for it, by name: who has not answered first, as somebody telephones. */
export function peopleOf(
  { state, world, nameOf }: Sight,
  incident: Incident,
): CalledPeople["people"] {
  const { responders, sites } = world.inventory;
  return [...state.callOuts.values()]
    .filter((one) => one.incident === incident.id)
    .flatMap(({ id, people }) =>
      [...people].map(([person, { of, answer, answeredAt, delivered }]) => ({
        ...{ callOut: id, person, answer, answeredAt, delivered },
        name: nameOf(person) ?? person,
        of: responders.get(of)?.name ?? sites.get(of)?.name ?? { zh: of, en: of },
      })),
    )
    .sort((a, b) => (a.answeredAt ?? 0) - (b.answeredAt ?? 0) || (a.person < b.person ? -1 : 1));
}

/** What these persons are called for, in incidents that are open. */
export function calledOutOf(sight: Sight, persons: ReadonlySet<string>): CalledOutRow[] {
  return [...sight.state.callOuts.values()].flatMap((one) =>
    [...persons].flatMap((person) => rowOf(sight, one, person) ?? []),
  );
}

function rowOf({ state, world }: Sight, one: CallOut, person: string): CalledOutRow | null {
  const called = one.people.get(person);
  const incident = state.incidents.get(one.incident);
  if (!called || incident?.closedAt !== null) return null;
  const alarm = state.alarms.get(incident.alarms.at(-1) ?? "");
  const or = (render: (language: "zh" | "en") => string): Text =>
    both((language) => (alarm ? render(language) : incident.number));
  return {
    callOut: one.id,
    person,
    at: one.at,
    number: incident.number,
    what: or((language) => (alarm ? alarmText(language, alarm, world) : "")),
    place: or((language) => (alarm ? placeText(language, alarm, world) : "")),
    answer: called.answer,
  };
}

/** The page of a link; null where the call is over. */
export function answerPageOf(
  sight: Sight,
  callOut: string,
  person: string,
): { readonly what: string; readonly answer: CallAnswer | null } | null {
  const one = sight.state.callOuts.get(callOut);
  const row = one ? rowOf(sight, one, person) : null;
  return row && { what: row.what.zh, answer: row.answer };
}
