/** A flood of alarms in English. */
import type { FloodWord } from "./zh.ts";

export const en: Readonly<Record<FloodWord, string>> = {
  "flood.banner": "Alarm flood",
  "flood.law": "Fire on top, the rest by site; only fire sounds",
  "flood.group": "{count} alarms, {devices} devices",
  "flood.chatters": "chatters, held until quiet",
  "flood.waiting": "{count} unacknowledged",
};
