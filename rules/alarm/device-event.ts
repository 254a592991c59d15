/**
 * What a device says beside a press: cancel, tamper, test and the like. Journalled once each; a
 * cancel informs and never closes, a test bit suppresses nothing (domain C1, B5).
 */
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { isRepeat, pressKey } from "../press.ts";
import { rulebook } from "../rulebook.ts";
import type { Signal } from "../signal.ts";
import { pointKey } from "../state.ts";
import { decideLevel } from "./level.ts";

export function decideDeviceEvent(draft: Draft, signal: Signal & { kind: "device-event" }): void {
  const device = deviceKey(signal.site, signal.device);
  const key = `${signal.event}:${pressKey(signal)}`;
  const known = draft.state.devices.get(device);
  if (isRepeat(known, key, signal.at, draft.world.settings.repeat)) return;
  draft.add({
    type: "device-event-noted",
    device,
    event: signal.event,
    seq: signal.seq,
    key,
    alarm: draft.state.openByPoint.get(pointKey(device, rulebook.F01.point)) ?? null,
  });
  if (signal.event !== "tamper") return;
  const { id, at, site, device: deviceId } = signal;
  const level = { kind: "level", rule: "S05", level: true, since: at } as const;
  decideLevel(draft, { ...level, id, at, site, device: deviceId });
}
