/**
 * Plays values of one device against one rule as it is shipped, a second at a time. A case is a rule,
 * what must raise it, and what stands beside that and must not.
 */
import assert from "node:assert/strict";
import { Detector } from "#rules/detect/detector.ts";
import { compilePack } from "#rules/detect/pack.ts";
import type { Profile } from "#rules/profile.ts";
import type { Packs } from "#rules/rulebook.ts";
import type { Sample, Value } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";

/** Null: it is not heard. */
export type Values = Readonly<Record<string, Value | null>>;
/** Values that come, or seconds that pass. */
export type Step = Values | number;
export type Case = readonly [rule: string, must: readonly Step[], mustNot: readonly Step[]];

export type Field = {
  readonly profile: Profile;
  /** Of what has neither a normal nor a usual value. */
  readonly peace: Values;
  readonly cases: readonly Case[];
};

/** A window counts its time from the epoch: a case begins on a day that may be. */
const begin = 1_795_370_400_000;

/** What one rule says: the things that it is raised for, or "raised"; each once. */
export function play(
  packs: Packs,
  { profile, peace }: Field,
  rule: string,
  steps: readonly Step[],
): string[] {
  const source = packs.find(({ kind }) => kind === profile.kind) ?? assert.fail(profile.kind);
  const rules = source.rules.filter(({ id }) => id === rule);
  const pack = compilePack({ ...source, rules }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  const detector = new Detector();
  const said: string[] = [];
  let seconds = 0;
  const hear = (levels: readonly Level[]): void => {
    for (const { each, level } of levels) if (level === true) said.push(each ?? "raised");
  };
  const put = (values: Values): void => {
    const at = begin + seconds * 1000;
    const samples = Object.entries(values).map(([point, value]): Sample => {
      const quality = value === null ? "bad" : "good";
      return { point, value, quality, reason: null, at, sourceTs: null };
    });
    hear(detector.take("s/d", samples, at));
  };
  hear(detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, begin));
  put(peaceOf(profile, peace));
  for (const step of steps) {
    if (typeof step !== "number") put(step);
    else {
      for (const end = seconds + step; seconds < end; ) {
        seconds += 1;
        hear(detector.tick(begin + seconds * 1000));
      }
    }
  }
  return [...new Set(said)];
}

/** Every point of a device in which nothing is wrong. */
export function peaceOf({ points }: Profile, peace: Values): Values {
  return Object.fromEntries(
    points.map(({ id, type, normal, usual }) => {
      return [id, normal ?? usual ?? peace[id] ?? (type === "boolean" ? false : 0)];
    }),
  );
}

/** From one value to another, evenly. */
export function ramp(point: string, from: number, to: number, seconds: number, every = 10): Step[] {
  return Array.from({ length: Math.floor(seconds / every) }, (_, i): Step[] => [
    { [point]: from + ((to - from) * i * every) / seconds },
    every,
  ]).flat();
}

/** A contact that goes on and off, so many times. */
export function flutter(point: string, times: number, onS: number, offS: number): Step[] {
  const once: Step[] = [{ [point]: true }, onS, { [point]: false }, offS];
  return Array.from({ length: times }, () => once).flat();
}

/** Nothing of the device is heard. */
export function silenceOf({ points }: Profile): Values {
  return Object.fromEntries(points.map(({ id }) => [id, null]));
}
