/** The time line of an incident: who did what when, in both languages; of a very long one the two ends. */
import type { Event, Recorded } from "#rules/event.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { deviceKey, type Text } from "#rules/inventory.ts";
import { type LogNames, logText } from "#rules/text/log.ts";
import { alarmText, type Language, priorityText, promptText, say } from "#rules/text/render.ts";
import type { LogRow } from "../api/contract.ts";
import { both, type Sight } from "../views/sight.ts";
import { pointName } from "../views/tests.ts";

/** Lines of either end that are kept. */
export const mostOfEnd = 1000;

/** Facts of machines: how long something took, what a clock will do. Nobody did them. */
const silent: ReadonlySet<string> = new Set<Event["type"]>([
  ...(["alarms-traced", "escalation-armed", "alarm-raised", "response-moved"] as const),
  ...(["arrival-clock-started", "ways-measured", "linkage-due", "call-out-delivered"] as const),
]);

type Who = Pick<LogRow, "who" | "name" | "seat">;

export class Log {
  readonly #incident: string;
  readonly #known = new Set<string>();
  #first: LogRow[] = [];
  #last: LogRow[] = [];
  #leftOut = 0;
  /** Alarms it had last: of a thousand nobody looks for a new one with every event. */
  #count = 0;

  constructor(incident: string) {
    this.#incident = incident;
  }

  /** An event that touches the incident, folded already. */
  note(event: Recorded, sight: Sight, incident: Incident): void {
    if (incident.alarms.length !== this.#count) {
      for (const id of incident.alarms) if (!this.#known.has(id)) this.#raised(id, event, sight);
      this.#count = incident.alarms.length;
    }
    if (silent.has(event.type)) return;
    const { position, at } = event;
    const deviceAt = event.type === "panel-noted" ? event.ts : null;
    const text = both((language) => logText(language, event, this.#names(language, sight)));
    this.#put({ position, at, deviceAt, type: event.type, ...whoOf(event, sight), text });
  }

  /** Whether the alarm is one of the incident, or has been. */
  readonly knows = (alarm: string): boolean => this.#known.has(alarm);

  /** By time: an alarm that joined later was raised before. */
  rows(): { readonly log: LogRow[]; readonly logLeftOut: number } {
    const order = (a: LogRow, b: LogRow): number => a.at - b.at || a.position - b.position;
    return {
      log: [...this.#first.sort(order), ...this.#last.sort(order)],
      logLeftOut: this.#leftOut,
    };
  }

  /** It stands there from when it was raised, in whatever turn it has become one of the incident. */
  #raised(id: string, { position }: Recorded, sight: Sight): void {
    this.#known.add(id);
    const alarm = sight.state.alarms.get(id);
    if (!alarm) return;
    const { site, device, raisedAt, deviceTs } = alarm;
    const what = (language: Language): string => alarmText(language, alarm, sight.world);
    this.#put({
      position,
      at: raisedAt,
      deviceAt: deviceTs,
      type: "alarm-raised",
      who: "device",
      name: both(() => deviceKey(site, device)),
      seat: null,
      text: both((language) => say(language, "log.alarm-raised", { what: what(language) })),
    });
  }

  #put(row: LogRow): void {
    if (this.#first.length < mostOfEnd) this.#first.push(row);
    else this.#last.push(row);
    // Cut in one go now and then, not one by one.
    if (this.#last.length < 2 * mostOfEnd) return;
    this.#leftOut += this.#last.length - mostOfEnd;
    this.#last = this.#last.slice(-mostOfEnd);
  }

  #names(language: Language, { state, world, nameOf, ...sight }: Sight): LogNames {
    const station = (id: string): string =>
      world.inventory.responders.get(id)?.name[language] ?? id;
    return {
      incident: this.#incident,
      station,
      alarm: (id) => {
        const alarm = state.alarms.get(id);
        return alarm ? alarmText(language, alarm, world) : id;
      },
      order: (id) => station(state.orders.get(id)?.station ?? id),
      person: (id) => nameOf(id) ?? id,
      priority: (priority, alarm) => {
        const of = alarm === null ? "fire" : (state.alarms.get(alarm)?.class ?? "fire");
        return priorityText(language, priority, of);
      },
      point: (site, device, point) =>
        pointName({ state, world, nameOf, ...sight }, deviceKey(site, device), point)[language],
      prompt: ({ code, order }) => {
        const of = order === null ? "" : `${station(state.orders.get(order)?.station ?? order)} `;
        return `${of}${promptText(language, code, world)}`;
      },
    };
  }
}

/** A person where one acted; else the station or the device that spoke; else nobody. */
function whoOf(event: Recorded, { state, world, nameOf }: Sight): Who {
  // What the system decides because of a person's act is the system's.
  const by = "by" in event ? event.by : event.actor?.person;
  if (typeof by === "string" && by.startsWith("P-")) {
    const name = nameOf(by) ?? by;
    return { who: "person", name: both(() => name), seat: event.actor?.seat ?? null };
  }
  const nobody = { name: null, seat: null };
  if (spoken.has(event.type) && "order" in event && event.order !== null) {
    const { station = event.order } = state.orders.get(event.order) ?? {};
    const name: Text = world.inventory.responders.get(station)?.name ?? both(() => station);
    return { ...nobody, who: "station", name };
  }
  if (sent.has(event.type) && "device" in event) {
    return { ...nobody, who: "device", name: both(() => String(event.device)) };
  }
  return { ...nobody, who: "system" };
}

const spoken: ReadonlySet<string> = new Set<Event["type"]>(["order-replied", "order-delivered"]);
const sent: ReadonlySet<string> = new Set<Event["type"]>([
  ...(["press-repeated", "device-event-noted", "panel-noted"] as const),
]);
