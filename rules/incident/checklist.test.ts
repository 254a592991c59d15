/** 火警处置单: when it opens, who and what notes its rows, and the call to 119; and who commands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";
import { orderWhat } from "../text/render.ts";
import type { ChecklistRow } from "./checklist.ts";

const refused = ({ last }: Scenario) =>
  last.flatMap((event) => (event.type === "signal-refused" ? event.reason : []));
const types = ({ last }: Scenario) => last.map(({ type }) => type as string);

function confirmed(): Scenario {
  const scenario = new Scenario();
  scenario.press("s1", "b1", 1, 0);
  scenario.command({ command: "verify", incident: scenario.incident.id, result: "confirmed" });
  return scenario;
}

function note(scenario: Scenario, row: ChecklistRow, state: string, reason?: string): void {
  const act = { command: "note-checklist", incident: scenario.incident.id, row } as const;
  const said = { ...act, state: state as "done" };
  scenario.command(reason === undefined ? said : { ...said, reason: reason as "other" }, "P-5");
}

const stateOf = ({ incident }: Scenario, row: ChecklistRow) =>
  incident.checklist?.rows.get(row)?.state ?? "open";
const whyOf = ({ incident }: Scenario) => incident.checklist?.why ?? null;
const panel = { kind: "panel", site: "s1", device: "b3", point: "mode", ts: null } as const;

test("FC-1: a result, two signals and what is treated as real open it, behind the orders", () => {
  const scenario = confirmed();
  const at = types(scenario);
  assert.equal(scenario.incident.checklist?.why, "confirmed");
  assert.ok(at.lastIndexOf("order-issued") < at.indexOf("checklist-opened"));
  const two = new Scenario();
  two.detect("F03", "s1", "b1");
  assert.equal(two.incident.checklist?.why, "two-signals");
  assert.ok(types(two).lastIndexOf("order-issued") < types(two).indexOf("checklist-opened"));
  const silent = new Scenario();
  silent.detect("F02", "s1", "b1");
  assert.equal(whyOf(silent), null);
  silent.pass(90_000);
  assert.equal(whyOf(silent), "undetermined");
  const false_ = new Scenario();
  false_.press("s1", "b1", 1, 0);
  assert.equal(false_.incident.checklist, null);
});

test("FC-2: a row is done, or not possible with a reason, or open again; who and when stand there", () => {
  const scenario = confirmed();
  note(scenario, "evacuate", "done");
  assert.deepEqual(scenario.incident.checklist?.rows.get("evacuate"), {
    state: "done",
    at: scenario.now,
    by: "P-5",
    reason: null,
  });
  note(scenario, "evacuate", "done");
  assert.deepEqual(types(scenario), []);
  note(scenario, "gate-guide", "not-possible");
  assert.deepEqual(refused(scenario), ["reason-needed"]);
  note(scenario, "gate-guide", "not-possible", "nobody-there");
  assert.equal(stateOf(scenario, "gate-guide"), "not-possible");
  note(scenario, "gate-guide", "done", "other");
  assert.deepEqual(refused(scenario), ["no-reason-needed"]);
  note(scenario, "gate-guide", "open");
  assert.equal(stateOf(scenario, "gate-guide"), "open");
  const none = new Scenario();
  none.press("s1", "b1", 1, 0);
  note(none, "evacuate", "done");
  assert.deepEqual(refused(none), ["no-checklist"]);
});

test("FC-3: AUTO of the panel and a pump that is proven to run tick their rows, and take them back", () => {
  const scenario = confirmed();
  scenario.take({ ...panel, note: "auto", value: true });
  assert.equal(stateOf(scenario, "linkage-auto"), "done");
  assert.equal(scenario.incident.checklist?.rows.get("linkage-auto")?.by, null);
  scenario.take({ ...panel, note: "auto", value: false });
  assert.equal(stateOf(scenario, "linkage-auto"), "open");
  scenario.detect("P15", "s1", "b3");
  assert.equal(stateOf(scenario, "pump"), "done");
  assert.ok(![...scenario.state.alarms.values()].some(({ rule }) => rule === "P15"));
  scenario.detect("P15", "s1", "b3", { level: "unknown" });
  assert.equal(stateOf(scenario, "pump"), "open", "unknown is not running");
  note(scenario, "pump", "done");
  scenario.detect("P15", "s1", "b3", { level: false });
  assert.equal(stateOf(scenario, "pump"), "done", "a person has seen it");
});

test("FC-4: 119 that is not logged within 60 s sounds again, once, and calls the shift leader", () => {
  const scenario = confirmed();
  const alarm = scenario.incident.alarms[0] ?? "";
  scenario.command({ command: "silence", alarm });
  scenario.pass(59_999);
  assert.equal(scenario.state.alarms.get(alarm)?.sounding, false);
  scenario.restart();
  scenario.pass(1);
  assert.equal(scenario.state.alarms.get(alarm)?.sounding, true);
  const calls = [{ to: "shift-leader", person: "P-shift" }];
  assert.deepEqual(scenario.incident.checklist?.overdue?.calls, calls);
  scenario.pass(600_000);
  const count = ({ events }: Scenario) =>
    events.filter(({ type }) => type === "call-119-overdue").length;
  assert.equal(count(scenario), 1);
  const logged = confirmed();
  logged.pass(30_000);
  note(logged, "call-119", "done");
  logged.pass(600_000);
  assert.equal(count(logged), 0);
});

test("FC-5: it goes with the incident it is merged into; what is opened again begins without", () => {
  const scenario = new Scenario();
  scenario.press("s1", "b1", 1, 0);
  const into = scenario.incident.id;
  scenario.press("s1", "b3", 2, 0);
  const from = scenario.incident.id;
  scenario.command({ command: "verify", incident: from, result: "confirmed" });
  scenario.command({ command: "merge", into, from, reason: "same-fire" });
  assert.equal(scenario.state.incidents.get(into)?.checklist?.why, "confirmed");
  scenario.pass(60_000);
  assert.ok(scenario.events.some((e) => e.type === "call-119-overdue" && e.incident === into));
  const look = { how: "on-site", found: "nothing", person: "P-9", arrivedAt: 1 } as const;
  const again = new Scenario();
  again.press("s1", "b1", 1, 0);
  const { id: incident } = again.incident;
  again.command({ command: "verify", incident, result: "undetermined" });
  const call = { command: "verify", incident, result: "false", cause: "B2", look } as const;
  again.command({ ...call, second: "P-2" });
  again.command({ command: "reopen", incident, reason: "fire-again" });
  assert.equal(again.incident.checklist, null);
});

test("AU-1: while 119 commands the system orders nobody; a person may; its end is logged", () => {
  const scenario = new Scenario();
  scenario.press("s1", "b1", 1, 0);
  const { id: incident } = scenario.incident;
  scenario.command({ command: "command-119", incident }, "P-4");
  assert.equal(scenario.incident.command119?.by, "P-4");
  scenario.pass(300_000);
  scenario.command({ command: "verify", incident, result: "confirmed" });
  const stations = () =>
    [...scenario.state.orders.values()].flatMap((o) =>
      o.stationKind === "rescue" ? o.station : [],
    );
  assert.deepEqual(stations(), ["R1"]);
  scenario.command({ command: "order", incident, station: "R2" });
  assert.deepEqual(stations(), ["R1", "R2"]);
  scenario.command({ command: "command-119", incident, ended: true });
  assert.equal(scenario.incident.command119, null);
});

test("AU-2: who may only be told gets the same message as 警情通报, and a person is told to phone", () => {
  const scenario = new Scenario();
  scenario.adopt("R1", (responder) => ({ ...responder, authority: "notify" }));
  scenario.press("s1", "b1", 1, 0);
  const order = scenario.orderOf("R1");
  const alarm = scenario.state.alarms.get(order.alarm);
  assert.equal(order.kind, "notify");
  assert.ok(alarm);
  const told = orderWhat(alarm, order, scenario.world).zh;
  const sent = orderWhat(alarm, scenario.orderOf("R2"), scenario.world).zh;
  assert.equal(told, `【警情通报】 ${sent}`);
  const phone = scenario.events.find(
    (e) => e.type === "operator-prompted" && e.code === "phone-notified",
  );
  assert.equal(phone?.type === "operator-prompted" && phone.order, order.id);
  scenario.pass(30_000);
  assert.equal(scenario.orderOf("R1").channel, 0, "no clock waits for it");
});
