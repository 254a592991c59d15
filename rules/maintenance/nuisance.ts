/**
 * 重复误报 (rule C01): a point that was verified to be false three times within seven days, or a site
 * with more than five a day, is an alarm itself, for whoever maintains it. It mutes nothing (law 3).
 *
 * That of a point ends when its maintenance order is closed, that of a site when it is acknowledged.
 */
import { endOwn, raiseOnce, raiseOwn } from "../alarm/own.ts";
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { numberOf } from "../numbers.ts";
import type { Rule } from "../rulebook.ts";
import { pointKey, type State } from "../state.ts";
import { wholeSite } from "../system.ts";

const day = 86_400_000;
const usual: Rule = {
  id: "C01",
  class: "fault",
  priority: "P3",
  point: "nuisance",
  latched: false,
  opensIncident: false,
};

type Point = { readonly site: string; readonly device: string; readonly point: string };

/** After a decision that called an incident false: its fires are one more false alarm each. */
export function watchNuisance(draft: Draft): void {
  for (const event of draft.events) {
    if (event.type !== "verification-moved" || event.to !== "false") continue;
    const fires = falseFires(draft.state, event.incident);
    for (const fire of fires) judgePoint(draft, fire);
    const [first] = fires;
    if (first) judgeSite(draft, first.site, fires.length);
  }
}

/** The fires of an incident, one of each point. */
export function falseFires({ incidents, alarms }: State, incident: string) {
  const fires = (incidents.get(incident)?.alarms ?? []).flatMap((id) => {
    const alarm = alarms.get(id);
    return alarm?.class === "fire" && alarm.reported === null ? [alarm] : [];
  });
  return [...new Map(fires.map((fire) => [keyOf(fire), fire])).values()];
}

function judgePoint(draft: Draft, fire: Point & { readonly rule: string }): void {
  const { state, world, at } = draft;
  const withinMs = numberOf(world.packs, "C01", "withinMs", fire.site);
  const known = state.falseAlarms.get(keyOf(fire))?.at ?? [];
  const count = known.filter((time) => at - time < withinMs).length + 1;
  if (count < numberOf(world.packs, "C01", "falseAlarmsLeast", fire.site)) return;
  raiseOwn(draft, usual, { ...aboutPoint(fire), words: { of: fire.rule } });
}

function judgeSite(draft: Draft, site: string, added: number): void {
  const { state, world, at } = draft;
  let count = added;
  for (const { site: of, at: times } of state.falseAlarms.values()) {
    if (of === site) count += times.filter((time) => at - time < day).length;
  }
  if (count <= numberOf(world.packs, "C01", "siteFalsePerDay", site)) return;
  raiseOnce(draft, usual, { site, device: wholeSite, point: usual.point });
}

/** Its order is closed. */
export function endNuisance(draft: Draft, point: Point): void {
  endOwn(draft, aboutPoint(point));
}

function aboutPoint({ site, device, point }: Point): Point {
  return { site, device, point: `${usual.point}.${point}` };
}

export function keyOf({ site, device, point }: Point): string {
  return pointKey(deviceKey(site, device), point);
}
