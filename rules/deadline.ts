/**
 * Deadlines: durable moments at which the rules must look again.
 *
 * A deadline stands in state because an event put it there, and every firing is an event that
 * removes it. So a clock that was running at a crash runs on after it.
 */
import type { State } from "./state.ts";
import type { Writer } from "./writer.ts";

export type DeadlineKind =
  | "undelivered"
  | "second-channel"
  | "second-station"
  | "third-station"
  | "archive";

export type Deadline = {
  readonly at: number;
  readonly kind: DeadlineKind;
  /** The order or incident it is about. */
  readonly subject: string;
};

export function deadlineId(kind: DeadlineKind, subject: string): string {
  return `${kind}:${subject}`;
}

/** The earliest deadline due at `at`; ties go by id, so that every replay picks the same. */
export function dueDeadline(state: State, at: number): Deadline | null {
  let best: Deadline | null = null;
  let bestId = "";
  for (const [id, deadline] of state.deadlines) {
    if (deadline.at > at) continue;
    if (best && (deadline.at > best.at || (deadline.at === best.at && id > bestId))) continue;
    best = deadline;
    bestId = id;
  }
  return best;
}

/** When the loop has to wake up next, ms UTC, or null where nothing is waiting. */
export function nextDeadlineAt(state: State): number | null {
  let next: number | null = null;
  for (const deadline of state.deadlines.values()) {
    if (next === null || deadline.at < next) next = deadline.at;
  }
  return next;
}

export function setDeadline(
  state: State,
  writer: Writer,
  kind: DeadlineKind,
  subject: string,
  at: number,
): void {
  writer.set(state.deadlines, deadlineId(kind, subject), { at, kind, subject });
}

export function clearDeadline(
  state: State,
  writer: Writer,
  kind: DeadlineKind,
  subject: string,
): void {
  writer.remove(state.deadlines, deadlineId(kind, subject));
}
