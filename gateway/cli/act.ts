/** What a simulated device is to do, from the words of a command line or of a scenario's step. */
import type { Act } from "#devices/ipc.ts";
import { type OrderReply, orderReplies } from "#rules/dispatch/order.ts";
import { Refused } from "../errors.ts";

const buttonActs = ["press", "cancel", "test", "tamper", "untamper", "cut", "restore"] as const;

/** `more`: what else is allowed at this place. Throws `Refused`. */
export function actOf(words: readonly string[], more: string): Act {
  const [action = "", who = "", ...rest] = words;
  if (action === "reply") return replyOf(who, rest);
  if (action === "people") return peopleOf(who, rest);
  if (action === "box" && rest.length > 0) return { action, station: who, words: rest };
  const [site, device, ...deeper] = who.split("/");
  if (site && device && deeper.length === 0) {
    const [word = ""] = rest;
    if (action === "notifier" && rest.length === 1 && ["break", "mend"].includes(word)) {
      return { action, site, device, broken: word === "break" };
    }
    if (action === "fault" && rest.length > 0) return { action, site, device, words: rest };
    const button = buttonActs.find((one) => one === action);
    if (button && rest.length === 0) return { action: button, site, device };
    const amount = Number(rest[0]);
    const isOne = rest.length === 1 && /^\d+$/.test(rest[0] ?? "");
    if (action === "battery" && isOne && amount <= 4000) {
      return { action, site, device, mv: amount };
    }
    if (action === "clock" && isOne && amount <= 86_400) {
      return { action, site, device, aheadS: amount };
    }
  }
  const allowed =
    `${buttonActs.join(", ")} with SITE/DEVICE; battery SITE/DEVICE MV (0 to 4000); ` +
    `clock SITE/DEVICE SECONDS (ahead, 0 to 86400); fault SITE/DEVICE WORDS; ` +
    `reply STATION ORDER REPLY; box STATION KEY|WORDS; ` +
    `notifier SITE/DEVICE break|mend; people comes|cannot|arrived COUNT; ${more}`;
  throw new Refused({ code: "bad-action", message: `no action "${words.join(" ")}"`, allowed });
}

const answers = ["comes", "cannot", "arrived"] as const;

function peopleOf(word: string, [count = "", ...more]: readonly string[]): Act {
  const answer = answers.find((one) => one === word);
  if (answer && /^\d{1,4}$/.test(count) && more.length === 0) {
    return { action: "people", answer, count: Number(count) };
  }
  const allowed = `people ${answers.join("|")} COUNT`;
  throw new Refused({ code: "bad-action", message: "no such answer", allowed });
}

function replyOf(station: string, words: readonly string[]): Act {
  const [order, given, ...more] = words;
  const reply: OrderReply | undefined = orderReplies.find((one) => one === given);
  if (order !== undefined && reply && more.length === 0) {
    return { action: "reply", station, order, reply };
  }
  const allowed = `reply STATION ORDER ${orderReplies.join("|")}`;
  throw new Refused({ code: "bad-action", message: "no such reply", allowed });
}
