/** Kinds of device that the gateway knows more about than their name. */
import type { LinkageCommand } from "#rules/inventory.ts";
import { stationBoxTiming } from "./station-box/profile.ts";

/** Kinds that must be heard again and again: silence of this many ms is a lost link (S02). */
export const silentAtMostMs: Readonly<Record<string, number>> = {
  "station-box": stationBoxTiming.lostAfterMs,
};

/** Kinds whose profile says where their points stand on Modbus. */
export const modbusKinds: ReadonlySet<string> = new Set(["pump-room"]);

/** Kinds whose profile says which nodes they have on OPC UA. */
export const opcuaKinds: ReadonlySet<string> = new Set(["warehouse"]);

/**
 * Kinds that linkage may tell anything, and what: they sound, speak, show or look. A kind that is not
 * listed is told nothing, whatever its profile can do (law 1).
 */
export const commandsOfKind: Readonly<Record<string, readonly LinkageCommand[]>> = {
  siren: ["siren", "silence", "test", "locate"],
  broadcast: ["speak", "silence", "test"],
  display: ["display", "silence", "test"],
  camera: ["camera-preset"],
  button: ["locate"],
  "station-box": ["siren", "speak", "silence"],
};

/** Kinds that stand in a station and name it. */
export const kindsOfStation: ReadonlySet<string> = new Set(["station-box"]);
