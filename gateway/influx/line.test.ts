/** What goes out to a database: names, quality, marks, and how few series it makes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Event, Recorded } from "#rules/event.ts";
import type { FollowedRow } from "../history/follow.ts";
import { record } from "../journal/codec.ts";
import { eventLine, type Subject } from "./event-lines.ts";
import { Ledger } from "./ledger.ts";
import { linesOf, singleLines } from "./line.ts";

const at = 1_790_000_000_000;
const row = (of: Partial<FollowedRow>): FollowedRow => ({
  device: "baolong/pump-01",
  kind: "pump-room",
  point: "header_pressure",
  at,
  value: 0.72,
  quality: "good",
  late: false,
  ...of,
});
const texts = (rows: readonly FollowedRow[]) => linesOf(rows).map(({ text }) => text);

test("IX-7: what a device said at one instant is a line; what is not known has no value, and is late where it came late", () => {
  const head = "pump_room,device=pump-01,site=baolong";
  assert.deepEqual(
    texts([
      row({}),
      row({ point: "as1_running", value: 1 }),
      row({ point: "mode", value: 'a "b"\nc\\' }),
      row({ point: "tank_level", value: 3, quality: "stale" }),
      row({ point: "flow", value: null, quality: "bad", late: true }),
      row({ at: at + 1, value: 0.7 }),
      row({ at: at + 1, value: 0.71 }),
      row({ device: "a b/c=d", kind: "", point: "x y", at: at + 1 }),
    ]),
    [
      `${head} header_pressure=0.72,as1_running=1,mode_text="a \\"b\\" c\\\\",` +
        `tank_level_quality=3,flow_quality=2,late=1 ${at}`,
      `${head} header_pressure=0.71 ${at + 1}`,
      `device,device=c\\=d,site=a\\ b x\\ y=0.72 ${at + 1}`,
    ],
  );
});

test("IX-7: a line that is refused is taken apart by samples; a long one never becomes too long", () => {
  const rows = Array.from({ length: 1201 }, (_, i) => row({ point: `p${i}`, value: i }));
  const lines = linesOf(rows);
  assert.deepEqual(
    lines.map((line) => line.rows.length),
    [500, 500, 201],
  );
  const [first] = lines;
  const singles = first ? singleLines(first) : [];
  assert.deepEqual([singles.length, singles[7]?.rows], [500, [rows[7]]]);
});

const recorded = (event: Event, position: number): Recorded =>
  record(event, { position, at: at + position, signal: `s${position}` }) as Recorded;

test("IX-9: alarms, incidents and orders are marks with few tags; an event gives the same line again", () => {
  const subjects = new Map<string, Subject>();
  const known = {
    get: (id: string) => subjects.get(id) ?? null,
    put: (id: string, subject: Subject) => void subjects.set(id, subject),
  };
  const raised = { type: "alarm-raised", alarm: "A1", rule: "F01", site: "baolong" };
  const moved = { type: "alarm-moved", alarm: "A1", to: "acknowledged", why: "acknowledge" };
  const opened = { type: "incident-opened", incident: "I1", number: "1126-001", site: "baolong" };
  const issued = { type: "order-issued", order: "O1", incident: "I1", station: "KQ-07" };
  const replied = { type: "order-replied", order: "O1", reply: "accepted" };
  const events = [
    { ...raised, device: "btn-07", point: "press", priority: "P1" },
    { ...moved, by: "P-1", seat: null },
    { ...opened, priority: "P1" },
    { ...issued, kind: "turn-out", priority: "P1", distanceM: 1200, estimateMs: 180_000 },
    replied,
    { type: "clock-jumped", jumpMs: 9 },
  ].map((event, i) => recorded(event as never, i + 1));
  const lines = events.map((event) => eventLine(event, known));
  const order = "orders,kind=turn-out,site=baolong,station=KQ-07,what";
  assert.deepEqual(lines, [
    `alarms,device=btn-07,rule=F01,site=baolong,what=raised alarm="A1",after_s=0,priority="P1",point="press",position=1 ${at + 1}000001`,
    `alarms,device=btn-07,rule=F01,site=baolong,what=acknowledge alarm="A1",after_s=0.001,state="acknowledged",position=2 ${at + 2}000002`,
    `incidents,site=baolong,what=opened incident="I1",after_s=0,number="1126-001",priority="P1",position=3 ${at + 3}000003`,
    `${order}=issued order="O1",after_s=0,incident="I1",priority="P1",distance_m=1200,estimate_s=180,position=4 ${at + 4}000004`,
    `${order}=accepted order="O1",after_s=0.001,position=5 ${at + 5}000005`,
    null,
  ]);
  assert.deepEqual(
    events.map((event) => eventLine(event, known)),
    lines,
  );
});

test("IX-10: only what was taken long enough ago is beyond doubt, however often the connection breaks", () => {
  const folder = mkdtempSync(join(tmpdir(), "firelink-ledger-"));
  try {
    const ledger = new Ledger(folder);
    const wrote = (id: number, now: number) =>
      ledger.wrote({ place: { day: "2026-11-26", id }, position: id }, now, 60_000);
    const idOf = () => ledger.progress().place?.id ?? null;
    assert.deepEqual([idOf(), ledger.goBack(60_000).place], [null, null]);
    for (let i = 1; i <= 100; i += 1) wrote(i, i * 1000);
    assert.deepEqual([idOf(), ledger.outOfDoubt(100_000, 60_000)?.id], [100, 40]);
    ledger.close();
    const again = new Ledger(folder);
    assert.equal(again.progress().position, 100, "it stands on disk");
    assert.equal(again.goBack(60_000).place?.id, 40);
    assert.equal(again.goBack(60_000).place?.id, 40, "no further, though it broke again");
    again.wrote({ place: { day: "2026-11-26", id: 41 }, position: 41 }, 101_000, 60_000);
    assert.equal(again.goBack(60_000).place?.id, 40);
    again.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
