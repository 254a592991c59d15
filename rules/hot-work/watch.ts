/**
 * The other side of the triangle: what a decision about alarms, orders, tests and work means for
 * permits. Runs after each decision, so that work is told to stop in the turn in which its protection
 * fails, and after the orders of that turn.
 */
import type { Draft } from "../draft.ts";
import type { AlarmEvent, Event } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import { numberOf } from "../numbers.ts";
import { endFor, hotWorkRules, raiseFor } from "./alarms.ts";
import { impairedBy, isIsolated } from "./impaired.ts";
import { passOn } from "./inspection.ts";
import { inspects } from "./matching.ts";
import { liesInside } from "./near.ts";
import { isAtWork, isWatched, type Permit } from "./permit.ts";
import { call, suspend } from "./stop.ts";

export function watchPermits(draft: Draft): void {
  const { permits } = draft.state;
  if (permits.size === 0) return;
  const sites = touchedSites(draft);
  const fires = draft.events.filter(isFire);
  const ordered = new Set(
    draft.events.flatMap((event) => (event.type === "order-issued" ? event.station : [])),
  );
  if (sites.size + fires.length + ordered.size === 0) return;
  for (const permit of [...permits.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    for (const fire of fires) if (isInside(draft, permit, fire)) meet(draft, permit, fire);
    const station = permit.inspection?.station ?? "";
    if (ordered.has(station) && inspects(permit, station)) passOn(draft, permit, "alarm");
    if (!sites.has(permit.report.site)) continue;
    if (isAtWork(permit)) judge(draft, permit);
    if (draft.state.openByPoint.has(restoreKey(permit)) && !isIsolated(draft, permit)) {
      endFor(draft, "H07", permit);
    }
  }
}

/** What is impaired is a cause to stop; while it stands still, another one is looked at as well. */
function judge(draft: Draft, permit: Permit): void {
  const impaired = impairedBy(draft, permit);
  const [first] = impaired;
  const by = impaired.map((one) => one.by);
  if (first) suspend(draft, permit, first.cause, by);
}

type Raised = AlarmEvent & { readonly type: "alarm-raised" };

function isFire(event: Event): event is Raised {
  if (event.type !== "alarm-raised" || event.class !== "fire") return false;
  const isAside = event.test !== undefined || event.outOfService !== undefined;
  return !isAside && event.rule !== hotWorkRules.H06.id;
}

/** In its zone, or within 50 m, while it lasts and for 60 min after the work (H06). */
function isInside({ at, world }: Draft, permit: Permit, fire: Raised): boolean {
  const { report, workEndedAt } = permit;
  if (fire.site !== report.site) return false;
  const ms = numberOf(world.packs, "H06", "afterEndMs", fire.site);
  if (!isWatched(permit) && (workEndedAt === null || at - workEndedAt > ms)) return false;
  return liesInside(world, permit, fire);
}

/** 动火区火警: it is shown with the permit, as urgent as it is, and its watcher is called. */
function meet(draft: Draft, permit: Permit, { alarm }: Raised): void {
  draft.add({ type: "permit-alarm", permit: permit.id, alarm });
  if (permit.state === "active") suspend(draft, permit, "fire", [alarm]);
  call(draft, permit, "watcher", "fire");
  const own = raiseFor(draft, "H06", permit);
  // It has happened; what burns stands by its own alarm, and a person resets this one.
  draft.add({ type: "alarm-condition", alarm: own, condition: "inactive" });
}

function restoreKey({ id, report }: Permit): string {
  return `${deviceKey(report.site, id)}#${hotWorkRules.H07.point}`;
}

function touchedSites({ state, events }: Draft): Set<string> {
  const sites = new Set<string>();
  for (const event of events) {
    switch (event.type) {
      case "alarm-raised":
      case "taken-out-of-service":
      case "returned-to-service":
      case "test-opened":
      case "panel-noted":
        sites.add(event.site);
        break;
      case "alarm-moved":
      case "alarm-condition":
      case "alarm-real": {
        const { site } = state.alarms.get(event.alarm) ?? {};
        if (site !== undefined) sites.add(site);
        break;
      }
      default:
    }
  }
  return sites;
}
