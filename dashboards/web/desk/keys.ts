/**
 * The keys of the desk: one table for what they do, what stands on the buttons and what the help
 * shows. Pure. Letters stand alone: with Ctrl, Alt or Meta they belong to the browser.
 */
export type DeskKey = {
  readonly key: string;
  /** As it stands on buttons and in the help. */
  readonly shown: string;
  readonly does: DeskAction;
};

export type DeskAction =
  | "up"
  | "down"
  | "most-urgent"
  | "acknowledge"
  | "silence"
  | "reset"
  | "verifying"
  | "confirmed"
  | "false"
  | "test"
  | "undetermined"
  | "call-nobody"
  | "call-fire"
  | "call-no-fire"
  | "call-unclear"
  | "row-1"
  | "row-2"
  | "row-3"
  | "row-4"
  | "row-5"
  | "row-6"
  | "call-119"
  | "command-119"
  | "order"
  | "everybody"
  | "call-out"
  | "call-answer"
  | "recall"
  | "radio"
  | "person"
  | "map"
  | "map-words"
  | "map-areas"
  | "card"
  | "devices"
  | "tests"
  | "figures"
  | "stations"
  | "trends"
  | "completeness"
  | "hot-work"
  | "shelved"
  | "shelve"
  | "out-of-service"
  | "rules"
  | "report"
  | "record"
  | "closed-incidents"
  | "language"
  | "theme"
  | "help"
  | "back";

export const deskKeys: readonly DeskKey[] = [
  { key: "ArrowUp", shown: "↑", does: "up" },
  { key: "ArrowDown", shown: "↓", does: "down" },
  { key: "n", shown: "N", does: "most-urgent" },
  { key: "a", shown: "A", does: "acknowledge" },
  { key: "m", shown: "M", does: "silence" },
  { key: "z", shown: "Z", does: "reset" },
  { key: "v", shown: "V", does: "verifying" },
  { key: "t", shown: "T", does: "confirmed" },
  { key: "f", shown: "F", does: "false" },
  { key: "u", shown: "U", does: "undetermined" },
  { key: "x", shown: "X", does: "test" },
  { key: "1", shown: "1", does: "call-nobody" },
  { key: "2", shown: "2", does: "call-fire" },
  { key: "3", shown: "3", does: "call-no-fire" },
  { key: "4", shown: "4", does: "call-unclear" },
  { key: "5", shown: "5", does: "row-1" },
  { key: "6", shown: "6", does: "row-2" },
  { key: "7", shown: "7", does: "row-3" },
  { key: "8", shown: "8", does: "row-4" },
  { key: "9", shown: "9", does: "row-5" },
  { key: "0", shown: "0", does: "row-6" },
  { key: "q", shown: "Q", does: "call-119" },
  { key: "F4", shown: "F4", does: "command-119" },
  { key: "o", shown: "O", does: "order" },
  { key: "e", shown: "E", does: "everybody" },
  { key: "F8", shown: "F8", does: "call-out" },
  { key: ",", shown: ",", does: "call-answer" },
  { key: "b", shown: "B", does: "recall" },
  { key: "r", shown: "R", does: "radio" },
  { key: "F2", shown: "F2", does: "person" },
  { key: "g", shown: "G", does: "map" },
  { key: "w", shown: "W", does: "map-words" },
  { key: "F3", shown: "F3", does: "map-areas" },
  { key: "p", shown: "P", does: "card" },
  { key: "s", shown: "S", does: "devices" },
  { key: "h", shown: "H", does: "shelved" },
  { key: "k", shown: "K", does: "shelve" },
  { key: "j", shown: "J", does: "out-of-service" },
  { key: "y", shown: "Y", does: "tests" },
  { key: "c", shown: "C", does: "rules" },
  { key: "i", shown: "I", does: "figures" },
  { key: "+", shown: "+", does: "report" },
  { key: "F7", shown: "F7", does: "record" },
  { key: "F6", shown: "F6", does: "closed-incidents" },
  { key: "F9", shown: "F9", does: "stations" },
  { key: "[", shown: "[", does: "trends" },
  { key: "]", shown: "]", does: "completeness" },
  { key: "F10", shown: "F10", does: "hot-work" },
  { key: "l", shown: "L", does: "language" },
  { key: "d", shown: "D", does: "theme" },
  { key: "?", shown: "?", does: "help" },
  { key: "Escape", shown: "Esc", does: "back" },
];

export type KeyPress = {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  /** An input method is composing: the key is part of a word. */
  readonly isComposing: boolean;
};

/** What a key does. `typing`: the focus is in a field; `dialog`: one is open and has the keys. */
export function actionOf(
  press: KeyPress,
  where: { readonly typing: boolean; readonly dialog: boolean },
): DeskAction | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.isComposing) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const does = deskKeys.find((entry) => entry.key === key)?.does ?? null;
  if (does === null || does === "back") return does;
  if (where.typing || where.dialog) return null;
  // A key that is held down walks through the list; it does not act twice.
  if (press.repeat && does !== "up" && does !== "down") return null;
  return does;
}

export function shownKey(does: DeskAction): string {
  return deskKeys.find((entry) => entry.does === does)?.shown ?? "";
}
