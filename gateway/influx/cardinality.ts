/**
 * How many series a district makes: the lines of its devices and of what becomes of their alarms, by
 * the code that writes them, told apart as a database does. InfluxDB counts the same (IX-8).
 */
import type { Event, Recorded } from "#rules/event.ts";
import type { Device } from "#rules/inventory.ts";
import type { FollowedRow } from "../history/follow.ts";
import { eventLines, type Subject } from "./event-lines.ts";
import { linesOf } from "./line.ts";

export type Places = readonly Pick<Device, "site" | "id" | "kind">[];
type Series = { readonly samples: number; readonly marks: number };

const stations = 20;
const rules = ["F01", "S04", "S02"] as const;
const classes = ["special", "first", "second"] as const;

/** As many devices, over as many sites, all of one kind. */
export function places(devices: number, sites: number): Places {
  return Array.from({ length: devices }, (_, i) => {
    return { site: `s${i % sites}`, id: `d${i}`, kind: "button" };
  });
}

/** A sample of each device, good and then stale. */
export function sampleLines(of: Places, at: number): string[] {
  const rows = of.flatMap(({ site, id, kind }): FollowedRow[] => {
    const row = { device: `${site}/${id}`, kind, point: "p0", value: 1, late: false } as const;
    return [
      { ...row, at, quality: "good" },
      { ...row, at: at + 1, quality: "stale" },
    ];
  });
  return linesOf(rows).map(({ text }) => text);
}

/** Each device raises an alarm that goes its whole way, and has hot work beside it. */
export function markLines(of: Places, at: number): string[] {
  const subjects = new Map<string, Subject>();
  const known = {
    get: (id: string) => subjects.get(id) ?? null,
    put: (id: string, subject: Subject) => void subjects.set(id, subject),
  };
  const events = of.flatMap(({ site, id }, i) => life(site, id, i));
  return events.flatMap((event, i) =>
    eventLines({ ...event, at, position: i + 1 } as Recorded, known),
  );
}

export function seriesOf(of: Places): Series {
  const distinct = (lines: readonly string[]): number =>
    new Set(lines.map((line) => line.slice(0, line.indexOf(" ")))).size;
  return { samples: distinct(sampleLines(of, 0)), marks: distinct(markLines(of, 0)) };
}

function life(site: string, device: string, i: number): Event[] {
  const [alarm, incident, order, permit] = [`A${i}`, `I${i}`, `O${i}`, `W${i}`];
  const priority = "P1";
  const rule = rules[i % rules.length];
  const issued = { type: "order-issued", order, incident, priority, kind: "turn-out" };
  const limits = { micro: null, neighbours: null, station: i % 2 === 0 ? -1 : 1 };
  const report = { site, class: classes[i % classes.length] };
  const events = [
    { type: "alarm-raised", alarm, rule, site, device, point: "p0", priority },
    { type: "incident-opened", incident, site, number: `${i}`, priority },
    { ...issued, station: `KQ-${i % stations}`, distanceM: 1, estimateMs: 1 },
    { type: "arrival-clock-started", incident, limits },
    { type: "order-delivered", order },
    ...["accepted", "turned-out", "on-scene", "returned"].map((reply) => {
      return { type: "order-replied", order, reply };
    }),
    { type: "arrival-reached", incident, step: "micro" },
    { type: "arrival-reached", incident, step: "station" },
    ...["acknowledged", "verifying", "confirmed", "false"].map((to) => {
      return { type: "verification-moved", incident, to };
    }),
    ...["ordered", "turned-out", "on-scene", "controlled", "returned"].map((to) => {
      return { type: "response-moved", incident, to };
    }),
    ...["acknowledge", "return", "reset"].map((why) => {
      return { type: "alarm-moved", alarm, why, to: "normal" };
    }),
    { type: "incident-closed", incident },
    { type: "permit-drafted", permit, number: `D-${i}`, report },
    ...["submitted", "matched", "checked", "active", "work-ended", "fire-watch", "closed"].map(
      (to) => ({ type: "permit-moved", permit, to, why: "start" }),
    ),
  ];
  return events as unknown as Event[];
}
