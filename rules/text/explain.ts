/**
 * Why there is an alarm, in a sentence: what the rule read, with quality and time, what it was compared
 * with, for how long, and which version of which rule. Made of what the event keeps; pure.
 */
import type { Alarm } from "../alarm/alarm.ts";
import { formatClock } from "../calendar.ts";
import type { World } from "../draft.ts";
import type { ProfilePoint } from "../profile.ts";
import type { Value } from "../sample.ts";
import type { Settings } from "../settings.ts";
import type { Evidence } from "../signal.ts";
import { type Language, say } from "./render.ts";

/** A point of the alarm's device; null where its profile does not have it. */
export type PointOf = (point: string) => ProfilePoint | null;

/** Inputs that a sentence names; the others stand in the list below it. */
const mostNamed = 4;
/** Characters of a version: as much of a hash as people compare. */
const versionLength = 7;

export function explainAlarm(
  language: Language,
  alarm: Alarm,
  { settings }: World,
  pointOf: PointOf,
): string {
  const { utcOffsetMin } = settings;
  const clock = (at: number): string => formatClock(at, utcOffsetMin);
  const why = alarm.since === null ? toldText(language, alarm, clock) : null;
  const parts = [
    why ?? conditionText(language, alarm, settings, pointOf),
    ruleVersion(language, alarm),
  ];
  return parts.join(say(language, "why.comma"));
}

function toldText(language: Language, alarm: Alarm, clock: (at: number) => string): string {
  const at = clock(alarm.raisedAt);
  if (alarm.point !== "press") return say(language, "why.reported", { at });
  const key = alarm.seq === null ? "why.press" : "why.press-numbered";
  return say(language, key, { at, seq: alarm.seq ?? "" });
}

/** The same without the rule: what was read, and for how long it was so. */
export function conditionText(
  language: Language,
  { evidence, since, raisedAt }: Pick<Alarm, "evidence" | "since" | "raisedAt">,
  { utcOffsetMin }: Pick<Settings, "utcOffsetMin">,
  pointOf: PointOf,
): string {
  const clock = (at: number): string => formatClock(at, utcOffsetMin);
  const reasons = evidence.filter(({ is }) => is !== undefined);
  const named = (reasons.length > 0 ? reasons : evidence).slice(0, mostNamed);
  const inputs = named.map((one) => inputText(language, one, pointOf, clock));
  const more = reasons.length - named.length;
  const what =
    inputs.length === 0
      ? say(language, "why.silent")
      : inputs.join(say(language, "why.and")) +
        (more > 0 ? say(language, "why.more", { count: more }) : "");
  const heldMs = since === null || since === 0 ? 0 : raisedAt - since;
  return heldMs < 1000
    ? what
    : what + say(language, "why.for", { time: lasting(language, heldMs) });
}

/** A value as it was read, and what it was compared with. */
export function inputText(
  language: Language,
  { point, value, quality, at, is, than, thanPoint }: Evidence,
  pointOf: PointOf,
  clock: (at: number) => string,
): string {
  const of = pointOf(point);
  const read = say(language, at === 0 ? "why.input-never" : "why.input", {
    name: of?.name[language] ?? point,
    value: value === null ? "–" : valueText(language, value, of),
    quality: say(language, `quality.${quality}`),
    at: clock(at),
  });
  // That a contact is closed says it all; a number is beside what it was compared with.
  if (is === undefined || than === undefined) return read;
  if (is === "==" && value === than) return read;
  const limit = valueText(language, than, of);
  const other = thanPoint === undefined ? null : (pointOf(thanPoint)?.name[language] ?? thanPoint);
  const named = other === null ? limit : say(language, "why.limit", { name: other, value: limit });
  return read + say(language, `why.${is}`, { limit: named });
}

/** `0.41 MPa`, 是, 火警. */
export function valueText(language: Language, value: Value, of: ProfilePoint | null): string {
  if (typeof value === "boolean") return say(language, value ? "value.true" : "value.false");
  const word = of?.values?.find((one) => one.value === value)?.name[language];
  if (word !== undefined) return word;
  const shown = typeof value === "number" ? String(Math.round(value * 1000) / 1000) : value;
  return of?.unit === undefined ? shown : `${shown} ${of.unit}`;
}

function ruleVersion(language: Language, { rule, packs }: Alarm): string {
  if (packs === null) return say(language, "why.rule-own", { rule });
  return say(language, "why.rule", { rule, version: packs.slice(0, versionLength) });
}

function lasting(language: Language, ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return say(language, "why.seconds", { count: seconds });
  return say(language, "why.minutes", { count: Math.round(seconds / 60) });
}

/** From the sample that made it true to the disk: when, and how long each step took. */
export function traceText(
  language: Language,
  { since, raisedAt, trace }: Alarm,
  { settings }: World,
): string {
  const first = since === null || since === 0 ? raisedAt : since;
  const ms = String(first % 1000).padStart(3, "0");
  const steps = [
    say(language, since === null ? "trace.received" : "trace.true", {
      at: `${formatClock(first, settings.utcOffsetMin)}.${ms}`,
    }),
  ];
  const after = (key: string, from: number, to: number): void => {
    const took = to - from < 10_000 ? `${to - from} ms` : `${Math.round((to - from) / 100) / 10} s`;
    steps.push(say(language, key, { took }));
  };
  if (first !== raisedAt) after("trace.reported", first, raisedAt);
  if (trace) {
    after("trace.decided", raisedAt, trace.decidedAt);
    after("trace.committed", trace.decidedAt, trace.committedAt);
  }
  return steps.join(" · ");
}
