/**
 * What no pack and no site may change (DESIGN §2, law 3): a manual press is never filtered away, held
 * back or made less urgent, and a fire stays a fire. What would is refused, with the reason.
 */
import { comparePriority, type Priority } from "../alarm/alarm.ts";
import { type CelNode, type Names, parseCel } from "../detect/cel.ts";
import type { ConditionSource } from "../detect/condition.ts";
import { fill, type RuleSource, thingsOf } from "../detect/pack.ts";
import type { Profile } from "../profile.ts";
import { partsOf, type RuleFault } from "./fault.ts";

/** 手动报警: any single press (GB 50116 4.1.6). */
export const pressRule = "F01";
/** 消火栓出水: water that flows where a fire is fought is no second fire. */
const hydrantRule = "F08";
/** Parts of a device that a person presses. */
const pressedClass = "call-point";
/** A fire may be held so long: a flow indicator that chatters is 30 s, a trend 60 s (rules F04 to F07). */
const longestFireHoldMs = 60_000;

const law = (path: RuleFault["path"], message: string, zh: string): RuleFault => {
  return { path, message: `law 3: ${message}`, zh: `违反第三条:${zh}` };
};

/** Of one rule by itself. */
export function lawFaults(rule: RuleSource, profile: Profile, names: Names): RuleFault[] {
  const faults = rule.class === "fire" ? fireFaults(rule) : [];
  if (rule.id !== pressRule) return faults;
  if (rule.class !== "fire") {
    faults.push(
      law(["class"], `a press is a fire, not ${rule.class}; allowed: fire`, "手动报警必须属于火警"),
    );
  }
  for (const key of ["setAfterMs", "setAfterInIncidentMs"] as const) {
    if ((rule[key] ?? 0) === 0) continue;
    faults.push(
      law([key], `a press is never held back (${rule[key]} ms); allowed: 0`, "手动报警不得延时"),
    );
  }
  if (rule.until !== undefined) {
    faults.push(
      law(["until"], `a press ends by nothing but its own release`, "手动报警不得另设结束条件"),
    );
  }
  const things = thingsOf(rule, profile);
  // Parts of a class are all alike; things that a rule names may each be muted in their own way.
  const looked = rule.each && "part" in rule.each ? things.slice(0, 1) : things;
  const muted = looked.map(({ words }) => muteFaults(fill(rule.when, words), ["when"], names));
  return [...faults, ...(muted.find((of) => of.length > 0) ?? [])];
}

function fireFaults(rule: RuleSource): RuleFault[] {
  const faults: RuleFault[] = [];
  if (rule.notWhileIncident && rule.id !== hydrantRule) {
    faults.push(
      law(
        ["notWhileIncident"],
        `a fire is said whatever stands open; allowed: ${hydrantRule}`,
        "火警随时都报,不因已有警情而不报",
      ),
    );
  }
  if (comparePriority(rule.priority, "P1") > 0) {
    faults.push(
      law(["priority"], `a fire is never ${rule.priority}; allowed: P0, P1`, "火警不得低于P1"),
    );
  }
  for (const key of ["whileFire", "whileIncident", "atNight", "whenWorse"] as const) {
    const priority = rule[key];
    if (priority === undefined || comparePriority(priority, rule.priority) <= 0) continue;
    faults.push(
      law(
        [key],
        `${priority} would make a fire less urgent; allowed: ${rule.priority} or above`,
        "不得降低火警等级",
      ),
    );
  }
  if (rule.setAfterMs > longestFireHoldMs) {
    faults.push(
      law(
        ["setAfterMs"],
        `a fire is not held for ${rule.setAfterMs} ms; allowed: 0 to ${longestFireHoldMs}`,
        `火警延时不得超过 ${longestFireHoldMs} ms`,
      ),
    );
  }
  return faults;
}

/** Anything beside the contact itself could say no while somebody presses. */
function muteFaults(source: ConditionSource, path: RuleFault["path"], names: Names): RuleFault[] {
  const mutes = (what: string): RuleFault[] => [
    law(
      path,
      `${what} could mute a press; allowed: the contact itself, or several with || or any`,
      `${what} 可能屏蔽手动报警`,
    ),
  ];
  if (typeof source === "string") {
    const ast = parseCel(source, names);
    // What is no expression is refused by its compilation.
    if ("message" in ast) return [];
    const found = muting(ast);
    return found === null ? [] : mutes(found);
  }
  // Another part of the gateway says it: the press itself.
  if ("reported" in source) return [];
  const [word, parts] = partsOf(source) ?? [];
  if (word !== "any" || !parts) return mutes(Object.keys(source).join(", "));
  return parts.flatMap((part, i) => muteFaults(part, [...path, word, i], names));
}

/** The operator that could; null where it only says whether a contact is closed. */
function muting(node: CelNode): string | null {
  switch (node.op) {
    case "id":
      return null;
    case "!_":
      return node.args.op === "id" ? null : "!";
    case "||":
      return muting(node.args[0]) ?? muting(node.args[1]);
    case "==":
      return node.args.some(({ op }) => op === "id") && node.args.some(({ op }) => op === "value")
        ? null
        : "==";
    default:
      return node.op === "value" ? "a constant" : node.op;
  }
}

/** A rule of the set, and whose words it answers to; `id` of what is missing. */
export type SetFault = { readonly id: string; readonly fault: RuleFault };

/**
 * Of all rules of one kind together, beside what was there before: a fire that would be gone or less
 * urgent, and call points that nobody would hear.
 */
export function lossFaults(
  rules: readonly RuleSource[],
  before: readonly RuleSource[],
  profile: Profile | null,
): SetFault[] {
  const faults: SetFault[] = [];
  for (const old of before) {
    if (old.class !== "fire") continue;
    const next = rules.find(({ id }) => id === old.id);
    const fault = next ? weaker(next, old) : gone(old);
    if (fault) faults.push({ id: old.id, fault });
  }
  const unheard = profile ? unheardPress(rules, profile) : null;
  if (unheard !== null) {
    const message = `call point ${unheard} is read by no rule ${pressRule}: its press would be muted; allowed: ${pressRule} about each part ${pressedClass}`;
    faults.push({
      id: pressRule,
      fault: law([], message, `手动报警按钮 ${unheard} 不再有规则 ${pressRule} 监视`),
    });
  }
  return faults;
}

function gone({ id, name }: RuleSource): RuleFault {
  return law(
    [],
    `fire rule ${id} (${name.en}) would be gone; allowed: keep it`,
    `火警规则 ${id}(${name.zh})将被去除`,
  );
}

function weaker(next: RuleSource, old: RuleSource): RuleFault | null {
  if (next.class !== "fire") {
    return law(
      ["class"],
      `${old.id} is a fire, not ${next.class}; allowed: fire`,
      `${old.id} 必须属于火警`,
    );
  }
  const lowered = (a: Priority, b: Priority): boolean => comparePriority(a, b) > 0;
  if (!lowered(next.priority, old.priority)) return null;
  return law(
    ["priority"],
    `${next.priority} lowers a fire that is ${old.priority}; allowed: ${old.priority} or above`,
    `不得把火警 ${old.id} 由 ${old.priority} 降为 ${next.priority}`,
  );
}

/** The first call point that no press rule reads; null where each is read. */
function unheardPress(rules: readonly RuleSource[], profile: Profile): string | null {
  const pressed = (profile.parts ?? []).filter((part) => part.class === pressedClass);
  if (pressed.length === 0) return null;
  const read = new Set(
    rules
      .filter(({ id }) => id === pressRule)
      .flatMap((rule) =>
        thingsOf(rule, profile).flatMap(({ words }) => {
          return JSON.stringify(fill(rule.when, words)).match(/[a-z][a-z0-9_]*/g) ?? [];
        }),
      ),
  );
  return pressed.find(({ as }) => !read.has(as))?.as ?? null;
}
