/**
 * What has to be done again and again (GB 50974 14.0.4: pumps are tried weekly, monthly, quarterly). The
 * condition of such a rule says that it is being done; where it has not been for as long as the rule's
 * number says, that is its alarm (P13), and twice as long is worse. It ends once it is done.
 *
 * Weeks are no detector (DESIGN §3): what detection sees is noted, and a deadline waits. Unknown is not
 * done (law 2), so the clock runs on over a link that is lost, and begins when a device is first watched.
 */

import { armAgain } from "../alarm/escalation.ts";
import { endOwn, openOwn, raiseOwn } from "../alarm/own.ts";
import { fill } from "../detect/pack.ts";
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { numbersOf } from "../numbers.ts";
import { type Rule, ruleOf } from "../rulebook.ts";
import type { Level } from "../signal.ts";
import { pointKey } from "../state.ts";

type About = {
  readonly rule: string;
  readonly site: string;
  readonly device: string;
  /** The point of its alarm. */
  readonly point: string;
  readonly each: string | null;
};

export type Periodic = About & {
  /** When it was last begun, ms UTC; null where it has not been since the device is watched. */
  readonly doneAt: number | null;
  readonly overdue: boolean;
};

export type PeriodicEvent =
  /** `done` false: it has not been seen yet, and the clock begins. */
  | (About & {
      readonly type: "periodic-noted";
      readonly done: boolean;
      readonly dueAt: number;
    })
  | {
      readonly type: "periodic-overdue";
      readonly key: string;
      /** When it is twice overdue; null where it is. */
      readonly twiceAt: number | null;
    }
  /** Its rule or its device is gone. */
  | { readonly type: "periodic-forgotten"; readonly key: string };

/** A level of such a rule raises nothing: it says whether the thing is being done. */
export function decidePeriodic(draft: Draft, rule: Rule, level: Level): void {
  const { site, device, each = null, point = rule.point } = level;
  const about = { site, device, point, each };
  const done = level.level === true;
  if (!done && draft.state.periodic.has(pointKey(deviceKey(site, device), point))) return;
  const limit = seenWithinMs(rule, each);
  if (limit === null) return;
  draft.add({ type: "periodic-noted", rule: rule.id, ...about, done, dueAt: draft.at + limit });
  if (done) endOwn(draft, about);
}

/** It has not been done in time. */
export function judgePeriodic(draft: Draft, of: Periodic): void {
  const { inventory, packs } = draft.world;
  const device = inventory.devices.get(deviceKey(of.site, of.device));
  const rule = device ? ruleOf(of.rule, packs, device.kind, of.site) : null;
  const limit = rule && seenWithinMs(rule, of.each);
  const key = pointKey(deviceKey(of.site, of.device), of.point);
  if (!rule || limit === null) {
    draft.add({ type: "periodic-forgotten", key });
    return endOwn(draft, of);
  }
  const twiceAt = of.overdue ? null : draft.at + limit;
  draft.add({ type: "periodic-overdue", key, twiceAt });
  const open = openOwn(draft, of);
  if (!of.overdue || !open) {
    raiseOwn(draft, rule, of);
    return;
  }
  const priority = rule.whenWorse ?? rule.priority;
  draft.add({ type: "alarm-worse", alarm: open.id, priority, evidence: [] });
  armAgain(draft, open, priority);
}

type Within = Pick<Rule, "id" | "seenWithin" | "each" | "numbers">;

/** The rule's number by the name that `seenWithin` gives, for its thing; null where it has none. */
export function seenWithinMs(rule: Within, each: string | null): number | null {
  const { id, seenWithin, each: things, numbers } = rule;
  if (seenWithin === undefined) return null;
  const thing = Array.isArray(things) ? things.find(({ as }) => as === each) : undefined;
  const name = String(fill(seenWithin, thing ?? {}));
  return numbers?.[name] ?? numbersOf(id)[name]?.is ?? null;
}
