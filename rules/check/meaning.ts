/**
 * Whether a rule means something: its condition can become true and false again, its units agree, its
 * holds have an order. What is wrong with one of many like parts is told once.
 */
import { type CelNode, type Names, parseCel } from "../detect/cel.ts";
import type { ConditionSource, Threshold } from "../detect/condition.ts";
import { fill, type RuleSource, thingsOf } from "../detect/pack.ts";
import type { Profile } from "../profile.ts";
import { partsOf, type RuleFault } from "./fault.ts";
import { Reach } from "./reach.ts";
import { spanOf } from "./span.ts";
import { textOf, unitFaults, unitsOf } from "./unit.ts";

type Path = readonly (string | number)[];

export class Meaning {
  readonly #profile: Profile;
  readonly #names: Names;
  readonly #units: ReadonlyMap<string, string>;

  constructor(profile: Profile, names: Names) {
    this.#profile = profile;
    this.#names = names;
    this.#units = unitsOf(profile);
  }

  /** Paths begin at the rule. The rule must compile. */
  faults(rule: RuleSource): RuleFault[] {
    const things = thingsOf(rule, this.#profile);
    // Things that a rule names differ; parts of a class are all alike.
    const looked = rule.each && "part" in rule.each ? things.slice(0, 1) : things;
    for (const { words, part } of looked) {
      const reach = new Reach(this.#profile, this.#names, part?.sources);
      const faults = (["when", "until"] as const).flatMap((key) => {
        const source = rule[key];
        return source === undefined ? [] : this.#conditionFaults(fill(source, words), [key], reach);
      });
      if (!rule.until && !reach.canBe(fill(rule.when, words), false)) faults.push(endless);
      if (faults.length > 0) return [...faults, ...holdFaults(rule)];
    }
    return holdFaults(rule);
  }

  #conditionFaults(source: ConditionSource, path: Path, reach: Reach): RuleFault[] {
    const units = unitFaults(source, path, this.#names, this.#units);
    return [...units, ...this.#dead(source, path, reach), ...this.#bands(source, path)];
  }

  /** Parts that can never be true; where only all of them together cannot, the whole. */
  #dead(source: ConditionSource, path: Path, reach: Reach): RuleFault[] {
    if (typeof source === "string") {
      const ast = parseCel(source, this.#names);
      return "message" in ast ? [] : deadNodes(ast, path, reach);
    }
    const [word, parts] = partsOf(source) ?? [];
    if (word && parts) {
      const within = parts.flatMap((part, i) => this.#dead(part, [...path, word, i], reach));
      if (within.length > 0 || reach.canBe(source, true)) return within;
      return [contradiction([...path, word], "its parts")];
    }
    if (reach.canBe(source, true)) return [];
    if ("threshold" in source) return [this.#beyond(source.threshold, [...path, "threshold"])];
    return [unreachable(path, Object.keys(source).join(), "")];
  }

  #beyond({ point, below, above }: Threshold, path: Path): RuleFault {
    const side = below === undefined ? "above" : "below";
    return unreachable([...path, side], `${point} ${side} ${below ?? above}`, this.#rangeOf(point));
  }

  /** A dead band that the value can never leave again. */
  #bands(source: ConditionSource, path: Path): RuleFault[] {
    if (typeof source === "string") return [];
    const [word, parts] = partsOf(source) ?? [];
    if (word && parts) return parts.flatMap((part, i) => this.#bands(part, [...path, word, i]));
    if ("not" in source) return this.#bands(source.not as ConditionSource, [...path, "not"]);
    if (!("threshold" in source)) return [];
    const { point, below, above, deadBand } = source.threshold;
    const of = this.#profile.points.find(({ id }) => id === point);
    const span = of && spanOf(of);
    if (!span || !("from" in span)) return [];
    const isStuck =
      typeof below === "number"
        ? below + deadBand >= span.to
        : typeof above === "number"
          ? above - deadBand <= span.from
          : deadBand >= span.to - span.from;
    if (!isStuck) return [];
    const range = this.#rangeOf(point);
    return [
      {
        path: [...path, "threshold", "deadBand"],
        message: `it would never end: ${point} cannot come back by ${deadBand}; allowed: less (${range})`,
        zh: `永远不会恢复:${point} 无法回到回差 ${deadBand} 之外;允许:更小(${range})`,
      },
    ];
  }

  #rangeOf(point: string): string {
    const of = this.#profile.points.find(({ id }) => id === point);
    const [from, to] = of?.range ?? [];
    return from === undefined ? "" : `${from} … ${to}${of?.unit ? ` ${of.unit}` : ""}`;
  }
}

function deadNodes(node: CelNode, path: Path, reach: Reach): RuleFault[] {
  if (node.op === "&&" || node.op === "||") {
    const within = node.args.flatMap((arg) => deadNodes(arg, path, reach));
    if (within.length > 0 || reach.canNodeBe(node, true)) return within;
    return [contradiction(path, textOf(node))];
  }
  return reach.canNodeBe(node, true) ? [] : [unreachable(path, textOf(node), "")];
}

function unreachable(path: Path, what: string, range: string): RuleFault {
  const allowed = range === "" ? "what its points can show" : `within ${range}`;
  return {
    path,
    message: `unreachable: ${what} can never be true; allowed: ${allowed}`,
    zh: `条件不可能成立:${what};允许:${range === "" ? "点位量程之内" : range}`,
  };
}

function contradiction(path: Path, what: string): RuleFault {
  return {
    path,
    message: `unreachable: ${what} contradict each other, it can never be true; allowed: parts that can be true together`,
    zh: `条件不可能成立:各部分互相矛盾(${what === "its parts" ? "all" : what})`,
  };
}

const endless: RuleFault = {
  path: ["when"],
  message: "it is always true and would never end; allowed: a condition that can be false",
  zh: "条件恒成立,永远不会恢复;允许:可能不成立的条件",
};

function holdFaults(rule: RuleSource): RuleFault[] {
  const { setAfterMs, setAfterInIncidentMs, worseAfterMs } = rule;
  const faults: RuleFault[] = [];
  if (setAfterInIncidentMs !== undefined && setAfterInIncidentMs > setAfterMs) {
    faults.push({
      path: ["setAfterInIncidentMs"],
      message: `${setAfterInIncidentMs} is longer than without an incident; allowed: 0 to ${setAfterMs}`,
      zh: `警情期间触发延时 ${setAfterInIncidentMs} 长于平时;允许:0 至 ${setAfterMs}`,
    });
  }
  if (worseAfterMs !== undefined && worseAfterMs <= setAfterMs) {
    faults.push({
      path: ["worseAfterMs"],
      message: `${worseAfterMs} is no later than setAfterMs; allowed: more than ${setAfterMs}`,
      zh: `加重时间 ${worseAfterMs} 不晚于触发延时;允许:大于 ${setAfterMs}`,
    });
  }
  return faults;
}
