/** Marks of a site and a time, out of a real journal. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Recorded } from "#rules/event.ts";
import { encodeEvent } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";
import { readMarks } from "./marks.ts";

const hour = 3_600_000;
const start = Date.parse("2026-03-01T00:00:00Z");

function journalOf(events: readonly [at: number, event: object][]): JournalFile {
  const folder = mkdtempSync(join(tmpdir(), "firelink-marks-"));
  const journal = JournalFile.openForWriting(folder);
  const bodies = events.map(([at, event], i) =>
    encodeEvent({ v: 1, position: i + 1, at: start + at * hour, ...event } as unknown as Recorded),
  );
  journal.append({ first: 1, bodies, artefacts: [] } as never, journal.head());
  rmSync(folder, { recursive: true });
  return journal;
}

const raised = (alarm: string, site: string) => ({
  ...{ type: "alarm-raised", alarm, rule: "F01", class: "fire", priority: "P1", site },
  ...{ device: "btn-01", point: "press", zone: "z1", building: null, condition: "active" },
  ...{ latched: true, marks: [], deviceTs: null, seq: 1, key: null, outage: null },
});

test("TR-10: marks are what began, stood or ended in the time at the site; an alarm knows its incident", () => {
  const opened = { type: "incident-opened", incident: "I1", number: "0301-001", site: "s" };
  const joined = { building: null, zone: null, priority: "P1", alarm: "A1", splitFrom: null };
  const journal = journalOf([
    [0, raised("A0", "s")],
    [1, { type: "alarm-moved", alarm: "A0", to: "normal", why: "reset", by: null, seat: null }],
    [2, raised("A1", "s")],
    [2, { ...opened, ...joined }],
    [3, raised("B1", "elsewhere")],
    [
      4,
      {
        type: "test-opened",
        test: "T1",
        site: "s",
        tester: "P-1",
        by: "P-1",
        linkage: "none",
        endsAt: 0,
        expected: [],
      },
    ],
    [6, { type: "test-ended", test: "T1", why: "person", by: null, missing: [], notBack: [] }],
    [9, raised("A9", "s")],
  ]);
  const at = (from: number, to: number) => {
    const found = readMarks(journal, {
      site: "s",
      from: start + from * hour,
      to: start + to * hour,
    });
    assert.equal(found.more, false);
    return found.marks.map(
      ({ id, until }) => `${id} ${until === null ? "-" : (until - start) / hour}`,
    );
  };
  assert.deepEqual(at(0, 8), ["A0 1", "A1 -", "T1 6"]);
  assert.deepEqual(at(5, 8), ["A1 -", "T1 6"]);
  assert.deepEqual(at(7, 10), ["A1 -", "A9 -"]);
  const [first] = readMarks(journal, {
    site: "s",
    from: start + 1.5 * hour,
    to: start + 8 * hour,
  }).marks;
  assert.deepEqual([first?.id, first?.incident, first?.rule], ["A1", "I1", "F01"]);
  journal.close();
});
