/** The words of the phone, and every failure as a sentence. */
import { Refused, Unreachable } from "../shared/api.ts";
import { useWords, type Words } from "../shared/i18n.ts";
import type { WordKey } from "../shared/words/zh.ts";
import type { PhoneKey } from "./words/zh.ts";

export type PhoneWords = Words<PhoneKey | WordKey>;

export function usePhoneWords(): PhoneWords {
  return useWords<PhoneKey>();
}

/** Why something did not work. A code of a newer gateway is shown with its own title. */
export function failureText(words: PhoneWords, error: unknown): string {
  if (error instanceof Unreachable) {
    return words.t(error.sent ? "problem.unanswered" : "problem.unreachable");
  }
  if (!(error instanceof Refused)) return String(error);
  const key = `problem.${error.code}`;
  if (words.has(key)) {
    const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1000);
    return words.t(key as WordKey, { seconds });
  }
  return words.t("problem.other", { title: error.message, code: error.code });
}
