/** Named numbers of a rule: only those that the core reads, each within its bounds (rules/numbers.ts). */
import { fill, type RuleSource } from "../detect/pack.ts";
import { numbersOf } from "../numbers.ts";
import type { RuleFault } from "./fault.ts";

/** What `seenWithin` names must be a number of the rule, of each of its things. Paths begin at the rule. */
export function seenWithinFaults({ id, seenWithin, each }: RuleSource): RuleFault[] {
  if (seenWithin === undefined) return [];
  const known = Object.keys(numbersOf(id));
  const things = Array.isArray(each) ? each : [{}];
  const names = things.map((thing) => String(fill(seenWithin, thing)));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return [];
  const allowed = known.join(", ") || "none";
  const message = `${id} has no number ${unknown}; allowed: ${allowed}`;
  const zh = `规则 ${id} 没有数值 ${unknown};允许:${allowed}`;
  return [{ path: ["seenWithin"], message, zh }];
}

/** Paths begin at the rule. */
export function numberFaults(
  rule: string,
  numbers: Readonly<Record<string, number>> | undefined,
): RuleFault[] {
  const known = numbersOf(rule);
  return Object.entries(numbers ?? {}).flatMap(([name, value]): RuleFault[] => {
    const path = ["numbers", name];
    const bounds = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!bounds) {
      const allowed = Object.keys(known).join(", ") || "none";
      const message = `${rule} has no number ${name}; allowed: ${allowed}`;
      return [{ path, message, zh: `规则 ${rule} 没有数值 ${name};允许:${allowed}` }];
    }
    const { least, most } = bounds;
    if (value >= least && value <= most) return [];
    const allowed = least === most ? `${least}` : `${least} … ${most}`;
    const message = `${value} is not allowed; allowed: ${allowed}`;
    return [{ path, message, zh: `不允许 ${value};允许:${allowed}` }];
  });
}
