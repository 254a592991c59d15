/** Words of rules, their adoption, back-tests, and of why there is an alarm. */
import type { RulesWord } from "./zh.ts";

export const en: Readonly<Record<RulesWord, string>> = {
  "why.rests-on": "Rests on",
  "why.loading": "Reading what it rests on",
  "why.failed": "What it rests on could not be read",
  "why.version": "Version of the rules {hash}",
};
