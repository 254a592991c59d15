/** Why there is an alarm, as a screen shows it: the sentence, and on demand all that it rests on. */
import type { Alarm } from "#rules/alarm/alarm.ts";
import { formatClock } from "#rules/calendar.ts";
import { namesOf } from "#rules/detect/condition.ts";
import { deviceKey, type Text } from "#rules/inventory.ts";
import { explainAlarm, inputText, type PointOf, traceText } from "#rules/text/explain.ts";
import type { Explanation } from "../api/contract.ts";
import { both, type Sight } from "./sight.ts";

const nothing: Text = { zh: "", en: "" };

/** Empty of what the gateway says of itself, and of what a person has said: it stands in title and report. */
export function whyOf(sight: Sight, alarm: Alarm): Text {
  if (alarm.outage || alarm.reported) return nothing;
  const pointOf = pointsOf(sight, alarm);
  return both((language) => explainAlarm(language, alarm, sight.world, pointOf));
}

export function explanationOf(sight: Sight, alarm: Alarm): Explanation {
  const pointOf = pointsOf(sight, alarm);
  const { world } = sight;
  const { utcOffsetMin } = world.settings;
  const clock = (at: number): string => formatClock(at, utcOffsetMin);
  return {
    alarm: alarm.id,
    rule: alarm.rule,
    packs: alarm.packs,
    sentence: whyOf(sight, alarm),
    trace: both((language) => traceText(language, alarm, world)),
    since: alarm.since === 0 ? null : alarm.since,
    raisedAt: alarm.raisedAt,
    decidedAt: alarm.trace?.decidedAt ?? null,
    committedAt: alarm.trace?.committedAt ?? null,
    inputs: alarm.evidence.map((one) => ({
      point: one.point,
      value: one.value,
      unit: pointOf(one.point)?.unit ?? null,
      quality: one.quality,
      at: one.at === 0 ? null : one.at,
      text: both((language) => inputText(language, one, pointOf, clock)),
    })),
  };
}

function pointsOf({ profileOf }: Sight, { site, device }: Alarm): PointOf {
  const profile = profileOf(deviceKey(site, device));
  if (!profile) return () => null;
  const { variables } = namesOf(profile);
  return (point) => profile.points[variables.get(point)?.slot ?? -1] ?? null;
}
