/**
 * 按设计抑制 (ISA-18.2, suppressed by design): while an alarm stands that explains another one of the same
 * device, only the first is at the desk. Which one explains which is data of the rules
 * (`suppressedBy`); a fire and a press are never explained away.
 *
 * Unknown is no end (law 2): what explains stands until it is known to be over.
 */
import type { Draft, World } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { type Packs, type Rule, ruleOf } from "../rulebook.ts";
import type { Alarm, Condition, Priority } from "./alarm.ts";
import { armAgain } from "./escalation.ts";
import { type AlarmState, holdOf, holdRefusal } from "./lifecycle.ts";

/** The alarm that explains one of this rule now, beside `but`; null where none stands. */
export function explainedBy(
  draft: Draft,
  rule: Rule,
  of: Of & { readonly priority: Priority },
  but: string | null = null,
): string | null {
  const { suppressedBy = [] } = rule;
  if (suppressedBy.length === 0) return null;
  if (holdRefusal("by-design", { ...rule, rule: rule.id, priority: of.priority })) return null;
  for (const other of draft.state.alarms.values()) {
    if (other.id === but || !suppressedBy.includes(other.rule)) continue;
    if (isOfOneThing(other, of) && stands(now(draft, other))) return other.id;
  }
  return null;
}

type Of = { readonly site: string; readonly device: string; readonly each: string | null };

/** A rule about the whole device explains those of each of its parts. */
function isOfOneThing(explains: Of, { site, device, each }: Of): boolean {
  if (explains.site !== site || explains.device !== device) return false;
  return explains.each === null || each === null || explains.each === each;
}

/** After a decision: what it makes stand explains others, and what it ends explains them no more. */
export function holdByDesign(draft: Draft): void {
  for (const event of [...draft.events]) {
    if (event.type === "alarm-raised") {
      const { alarm: id, rule, site, device, each = null } = event;
      if (explains(draft.world, event)) hold(draft, { id, rule, site, device, each });
    } else if (event.type === "alarm-condition" || event.type === "alarm-moved") {
      const alarm = draft.state.alarms.get(event.alarm);
      if (!alarm || !explains(draft.world, alarm)) continue;
      if (stands(now(draft, alarm))) hold(draft, alarm);
      else release(draft, alarm);
    }
  }
}

function hold(draft: Draft, by: Of & { readonly id: string; readonly rule: string }): void {
  for (const alarm of draft.state.alarms.values()) {
    if (alarm.byDesign !== null || alarm.id === by.id || !isOfOneThing(by, alarm)) continue;
    if (alarm.state === "normal" || isSaid(draft, alarm.id)) continue;
    const rule = ruleFor(draft.world, alarm);
    if (!rule?.suppressedBy?.includes(by.rule) || holdRefusal("by-design", alarm)) continue;
    draft.add({ type: "alarm-suppressed", alarm: alarm.id, by: by.id });
  }
}

function release(draft: Draft, { id }: Alarm): void {
  for (const alarm of draft.state.alarms.values()) {
    if (alarm.byDesign !== id || isSaid(draft, alarm.id)) continue;
    const rule = ruleFor(draft.world, alarm);
    const other = rule && explainedBy(draft, rule, alarm, id);
    if (other) draft.add({ type: "alarm-suppressed", alarm: alarm.id, by: other });
    else {
      draft.add({ type: "alarm-unsuppressed", alarm: alarm.id });
      const isHeld = holdOf({ ...alarm, byDesign: null }) !== null;
      if (!isHeld) armAgain(draft, alarm, alarm.priority);
    }
  }
}

function isSaid({ events }: Draft, alarm: string): boolean {
  return events.some(
    (event) =>
      (event.type === "alarm-suppressed" || event.type === "alarm-unsuppressed") &&
      event.alarm === alarm,
  );
}

type Now = { readonly state: AlarmState; readonly condition: Condition };

function stands({ state, condition }: Now): boolean {
  return state !== "normal" && condition !== "inactive";
}

/** As this decision leaves it. */
function now({ events }: Draft, { id, state, condition }: Alarm): Now {
  const after = { state, condition };
  for (const event of events) {
    if (event.type === "alarm-condition" && event.alarm === id) after.condition = event.condition;
    if (event.type === "alarm-moved" && event.alarm === id) after.state = event.to;
  }
  return after;
}

type Raised = Pick<Alarm, "rule" | "site" | "device">;

function ruleFor({ inventory, packs }: World, { rule, site, device }: Raised): Rule | null {
  return ruleOf(rule, packs, inventory.devices.get(deviceKey(site, device))?.kind, site);
}

/** Rules that some rule of a kind of device names: most explain nothing, and cost nothing. */
const known = new WeakMap<Packs, ReadonlyMap<string, ReadonlySet<string>>>();

function explains({ inventory, packs }: World, { rule, site, device }: Raised): boolean {
  let named = known.get(packs);
  if (!named) {
    const byKind = new Map<string, Set<string>>();
    for (const { kind, rules } of packs) {
      const ids = rules.flatMap(({ suppressedBy = [] }) => suppressedBy);
      if (ids.length > 0) byKind.set(kind, new Set([...(byKind.get(kind) ?? []), ...ids]));
    }
    named = byKind;
    known.set(packs, named);
  }
  if (named.size === 0) return false;
  const kind = inventory.devices.get(deviceKey(site, device))?.kind ?? "";
  return named.get(kind)?.has(rule) === true;
}
