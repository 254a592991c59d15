/**
 * Words on screen in Chinese first, English beside it; the choice stays with the browser. What the
 * rules say (states, reasons, priorities) comes from `rules/text`, so that screen, box and print
 * speak alike; what only a screen says stands in `words/`.
 */
import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { type Language, say } from "#rules/text/render.ts";
import { keep, recall } from "./keep.ts";
import { en } from "./words/en.ts";
import { type WordKey, zh } from "./words/zh.ts";

export type { Language } from "#rules/text/render.ts";

export type Pack = Readonly<Record<string, string>>;
type Parameters = Readonly<Record<string, string | number>>;

const key = "firelink-language";

/** Called once by each entry, with the words only that entry needs. */
export function startWords(own: { readonly zh: Pack; readonly en: Pack }): void {
  void i18next.init({
    lng: recall(key) === "en" ? "en" : "zh",
    fallbackLng: "zh",
    resources: {
      zh: { translation: { ...zh, ...own.zh } },
      en: { translation: { ...en, ...own.en } },
    },
    // Keys have dots and colons; React escapes what it shows.
    keySeparator: false,
    nsSeparator: false,
    interpolation: { prefix: "{", suffix: "}", escapeValue: false },
    initAsync: false,
  });
  markPage();
}

export function setLanguage(language: Language): void {
  keep(key, language);
  void i18next.changeLanguage(language);
  markPage();
}

/** Screen readers and line breaking go by the language of the page. */
function markPage(): void {
  document.documentElement.lang = languageNow() === "zh" ? "zh-CN" : "en";
}

export function languageNow(): Language {
  return i18next.language === "en" ? "en" : "zh";
}

/** Outside of a component (titles, notifications). */
export function translate(word: string, parameters?: Parameters): string {
  return i18next.t(word, { ...parameters });
}

export type Words<Key extends string> = {
  readonly language: Language;
  /** A word of the screen. */
  readonly t: (word: Key, parameters?: Parameters) => string;
  /** A code of the rules; one that no pack knows is shown as it is. */
  readonly rule: (code: string, parameters?: Parameters) => string;
  /** A text that came in both languages. */
  readonly text: (text: { readonly zh: string; readonly en: string }) => string;
  /** Whether a word is known: for codes that a newer gateway may send. */
  readonly has: (word: string) => boolean;
};

/** One object for each language: a row that shows words is not drawn anew because of them. */
const wordsOf: Readonly<Record<Language, Words<string>>> = { zh: make("zh"), en: make("en") };

function make(language: Language): Words<string> {
  return {
    language,
    t: (word, parameters) => i18next.t(word, { lng: language, ...parameters }),
    rule: (code, parameters) => say(language, code, parameters ?? {}),
    text: (text) => text[language],
    has: (word) => i18next.exists(word),
  };
}

export function useWords<Key extends string = WordKey>(): Words<Key | WordKey> {
  return wordsOf[useSyncExternalStore(subscribe, languageNow)];
}

function subscribe(listener: () => void): () => void {
  i18next.on("languageChanged", listener);
  return () => i18next.off("languageChanged", listener);
}
