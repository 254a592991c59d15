/** An instant as a person writes it. */
import { Refused } from "./errors.ts";

const units = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `24h` is so long ago; a date or a time of day without a zone is the gateway's. */
export function instant(text: string, utcOffsetMin: number, now: number): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(s|min|h|d)$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * units[unit as keyof typeof units];
  const form = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(Z|[+-]\d\d:\d\d)?$/;
  const [, zone] = form.exec(text) ?? [null];
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const at = Date.parse(`${text.replace(" ", "T")}${isDay ? "T00:00" : ""}${zone ? "" : "Z"}`);
  // The 30th of February would quietly be the 2nd of March.
  const isSameDay = (): boolean =>
    zone !== undefined || new Date(at).toISOString().startsWith(text.slice(0, 10));
  if (!form.test(text) || Number.isNaN(at) || !isSameDay()) {
    const allowed = "2026-11-22, 2026-11-22T18:30, 2026-11-22T18:30+08:00, or 24h, 90min, 7d ago";
    throw new Refused({ code: "bad-time", message: `${text} is no time`, allowed });
  }
  return zone ? at : at - utcOffsetMin * 60_000;
}
