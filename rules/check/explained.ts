/**
 * Rules that explain others (`suppressedBy`): each of them must be there, none may explain itself by a
 * detour, and a fire is explained by nothing: two alarms that explain each other are both unseen.
 */
import type { Packs } from "../rulebook.ts";
import { rulebook } from "../rulebook.ts";
import type { RuleFault } from "./fault.ts";

type Found = RuleFault & { readonly pack: string };

/** Of the packs of one kind of device. */
export function explainedFaults(packs: Packs): Found[] {
  const by = new Map(
    packs.flatMap(({ rules }) => rules.map(({ id, suppressedBy = [] }) => [id, suppressedBy])),
  );
  return packs.flatMap(({ pack, rules }) =>
    rules.flatMap(({ id, class: of, suppressedBy = [] }, i) => {
      const fault = (message: string, zh: string): Found[] => [
        { pack, path: ["rules", i, "suppressedBy"], message, zh },
      ];
      if (suppressedBy.length === 0) return [];
      if (of === "fire") {
        return fault(
          "law 3: a fire is explained by nothing; allowed: no suppressedBy",
          "违反第三条:火警不得按设计抑制",
        );
      }
      const missing = suppressedBy.find((one) => !by.has(one) && !Object.hasOwn(rulebook, one));
      if (missing !== undefined) {
        return fault(
          `there is no rule ${missing}; allowed: a rule about the same kind of device`,
          `没有规则 ${missing};允许:同类设备的规则`,
        );
      }
      if (!reaches(by, id)) return [];
      return fault(
        `${id} would explain itself; allowed: rules that it does not explain`,
        `${id} 互相抑制;允许:不被它抑制的规则`,
      );
    }),
  );
}

/** Whether the rules that explain it, and those that explain them, lead back to it. */
function reaches(by: ReadonlyMap<string, readonly string[]>, id: string): boolean {
  const seen = new Set<string>();
  const ahead = [...(by.get(id) ?? [])];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    ahead.push(...(by.get(next) ?? []));
  }
  return false;
}
