/**
 * Times and lengths as people read them here: 24 hours, the gateway's own offset, never the
 * browser's; a length of time never without the instant it counts from beside it. Pure.
 */
import { formatClock, formatDateTime, localDay } from "#rules/calendar.ts";

export { formatClock, formatDateTime };

const two = (n: number): string => String(n).padStart(2, "0");

/** "01:23" is 1 min 23 s; from an hour on "1:02:03", from a day on "1 d 02:03:04". */
export function formatLasting(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [Math.floor(s / 86_400), Math.floor(s / 3600), Math.floor(s / 60)];
  const tail = `${two(minutes % 60)}:${two(s % 60)}`;
  if (hours === 0) return tail;
  return days === 0 ? `${hours}:${tail}` : `${days} d ${two(hours % 24)}:${tail}`;
}

/** The time alone today, with its date on any other day. */
export function formatWhen(at: number, now: number, utcOffsetMin: number): string {
  const today =
    localDay(at, utcOffsetMin) === localDay(now, utcOffsetMin) && Math.abs(now - at) < 86_400_000;
  return today ? formatClock(at, utcOffsetMin) : formatDateTime(at, utcOffsetMin);
}

/** "3.2 km", below a kilometre "850 m", in steps no estimate is finer than. */
export function formatDistance(m: number): string {
  if (m < 995) return `${Math.round(m / 10) * 10} m`;
  return m < 9950 ? `${(m / 1000).toFixed(1)} km` : `${Math.round(m / 1000)} km`;
}

/** Six decimals are 0.1 m; five are enough to stand before the right gate. */
export function formatPosition({ lng, lat }: { lng: number; lat: number }): string {
  return `${lat.toFixed(5)}, ${lng.toFixed(5)} (WGS-84)`;
}
