/** A no of the gateway in words: what was refused, why, and what would be allowed. */
import { Refused, Unreachable } from "../shared/api.ts";
import type { Words } from "../shared/i18n.ts";
import type { DeskWord } from "./words/zh.ts";

export type Refusal = {
  readonly code: string;
  readonly title: string;
  readonly allowed: string | null;
  readonly retryAfterMs: number | null;
};

/** Whatever went wrong with an act, as a thing to show; what is no answer at all is said as such. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refused) {
    const { code, message, allowed, retryAfterMs } = error;
    return { code, title: message, allowed, retryAfterMs };
  }
  const title = error instanceof Error ? error.message : String(error);
  const code = error instanceof Unreachable ? "unreachable" : "error";
  return { code, title, allowed: null, retryAfterMs: null };
}

/** Codes have words of ours; a code of a newer gateway is shown with the gateway's own title. */
export function refusalLines(refusal: Refusal, words: Words<DeskWord>): string[] {
  const seconds = Math.ceil((refusal.retryAfterMs ?? 0) / 1000);
  const key = ["refused", "problem", "hot-work.fault"]
    .map((of) => `${of}.${refusal.code}`)
    .find(words.has);
  const known = key !== undefined;
  return [
    known ? words.t(key as DeskWord, { seconds }) : `${refusal.title} (${refusal.code})`,
    ...(refusal.retryAfterMs === null ? [] : [words.t("refused.retry", { seconds })]),
    ...(refusal.allowed === null || known
      ? []
      : [words.t("refused.allowed", { allowed: refusal.allowed })]),
  ];
}
