/** What is said to stations, devices and other systems: payloads of DESIGN §6 from committed state. */
import type { Alarm } from "#rules/alarm/alarm.ts";
import { holdOf } from "#rules/alarm/lifecycle.ts";
import type { Order } from "#rules/dispatch/order.ts";
import type { World } from "#rules/draft.ts";
import { hotWorkNear } from "#rules/hot-work/near.ts";
import { deviceKey, type Text } from "#rules/inventory.ts";
import { whereOf } from "#rules/place.ts";
import type { State } from "#rules/state.ts";
import { accessText, alarmText, orderWhat, orderWhy, placeText } from "#rules/text/render.ts";

/** The order as the station's box shows it; the same (order, revision) always reads the same. */
export function orderMessage(order: Order, state: State, world: World) {
  const alarm = state.alarms.get(order.alarm);
  const incident = state.incidents.get(order.incident);
  return {
    v: 1,
    order: order.id,
    revision: order.revision,
    kind: order.kind,
    station: order.station,
    incident: order.incident,
    number: incident?.number ?? null,
    alarm: order.alarm,
    // What a person has reported has no device, and no lamp that waits.
    device: alarm && !alarm.reported ? deviceKey(alarm.site, alarm.device) : null,
    seq: alarm?.seq ?? null,
    priority: order.priority,
    place: alarm ? placeMessage(alarm, world, wayIn(alarm, world)) : null,
    what: alarm ? orderWhat(alarm, order, world) : null,
    why: orderWhy(order, world),
    hotWork: alarm ? hotWorkAt(order, alarm, state, world) : [],
    at: order.issuedAt,
  };
}

/**
 * What a crew must know that comes to a place where work is hot, or was an hour before. It is that of the
 * instant of the order: whatever becomes of the permit, the order reads the same.
 */
function hotWorkAt({ issuedAt }: Order, alarm: Alarm, state: State, world: World) {
  const span = { from: issuedAt, until: issuedAt };
  return hotWorkNear({ state, world }, [alarm], span)
    .filter(({ how }) => how === "near")
    .map(({ permit: { id, number, report } }) => {
      const { kind, floor, spot } = report;
      return { permit: id, number, kind, floor, ...spot, datum: "WGS-84" };
    });
}

/** Positions are WGS-84 and say so: 400 m lie between the datums in use here. */
function placeMessage(alarm: Alarm, world: World, more: Text = { zh: "", en: "" }) {
  const { position } = whereOf(world.inventory, alarm);
  return {
    zh: placeText("zh", alarm, world) + more.zh,
    en: placeText("en", alarm, world) + more.en,
    lng: position?.lng ?? null,
    lat: position?.lat ?? null,
    datum: "WGS-84",
  };
}

/** A crew has to get in: gate and key box follow the place. */
function wayIn(alarm: Alarm, world: World): Text {
  const { zh, en } = { zh: accessText("zh", alarm, world), en: accessText("en", alarm, world) };
  return { zh: zh && `(${zh})`, en: en && ` (${en})` };
}

/** The alarm as other systems may read it. */
export function alarmMessage(alarm: Alarm, world: World) {
  return {
    v: 1,
    alarm: alarm.id,
    rule: alarm.rule,
    class: alarm.class,
    priority: alarm.priority,
    state: alarm.state,
    condition: alarm.condition,
    /** What keeps it from the desk; null where it stands there. */
    hold: holdOf(alarm),
    site: alarm.site,
    device: alarm.device,
    zone: alarm.zone,
    incident: alarm.incident,
    marks: alarm.marks,
    place: placeMessage(alarm, world),
    what: { zh: alarmText("zh", alarm, world), en: alarmText("en", alarm, world) },
    at: alarm.raisedAt,
  };
}

/** The newest sequence number of the device that raised the alarm: what its lamp waits for. */
export function seqOf(state: State, alarm: Alarm): number {
  const device = state.devices.get(deviceKey(alarm.site, alarm.device));
  return device?.lastSeq ?? alarm.seq ?? 0;
}
