/** The heap beside the deadlines gives what a look at every one of them would give. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  clearDeadline,
  type Deadline,
  type DeadlineKind,
  deadlineId,
  dueDeadline,
  nextDeadlineAt,
  setDeadline,
} from "./deadline.ts";
import { initialState, type State } from "./state.ts";
import { UndoLog } from "./writer.ts";

const kinds: readonly DeadlineKind[] = ["undelivered", "second-channel", "archive"];

/** What the heap replaces: every deadline looked at, ties by id. */
function firstOf(state: State): Deadline | null {
  const all = [...state.deadlines].sort(
    ([idA, a], [idB, b]) => a.at - b.at || (idA < idB ? -1 : 1),
  );
  return all[0]?.[1] ?? null;
}

const step = fc.record({
  what: fc.constantFrom("set", "set", "set", "clear", "fire", "undo"),
  kind: fc.constantFrom(...kinds),
  subject: fc.nat(12),
  at: fc.nat(40),
});

test("CO-7: the next deadline is the earliest there is, whatever was set, cleared or undone", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const state = initialState();
      const undo = new UndoLog();
      for (const { what, kind, subject, at } of steps) {
        const mark = undo.mark();
        const first = nextDeadlineAt(state);
        const due = what === "fire" && first !== null ? dueDeadline(state, first) : null;
        if (due) clearDeadline(state, undo, due.kind, due.subject);
        else if (what === "clear") clearDeadline(state, undo, kind, `O${subject}`);
        else setDeadline(state, undo, kind, `O${subject}`, at);
        if (what === "undo") {
          clearDeadline(state, undo, kind, `O${subject}`);
          undo.rollback(mark);
        }
        const expected = firstOf(state);
        assert.equal(nextDeadlineAt(state), expected?.at ?? null);
        const found = dueDeadline(state, 40);
        const id = found && deadlineId(found.kind, found.subject);
        assert.equal(id, expected && deadlineId(expected.kind, expected.subject));
        assert.equal(dueDeadline(state, (expected?.at ?? 0) - 1), null);
      }
    }),
    { numRuns: 300 },
  );
});

test("CO-7: a hundred thousand deadlines that come and go leave no heap behind", () => {
  const state = initialState();
  const undo = new UndoLog();
  for (let i = 0; i < 100_000; i += 1) {
    setDeadline(state, undo, "archive", `I${i}`, i);
    if (i >= 10) clearDeadline(state, undo, "archive", `I${i - 10}`);
    undo.clear();
    assert.equal(nextDeadlineAt(state), Math.max(0, i - 9));
  }
});
