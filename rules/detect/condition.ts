/**
 * Conditions of rules as data: CEL over the points of one device, and around it what an expression
 * cannot hold: a threshold with its dead band, votes within a window (votes.ts), and whether a device
 * is heard at all.
 *
 * A condition is compiled once; what it remembers (the dead band, who has voted) stands in a memory
 * that the caller keeps for each device.
 */
import type { Profile, VoteSource } from "../profile.ts";
import { causesOf } from "./causes.ts";
import { compileCel, type Known, Names, type Values } from "./cel.ts";
import { compileSeries, type SeriesSource, type Tools } from "./compile-series.ts";
import { castVotes, earliest, placesOfVote, type Votes } from "./votes.ts";

/** Lists of expressions that rules name: the independent sources of a part. */
type Sources = Readonly<Record<string, readonly VoteSource[]>>;

export type ConditionSource =
  /** CEL over the points of the device. */
  | string
  | { readonly threshold: Threshold }
  /** No point of the device is good: it does not answer, or its heartbeat stands still. */
  | { readonly silent: true }
  | { readonly votes: Votes }
  /** Over the course of a point (series.ts). */
  | SeriesSource
  /** Another part of the gateway says it: no detector looks. Stands alone. */
  | { readonly reported: true }
  /** True, unless this is known to be true: a guard must not hold back what it cannot judge. */
  | { readonly unless: string | { readonly votes: Votes } }
  /** A threshold is not crossed, or crossed back by its dead band; unknown stays unknown. */
  | { readonly not: { readonly threshold: Threshold } }
  | { readonly any: readonly ConditionSource[] }
  | { readonly all: readonly ConditionSource[] };

/** True beyond `below` or `above`, and until the value is back by `deadBand` (ISA-18.2, deadband). */
export type Threshold = {
  readonly point: string;
  /** A number in the unit of the point, or another point of the device. */
  readonly below?: number | string;
  readonly above?: number | string;
  readonly deadBand: number;
  /** Of the number, where the pack says it: that of the point, or the pack is refused. */
  readonly unit?: string;
};

/** What a condition looks at. */
export type Sight = {
  readonly values: Values;
  /** Points of the device whose quality is good. */
  readonly good: number;
  readonly now: number;
  /** By slot, how many readings have come; none of a kind whose changes alone are judged. */
  readonly readings?: readonly number[];
};

/** 0 and 1 of a dead band, instants of a vote. */
export type Memory = number[];

export type Condition = {
  readonly run: (sight: Sight, memory: Memory) => Known<boolean>;
  /** When time alone may change it; null where it does not. Absent: never. */
  readonly dueAt?: (memory: Memory, now: number) => number | null;
  readonly reads: readonly number[];
  /** Of what is true: the points that make it so, guards left out. Absent: all that it reads. */
  readonly causes?: (memory: Memory, now: number) => readonly number[];
  readonly cost: number;
  /** How far back reaches what it remembers, ms. Absent: it looks at now. */
  readonly lookBackMs?: number;
};

/** What is wrong with a condition, and where in its source: keys and indexes. */
export type ConditionFault = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};

const known = new WeakMap<Profile, Names>();

/** Made once for each profile. */
export function namesOf(profile: Profile): Names {
  const made = known.get(profile);
  if (made) return made;
  const variables = profile.points.map(({ id, type }, slot) => [id, { slot, type }] as const);
  const names = new Names(new Map(variables));
  known.set(profile, names);
  return names;
}

export class ConditionCompiler {
  readonly #names: Names;
  readonly #profile: Profile;
  readonly #sources: Sources;
  /** Places in the memory that are given away. */
  memory = 0;
  readonly faults: ConditionFault[] = [];

  constructor(profile: Profile, sources: Sources = {}, names: Names = namesOf(profile)) {
    this.#profile = profile;
    this.#sources = sources;
    this.#names = names;
  }

  /** Null where it is wrong; `faults` says what. */
  compile(source: ConditionSource, path: readonly (string | number)[]): Condition | null {
    if (typeof source === "string") return this.#cel(source, path);
    if ("threshold" in source) return this.#threshold(source.threshold, [...path, "threshold"]);
    if ("unless" in source) {
      const guard = this.compile(source.unless, [...path, "unless"]);
      return (
        guard && {
          ...guard,
          run: (sight, memory) => guard.run(sight, memory) !== true,
          causes: () => [],
        }
      );
    }
    if ("not" in source) {
      const part = this.compile(source.not, [...path, "not"]);
      return part && { ...part, run: (sight, memory) => negated(part.run(sight, memory)) };
    }
    if ("votes" in source) return this.#votes(source.votes, [...path, "votes"]);
    if ("silent" in source) {
      return { run: ({ good }) => good === 0, reads: [], cost: 1 };
    }
    const series = compileSeries(source, path, this.#tools);
    if (series !== undefined) return series;
    if (!("any" in source || "all" in source)) {
      this.#fault(path, "reported stands alone, in `when` of a rule");
      return null;
    }
    const [word, list] = "any" in source ? ["any", source.any] : ["all", source.all];
    const parts = list.map((part, i) => this.compile(part, [...path, word as string, i]));
    if (parts.includes(null)) return null;
    return combine(parts as Condition[], word === "any");
  }

  readonly #tools: Tools = {
    number: (id, path) => this.#number(id, path),
    cel: (text, path) => this.#cel(text, path),
    range: (slot) => this.#profile.points[slot]?.range,
    isCounted: () => this.#profile.isCounted === true,
    places: (count) => {
      const place = this.memory;
      this.memory += count;
      return place;
    },
    fault: (path, message) => this.#fault(path, message),
  };

  #cel(text: string, path: readonly (string | number)[]): Condition | null {
    const compiled = compileCel(text, this.#names);
    if ("message" in compiled) {
      const near = text.slice(compiled.at, compiled.at + 30);
      this.#fault(path, `${compiled.message}${near ? ` (at ${JSON.stringify(near)})` : ""}`);
      return null;
    }
    const { run, reads, cost } = compiled;
    return { run: ({ values }) => run(values), reads, cost };
  }

  #votes(of: Votes, path: readonly (string | number)[]): Condition | null {
    const listed = typeof of.of === "string" ? this.#sources[of.of] : of.of;
    if (!listed) {
      const known = Object.keys(this.#sources).join(", ") || "none";
      this.#fault([...path, "of"], `there are no sources ${of.of}; allowed: a list, or ${known}`);
      return null;
    }
    const sources = listed.map((one): Exclude<VoteSource, string> => {
      return typeof one === "string" ? { when: one } : one;
    });
    const parts = sources.map(({ when, unless }, i) =>
      this.compile(unless === undefined ? when : { all: [when, { unless }] }, [...path, "of", i]),
    );
    if (parts.includes(null)) return null;
    const place = this.memory;
    this.memory += sources.length * placesOfVote;
    return castVotes(
      of,
      parts as Condition[],
      sources.map(({ forMs = 0 }) => forMs),
      place,
    );
  }

  #threshold(of: Threshold, path: readonly (string | number)[]): Condition | null {
    const point = this.#number(of.point, [...path, "point"]);
    const side = of.below === undefined ? "above" : "below";
    const limit = of[side];
    if (limit === undefined || (of.below !== undefined && of.above !== undefined)) {
      this.#fault(path, "needs one of below and above");
      return null;
    }
    const other = typeof limit === "string" ? this.#number(limit, [...path, side]) : null;
    if (point === null || (typeof limit === "string" && other === null)) return null;
    const place = this.memory++;
    const sign = side === "below" ? 1 : -1;
    const run: Condition["run"] = ({ values }, memory) => {
      const value = values[point];
      const bound = other === null ? limit : values[other];
      if (typeof value !== "number" || typeof bound !== "number") return undefined;
      const beyond = sign * (bound - value);
      const isBeyond = memory[place] === 1 ? beyond > -of.deadBand : beyond > 0;
      memory[place] = isBeyond ? 1 : 0;
      return isBeyond;
    };
    return { run, reads: other === null ? [point] : [point, other], cost: 3 };
  }

  #number(id: string, path: readonly (string | number)[]): number | null {
    const variable = this.#names.variables.get(id);
    if (variable?.type === "number") return variable.slot;
    const why = variable ? `${id} is ${variable.type}, not a number` : `there is no point ${id}`;
    this.#fault(path, `${why}; ${this.#profile.kind} has ${this.#numbers()}`);
    return null;
  }

  #numbers(): string {
    const ids = this.#profile.points.filter(({ type }) => type === "number").map(({ id }) => id);
    return ids.length > 12 ? `${ids.slice(0, 12).join(", ")}, …` : ids.join(", ");
  }

  #fault(path: readonly (string | number)[], message: string): void {
    this.faults.push({ path, message });
  }
}

function negated(value: Known<boolean>): Known<boolean> {
  return value === undefined ? undefined : !value;
}

/** Kleene's or (any) and and (all) over parts that each look for themselves. */
function combine(parts: readonly Condition[], any: boolean): Condition {
  return {
    run: (sight, memory) => {
      let result: Known<boolean> = !any;
      // Every part runs each time: a dead band that is not asked would remember an old answer.
      for (const part of parts) {
        const one = part.run(sight, memory);
        if (one === any) result = any;
        else if (one === undefined && result !== any) result = undefined;
      }
      return result;
    },
    dueAt: (memory, now) => earliest(parts.map((part) => part.dueAt?.(memory, now) ?? null)),
    reads: [...new Set(parts.flatMap(({ reads }) => reads))],
    causes: (memory, now) => parts.flatMap((part) => causesOf(part, memory, now)),
    cost: parts.reduce((sum, { cost }) => sum + cost, 1),
    lookBackMs: Math.max(0, ...parts.map((part) => part.lookBackMs ?? 0)),
  };
}
