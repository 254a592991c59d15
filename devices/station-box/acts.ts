/** What `simulate box STATION …` may do to a box: its keys, its mains and battery, its network. */
import { type BoxKey, boxKeys } from "./profile.ts";
import type { StationBox } from "./simulator.ts";

export const allowedBoxWords = `${boxKeys.join(", ")}, cut-mains, mains, battery PERCENT, cut, restore, spoken`;

const plain: ReadonlySet<string> = new Set([
  ...boxKeys,
  ...["cut-mains", "mains", "cut", "restore", "spoken"],
]);

/** Throws with what is allowed. */
export function checkBoxWords(words: readonly string[]): void {
  const [word = "", amount] = words;
  if (words.length === 1 && plain.has(word)) return;
  const isPercent = /^\d+$/.test(amount ?? "") && Number(amount) <= 100;
  if (word === "battery" && words.length === 2 && isPercent) return;
  throw new Error(`a box knows no "${words.join(" ")}"; allowed: ${allowedBoxWords}`);
}

/** Gives what happened; the words are checked. */
export function actOnBox(box: StationBox, [word = "", amount = ""]: readonly string[]): string {
  switch (word) {
    case "cut-mains":
    case "mains":
      box.setMains(word === "mains");
      return box.spoken.at(-1) ?? "ok";
    case "battery":
      box.setBattery(Number(amount));
      return `${amount} %`;
    case "cut":
      box.cut();
      return "its network is cut";
    case "restore":
      box.restore();
      return "it connects again";
    case "spoken":
      return box.spoken.join("\n");
    default: {
      const order = box.press(word as BoxKey);
      if (order === null) throw new Error(`${box.station} has no order that ${word} fits`);
      return `${word} to ${order}`;
    }
  }
}
