/**
 * Which presses are repeats of one the state already knows, and nothing more.
 *
 * A device repeats a press until it is acknowledged, QoS 1 may deliver twice, and a crash between
 * commit and PUBACK makes the client send again. All of these carry the same key. In doubt a press
 * is new (law 3): a key that has left the window or its time decides anew.
 */
import type { Settings } from "./settings.ts";
import type { Press } from "./signal.ts";
import type { DeviceState, State } from "./state.ts";
import type { Writer } from "./writer.ts";

/** 2001-09-09 and 2096-10-02 UTC: a ts outside is no clock, it cannot tell two presses apart. */
const usableTsFrom = 1_000_000_000_000;
const usableTsTo = 4_000_000_000_000;

/** True where the device time can tell two presses with one seq apart. */
export function hasUsableTs(ts: number | null): ts is number {
  return ts !== null && ts >= usableTsFrom && ts < usableTsTo;
}

/** `seq@ts`, or `seq#digest` where there is no usable ts. */
export function pressKey(press: Pick<Press, "seq" | "ts" | "digest">): string {
  const seq = press.seq === null ? "-" : String(press.seq);
  return hasUsableTs(press.ts) ? `${seq}@${press.ts}` : `${seq}#${press.digest}`;
}

/** True where the key stands in the window and is young enough to mean the same press. */
export function isRepeat(
  device: DeviceState | undefined,
  key: string,
  at: number,
  settings: Settings["repeat"],
): boolean {
  if (!device) return false;
  const withinMs = key.includes("@") ? settings.withTsMs : settings.withoutTsMs;
  for (let i = device.window.length - 1; i >= 0; i -= 1) {
    const entry = device.window[i];
    if (entry && entry[0] === key) return at - entry[1] <= withinMs;
  }
  return false;
}

/** The presses of a signal that are new, each once, in receive order. */
export function freshPresses(
  device: DeviceState | undefined,
  presses: readonly Press[],
  at: number,
  settings: Settings["repeat"],
): Press[] {
  const seen = new Set<string>();
  const fresh: Press[] = [];
  for (const press of presses) {
    const key = pressKey(press);
    if (seen.has(key) || isRepeat(device, key, at, settings)) continue;
    seen.add(key);
    fresh.push(press);
  }
  return fresh;
}

/**
 * True where `seq` says that the device restarted: lower than the last one and not a wrap of its
 * uint32 counter.
 */
export function isRestart(lastSeq: number | null, seq: number | null): boolean {
  if (lastSeq === null || seq === null || seq >= lastSeq) return false;
  const wrapped = lastSeq > 0xffff_0000 && seq < 0x1_0000;
  return !wrapped;
}

export type DeviceKeys = {
  readonly device: string;
  readonly keys: readonly string[];
  readonly lastSeq: number | null;
  readonly at: number;
};

/** Keys a device may have in state; the settings may ask for less. */
const windowLimit = 64;

export function recordKeys(state: State, entry: DeviceKeys, writer: Writer): void {
  const device = touchDevice(state, entry.device, writer);
  const added = entry.keys.map((key): [string, number] => [key, entry.at]);
  const window = [...device.window, ...added].slice(-windowLimit);
  writer.replace(device.window, window);
  if (entry.lastSeq !== null) writer.patch(device, { lastSeq: entry.lastSeq });
}

/** The device's state, made where it is not there yet. */
export function touchDevice(state: State, key: string, writer: Writer): DeviceState {
  const known = state.devices.get(key);
  if (known) return known;
  const device: DeviceState = { lastSeq: null, restarts: 0, window: [] };
  writer.set(state.devices, key, device);
  return device;
}
