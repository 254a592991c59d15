/** Named numbers of a rule that the core decides: those it knows, and none that would never come. */
import type { RuleSource } from "../detect/pack.ts";
import { ruleNumbers } from "../numbers.ts";
import type { RuleFault } from "./fault.ts";

/** A year: a number of ms beyond it never comes. */
const mostMs = 366 * 86_400_000;
/** A fire that nobody acknowledges is passed on within this time, whatever a pack says. */
const latestStepMs = 600_000;
const fireSteps = new Set(["secondDeskMs", "shiftLeaderMs", "townLeaderMs"]);

export function numberFaults({ id, numbers = {} }: RuleSource): RuleFault[] {
  const known = Object.hasOwn(ruleNumbers, id)
    ? Object.keys(ruleNumbers[id as keyof typeof ruleNumbers])
    : null;
  return Object.entries(numbers).flatMap(([name, value]): RuleFault[] => {
    const path = ["numbers", name];
    if (known && !known.includes(name)) {
      const allowed = known.join(", ");
      return [
        {
          path,
          message: `${id} has no number ${name}; allowed: ${allowed}`,
          zh: `规则 ${id} 没有数值 ${name};允许:${allowed}`,
        },
      ];
    }
    const isStep = id === "E01" && fireSteps.has(name);
    const most = isStep ? latestStepMs : name.endsWith("Ms") ? mostMs : Number.MAX_SAFE_INTEGER;
    if (value > 0 && value <= most) return [];
    const allowed = `more than 0 … ${most}`;
    return [
      {
        path,
        message: `${value} is not allowed; allowed: ${allowed}`,
        zh: `不允许 ${value};允许:${allowed}`,
      },
    ];
  });
}
