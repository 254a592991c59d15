/**
 * A value in the words of the screen. What is not known is said to be unknown, and how old it is;
 * never "normal", never 0, never a dash (law 2, docs of the labels). Pure.
 */
import type { PointView } from "#gateway/api/contract.ts";
import type { PointFrame } from "#gateway/api/frames.ts";
import { formatClock, formatDateTime } from "../../shared/format.ts";
import type { Words } from "../../shared/i18n.ts";
import type { WordKey } from "../../shared/words/zh.ts";
import type { TrendsWord } from "../trends/words/zh.ts";
import type { DeskWord } from "../words/zh.ts";
import { isInstant } from "./instant.ts";
import type { DeviceWord } from "./words/zh.ts";

/** A point of the profile with what is known of it now. */
export type Known = Omit<PointView, "value" | "quality" | "reason" | "at"> & {
  readonly value: PointView["value"];
  readonly quality: PointView["quality"];
  readonly reason: string | null;
  readonly at: number | null;
};

export type Points = ReadonlyMap<string, Known>;

/** What is known for certain now; null where it is not. */
function certain(point: Known | undefined): boolean | number | null {
  if (point?.quality !== "good" || typeof point.value === "string") return null;
  return point.value;
}

export function isOn(points: Points, id: string): boolean | null {
  const value = certain(points.get(id));
  return typeof value === "boolean" ? value : null;
}

export function numberOf(points: Points, id: string): number | null {
  const value = certain(points.get(id));
  return typeof value === "number" ? value : null;
}

export type Shown = {
  readonly text: string;
  /** Why it is not known, or how old it is; null where it is known. */
  readonly note: string | null;
  /** `attention`: known, and not what it should be. */
  readonly tone: "plain" | "attention" | "unknown";
};

export type Speech = Words<DeviceWord | DeskWord | TrendsWord | WordKey> & {
  readonly utcOffsetMin: number;
};

/** Why nothing that is on the screen can be believed now; null where it can. */
export type Cut = "gateway-lost" | "no-frames" | "device-gone" | null;

/**
 * What the stream says now over what was read at first. Behind a lost link of the screen itself
 * nothing is known any more, however good it was (law 2).
 */
export function known(point: PointView, frame: PointFrame | undefined, cut: Cut = null): Known {
  const [, value, quality, reason, at] = frame ?? [
    point.id,
    point.value,
    point.quality,
    point.reason,
    point.at,
  ];
  const now = { ...point, value, quality, reason, at };
  return cut === null || quality === "bad" ? now : { ...now, quality: "stale", reason: cut };
}

export function shown(point: Known, speech: Speech): Shown {
  const { value, quality, at } = point;
  const text = value === null ? null : wordOf(point, speech);
  if (quality === "good" && text !== null) {
    const isOff = point.type === "boolean" && point.normal !== null && value !== point.normal;
    return { text, note: null, tone: isOff ? "attention" : "plain" };
  }
  return {
    text: text ?? speech.t(quality === "bad" ? "quality.bad" : "quality.unknown"),
    note: noteOf(point, at, speech),
    tone: "unknown",
  };
}

function noteOf({ quality, reason }: Known, at: number | null, speech: Speech): string {
  const key = `value.reason.${reason}`;
  const why = reason !== null && speech.has(key) ? speech.t(key as DeviceWord) : reason;
  if (quality === "stale" && at !== null) {
    const last = speech.t("quality.stale", { time: formatClock(at, speech.utcOffsetMin) });
    return why === null ? last : `${last} · ${why}`;
  }
  return why ?? speech.t("quality.unknown");
}

function wordOf(point: Known, speech: Speech): string {
  const { value, id, unit } = point;
  if (typeof value === "boolean") return speech.t(value ? "value.yes" : "value.no");
  if (typeof value === "string") return value;
  const number = value ?? 0;
  const word = point.values?.find((one) => one.value === number);
  if (word) return speech.text(word.name);
  return isInstant(id) ? instantText(number, speech) : withUnit(number, unitText(unit, speech));
}

/** Seconds since 1970 as date and time. */
export function instantText(
  s: number,
  { t, utcOffsetMin }: Pick<Words<DeviceWord>, "t"> & Pick<Speech, "utcOffsetMin">,
): string {
  return s === 0 ? t("value.never") : formatDateTime(s * 1000, utcOffsetMin);
}

/** A unit that is a word, in the language of the screen; any other is a sign and the same in all. */
export function unitText<U extends string | null>(
  unit: U,
  { t }: Pick<Words<DeviceWord>, "t">,
): U | string {
  return unit === "day" ? t("value.unit-day") : unit;
}

/** As fine as a gauge of that kind is read. */
const decimals: Readonly<Record<string, number>> = {
  MPa: 2,
  m: 2,
  "L/s": 1,
  "°C": 1,
  V: 0,
  A: 1,
};

export function withUnit(value: number, unit: string | null): string {
  return unit === null || unit === "count" ? figure(value, unit) : `${figure(value, unit)} ${unit}`;
}

export function figure(value: number, unit: string | null): string {
  const places = decimals[unit ?? ""];
  return places === undefined ? String(Math.round(value * 100) / 100) : value.toFixed(places);
}
