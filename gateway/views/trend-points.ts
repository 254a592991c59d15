/** Points that can be drawn: found by words, and each with all that a curve of it needs. */
import { type Limit, limitsOf } from "#rules/detect/limits.ts";
import type { World } from "#rules/draft.ts";
import type { Text } from "#rules/inventory.ts";
import { rulesAt } from "#rules/override.ts";
import type { ProfilePoint } from "#rules/profile.ts";
import { ruleName } from "#rules/text/render.ts";
import type { TrendPoints, TrendSeries } from "../api/contract.ts";
import type { Gateway } from "../gateway.ts";
import type { KnownDevice } from "../live/devices.ts";
import { periodOf } from "../live/pushed.ts";
import type { DeviceProfile } from "../rulebook/profiles.ts";
import { inSlices } from "../slices.ts";
import { both } from "./sight.ts";

export const mostFound = 60;
/** A value that does not change is kept once a minute (live/values.ts); three times that is silence. */
const silentMs = 180_000;
const hourlyMs = 3 * 3_600_000;

type Point = TrendPoints["points"][number];

/** Points whose words hold all of `q`, of devices that `sees` says may be seen; throws `Refused` right after a start. */
export async function findPoints(
  gateway: Gateway,
  q: string,
  sees: (site: string) => boolean,
): Promise<TrendPoints> {
  gateway.telemetry.insistReady(null);
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const points: Point[] = [];
  await inSlices(search(gateway, words, sees, points));
  return { points: points.slice(0, mostFound), more: points.length > mostFound };
}

function* search(
  gateway: Gateway,
  words: readonly string[],
  sees: (site: string) => boolean,
  found: Point[],
): Generator<void, void> {
  for (const device of gateway.telemetry.devices.everyKnown()) {
    yield;
    if (!device || !sees(device.site)) continue;
    const head = headOf(gateway, device);
    const said = wordsIn(device.key, head.siteName, head.deviceName, head.place);
    const left = words.filter((word) => !said.includes(word));
    for (const point of measuredFirst(device.profile)) {
      const own = left.length === 0 ? "" : wordsIn(point.id, point.name);
      if (!left.every((word) => own.includes(word))) continue;
      found.push({ ...head, ...pointOf(device, point) });
      if (found.length > mostFound) return;
    }
  }
}

const drawn = new WeakMap<DeviceProfile, readonly ProfilePoint[]>();

/** What is measured says more than what is on or off; a text has no curve. */
function measuredFirst(profile: DeviceProfile): readonly ProfilePoint[] {
  const known = drawn.get(profile);
  if (known) return known;
  const rank = ({ type, values }: ProfilePoint) => Number(type !== "number" || !!values);
  const points = profile.points
    .filter(({ type }) => type !== "text")
    .toSorted((a, b) => rank(a) - rank(b));
  drawn.set(profile, points);
  return points;
}

function wordsIn(id: string, ...texts: readonly (Text | null)[]): string {
  return [id, ...texts.map((text) => (text ? `${text.zh} ${text.en}` : ""))]
    .join(" ")
    .toLowerCase();
}

function headOf(gateway: Gateway, { key, site, device, profile }: KnownDevice) {
  const { inventory } = gateway.artefacts.world(gateway.committed.state);
  return {
    siteName: inventory.sites.get(site)?.name ?? { zh: site, en: site },
    deviceName: profile.name,
    device,
    place: inventory.devices.get(key)?.place ?? null,
  };
}

function pointOf({ key }: KnownDevice, { id, name, type, unit, values }: ProfilePoint) {
  return {
    id: `${key}/${id}`,
    name,
    type,
    unit: unit ?? null,
    values: values ? [...values] : null,
  };
}

/** What a series is about, without its numbers. */
export function seriesHead(
  gateway: Gateway,
  device: KnownDevice,
  point: ProfilePoint,
): Omit<TrendSeries, "resolution" | "bucketMs" | "columns" | "gaps" | "before"> {
  const world = gateway.artefacts.world(gateway.committed.state);
  const limits = limitsFor(world.packs, device).get(point.id) ?? [];
  return {
    ...headOf(gateway, device),
    ...pointOf(device, point),
    range: point.range ? [...point.range] : null,
    deadBand: point.deadBand ?? null,
    limits: limits.map((limit) => limitView(limit, device, world)),
  };
}

type Rules = World["packs"];
const made = new WeakMap<
  DeviceProfile,
  Map<string, readonly [Rules, ReturnType<typeof limitsOf>]>
>();

/** Of a warehouse with its thousand parts it takes a while: made once for rules, profile and site. */
function limitsFor(packs: Rules, { profile, kind, site }: KnownDevice) {
  const bySite = made.get(profile) ?? new Map();
  made.set(profile, bySite);
  const [of, known] = bySite.get(site) ?? [];
  if (of === packs && known) return known as ReturnType<typeof limitsOf>;
  const limits = limitsOf(rulesAt(packs, kind, site), profile);
  bySite.set(site, [packs, limits]);
  return limits;
}

function limitView(
  { rule, side, value, point, deadBand }: Limit,
  { site, device, values }: KnownDevice,
  world: World,
): TrendSeries["limits"][number] {
  const sample = point === null ? null : values?.sample(point);
  const now = sample?.quality === "good" && typeof sample.value === "number" ? sample.value : null;
  const name = both((language) => ruleName(language, { site, device, rule }, world));
  return { rule, ruleName: name, side, value: point === null ? value : now, point, deadBand };
}

/** Silence of more than this is a gap; null where the source tells changes only. */
export function silentAfter(
  gateway: Gateway,
  { key, profile }: KnownDevice,
  { poll }: ProfilePoint,
): number | null {
  if (profile.nodes.length > 0) return null;
  const { inventory } = gateway.artefacts.world(gateway.committed.state);
  const everyMs = periodOf(inventory.devices.get(key), profile);
  if (everyMs !== null) return Math.max(silentMs, 3 * everyMs);
  return poll === "settings" ? hourlyMs : silentMs;
}
