/** The words of these pages, codes of hot work as words, and every failure as a sentence. */
import { Refused } from "../../shared/api.ts";
import { useWords, type Words } from "../../shared/i18n.ts";
import type { HotWorkWord } from "../../shared/words/hot-work-zh.ts";
import type { WordKey } from "../../shared/words/zh.ts";
import type { PhoneKey } from "../words/zh.ts";
import { failureText, type PhoneWords } from "../words.ts";
import { PhotoFault } from "./photo.ts";
import type { HotWorkPhoneWord } from "./words/zh.ts";

type Key = HotWorkPhoneWord | HotWorkWord | PhoneKey | WordKey;
export type HotWords = Words<Key>;

export function useHotWords(): HotWords {
  return useWords<Key>();
}

/** A code of a newer gateway, or of another platform, is shown as it is. */
export function codeWord(words: HotWords, set: string, code: string): string {
  const key = `hot-work.${set}.${code}`;
  return words.has(key) ? words.t(key as Key) : code;
}

/** What the form or the gateway says of a field. */
export function faultWord(words: HotWords, code: string): string {
  const own = `hw.wrong.${code}`;
  return words.has(own) ? words.t(own as Key) : codeWord(words, "fault", code);
}

/** Why an act did not work: the rules' own reason where there is one, and what is allowed. */
export function actFailure(words: HotWords, error: unknown): string {
  if (error instanceof PhotoFault) return faultWord(words, error.code);
  if (!(error instanceof Refused)) return failureText(words as PhoneWords, error);
  if (!words.has(`hot-work.fault.${error.code}`)) return failureText(words as PhoneWords, error);
  const said = codeWord(words, "fault", error.code);
  // What is wrong with a body stands in its title, by the name of the field.
  return error.code === "bad-body" ? `${said}:${error.message}` : said;
}
