/** Units of what a condition compares: metres are not compared with megapascals. */
import { type CelNode, type Names, parseCel } from "../detect/cel.ts";
import type { ConditionSource } from "../detect/condition.ts";
import type { Profile } from "../profile.ts";
import { partsOf, type RuleFault } from "./fault.ts";

type Path = readonly (string | number)[];

/** Units of its points, by name; a point without one may be compared with anything. */
type Units = ReadonlyMap<string, string>;

export function unitsOf({ points }: Profile): Units {
  return new Map(points.flatMap(({ id, unit }) => (unit === undefined ? [] : [[id, unit]])));
}

/** `of`: conditions of one thing, its words filled in. */
export function unitFaults(
  source: ConditionSource,
  path: Path,
  names: Names,
  units: Units,
): RuleFault[] {
  if (typeof source === "string") {
    const ast = parseCel(source, names);
    return "message" in ast ? [] : nodeFaults(ast, units, path);
  }
  if ("threshold" in source) {
    const { point, below, above, unit } = source.threshold;
    const at = [...path, "threshold"];
    const is = units.get(point);
    const other = below ?? above;
    const side = below === undefined ? "above" : "below";
    const faults: RuleFault[] = [];
    if (unit !== undefined && unit !== is) {
      faults.push(fault([...at, "unit"], unit, `${point} ${is ?? "none"}`, is ?? "no unit"));
    }
    const than = typeof other === "string" ? units.get(other) : undefined;
    if (than !== undefined && is !== undefined && than !== is) {
      faults.push(fault([...at, side], `${other} ${than}`, `${point} ${is}`, `a point in ${is}`));
    }
    return faults;
  }
  if ("unless" in source) return unitFaults(source.unless, [...path, "unless"], names, units);
  if ("not" in source) return unitFaults(source.not, [...path, "not"], names, units);
  if ("differ" in source) {
    const [a, b] = source.differ.points;
    const [of, other] = [units.get(a), units.get(b)];
    const at = [...path, "differ", "points"];
    if (of === undefined || other === undefined || of === other) return [];
    return [fault(at, `${b} ${other}`, `${a} ${of}`, `a point in ${of}`)];
  }
  if ("edges" in source) return unitFaults(source.edges.of, [...path, "edges", "of"], names, units);
  const [word = "any", parts = []] = partsOf(source) ?? [];
  return parts.flatMap((part, i) => unitFaults(part, [...path, word, i], names, units));
}

function fault(path: Path, found: string, beside: string, allowed: string): RuleFault {
  return {
    path,
    message: `wrong unit: ${found} beside ${beside}; allowed: ${allowed}`,
    zh: `单位不符:${found} 与 ${beside};允许:${allowed}`,
  };
}

function nodeFaults(node: CelNode, units: Units, path: Path): RuleFault[] {
  const faults: RuleFault[] = [];
  unitOf(node, units, (text, a, b) => {
    faults.push(fault(path, `${a} (${JSON.stringify(text)})`, b, `one unit on both sides`));
  });
  return faults;
}

type Tell = (text: string, a: string, b: string) => void;

/** Null where it has none, or nobody can say. */
function unitOf(node: CelNode, units: Units, tell: Tell): string | null {
  if (node.op === "id") return units.get(node.args) ?? null;
  if (node.op === "value") return null;
  const args: readonly unknown[] = Array.isArray(node.args) ? node.args : [node.args];
  const sides = args
    .filter((arg): arg is CelNode => typeof arg === "object" && arg !== null && "op" in arg)
    .map((arg) => unitOf(arg, units, tell));
  const known = [...new Set(sides.filter((unit) => unit !== null))];
  switch (node.op) {
    case "+":
    case "-":
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const [a, b] = known;
      if (a !== undefined && b !== undefined) tell(textOf(node), a, b);
      return node.op === "+" || node.op === "-" ? (a ?? null) : null;
    }
    case "-_":
      return known[0] ?? null;
    case "*":
    case "/":
      // What is multiplied by a number keeps its unit; of two units comes a third.
      return known.length === 1 && sides.length === 2 && isNumber(args) ? (known[0] ?? null) : null;
    default:
      return null;
  }
}

function isNumber(args: readonly unknown[]): boolean {
  return args.some((arg) => (arg as CelNode).op === "value");
}

export function textOf({ input, range }: CelNode): string {
  return input.slice(range.start, range.end);
}
