/** A rule over one thing of one device, with what it remembers; and the device that it reads. */
import type { Profile } from "../profile.ts";
import type { Sample, Value } from "../sample.ts";
import type { Known } from "./cel.ts";
import type { CompiledPack, CompiledRule, RuleSource } from "./pack.ts";
import { keepTrust } from "./trust.ts";

export type Watched = { readonly key: string; readonly site: string; readonly device: string };

export type Instance = {
  readonly rule: CompiledRule;
  readonly memory: number[];
  active: boolean;
  /** Since when the condition has been true without a false in between. */
  pendingSince: number | null;
  /** Since when an active one has been at its end. */
  clearingSince: number | null;
  /** When it last ended; null where it has not. */
  endedAt: number | null;
  /** It became active so soon after its end that it must be at its end for longer. */
  repeated: boolean;
  /** When time alone may change its condition. */
  timedAt: number | null;
  reported: Known<boolean> | "nothing";
  /** Points that have made it true since it is: one more is said. */
  causes: readonly string[];
  /** Since when it has not known; null where it does. */
  unknownSince: number | null;
  worse: boolean;
  /** Its last level did not get through. */
  unsaid: boolean;
};

export type DeviceState = Watched & {
  readonly pack: CompiledPack;
  readonly profile: Profile;
  readonly slots: ReadonlyMap<string, number>;
  readonly samples: (Sample | undefined)[];
  readonly values: Known<Value>[];
  /** Readings that have come, by slot: a value that has grown old is none. */
  readonly readings: number[];
  /** The same, without what a rule says nobody may rely on; the very same list where none does. */
  trusted: Known<Value>[];
  distrusted: ReadonlySet<number>;
  good: number;
  /** Since when any of its points has been good; null while it is silent. */
  answersSince: number | null;
  readonly instances: readonly Instance[];
};

export function instanceOf(rule: CompiledRule, now: number): Instance {
  return {
    rule,
    memory: Array.from({ length: rule.memory }, () => 0),
    active: false,
    pendingSince: null,
    clearingSince: null,
    endedAt: null,
    repeated: false,
    timedAt: null,
    reported: "nothing",
    causes: [],
    unknownSince: now,
    worse: false,
    unsaid: false,
  };
}

/** Instances of these rules, each with what it has remembered so far. */
export function takenOver(
  rules: readonly CompiledRule[],
  before: readonly Instance[],
  now: number,
): Instance[] {
  const known = new Map(before.map((one) => [keyOf(one.rule), one] as const));
  const same = new Map<RuleSource, boolean>();
  const isSame = (was: CompiledRule, is: CompiledRule): boolean => {
    const found = same.get(was.source);
    if (found !== undefined) return found && was.memory === is.memory;
    const equal =
      was.source === is.source || JSON.stringify(was.source) === JSON.stringify(is.source);
    same.set(was.source, equal);
    return equal && was.memory === is.memory;
  };
  return rules.map((rule) => {
    const was = known.get(keyOf(rule));
    const fresh = instanceOf(rule, now);
    if (!was) return fresh;
    if (isSame(was.rule, rule)) return { ...was, rule };
    // Another condition or other holds: what stands goes on standing until these say that it ends.
    const { active, endedAt, repeated, worse, reported, causes } = was;
    return active
      ? {
          ...{ ...fresh, active, endedAt, repeated, worse, reported, causes },
          pendingSince: was.pendingSince,
        }
      : { ...fresh, endedAt };
  });
}

export function keyOf({ id, point }: CompiledRule): string {
  return `${id} ${point}`;
}

export function activate(one: Instance, now: number): void {
  const { whenRepeated } = one.rule.source;
  one.active = true;
  one.repeated =
    whenRepeated !== undefined &&
    one.endedAt !== null &&
    now - one.endedAt <= whenRepeated.withinMs;
}

export function clearAfterMs({ repeated, rule: { source } }: Instance): number {
  return (repeated ? source.whenRepeated?.clearAfterMs : undefined) ?? source.clearAfterMs;
}

export function isWorse(one: Instance, afterMs: number | undefined, now: number): boolean {
  return (
    afterMs !== undefined &&
    !one.worse &&
    one.pendingSince !== null &&
    now - one.pendingSince >= afterMs
  );
}

export function put(state: DeviceState, slot: number, sample: Sample): void {
  const was = state.values[slot] !== undefined;
  const is = sample.quality === "good" && isUsable(sample.value);
  state.samples[slot] = sample;
  if (sample.quality !== "stale") state.readings[slot] = (state.readings[slot] ?? 0) + 1;
  // Only good is known; NaN and the infinities are no values (DESIGN §7, conditions).
  state.values[slot] = is ? (sample.value as Value) : undefined;
  keepTrust(state, slot);
  state.good += Number(is) - Number(was);
}

export function isUsable(value: Value | null): boolean {
  return value !== null && (typeof value !== "number" || Number.isFinite(value));
}
