/** Words of hot work: those that desk and phone share, and those of the desk's own pages. */
import { useWords, type Words } from "../../shared/i18n.ts";
import type { HotWorkWord } from "../../shared/words/hot-work-zh.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import type { PermitWord } from "./words/zh.ts";

export type AnyWord = HotWorkWord | PermitWord | DeviceWord;
export type PermitWords = Words<AnyWord> & {
  /** A code of a set (`state`, `class`, `reason`…); one that has no word is shown as it is. */
  readonly of: (set: string, code: string) => string;
};

export function usePermitWords(): PermitWords {
  const words = useWords<AnyWord>();
  const of = (set: string, code: string): string => {
    const key = `hot-work.${set}.${code}`;
    return words.has(key) ? words.t(key as HotWorkWord) : code;
  };
  return { ...words, of } as PermitWords;
}
