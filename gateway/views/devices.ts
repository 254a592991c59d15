/** Devices as a screen shows them: the link, and every value with its quality and age. */
import type { Sample } from "#rules/sample.ts";
import type { OpcuaLink } from "../adapters/opcua/protocol.ts";
import type { DeviceList, DeviceView, LinkView } from "../api/contract.ts";
import type { PointFrame } from "../api/frames.ts";
import type { Gateway } from "../gateway.ts";
import type { LiveDevice } from "../live/devices.ts";
import type { DeviceProfile } from "../rulebook/profiles.ts";

/**
 * A `DeviceView` as text. Of a warehouse that is a megabyte, and `JSON.stringify` of it holds up
 * alarms for 6 to 12 ms; what never changes of its points is made into text once.
 */
export function deviceText(gateway: Gateway, device: LiveDevice): string {
  const { profile, values } = device;
  const fixed = fixedTextOf(profile);
  const points = profile.points.map(({ id }, i) => {
    const [, value, quality, reason, at] = pointFrame(values.sample(id), id);
    const why = reason === null ? "null" : `"${reason}"`;
    const now = `"value":${JSON.stringify(value)},"quality":"${quality}","reason":${why},"at":${at}`;
    return `${fixed.points[i]},${now}}`;
  });
  const head = JSON.stringify({ at: gateway.clock.now(), ...headOf(gateway, device) });
  return `${head.slice(0, -1)},"points":[${points.join()}],"parts":${fixed.parts}}`;
}

type Fixed = { readonly points: readonly string[]; readonly parts: string };
type FixedPoint = Omit<DeviceView["points"][number], "value" | "quality" | "reason" | "at">;

const fixedTexts = new WeakMap<DeviceProfile, Fixed>();

/** Points without their closing brace, for their values follow. */
function fixedTextOf(profile: DeviceProfile): Fixed {
  const known = fixedTexts.get(profile);
  if (known) return known;
  const points = profile.points.map((point) => {
    const { id, name, type, unit = null, range, normal = null, zone = null } = point;
    const between: [number, number] | null = range ? [...range] : null;
    const values = point.values ? [...point.values] : null;
    const fixed: FixedPoint = { id, name, type, unit, range: between, normal, values, zone };
    return JSON.stringify(fixed).slice(0, -1);
  });
  const parts: DeviceView["parts"] = (profile.parts ?? [])
    .filter((part) => drawn.has(part.class))
    .map(({ as, class: of, zone, words, plan = null }) => ({ as, class: of, zone, words, plan }));
  const made = { points, parts: JSON.stringify(parts) };
  fixedTexts.set(profile, made);
  return made;
}

/** Classes of parts that a page draws; detectors it counts by their zone. */
const drawn: ReadonlySet<string> = new Set(["compartment", "alarm-valve", "loop", "pump"]);

/**
 * Buttons are thousands, and the list is asked for again and again: those that the gateway asks for their
 * values come first. The page of any other has its address.
 */
const mostListed = 200;

/** `sees`: whether whoever asks may see what stands at a site. */
export function deviceList(gateway: Gateway, sees: (site: string) => boolean): DeviceList {
  const all = gateway.telemetry.devices.all().filter(({ site }) => sees(site));
  const devices = all.slice(0, mostListed);
  return {
    at: gateway.clock.now(),
    devices: devices.map((device) => {
      const samples = device.values.samples();
      const unknown = samples.filter(({ quality }) => quality !== "good").length;
      return { ...headOf(gateway, device), points: samples.length, unknown };
    }),
  };
}

function headOf(gateway: Gateway, device: LiveDevice) {
  const { inventory } = gateway.artefacts.world(gateway.committed.state);
  const { key, site, device: id, kind, profile } = device;
  const { pool } = inventory.devices.get(key) ?? {};
  return {
    site,
    siteName: inventory.sites.get(site)?.name ?? { zh: site, en: site },
    device: id,
    kind,
    name: profile.name,
    place: inventory.devices.get(key)?.place ?? null,
    pool: pool ? { ...pool, designFlowLps: pool.designFlowLps ?? null } : null,
    link: linkView(gateway, device),
    blindRules: gateway.telemetry.blindRules(key),
    uncertain: gateway.telemetry.distrusted(key).map((point) => ({
      point,
      name: profile.points.find(({ id }) => id === point)?.name ?? { zh: point, en: point },
    })),
  };
}

export function linkView({ clock, telemetry }: Gateway, { key, values }: LiveDevice): LinkView {
  const link = telemetry.devices.linkOf(key);
  const nextTryAt = link?.nextTryAt ?? null;
  return {
    state: link?.state ?? "not-polled",
    failures: link?.failures ?? 0,
    why: link?.why ?? null,
    nextTryInMs: nextTryAt === null ? null : Math.max(0, Math.round(nextTryAt - clock.monotonic())),
    holes: [...(link?.holes ?? [])],
    unfit: link && "unfit" in link ? [...link.unfit] : [],
    revised: link && "revised" in link ? revisedOf(link) : null,
    fault: link?.fault ?? null,
    heartbeatFrozen: values.isHeartbeatFrozen,
  };
}

function revisedOf({ revised }: OpcuaLink): LinkView["revised"] {
  if (!revised) return null;
  const { publishingMs, samplingMs, queue } = revised;
  const pair = (of: readonly [number, number] | null): [number, number] | null => of && [...of];
  return { publishingMs, samplingMs: pair(samplingMs), queue: pair(queue) };
}

/** A point that was never read is stale and has no age. */
export function pointFrame(sample: Sample | null, id: string): PointFrame {
  const { value = null, quality = "stale", reason = null, at = 0 } = sample ?? {};
  return [id, value, quality, reason, at === 0 ? null : at];
}
