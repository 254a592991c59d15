/**
 * The simulators' process: buttons, station boxes and pump rooms on real sockets. It gets its credentials over
 * IPC and ends when that channel closes, however the parent ended.
 */
import { checkAct } from "./act-check.ts";
import { type ButtonOptions, ButtonSimulator } from "./button/simulator.ts";
import type { Act, FromSimulator, StartMessage, ToSimulator } from "./ipc.ts";
import { PumpRoomSimulator } from "./pump-room/simulator.ts";
import { Notifier } from "./siren/simulator.ts";
import { WarehouseProcess } from "./sprinkler/process.ts";
import { actOnBox } from "./station-box/acts.ts";
import { StationBox } from "./station-box/simulator.ts";
import { VoiceProvider } from "./voice/provider.ts";

const buttons = new Map<string, ButtonSimulator>();
/** Buttons whose cable is cut, with what they need to come back. */
const cut = new Map<string, ButtonOptions>();
const notifiers = new Map<string, Notifier>();
const stations = new Map<string, StationBox>();
const pumpRooms = new Map<string, PumpRoomSimulator>();
const warehouses = new Map<string, WarehouseProcess>();

function tell(message: FromSimulator): void {
  if (process.connected) process.send?.(message);
}

let voice: VoiceProvider | null = null;

/** No sequence number of an earlier life comes again: one a second would be needed for that. */
const firstSeq = Math.floor((performance.timeOrigin / 1000) % 0x7fff_ffff);

async function start(message: StartMessage): Promise<void> {
  const calls = new VoiceProvider(message.voiceSecret, ({ station, person, kind, key }) =>
    tell({ kind: "seen", who: station || person, what: `${kind} call ${key}` }),
  );
  voice = calls;
  const endpoints: [string, string][] = [];
  for (const { site, device, endpoint, unit } of message.pumpRooms) {
    const room = new PumpRoomSimulator({ unit });
    pumpRooms.set(`${site}/${device}`, room);
    endpoints.push([endpoint, `tcp://127.0.0.1:${await room.start()}`]);
  }
  for (const warehouse of message.warehouses) {
    const who = `${warehouse.site}/${warehouse.device}`;
    warehouses.set(who, new WarehouseProcess(warehouse, tell));
  }
  tell({ kind: "started", voiceUrl: await calls.start(), endpoints });
  const { url, root } = message;
  let waiting = message.buttons.length + message.stations.length + message.notifiers.length;
  const connected = (): void => {
    waiting -= 1;
    if (waiting === 0) tell({ kind: "connected" });
  };
  for (const button of message.buttons) {
    powerUp({ ...button, url, root, firstSeq }).once("connected", connected);
  }
  for (const given of message.notifiers) {
    const notifier = new Notifier({ ...given, url, root });
    notifiers.set(notifier.key, notifier);
    notifier.once("connected", connected);
    notifier.on("does", (what: string) => tell({ kind: "seen", who: notifier.key, what }));
  }
  for (const station of message.stations) {
    const box = new StationBox({ ...station, url, root });
    stations.set(station.station, box);
    box.once("connected", connected);
    const seen = (what: string): void => tell({ kind: "seen", who: station.station, what });
    box.on("order", (order: { order: string; kind: string; revision: number }) => {
      seen(`order ${order.order} revision ${order.revision}: ${order.kind}`);
    });
    box.on("siren", (siren: string) => seen(`siren ${siren}`));
    box.on("say", (sentence: string) => seen(`says ${sentence}`));
  }
}

function powerUp(options: ButtonOptions): ButtonSimulator {
  const simulator = new ButtonSimulator(options);
  const who = `${options.site}/${options.device}`;
  buttons.set(who, simulator);
  simulator.on("lamp", (lamp: string) => tell({ kind: "seen", who, what: `lamp ${lamp}` }));
  simulator.on("say", (text: string) => tell({ kind: "seen", who, what: `says ${text}` }));
  return simulator;
}

/** The same device with its numbers, as after a power cut. */
function restore(who: string): void {
  const options = cut.get(who);
  if (!options) throw new Error(`${who} is not cut; cut are: ${list(cut) || "none"}`);
  cut.delete(who);
  powerUp(options);
}

/** Does one act; gives what happened, throws with what is there instead. */
async function perform(act: Act): Promise<string> {
  checkAct(act, {
    buttons: [...buttons.keys()],
    stations: [...stations.keys()],
    notifiers: [...notifiers.keys()],
    pumpRooms: [...pumpRooms.keys()],
    warehouses: [...warehouses.keys()],
  });
  if (act.action === "reply" || act.action === "mode" || act.action === "box") {
    const station = here(stations, act.station);
    if (act.action === "box") return actOnBox(station, act.words);
    if (act.action === "reply") station.reply(act.order, act.reply);
    else station.mode = act.mode;
    return "ok";
  }
  if (act.action === "people") {
    const answered = (await voice?.answer(act.answer, act.count)) ?? 0;
    return `${answered} ${act.answer}`;
  }
  if (act.action === "notifier") {
    here(notifiers, `${act.site}/${act.device}`).setBroken(act.broken);
    return act.broken ? "broken" : "mended";
  }
  if (act.action === "fault") {
    const who = `${act.site}/${act.device}`;
    const warehouse = warehouses.get(who);
    if (warehouse) await warehouse.act(act.words);
    else here(pumpRooms, who).act(act.words);
    return "ok";
  }
  const button = here(buttons, `${act.site}/${act.device}`);
  switch (act.action) {
    case "press":
      return `seq ${button.press()}`;
    case "cancel":
      button.cancel();
      break;
    case "test":
      button.test();
      break;
    case "tamper":
    case "untamper":
      button.setTamper(act.action === "tamper");
      break;
    case "battery":
      button.setBattery(act.mv);
      break;
    case "clock":
      button.setClock(act.aheadS);
      break;
    case "cut":
      cut.set(`${act.site}/${act.device}`, { ...button.options, firstSeq: button.seq });
      button.cut();
      break;
    case "restore":
      restore(`${act.site}/${act.device}`);
      break;
  }
  return `seq ${button.seq}`;
}

function here<T>(map: ReadonlyMap<string, T>, who: string): T {
  const found = map.get(who);
  if (found === undefined) throw new Error(`no ${who}`);
  return found;
}

function list(map: ReadonlyMap<string, unknown>): string {
  return [...map.keys()].join(", ");
}

process.on("message", (message: ToSimulator) => {
  if (message.kind === "start") return void start(message);
  const { id } = message;
  perform(message.act).then(
    (result) => tell({ kind: "done", id, result }),
    (error: Error) => tell({ kind: "refused", id, message: error.message }),
  );
});
process.on("disconnect", () => process.exit(0));
