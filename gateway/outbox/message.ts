/** What is said to stations, devices and other systems: payloads of DESIGN §6 from committed state. */
import type { Alarm } from "#rules/alarm/alarm.ts";
import type { Order } from "#rules/dispatch/order.ts";
import type { World } from "#rules/draft.ts";
import { deviceKey } from "#rules/inventory.ts";
import { placeOf } from "#rules/place.ts";
import type { State } from "#rules/state.ts";

/** The order as the station's box shows it; the same (order, revision) always reads the same. */
export function orderMessage(order: Order, state: State, world: World) {
  const alarm = state.alarms.get(order.alarm);
  const incident = state.incidents.get(order.incident);
  return {
    v: 1,
    order: order.id,
    revision: order.revision,
    kind: order.kind,
    incident: order.incident,
    number: incident?.number ?? null,
    alarm: order.alarm,
    device: alarm ? deviceKey(alarm.site, alarm.device) : null,
    seq: alarm?.seq ?? null,
    priority: order.priority,
    place: alarm ? placeMessage(alarm, world) : null,
    hotWork: [],
    at: order.issuedAt,
  };
}

function placeMessage(alarm: Alarm, world: World) {
  const place = placeOf(world.inventory, alarm.site, alarm.device);
  return { lng: place.position?.lng ?? null, lat: place.position?.lat ?? null, datum: "WGS-84" };
}

/** The alarm as other systems may read it. */
export function alarmMessage(alarm: Alarm, world: World) {
  return { v: 1, alarm: alarm.id, rule: alarm.rule, place: placeMessage(alarm, world) };
}

/** The newest sequence number of the device that raised the alarm: what its lamp waits for. */
export function seqOf(state: State, alarm: Alarm): number {
  const device = state.devices.get(deviceKey(alarm.site, alarm.device));
  return device?.lastSeq ?? alarm.seq ?? 0;
}
