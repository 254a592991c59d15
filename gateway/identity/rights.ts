/**
 * What a credential may publish and subscribe: only below the topics of the devices and stations it
 * lists (DESIGN §6). Gives a refusal code, or null.
 */
import { deviceKey } from "#rules/inventory.ts";
import type { Principal } from "./credentials.ts";
import type { Topics } from "./topics.ts";

const upward = new Set(["event", "state", "status", "reply"]);
const downward = new Set(["ack", "cmd", "order", "task", "answer"]);

export function mayPublish(who: Principal, topics: Topics, topic: string): string | null {
  const parsed = topics.parse(topic);
  if (!parsed) return "no-such-topic";
  if (!upward.has(parsed.kind)) return "wrong-direction";
  if ("device" in parsed) {
    return who.devices.has(parsed.key) ? null : "not-your-device";
  }
  return "station" in parsed && who.stations.has(parsed.station) ? null : "not-your-station";
}

export function maySubscribe(who: Principal, topics: Topics, filter: string): string | null {
  if (who.kind === "service") {
    return filter.startsWith(`${topics.root}/`) ? null : "outside-root";
  }
  const parsed = topics.parse(filter);
  if (!parsed) return coversOwnOnly(who, topics, filter) ? null : "not-your-topic";
  if (parsed.kind === "heartbeat" || parsed.kind === "alarm") return null;
  if ("device" in parsed) {
    const own = who.devices.has(parsed.key);
    return own && downward.has(parsed.kind) ? null : "not-your-topic";
  }
  return who.stations.has(parsed.station) && downward.has(parsed.kind) ? null : "not-your-topic";
}

/** `…/{site}/{device}/+` or `/#` of an own device, and the same of a station. */
function coversOwnOnly(who: Principal, topics: Topics, filter: string): boolean {
  const match = /^(.*)\/([^/+#]+)\/([^/+#]+)\/[+#]$/.exec(filter);
  if (match?.[1] !== topics.root) return false;
  const [, , first = "", second = ""] = match;
  if (first === "station") return who.stations.has(second);
  return who.devices.has(deviceKey(first, second));
}
