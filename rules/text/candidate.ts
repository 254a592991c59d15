/**
 * Why a station was taken or left, in words an operator reads in two seconds; and behind them the terms
 * of its time, what it last said of itself, and what the plan has not got.
 */
import type { Terms } from "../dispatch/choice.ts";
import type { Need, Short } from "../dispatch/first-alarm.ts";
import type { Candidate } from "../dispatch/rank.ts";
import type { StationStatus } from "../dispatch/status.ts";
import { type Language, say } from "./render.ts";

export function candidateText(language: Language, candidate: Candidate): string {
  const { verdict, reason, need } = candidate;
  const why = say(language, `candidate.${reason}`, {
    need: need ? needText(language, need) : "",
  });
  const ask = candidate.ask ? ` · ${say(language, "station-status.ask")}` : "";
  return `${say(language, `verdict.${verdict}`)}${colon(language)}${why}${ask}`;
}

/** `出动 1:00 + 行车 5:12 + 进门 0:20`, penalties behind; empty where they were not journalled. */
export function termsText(language: Language, terms: Terms | undefined): string {
  if (!terms) return "";
  const { turnoutMs, travelMs, accessMs, penaltyMs } = terms;
  const parts = [
    ["turnout", turnoutMs],
    ["travel", travelMs],
    ["access", accessMs],
    ...Object.entries(penaltyMs),
  ] as const;
  return parts
    .filter(([, ms]) => ms > 0)
    .map(([key, ms]) => say(language, `term.${key}`, { time: minutesSeconds(ms) }))
    .join(" · ");
}

/** `约 8 分钟到场(路网)`, and what is not certain about the way. */
export function wayText(language: Language, candidate: Candidate): string {
  if (candidate.noWay) return say(language, "travel.no-way");
  const minutes = Math.max(1, Math.round(candidate.estimateMs / 60_000));
  const kind = say(language, `travel.${candidate.source ?? "detour"}`);
  const doubt = candidate.mayBeClosed ? ` · ${say(language, "travel.may-be-closed")}` : "";
  return `${say(language, "candidate.way", { minutes, kind })}${doubt}`;
}

export function statusText(language: Language, status: StationStatus | null): string {
  return say(language, `station-status.${status ?? "never"}`);
}

export function needText(language: Language, { what, count, atLeast = 0 }: Need): string {
  return say(language, `need.${what}`, { count, atLeast });
}

export function shortText(language: Language, short: Short): string {
  const need = needText(language, short);
  return say(language, short.unknown ? "need.unknown" : "need.short", { need, got: short.got });
}

function minutesSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function colon(language: Language): string {
  return language === "zh" ? ":" : ": ";
}
