/** Commands of people in a scenario: the words of a step as the command they stand for. */
import type { Command } from "../command.ts";
import { alarmOf } from "./expect.ts";
import type { Scenario, Step } from "./play.ts";

export function commandOf(s: Scenario, word: string, rest: Step): Command {
  const [first = "", second = ""] = rest;
  const incident = () => s.incident.id;
  switch (word) {
    case "report":
      return reportOf(rest);
    case "acknowledge":
    case "reset":
    case "silence":
      return { command: word, alarm: alarmOf(s, first) };
    case "close-outage":
      return { command: word, alarm: alarmOf(s, "G01"), checkedAtPanel: first === "checked" };
    case "verify": {
      const cause = option(rest, "cause");
      const by = option(rest, "second");
      return {
        command: "verify",
        incident: incident(),
        result: first,
        ...(cause === undefined ? {} : { cause }),
        ...(by === undefined ? {} : { second: by }),
        ...(rest.includes("ask") ? { ask: true } : {}),
        ...(first === "false" ? lookOf(s, option(rest, "look") ?? "on-site") : {}),
      } as Command;
    }
    case "answer-false":
      return { command: word, incident: incident(), agrees: first === "yes" };
    case "note": {
      const [row, state, reason] = rest;
      const note = { command: "note-checklist", incident: incident(), row, state } as const;
      return { ...note, ...(reason === undefined || reason === "by" ? {} : { reason }) } as Command;
    }
    case "command-119":
      return { command: word, incident: incident(), ...(first === "ended" && { ended: true }) };
    case "site-code": {
      const colour = second as "red";
      return { command: "set-site-code", site: first, colour, reason: "inspected" };
    }
    case "linkage":
      return { command: "record-linkage", site: first, auto: second === "auto" };
    case "call-back":
      return { command: word, incident: incident(), result: first } as Command;
    case "order":
      return { command: "order", incident: incident(), station: first };
    case "everybody":
      return { command: "order-everybody", incident: incident() };
    case "reinforce": {
      const of = option(rest, "of");
      const command = { command: "reinforce", incident: incident(), count: Number(first) } as const;
      return of === undefined ? command : { ...command, order: s.orderOf(of).id };
    }
    case "reassign":
      return {
        command: "reassign",
        order: s.orderOf(first).id,
        incident: numbered(s, second, second)[0],
      };
    case "recall":
      return { command: "recall", order: s.orderOf(first).id, reason: second };
    case "merge": {
      const [into, from] = numbered(s, first, second);
      return { command: "merge", into, from, reason: rest[2] ?? "same-fire" };
    }
    case "split":
      return {
        command: "split",
        incident: incident(),
        alarms: [alarmOf(s, first)],
        reason: second || "another-fire",
      };
    case "reopen":
      return { command: "reopen", incident: incident(), reason: first };
    case "shelve": {
      const until = s.now + duration(second);
      return { command: word, alarm: alarmOf(s, first), until, reason: rest[2] ?? "other" };
    }
    case "unshelve":
      return { command: word, alarm: alarmOf(s, first) };
    case "test": {
      const expected = [{ device: at(first).device, point: "press" }];
      const of = { site: at(first).site, tester: "P-1", linkage: "manual" } as const;
      const endsAt = s.now + duration(second || "1h");
      return { command: "open-test", ...of, endsAt, expected };
    }
    case "end-test":
      return { command: "end-test", test: [...s.state.tests.keys()].at(-1) ?? "" };
    case "take-out":
      return takeOut(s, first, rest);
    case "return": {
      const record = [...s.state.outOfService.values()].findLast(
        ({ site, device }) => `${site}/${device}` === first,
      );
      return { command: "return-to-service", record: record?.id ?? "" };
    }
    default:
      throw new Error(`there is no step ${word}`);
  }
}

/** `report flood rising-water P1 at 120.5 30.1`, or `… site s1 zone z1`; `datum`, `caller`, `via`. */
function reportOf(rest: Step): Command {
  const [kind, what, priority] = rest;
  const where = rest.indexOf("at");
  const [lng, lat] = rest.slice(where + 1, where + 3).map(Number);
  const named = ["site", "zone", "caller"].flatMap((name) => {
    const value = option(rest, name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...{ command: "report-incident", kind, what, priority, via: option(rest, "via") ?? "phone" },
    ...Object.fromEntries(named),
    ...(where < 0 ? {} : { at: { lng, lat, datum: option(rest, "datum") ?? "WGS-84" } }),
  } as Command;
}

/** Who has looked before it was called false. */
function lookOf(s: Scenario, how: string): object {
  if (how === "none") return {};
  return { look: { how, found: "nothing", ...(how === "on-site" ? onSite(s) : {}) } };
}

function onSite({ now }: Scenario): { readonly person: string; readonly arrivedAt: number } {
  return { person: "P-9", arrivedAt: now };
}

function takeOut(s: Scenario, key: string, [, lasts = "", reason = "", ...more]: Step): Command {
  const rule = option(more, "rule");
  const points = option(more, "points")?.split(",");
  return {
    command: "take-out-of-service",
    ...at(key),
    reason,
    until: s.now + duration(lasts),
    ...(rule === undefined ? {} : { rule }),
    ...(points ? { points } : {}),
  };
}

/** Incidents by their order of opening: 1 is the first. */
function numbered(s: Scenario, ...names: string[]): [string, string] {
  const all = [...s.state.incidents.keys()];
  const found = names.map((name) => all[Number(name) - 1]);
  if (found.some((id) => id === undefined)) throw new Error(`there are ${all.length} incidents`);
  return found as [string, string];
}

export function option(words: Step, name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

export function signed(text: string): number {
  return text.startsWith("-") ? -duration(text.slice(1)) : duration(text);
}

/** `20s`, `10min`, `25h` in ms. */
export function duration(text: string): number {
  const match = /^(\d+)(ms|s|min|h)$/.exec(text);
  if (!match) throw new Error(`${text} is no duration; write 20s, 10min or 25h`);
  const unit = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }[match[2] as "s"];
  return Number(match[1]) * unit;
}

export function at(key = ""): { site: string; device: string } {
  const [site = "", device = ""] = key.split("/");
  return { site, device };
}
