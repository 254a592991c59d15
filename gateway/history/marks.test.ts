/** Marks of a site and a time, out of a real journal. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Recorded } from "#rules/event.ts";
import { initialState } from "#rules/state.ts";
import { createIds } from "../id.ts";
import { encodeEvent } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";
import { type Mark, readMarks, standingAt } from "./marks.ts";

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
      standing: [],
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
    standing: [],
  }).marks;
  assert.deepEqual([first?.id, first?.incident, first?.rule], ["A1", "I1", "F01"]);
  journal.close();
});

test("TR-10: a permit that was reported days before, and an alarm that was raised days before, are found by their ids", () => {
  const id = createIds();
  const idAt = (letter: string, at: number) => `${letter}${id(start + at * hour)}1`;
  const [permit, elsewhere, alarm, other] = [
    ...[idAt("W", 0), idAt("W", 0), idAt("A", 2), idAt("A", 2)],
  ] as const;
  const report = (site: string) => ({ site, zone: "z1" });
  const drafted = { type: "permit-drafted", number: "0301-1-001", sender: null, by: "P-1" };
  const moved = (permit: string, to: string) => ({ type: "permit-moved", permit, to, by: null });
  const ended = (alarm: string) => ({ type: "alarm-moved", alarm, to: "normal", why: "reset" });
  const journal = journalOf([
    [0, { ...drafted, permit, report: report("s") }],
    [0, { ...drafted, permit: elsewhere, report: report("elsewhere") }],
    [2, raised(alarm, "s")],
    [2, raised(other, "elsewhere")],
    [70, moved(permit, "active")],
    [70, moved(elsewhere, "active")],
    [99, moved(permit, "closed")],
    [99, ended(alarm)],
    [99, ended(other)],
  ]);
  const shown = (from: number, to: number, standing: readonly Mark[] = []) =>
    readMarks(journal, {
      site: "s",
      from: start + from * hour,
      to: start + to * hour,
      standing,
    }).marks.map((mark) => [mark.id, (mark.at - start) / hour, mark.until, mark.zone]);
  const end = start + 99 * hour;
  assert.deepEqual(shown(71, 90), [
    [alarm, 2, null, "z1"],
    [permit, 70, null, "z1"],
  ]);
  const both = [
    [alarm, 2, end, "z1"],
    [permit, 70, end, "z1"],
  ];
  assert.deepEqual(shown(98, 100), both);
  assert.deepEqual(shown(100, 110), []);
  // What stands to this day, the state says.
  const state = initialState();
  const of = { id: "R1", site: "s", device: "d", points: null, rule: null, reason: "", by: "P-1" };
  state.outOfService.set("R1", { ...of, at: start + hour, until: 0 });
  state.outOfService.set("R2", { ...of, id: "R2", site: "elsewhere", at: start, until: 0 });
  assert.deepEqual(shown(98, 100, standingAt(state, "s")), [["R1", 1, null, null], ...both]);
  assert.deepEqual(shown(0, 1, standingAt(state, "s")), []);
  journal.close();
});
