/** What detection says: the level of a rule, with what it read. */
import { rulebook } from "../rulebook.ts";
import type { Evidence, Level } from "../signal.ts";
import { systemDevice, systemSite } from "../system.ts";
import type { Known } from "./cel.ts";
import type { DeviceState, Instance } from "./instance.ts";
import { whenOf } from "./pack.ts";
import { reasonsOf } from "./reason.ts";

/** Values that an alarm keeps of what made it. */
const mostEvidence = 12;

/** Of a rule that is parked, or no more (rule G04). */
export function parkedLevel(kind: string, rule: string, isParked: boolean, since: number): Level {
  const { id, point } = rulebook.G04;
  return {
    kind: "level",
    rule: id,
    site: systemSite,
    device: systemDevice,
    point: `${point}.${kind}/${rule}`,
    words: { rule, kind },
    level: isParked,
    since,
  };
}

export function levelOf(state: DeviceState, one: Instance, level: Known<boolean>): Level {
  const { site, device } = state;
  const { id, point, each, part } = one.rule;
  return {
    kind: "level",
    rule: id,
    site,
    device,
    level: level === undefined ? "unknown" : level,
    since: one.pendingSince ?? 0,
    point,
    ...(each === null ? {} : { each }),
    ...(part === null ? {} : { words: part.words, zone: part.zone }),
    ...(level === true ? { causes: one.causes, evidence: evidenceOf(state, one) } : {}),
  };
}

/** What the rule read, as it was then: first what made it true, and how it was compared. */
export function evidenceOf(
  { samples, values, profile, slots }: DeviceState,
  { rule }: Instance,
): Evidence[] {
  const reasons = reasonsOf(whenOf(rule), profile, values, rule.part?.sources);
  const read = rule.reads.flatMap((slot) => profile.points[slot]?.id ?? []);
  const told = new Set(reasons.map(({ point }) => point));
  const all = [...reasons, ...read.filter((id) => !told.has(id)).map((point) => ({ point }))];
  return all.slice(0, mostEvidence).map(({ point, ...compared }) => {
    const sample = samples[slots.get(point) ?? -1];
    return sample
      ? { point, value: sample.value, quality: sample.quality, at: sample.at, ...compared }
      : { point, value: null, quality: "bad", at: 0 };
  });
}
