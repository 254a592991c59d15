/**
 * Alarms and Conditions (Part 9): which fields of an event are asked for, and what they come to be.
 * A server may leave out any of them. Pure, and without the library.
 */
import type { ConditionEvent } from "./protocol.ts";
import { timeOf } from "./reading.ts";

/** In the order in which they are selected. */
export const conditionFields = [
  "EventId",
  "EventType",
  "SourceNode",
  "SourceName",
  "Time",
  "Severity",
  "Message",
  "ConditionName",
  "ActiveState.Id",
  "AckedState.Id",
  "Retain",
] as const;

export const refreshStart = "ns=0;i=2787";
export const refreshEnd = "ns=0;i=2788";

/** A Variant, or the lack of one. */
export type EventField = { readonly value?: unknown } | null | undefined;

/** The type of an event, as text; null where the server does not say it. */
export function typeOfEvent(fields: readonly EventField[]): string | null {
  return textOf(fields[1]);
}

/** The node of the condition follows the selected fields. */
export function conditionOf(fields: readonly EventField[], refreshed: boolean): ConditionEvent {
  const [id, , node, name, time, severity, message, condition, active, acked, retain, of] = fields;
  const eventId = id?.value;
  const at = time?.value;
  const level = severity?.value;
  return {
    eventId: eventId instanceof Uint8Array ? Buffer.from(eventId).toString("hex") : null,
    conditionId: textOf(of),
    conditionName: textOf(condition),
    sourceNode: textOf(node),
    sourceName: textOf(name),
    time: at instanceof Date ? timeOf(at) : null,
    severity: typeof level === "number" && Number.isFinite(level) ? level : null,
    active: booleanOf(active),
    acked: booleanOf(acked),
    retain: booleanOf(retain),
    message: textOf(message),
    refreshed,
  };
}

function booleanOf(field: EventField): boolean | null {
  return typeof field?.value === "boolean" ? field.value : null;
}

/** Of a string, a LocalizedText, a NodeId. */
function textOf(field: EventField): string | null {
  const value = field?.value;
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return null;
  if ("text" in value) return typeof value.text === "string" ? value.text : null;
  return "namespace" in value ? String(value) : null;
}
