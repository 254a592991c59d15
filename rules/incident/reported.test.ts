/** What a person reports is an incident like any other; each kind goes by its own plan. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type IncidentKind, incidentKinds } from "../dispatch/first-alarm.ts";
import { Scenario } from "../scenarios/play.ts";
import { deserializeState, serializeState } from "../state.ts";
import { type LogNames, logText } from "../text/log.ts";
import { alarmText, placeText, priorityText, say, siteText } from "../text/render.ts";
import { type ReportedWhat, type ReportIncident, reportedWhats } from "./report.ts";

const report = (
  kind: IncidentKind,
  what: ReportedWhat,
  more: Partial<ReportIncident> = {},
): ReportIncident => ({
  ...{ command: "report-incident", kind, what, priority: "P1", via: "phone" },
  ...more,
});
const at = { lng: 120.5, lat: 30.1, datum: "WGS-84" } as const;

test("RI-1: each kind opens an incident of its kind, by its own plan, and is the same after a restart", () => {
  for (const kind of incidentKinds) {
    const s = new Scenario();
    s.command(report(kind, "other", { at, caller: "P-caller" }));
    const { incident } = s;
    assert.deepEqual([incident.kind, incident.firstAlarm?.plan], [kind, kind]);
    assert.deepEqual([incident.verification, incident.town], ["acknowledged", "T1"]);
    assert.ok(incident.arrival, "its 1-3-5 clock runs");
    const before = serializeState(s.state);
    assert.equal(serializeState(deserializeState(before)), before);
    const [alarm] = [...s.state.alarms.values()];
    assert.ok(alarm);
    assert.deepEqual([alarm.acknowledgedBy, alarm.sounding], ["P-1", false]);
    assert.deepEqual([alarm.reported?.caller, alarm.reported?.by], ["P-caller", "P-1"]);
    assert.equal(alarm.reported?.position?.lng, 120.5);
  }
});

test("RI-2: what was reported is said by its kind, also off every site, and every code has its words", () => {
  const s = new Scenario();
  s.command(report("flood", "rising-water", { at, priority: "P0" }));
  const [alarm] = [...s.state.alarms.values()];
  assert.ok(alarm);
  assert.equal(placeText("zh", alarm, s.world), "T1附近 东经120.50000° 北纬30.10000°(WGS-84)");
  assert.equal(siteText("zh", s.incident, s.world), "T1(非联网单位)");
  assert.match(alarmText("zh", alarm, s.world), /T1附近 .*接报洪涝 · 水位上涨/);
  assert.equal(priorityText("zh", "P0", alarm.class), "重大险情");
  const [raised] = s.last;
  assert.ok(raised);
  const names = { alarm: () => "HERE", incident: s.incident.id } as unknown as LogNames;
  assert.match(logText("en", raised, names), /HERE/);
  for (const kind of incidentKinds) {
    for (const what of reportedWhats[kind]) {
      for (const language of ["zh", "en"] as const) {
        const key = `report.${kind}.${what}`;
        assert.notEqual(say(language, key), key);
      }
    }
  }
});

test("RI-3: two people who telephone of one fire are one incident, and not two signals of it", () => {
  const s = new Scenario();
  s.command(report("fire", "building", { site: "s1", zone: "z1" }));
  s.command(report("fire", "building", { site: "s1", zone: "z1" }));
  assert.equal(s.state.incidents.size, 1);
  assert.equal(s.incident.alarms.length, 2);
  s.command(report("rescue", "lift", { site: "s1", zone: "z1" }));
  assert.equal(s.state.incidents.size, 2, "another kind is another incident");
});
