/** The keys of the desk at work: from what was pressed to what is done with the card in sight. */
import { useEffect, useRef, useState } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { languageNow, setLanguage } from "../shared/i18n.ts";
import type { DeskContextValue } from "./acts.ts";
import { armedForMs } from "./armed.ts";
import { callResults } from "./call-back.tsx";
import { showHotWork } from "./hot-work/use-shown.ts";
import { command119Of } from "./incident/command-119.ts";
import { mayNote, noteOf, rowOfKey } from "./incident/rows.ts";
import { actionOf, type DeskAction } from "./keys.ts";
import { isOpenOrder, mayVerify } from "./progress.ts";
import { showClosed, showRecord } from "./record/use-shown.ts";
import { isUnacknowledged, mayShelve, mayTakeOut, type Row } from "./rows.ts";
import { showRules } from "./rules/use-rules.ts";
import { showTrends } from "./trends/address.ts";
import { toggleTheme } from "./use-theme.ts";

type Options = {
  readonly row: Row | null;
  readonly dialog: boolean;
  /** A page lies over the card: the arrows scroll it. */
  readonly page: boolean;
  readonly desk: DeskContextValue;
  readonly step: (by: number) => void;
  readonly mostUrgent: () => void;
  readonly settled: () => boolean;
  readonly toggleMap: () => void;
  readonly toggleMapWords: () => void;
  readonly toggleMapAreas: () => void;
  readonly back: () => void;
};

/** Returns the key that was pressed once and waits for its second press. */
export function useDeskKeys(options: Options): string | null {
  const [armed, setArmed] = useState<string | null>(null);
  const now = useRef({ options, armed });
  now.current = { options, armed };

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { options, armed } = now.current;
      const typing = isTyping(event.target);
      const does = actionOf(event, { typing, dialog: options.dialog });
      if (does === null || event.defaultPrevented) return;
      if (options.page && (does === "up" || does === "down")) return;
      if (does !== "back") event.preventDefault();
      if (does === "confirmed" || does === "undetermined") {
        if (!mayVerifyRow(options.row, does)) return;
        const twice = `${does} ${options.row?.key}`;
        if (armed !== twice) return setArmed(twice);
      }
      setArmed(null);
      perform(does, options);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  useEffect(() => {
    if (armed === null) return;
    const timer = setTimeout(() => setArmed(null), armedForMs);
    return () => clearTimeout(timer);
  }, [armed]);

  return armed?.split(" ")[0] ?? null;
}

function mayVerifyRow(row: Row | null, result: "confirmed" | "undetermined"): boolean {
  return row?.kind === "incident" && !row.gone && mayVerify(row.card, result);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** What needs no card; true where it was one of these. */
function performPage(does: DeskAction, options: Options): boolean {
  const { desk } = options;
  switch (does) {
    case "up":
      options.step(-1);
      return true;
    case "down":
      options.step(1);
      return true;
    case "most-urgent":
      options.mostUrgent();
      return true;
    case "person":
      desk.open({ kind: "person" });
      return true;
    case "help":
      desk.open({ kind: "help" });
      return true;
    case "devices":
      desk.open({ kind: "devices" });
      return true;
    case "shelved":
      desk.open({ kind: "shelved" });
      return true;
    case "tests":
      desk.open({ kind: "tests" });
      return true;
    case "trends":
      showTrends([]);
      return true;
    case "rules":
      showRules();
      return true;
    case "figures":
    case "report":
    case "stations":
    case "completeness":
      desk.open({ kind: does });
      return true;
    case "closed-incidents":
      showClosed();
      return true;
    case "hot-work":
      showHotWork();
      return true;
    case "map":
      options.toggleMap();
      return true;
    case "map-words":
      options.toggleMapWords();
      return true;
    case "map-areas":
      options.toggleMapAreas();
      return true;
    case "card":
      open("/print/emergency-card", "_blank", "noopener");
      return true;
    case "language":
      setLanguage(languageNow() === "zh" ? "en" : "zh");
      return true;
    case "theme":
      toggleTheme();
      return true;
    case "back":
      options.back();
      return true;
    default:
      return false;
  }
}

function perform(does: DeskAction, options: Options): void {
  if (performPage(does, options)) return;
  const { row, desk } = options;
  // The sound of a lost link belongs to no card.
  if (does === "silence") desk.sound.silenceLost();
  // It changes nothing: also of what has just been closed.
  if (does === "record" && row?.kind === "incident") return showRecord(row.card.id);
  if (row === null || row.gone || !options.settled()) return;
  const alarms = row.kind === "incident" ? row.card.alarms : [row.alarm];
  if (does === "acknowledge" || does === "silence" || does === "reset") {
    return performOnAlarms(does, alarms, desk);
  }
  if (does === "shelve" || does === "out-of-service") return hold(does, alarms, desk);
  if (row.kind === "incident") performOnIncident(does, row, desk);
}

function performOnAlarms(
  does: "acknowledge" | "silence" | "reset",
  alarms: readonly AlarmRow[],
  { act }: DeskContextValue,
): void {
  for (const alarm of alarms) {
    const { id } = alarm;
    if (does === "acknowledge" && isUnacknowledged(alarm)) {
      void act({ command: "acknowledge", alarm: id });
    }
    if (does === "silence" && alarm.sounding) void act({ command: "silence", alarm: id });
    if (does !== "reset") continue;
    if (alarm.outage) void act({ command: "close-outage", alarm: id, checkedAtPanel: true });
    else if (alarm.latched && alarm.state === "acknowledged") {
      void act({ command: "reset", alarm: id });
    }
  }
}

/** The newest alarm of the card that may be kept from the desk so: its line shows the key. */
function hold(
  does: "shelve" | "out-of-service",
  alarms: readonly AlarmRow[],
  { open }: DeskContextValue,
): void {
  const alarm = alarms.findLast(does === "shelve" ? mayShelve : mayTakeOut);
  if (!alarm) return;
  if (does === "shelve") return open({ kind: "shelve", alarm });
  open({ kind: "take-out", alarm, device: `${alarm.site}/${alarm.device}` });
}

function performOnIncident(
  does: DeskAction,
  { card }: Row & { kind: "incident" },
  { act, open }: DeskContextValue,
): void {
  const call = callResults.find((entry) => entry.does === does);
  if (call) return void act({ command: "call-back", incident: card.id, result: call.result });
  const row = rowOfKey(does);
  if (row !== null) {
    return mayNote(card, row) ? void act(noteOf(card, row, "done")) : undefined;
  }
  const running = card.orders.filter(isOpenOrder);
  const heard = card.orders.filter((order) => isOpenOrder(order) || order.recallAwaited);
  switch (does) {
    case "call-119":
      return card.checklist ? open({ kind: "call-119", card }) : undefined;
    case "command-119":
      return card.checklist || card.command119 ? void act(command119Of(card)) : undefined;
    case "verifying":
    case "confirmed":
    case "undetermined":
      if (!mayVerify(card, does)) return;
      return void act({ command: "verify", incident: card.id, result: does });
    case "false":
    case "test":
      return mayVerify(card, does) ? open({ kind: does, card }) : undefined;
    case "order":
      return open({ kind: "order", card });
    case "everybody":
      return open({ kind: "everybody", card });
    case "call-out":
      return open({ kind: "call-out", card });
    case "call-answer":
      return card.callOuts.length > 0 ? open({ kind: does, card }) : undefined;
    case "recall":
      return running.length > 0 ? open({ kind: "recall", orders: running }) : undefined;
    case "radio":
      return heard.length > 0 ? open({ kind: "radio", orders: heard }) : undefined;
  }
}
