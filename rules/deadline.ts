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
  | "verifier-silent"
  | "unverified"
  /** Of an incident: the limits of the 1-3-5 clock. */
  | "arrival-micro"
  | "arrival-neighbours"
  | "arrival-station"
  /** Of a checklist whose call to 119 nobody has logged. */
  | "call-119"
  /** Of a P0 that somebody has called false: the second person. */
  | "second-person"
  /** Of an order whose recall nobody has answered. */
  | "recall"
  | "archive"
  /** Of an alarm that no desk has acknowledged. */
  | "escalate"
  /** Of an alarm that is put aside. */
  | "shelf"
  | "test-ends"
  /** Of an alarm that a test, or work at its device, has left standing. */
  | "not-back"
  /** Of a record of what is out of service. */
  | "out-of-service"
  /** Of an alarm that sets and clears too often: looked at again. */
  | "chatter"
  /** Of a flood of alarms: looked at again. */
  | "flood"
  /** Of a maintenance order: 30 days after its opening. */
  | "maintenance"
  /** Of a device whose suppression is impaired, or whole again. */
  | "impairment"
  /** Of what has to be done again and again. */
  | "periodic"
  /** Of the link of a site: it has been lost within the hour; it has flapped, and is there again. */
  | "site-link"
  | "site-link-calm"
  /** Of a row of linkage: its delay is over, and its feedback is awaited no longer. */
  | "linkage"
  | "linkage-feedback"
  /** Of a permit for hot work: whichever of its clocks comes first. */
  | "permit"
  /** Of evidence of hot work that no permit covers. */
  | "hot-work-seen";

export type Deadline = {
  readonly at: number;
  readonly kind: DeadlineKind;
  /** The order, incident, test, record or alarm it is about. */
  readonly subject: string;
};

export function deadlineId(kind: DeadlineKind, subject: string): string {
  return `${kind}:${subject}`;
}

/** The earliest deadline due at `at`; ties go by id, so that every replay picks the same. */
export function dueDeadline(state: State, at: number): Deadline | null {
  const first = earliest(state.deadlines);
  return first && first.at <= at ? first : null;
}

/** When the loop has to wake up next, ms UTC, or null where nothing is waiting. */
export function nextDeadlineAt(state: State): number | null {
  return earliest(state.deadlines)?.at ?? null;
}

export function setDeadline(
  state: State,
  writer: Writer,
  kind: DeadlineKind,
  subject: string,
  at: number,
): void {
  const id = deadlineId(kind, subject);
  const queue = queues.get(state.deadlines);
  writer.set(state.deadlines, id, { at, kind, subject });
  if (queue) push(queue, { at, id });
}

export function clearDeadline(
  state: State,
  writer: Writer,
  kind: DeadlineKind,
  subject: string,
): void {
  writer.remove(state.deadlines, deadlineId(kind, subject));
}

/** There is a result: nobody's look is waited for. */
export function endVerification(state: State, writer: Writer, incident: string): void {
  clearDeadline(state, writer, "verifier-silent", incident);
  clearDeadline(state, writer, "unverified", incident);
}

/** The incident is over: nobody is late any more. */
export function stopArrivalClock(state: State, writer: Writer, incident: string): void {
  for (const kind of ["arrival-micro", "arrival-neighbours", "arrival-station"] as const) {
    clearDeadline(state, writer, kind, incident);
  }
}

/**
 * The order in which they fall due, derived from the Map and no part of the state: a heap beside it,
 * made when it is first asked for. Entries are never taken out but from the top, so that a change
 * that is undone finds its entry still there; one that the Map no longer knows is dropped on sight.
 */
type Entry = { readonly at: number; readonly id: string };

const queues = new WeakMap<ReadonlyMap<string, Deadline>, Entry[]>();

function earliest(deadlines: ReadonlyMap<string, Deadline>): Deadline | null {
  let queue = queues.get(deadlines);
  // Far more entries than deadlines are leftovers: made anew, they cost what they are worth.
  if (!queue || queue.length > 2 * deadlines.size + 1000) {
    queue = [];
    for (const [id, { at }] of deadlines) push(queue, { at, id });
    queues.set(deadlines, queue);
  }
  for (let top = queue[0]; top; top = queue[0]) {
    const deadline = deadlines.get(top.id);
    if (deadline?.at === top.at) return deadline;
    pop(queue);
  }
  return null;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}

function push(queue: Entry[], entry: Entry): void {
  let i = queue.length;
  for (; i > 0; ) {
    const parent = (i - 1) >> 1;
    const above = queue[parent] as Entry;
    if (!isBefore(entry, above)) break;
    queue[i] = above;
    i = parent;
  }
  queue[i] = entry;
}

function pop(queue: Entry[]): void {
  const last = queue.pop() as Entry;
  const { length } = queue;
  if (length === 0) return;
  let i = 0;
  for (let child = 1; child < length; child = 2 * i + 1) {
    const right = queue[child + 1];
    if (right && isBefore(right, queue[child] as Entry)) child += 1;
    const below = queue[child] as Entry;
    if (!isBefore(below, last)) break;
    queue[i] = below;
    i = child;
  }
  queue[i] = last;
}
