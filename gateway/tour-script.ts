/**
 * What the tour plays, in five minutes at speed 1: a fire with everything as it should be; a station
 * that stays silent; a false alarm with its cause and the recall; a link that is lost and comes back.
 */
import type { Order } from "#rules/dispatch/order.ts";
import { orderAtEnd } from "#rules/dispatch/order.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { Stage } from "./tour-stage.ts";

/** `tour.` and the code is the key of its words in rules/text. */
export const tourSteps = [
  "begin",
  "press",
  "acknowledge",
  "accept",
  "call-back",
  "turned-out",
  "on-scene",
  "confirmed",
  "controlled",
  "returned",
  "silent-press",
  "second-channel",
  "second-station",
  "second-accepts",
  "second-on-scene",
  "silent-end",
  "false-press",
  "false-call-back",
  "false-alarm",
  "recalled",
  "link-cut",
  "link-lost",
  "link-back",
  "ended",
  "stopped",
  "interrupted",
  "failed",
] as const;
export type TourStep = (typeof tourSteps)[number];

export const tourSite = "baolong";
/** One for each part, each in a building of its own, so that no incident joins another. */
const buttons = { fire: "btn-07", silence: "btn-20", mistake: "btn-30", link: "btn-15" } as const;
export const tourDevices: readonly string[] = Object.values(buttons);

/** How much longer than the clock of the rules a wait for it lasts. */
const slackMs = 10_000;

export async function play(stage: Stage): Promise<void> {
  stage.tell("begin");
  await stage.pause(5000);
  await fire(stage);
  await silence(stage);
  await mistake(stage);
  await link(stage);
}

const rescue = (orders: readonly Order[]) => orders.filter((o) => o.stationKind === "rescue");
const micro = (orders: readonly Order[]) => orders.find((o) => o.stationKind === "micro");

/** A press, accepted within its time, found to be a fire, brought to an end. */
async function fire(stage: Stage): Promise<void> {
  stage.tell("press");
  const incident = await stage.press(buttons.fire);
  await stage.pause(6000);
  stage.tell("acknowledge");
  await stage.acknowledge(incident);
  await stage.pause(4000);
  stage.tell("accept");
  const crew = micro(stage.orders(incident));
  const [station] = rescue(stage.orders(incident));
  await stage.reply(crew, "accepted");
  await stage.pause(2000);
  await stage.reply(station, "accepted");
  await stage.pause(6000);
  stage.tell("call-back");
  await stage.command({ command: "call-back", incident: incident.id, result: "fire" });
  await stage.pause(6000);
  stage.tell("turned-out");
  await stage.reply(crew, "turned-out");
  await stage.reply(station, "turned-out");
  await stage.pause(14_000);
  stage.tell("on-scene");
  await stage.reply(crew, "on-scene");
  await stage.pause(10_000);
  await confirmed(stage, incident, station);
}

/** 核实为真实火警 orders further stations at once; the fire is out before they are needed. */
async function confirmed(
  stage: Stage,
  incident: Incident,
  station: Order | undefined,
): Promise<void> {
  stage.tell("confirmed");
  const { id } = incident;
  await stage.command({
    command: "verify",
    incident: id,
    result: "confirmed",
    reason: "seen-on-site",
  });
  await stage.pause(8000);
  const further = rescue(stage.orders(incident)).filter((order) => order !== station);
  for (const order of further) await stage.reply(order, "accepted");
  await stage.pause(6000);
  await stage.reply(station, "on-scene");
  await stage.pause(8000);
  stage.tell("controlled");
  await stage.reply(station, "controlled");
  await stage.pause(5000);
  for (const { id: order } of further) {
    await stage.command({ command: "recall", order, reason: "not-needed" });
  }
  await stage.pause(6000);
  stage.tell("returned");
  await allReturn(stage, incident);
  await stage.pause(5000);
  await stage.reset(incident);
  await stage.pause(5000);
}

/** The first station says nothing: its second channel, then the second station. */
async function silence(stage: Stage): Promise<void> {
  const { secondChannelAfterMs, secondStationAfterMs } = stage.settings.dispatch;
  stage.tell("silent-press");
  const incident = await stage.press(buttons.silence);
  await stage.pause(5000);
  await stage.acknowledge(incident);
  const isOver = () => incident.closedAt !== null;
  await stage.until(
    () => rescue(stage.orders(incident)).some((order) => order.channel > 0) || isOver() || null,
    secondChannelAfterMs + slackMs,
  );
  stage.tell("second-channel");
  await stage.until(
    () => rescue(stage.orders(incident)).length > 1 || isOver() || null,
    secondStationAfterMs + slackMs,
  );
  stage.tell("second-station");
  await stage.pause(6000);
  stage.tell("second-accepts");
  const [, second] = rescue(stage.orders(incident));
  await stage.reply(second, "accepted");
  await stage.pause(5000);
  await stage.reply(second, "turned-out");
  await stage.pause(12_000);
  stage.tell("second-on-scene");
  await stage.reply(second, "on-scene");
  await stage.pause(10_000);
  stage.tell("silent-end");
  await stage.command({
    command: "verify",
    incident: incident.id,
    result: "false",
    look: { how: "camera", found: "nothing" },
    cause: "A4",
    reason: "seen-on-site",
  });
  await recalled(stage, incident);
}

/** Pressed by mistake: the call-back says so, the cause is written down, the crews are recalled. */
async function mistake(stage: Stage): Promise<void> {
  stage.tell("false-press");
  const incident = await stage.press(buttons.mistake);
  await stage.pause(4000);
  await stage.acknowledge(incident);
  await stage.pause(3000);
  const [station] = rescue(stage.orders(incident));
  await stage.reply(station, "accepted");
  await stage.pause(3000);
  await stage.reply(station, "turned-out");
  await stage.pause(8000);
  stage.tell("false-call-back");
  await stage.command({ command: "call-back", incident: incident.id, result: "no-fire" });
  await stage.pause(5000);
  stage.tell("false-alarm");
  await stage.command({
    command: "verify",
    incident: incident.id,
    result: "false",
    look: { how: "camera", found: "nothing" },
    cause: "B2",
    reason: "called-back",
  });
  await stage.pause(5000);
  stage.tell("recalled");
  await recalled(stage, incident);
}

/** A cable is cut: within its time that is an alarm, for no data is never "normal". */
async function link(stage: Stage): Promise<void> {
  stage.tell("link-cut");
  await stage.cut(buttons.link);
  const lost = await stage.until(
    () => stage.linkAlarm(buttons.link),
    stage.linkLostAfterMs + slackMs,
  );
  stage.tell("link-lost");
  await stage.pause(6000);
  if (lost) await stage.command({ command: "acknowledge", alarm: lost.id });
  await stage.pause(8000);
  stage.tell("link-back");
  await stage.restore(buttons.link);
  await stage.until(() => (stage.linkAlarm(buttons.link) ? null : true), slackMs);
  await stage.pause(5000);
}

/** Who was under way says that it is back; then the button is reset. */
async function recalled(stage: Stage, incident: Incident): Promise<void> {
  await stage.pause(4000);
  for (const order of stage.orders(incident)) {
    if (order.state === "recalled" && (order.acceptedAt !== null || order.recallAwaited)) {
      await stage.reply(order, "returned");
    }
  }
  await stage.pause(3000);
  await stage.reset(incident);
  await stage.pause(4000);
}

async function allReturn(stage: Stage, incident: Incident): Promise<void> {
  for (const order of stage.orders(incident)) {
    if (order.state === "recalled" || !orderAtEnd(order.state))
      await stage.reply(order, "returned");
  }
}
