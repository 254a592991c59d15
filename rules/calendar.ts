/**
 * Days and times of day by integer arithmetic on ms UTC. The rules have no `Date`: they use one
 * configured offset, carried in the settings artefact.
 */
const dayMs = 86_400_000;

export type LocalTime = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
};

/** Civil date of an instant (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
export function localTime(at: number, utcOffsetMin: number): LocalTime {
  const local = at + utcOffsetMin * 60_000;
  const days = Math.floor(local / dayMs);
  const rest = Math.floor((local - days * dayMs) / 1000);
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

/** Of the local day (domain D: 22–06); from and until are hours, and the night may span midnight. */
export function isNight(
  at: number,
  utcOffsetMin: number,
  { nightFromHour: from, nightUntilHour: until }: Night,
): boolean {
  const { hour } = localTime(at, utcOffsetMin);
  return from <= until ? hour >= from && hour < until : hour >= from || hour < until;
}

export type Night = { readonly nightFromHour: number; readonly nightUntilHour: number };

const two = (n: number): string => String(n).padStart(2, "0");

/** MMDD of the local day: the head of the daily number. */
export function localDay(at: number, utcOffsetMin: number): string {
  const t = localTime(at, utcOffsetMin);
  return two(t.month) + two(t.day);
}

/** "2026-11-23 02:10:04", 24-hour, local (labels.md, time). */
export function formatDateTime(at: number, utcOffsetMin: number): string {
  const t = localTime(at, utcOffsetMin);
  return `${t.year}-${two(t.month)}-${two(t.day)} ${formatClock(at, utcOffsetMin)}`;
}

/** "02:10:04". */
export function formatClock(at: number, utcOffsetMin: number): string {
  const t = localTime(at, utcOffsetMin);
  return `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}

/** "01:23", hours and minutes, of a length of time in ms; "00:00:07" below a minute. */
export function formatDuration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
