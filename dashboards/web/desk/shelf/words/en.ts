/** Shelving, out of service, suppressed by design and escalation in English. */
import type { ShelfWord } from "./zh.ts";

export const en: Readonly<Record<ShelfWord, string>> = {
  "held.title": "Alarms that are not in the list",
  "held.law": "These make no sound and have no row. A press is never among them.",
  "held.shelved": "Shelved {count}",
  "held.out-of-service": "Out of service {count}",
  "held.by-design": "Suppressed by design {count}",
  "held.none": "None",

  "out.act": "Out of service",
  "out.law":
    "Meanwhile its alarms make no sound and have no row; a press is never among them, and two signals of which one is in service are real. What still stands at the end is real.",
  "out.scope": "What",
  "out.scope.points": "The points that make this alarm true: {points}",
  "out.scope.rule": "This rule of the device: {rule}",
  "out.scope.device": "The whole device: {device}",
  "out.reason": "Reason",
  "out.reason.being-repaired": "Being repaired",
  "out.reason.being-replaced": "Being replaced",
  "out.reason.building-work": "Building work",
  "out.reason.hot-work": "Hot work",
  "out.reason.not-commissioned": "Not in use yet",
  "out.reason.other": "Other",
  "out.for": "Planned for",
  "out.hours": "{count} h",
  "out.days": "{count} d",
  "out.until": "Out of service (until {time})",
  "out.by": "since {time}, {name}",
  "out.whole": "The whole device (but its presses)",
  "out.end": "Return to service",
  "out.end-ask": "What still stands is real from then on, and is ordered for",
  "out.alarms": "Alarms meanwhile: {count}",

  "design.by": "Explained by “{title}”",

  "escalation.nobody": "the inventory names nobody",
  "phone.ask": "Show the telephone",
  "phone.none": "No telephone",
  "phone.failed": "The number could not be read: see the emergency card",

  "panel.title": "Panel",
  "panel.reset": "reset",
  "panel.muted": "muted",
  "panel.not-muted": "no longer muted",
  "panel.disabled": "{count} disabled",
  "panel.not-disabled": "nothing disabled any more",
  "panel.auto": "AUTO",
  "panel.manual": "manual",
  "panel.reset-since": "Panel reset at {at}",
  "card.not-reset": "Not reset on site: reset it at the panel",
  "act.looked-into": "Looked into, close",
};
