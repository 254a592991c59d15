/** What goes out to a database: names, quality, marks, and how few series it makes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Event, Recorded } from "#rules/event.ts";
import type { FollowedRow } from "../history/follow.ts";
import { record } from "../journal/codec.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import { eventLines, type Subject } from "./event-lines.ts";
import { Ledger } from "./ledger.ts";
import { linesOf, singleLines } from "./line.ts";
import { allMeasurements } from "./measurements.ts";
import { sections } from "./page.ts";

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

test("IX-9: alarms, incidents, orders and permits are marks with few tags; an event gives the same lines again", () => {
  const subjects = new Map<string, Subject>();
  const known = {
    get: (id: string) => subjects.get(id) ?? null,
    put: (id: string, subject: Subject) => void subjects.set(id, subject),
  };
  const raised = { type: "alarm-raised", alarm: "A1", rule: "F01", site: "baolong" };
  const moved = { type: "alarm-moved", alarm: "A1", to: "acknowledged", why: "acknowledge" };
  const opened = { type: "incident-opened", incident: "I1", number: "1126-001", site: "baolong" };
  const issued = { type: "order-issued", order: "O1", incident: "I1", station: "KQ-07" };
  const report = { site: "baolong", class: "second" };
  const permit = { type: "permit-moved", permit: "W1" };
  const limits = { micro: at + 60_000, neighbours: null, station: at + 5 };
  const events = [
    { ...raised, device: "btn-07", point: "press", priority: "P1" },
    { ...moved, by: "P-1", seat: null },
    { ...opened, priority: "P1" },
    { type: "arrival-clock-started", incident: "I1", limits },
    { ...issued, kind: "turn-out", priority: "P1", distanceM: 1200, estimateMs: 180_000 },
    { type: "order-replied", order: "O1", reply: "turned-out" },
    { type: "verification-moved", incident: "I1", to: "acknowledged" },
    { type: "arrival-reached", incident: "I1", step: "micro" },
    { type: "arrival-due", incident: "I1", step: "station", verdict: "late" },
    { type: "arrival-reached", incident: "I1", step: "neighbours" },
    { type: "permit-drafted", permit: "W1", number: "D-3", report },
    { ...permit, to: "submitted", why: "submit", class: "first" },
    { ...permit, to: "suspended", why: "suspend", cause: "alarm" },
    { type: "inspection-accepted", permit: "W1", station: "KQ-07" },
    { type: "clock-jumped", jumpMs: 9 },
  ].map((event, i) => recorded(event as never, i + 1));
  const lines = events.flatMap((event) => eventLines(event, known));
  const when = (n: number) => `position=${n} ${at + n}${String(n).padStart(6, "0")}`;
  const [order, steps] = ["orders,kind=turn-out,station=KQ-07,what", "response,site=baolong,step"];
  assert.deepEqual(lines, [
    `alarms,rule=F01,site=baolong,what=raised alarm="A1",after_s=0,device="btn-07",point="press",priority="P1",${when(1)}`,
    `alarms,rule=F01,site=baolong,what=acknowledge alarm="A1",after_s=0.001,state="acknowledged",${when(2)}`,
    `incidents,site=baolong,what=opened incident="I1",after_s=0,number="1126-001",priority="P1",${when(3)}`,
    `${order}=issued order="O1",after_s=0,incident="I1",priority="P1",distance_m=1200,estimate_s=180,${when(5)}`,
    `${order}=turned-out order="O1",after_s=0.001,${when(6)}`,
    `response,station=KQ-07,step=turned-out,verdict=in-time order="O1",after_s=0.001,in_time=1,${when(6)}`,
    `incidents,site=baolong,what=acknowledged incident="I1",after_s=0.004,${when(7)}`,
    `${steps}=acknowledged incident="I1",after_s=0.004,${when(7)}`,
    `${steps}=micro,verdict=in-time incident="I1",after_s=0.005,in_time=1,${when(8)}`,
    `${steps}=station,verdict=late incident="I1",after_s=0.006,in_time=0,${when(9)}`,
    `${steps}=neighbours incident="I1",after_s=0.007,${when(10)}`,
    `permits,class=second,site=baolong,what=draft permit="W1",after_s=0,number="D-3",${when(11)}`,
    `permits,class=first,site=baolong,what=submitted permit="W1",after_s=0,why="submit",${when(12)}`,
    `permits,class=first,site=baolong,what=suspended permit="W1",after_s=0.001,why="suspend",cause="alarm",${when(13)}`,
    `permits,class=first,site=baolong,what=inspection-accepted permit="W1",after_s=0.002,station="KQ-07",${when(14)}`,
  ]);
  assert.deepEqual(
    events
      .flatMap((event) => eventLines(event, known))
      .filter((line) => !line.includes("what=draft")),
    lines.filter((line) => !line.includes("what=draft")),
  );
});

test("IX-12: each line has the measurement, tags and fields that are documented, and no other", () => {
  const all = allMeasurements(readProfiles());
  for (const [name, { tags, fields }] of all) {
    assert.match(name, /^[a-z][a-z0-9_]*$/, "it needs no quotes in a query");
    const both = Object.keys(tags).filter((tag) => Object.hasOwn(fields, tag));
    assert.deepEqual(both, [], `${name}: tag and field of one name`);
  }
  const page = readFileSync("docs/reference/time-series.md", "utf8");
  assert.ok(page.endsWith(sections()), "npm run -s reference");
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
