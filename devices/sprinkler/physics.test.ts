import assert from "node:assert/strict";
import { test } from "node:test";
import { inject, noFaults, usage } from "./faults.ts";
import { nodesOf, readTemplates } from "./nodes.ts";
import { initialWarehouse, reset, step, usualSettings } from "./physics.ts";
import { shown } from "./values.ts";
import { layoutOf } from "./warehouse.ts";

const layout = layoutOf(100_000);
const nodes = new Map(nodesOf(readTemplates(), layout).map((node) => [node.id, node] as const));

const inZone = Map.groupBy(
  [...nodes.values()].filter(({ values }) => values),
  ({ zone }) => zone,
);

/** A warehouse of which a test reads points, as a gateway would. */
class Stage {
  readonly state = initialWarehouse(layout, usualSettings);
  readonly faults = noFaults();
  readonly dt: number;

  constructor(dt = 0.1) {
    this.dt = dt;
  }

  act(...words: readonly string[]): this {
    inject({ state: this.state, faults: this.faults, nowMs: 1_000_000 }, words);
    return this;
  }

  run(seconds: number): this {
    const end = this.state.seconds + seconds - 1e-6;
    while (this.state.seconds < end) step(this.state, this.faults, this.dt);
    return this;
  }

  shown(id: string) {
    const node = nodes.get(id);
    assert.ok(node, `no point ${id}`);
    return shown(this.state, this.faults, node);
  }

  number(id: string): number {
    return Number(this.shown(id).value);
  }

  is(id: string): boolean {
    return this.shown(id).value === true;
  }

  /** Seconds until it is so; fails after `most`. */
  until(id: string, value: boolean | number, most = 120): number {
    const start = this.state.seconds;
    while (this.shown(id).value !== value) {
      assert.ok(this.state.seconds - start < most, `${id} is not ${value} after ${most} s`);
      step(this.state, this.faults, this.dt);
    }
    return this.state.seconds - start;
  }

  /** Detectors of a compartment that show this word. */
  count(zone: string, word: number): number {
    return (inZone.get(zone) ?? []).filter(({ id }) => this.shown(id).value === word).length;
  }
}

function near(actual: number, expected: number, within: number): void {
  const off = Math.abs(actual - expected);
  assert.ok(off <= within, `${actual} is not ${expected} ± ${within}`);
}

for (const dt of [0.1, 0.5]) {
  test(`WH-5: a head opens: indicator, pressures, switch, gong, pump, pressure, at ${dt} s`, () => {
    const stage = new Stage(dt).act("head", "C07");
    near(stage.until("c07_flow_indicator", true), 10, 1);
    assert.ok(stage.number("c07_end_pressure") < 0.27);
    assert.ok(stage.number("av03_pressure_above") < 0.63);
    assert.ok(!stage.is("av03_pressure_switch"));
    near(stage.until("av03_pressure_switch", true) + 10, 15, 1.1);
    assert.equal(stage.number("panel_state"), 1);
    near(stage.until("av03_water_gong", true), 3, 0.6);
    assert.ok(!stage.is("sp1_running"));
    near(stage.until("sp1_running", true), 4.5, 1);
    const lowest = stage.number("c07_end_pressure");
    stage.run(20);
    assert.ok(stage.number("c07_end_pressure") > lowest + 0.2);
    assert.ok(stage.number("av03_pressure_below") > 0.9);
    assert.ok(!stage.is("sp2_running"), "the standby pump stands by");
    const elsewhere = [...nodes.values()].filter(
      ({ id, alarm, zone }) => alarm && zone !== "C07" && !id.startsWith("av03"),
    );
    assert.ok(elsewhere.every(({ id, alarm }) => stage.shown(id).value !== alarm?.at));
  });
}

test("WH-5: ten heads take more, and the worst one still has 0.05 MPa", () => {
  const stage = new Stage(0.5).act("head", "C07", "10").run(60);
  const compartment = stage.state.compartments[6];
  assert.ok(compartment && compartment.flow > 10 && compartment.endPressure >= 0.05);
});

test("WH-5: the head is closed: flow and switch go back, the pump runs on until stopped", () => {
  const stage = new Stage(0.5).act("head", "C07").run(60).act("close", "C07");
  near(stage.until("c07_flow_indicator", false), 0, 0.6);
  near(stage.until("av03_pressure_switch", false), 5, 1);
  stage.run(60);
  assert.ok(stage.is("sp1_running"));
  reset(stage.state);
  stage.run(1);
  assert.ok(!stage.is("sp1_running"));
  assert.equal(stage.number("panel_state"), 0);
  near(stage.number("av03_pressure_above"), 0.65, 0.01);
});

test("WH-6: smoke reaches one detector after the other, and fire stays until the reset", () => {
  const stage = new Stage(0.5).act("head", "C07").run(20);
  assert.equal(stage.count("C07", 2), 0);
  assert.ok(stage.count("C07", 1) >= 1);
  stage.run(40);
  const early = stage.count("C07", 2);
  stage.run(60);
  assert.ok(early >= 3 && stage.count("C07", 2) > early + 5);
  assert.equal(stage.count("C08", 1) + stage.count("C08", 2), 0);
  near(stage.number("c07_temperature"), 42, 4);
  const before = stage.count("C07", 2);
  stage.act("close", "C07").run(600);
  assert.equal(stage.count("C07", 2), before);
  assert.ok(stage.number("c07_temperature") < 25);
  reset(stage.state);
  assert.equal(stage.count("C07", 2), 0);
});

test("WH-6: a fire that gets no water is hotter, and heat detectors see it", () => {
  const stage = new Stage(0.5).act("valve-shut", "C01").act("head", "C01").run(180);
  assert.ok(stage.number("c01_temperature") > 57);
  const heat = [...nodes.values()].filter(({ id, zone }) => zone === "C01" && /_h\d/.test(id));
  assert.ok(heat.length > 0 && heat.every(({ id }) => stage.number(id) === 2));
});

test("WH-7: the duty pump fails, the other starts; without either the pressure is low", () => {
  const one = new Stage().act("pump-fail", "1").act("head", "C07");
  near(one.until("sp2_running", true), 22.5, 2);
  assert.ok(one.is("sp1_fault") && !one.is("sp1_running"));
  const none = new Stage(0.5).act("pump-fail", "1").act("pump-manual", "2").act("head", "C07");
  none.run(120);
  assert.ok(!none.is("sp1_running") && !none.is("sp2_running") && !none.is("sp2_auto"));
  assert.ok(none.number("av03_pressure_below") < 0.46);
  assert.ok(none.is("av03_pressure_switch") && none.is("c07_flow_indicator"));
});

test("WH-7: a valve is shut: no water, no indicator, no switch, no pump", () => {
  for (const [what, about, point] of [
    ["valve-shut", "C07", "c07_signal_valve_open"],
    ["supply-shut", "AV03", "av03_supply_valve_open"],
  ] as const) {
    const stage = new Stage(0.5).act(what, about).act("head", "C07").run(120);
    assert.ok(!stage.is(point));
    assert.ok(stage.number("c07_end_pressure") < 0.01, what);
    assert.ok(!stage.is("c07_flow_indicator") && !stage.is("av03_pressure_switch"), what);
    assert.ok(!stage.is("sp1_running"));
  }
});

test("WH-7: a test at the end or the valve flows without a fire; the panel says test", () => {
  const stage = new Stage().act("end-test", "C07");
  assert.equal(stage.number("panel_state"), 4);
  stage.until("av03_pressure_switch", true);
  stage.until("sp1_running", true);
  assert.equal(stage.number("panel_state"), 4);
  assert.ok(stage.is("c07_end_test_valve_open"));
  assert.equal(stage.count("C07", 1) + stage.count("C07", 2), 0);
  const valve = new Stage().act("valve-test", "AV03");
  valve.until("av03_pressure_switch", true);
  assert.ok(valve.is("av03_test_valve_open") && !valve.is("c07_flow_indicator"));
});

test("WH-8: a surge closes the switch for its seconds, without flow and without a pump", () => {
  const stage = new Stage().act("hammer", "AV03", "5");
  near(stage.until("av03_pressure_switch", true), 0.1, 0.1);
  near(stage.until("av03_pressure_switch", false), 5, 0.2);
  assert.ok(!stage.run(20).is("sp1_running"));
});

test("WH-8: air in the pipe moves an indicator more than six times a minute, nothing else", () => {
  const stage = new Stage().act("chatter", "C07");
  let edges = 0;
  let last = stage.is("c07_flow_indicator");
  for (let i = 0; i < 600; i += 1) {
    const next = stage.run(0.1).is("c07_flow_indicator");
    if (next !== last) edges += 1;
    last = next;
  }
  assert.ok(edges >= 12, `${edges} edges`);
  assert.ok(!stage.is("av03_pressure_switch"));
});

test("WH-8: a leak closes the indicator, and is too little for the alarm valve", () => {
  const stage = new Stage(0.5).act("leak", "C07").run(120);
  assert.ok(stage.is("c07_flow_indicator") && !stage.is("av03_pressure_switch"));
  assert.equal(stage.count("C07", 1), 0);
});

test("WH-9: a short takes a section, a broken wire all behind it; neither is fire", () => {
  const short = new Stage().act("loop-short", "3").run(5);
  assert.ok(short.is("l3_short_circuit") && !short.is("l3_open_circuit"));
  const lost = [...nodes.values()].filter(({ id }) => !short.shown(id).heard);
  assert.ok(lost.length >= 32 && lost.every(({ id }) => id.startsWith("l3_")));
  assert.ok(!short.shown("l3_s070_state").heard && short.shown("l3_s064_state").heard);
  assert.equal(short.number("panel_state"), 2);
  const open = new Stage().act("loop-open", "3").run(5);
  assert.ok(open.is("l3_open_circuit") && open.shown("l3_s100_state").heard);
  assert.ok(!open.shown("l3_s101_state").heard);
  const point = layout.callPoints.find(({ loop }) => loop === 3);
  assert.ok(point);
  assert.ok(!open.shown(point.id.toLowerCase().replace(".", "_mcp")).heard, "call points too");
});

test("WH-9: one detector is dirty, one in fire, one call point is pressed", () => {
  const stage = new Stage().act("dirty", "L1.S042").act("smoke", "L1.S043").run(1);
  assert.equal(stage.number("l1_s042_state"), 5);
  assert.equal(stage.number("l1_s042_obscuration"), 0.09);
  assert.equal(stage.number("l1_s043_state"), 2);
  assert.equal(stage.number("l1_s044_state"), 0);
  stage.act("mcp", "C07.2");
  assert.ok(stage.is("c07_mcp2") && !stage.is("c07_mcp1"));
  for (const kind of ["heat", "beam"] as const) {
    const id = layout.detectors.find((detector) => detector.kind === kind)?.id ?? "";
    stage.act("smoke", id).run(0.5);
    assert.equal(stage.number(`${id.toLowerCase().replace(".", "_")}_state`), 2);
  }
});

test("WH-9: a disabled compartment is silent, and says by whom, until when and why", () => {
  const stage = new Stage().act("disable", "C07", "90").act("head", "C07").run(60);
  const detectors = layout.detectors.filter(({ compartment }) => compartment === 7).length;
  assert.equal(stage.count("C07", 4), detectors);
  const { by, reason, ...rest } = stage.faults.disablements[0] ?? {};
  assert.deepEqual(rest, { id: "D1", what: "C07", fromMs: 1_000_000, untilMs: 6_400_000 });
  assert.ok(by && reason);
  stage.act("enable", "C07").run(1);
  assert.ok(stage.count("C07", 2) > 0, "the smoke is still there");
});

test("WH-9: the panel: heartbeat, freeze, supplies, linkage in manual", () => {
  const stage = new Stage().run(5);
  near(stage.number("panel_heartbeat"), 5, 0.1);
  stage.act("freeze").act("mains-off").act("battery-off").act("panel-manual").run(5);
  near(stage.number("panel_heartbeat"), 5, 0.1);
  assert.ok(!stage.is("panel_mains_ok") && !stage.is("panel_battery_ok"));
  assert.ok(!stage.is("panel_auto_mode"));
  assert.equal(stage.number("panel_state"), 2);
});

test("WH-9: a reset of the panel is counted; what still burns fires again, what does not is gone", () => {
  const stage = new Stage();
  const [held, gone] = layout.detectors.filter(({ kind }) => kind === "smoke");
  const wordOf = (detector = held) =>
    stage.number(`${detector?.id.toLowerCase().replace(".", "_")}_state`);
  stage
    .act("smoke", held?.id ?? "")
    .act("smoke", gone?.id ?? "")
    .act("panel-mute")
    .run(1);
  assert.deepEqual([wordOf(held), wordOf(gone), stage.is("panel_muted")], [2, 2, true]);
  stage.faults.smoke.delete(gone?.id ?? "");
  stage.run(200).act("panel-reset").run(1);
  assert.deepEqual([wordOf(held), wordOf(gone)], [0, 0]);
  assert.deepEqual([stage.number("panel_resets"), stage.is("panel_muted")], [1, false]);
  stage.run(3);
  assert.deepEqual([wordOf(held), wordOf(gone)], [2, 0]);
  stage.act("disable", "C02").act("panel-manual").run(1);
  assert.deepEqual([stage.number("panel_disablements"), stage.is("panel_auto_mode")], [1, false]);
  stage.act("panel-auto").run(1);
  assert.equal(stage.is("panel_auto_mode"), true);
});

test("WH-10: a delay that no device can be set to is refused; one that can is kept", () => {
  const seconds = (flowDelaySeconds: number, retardSeconds = 15) => ({
    ...usualSettings,
    flowDelaySeconds,
    retardSeconds,
  });
  assert.throws(() => initialWarehouse(layout, seconds(1)), /allowed: 2 to 90 s/);
  assert.throws(() => initialWarehouse(layout, seconds(10, 0)), /allowed: 1 to 90 s/);
  const state = initialWarehouse(layout, seconds(90));
  const faults = noFaults();
  inject({ state, faults, nowMs: 0 }, ["head", "C07"]);
  for (let i = 0; i < 89; i += 1) step(state, faults, 1);
  assert.ok(!state.compartments[6]?.flowIndicator && state.valves[2]?.pressureSwitch);
  step(state, faults, 1.1);
  assert.ok(state.compartments[6]?.flowIndicator);
});

test("WH-10: what cannot be done is refused with what can", () => {
  const stage = new Stage();
  const cases: readonly (readonly [words: string, says: string])[] = [
    ["", `there are: ${usage}`],
    ["burn C07", "head Cnn [HEADS]"],
    ["toString", "no fault"],
    ["head", 'no compartment ""; there are: C01 to C34'],
    ["head C35", "there are: C01 to C34"],
    ["head C07 0", "allowed: 1 to 50 heads"],
    ["head C07 x", "allowed: 1 to 50 heads"],
    ["head C07 1 2", "allowed: head Cnn [HEADS]"],
    ["hammer AV15", "there are: AV01 to AV14"],
    ["hammer AV03 9", "allowed: 1 to 5 seconds"],
    ["dirty L1.S900", "there are: L1.S001 to"],
    ["smoke L9.S001", "loops L1 to L8"],
    ["mcp C07.5", "there are: C07.1 to C07.4"],
    ["loop-short 9", "there are: 1 to 8"],
    ["pump-fail x", "there are: 1 to 2"],
    ["freeze C07", "allowed: freeze"],
  ];
  for (const [words, says] of cases) {
    assert.throws(
      () => stage.act(...words.split(" ").filter(Boolean)),
      (error: Error) => error.message.includes(says),
      words,
    );
  }
});

test("WH-10: an hour of peace raises no alarm and stays within the ranges", () => {
  const stage = new Stage(1);
  for (let minute = 0; minute < 60; minute += 1) {
    stage.run(60);
    for (const { id, alarm, range } of nodes.values()) {
      const { value } = stage.shown(id);
      assert.notEqual(value, alarm?.at ?? "none", id);
      if (range) assert.ok(Number(value) >= range[0] && Number(value) <= range[1], id);
    }
  }
  near(stage.number("av01_pressure_below"), 0.65, 0.03);
});
