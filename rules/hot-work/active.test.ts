/** Whatever people, alarms and time do in whatever order: what a permit that becomes active must have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Recorded } from "../event.ts";
import { permitStep, usualReport } from "../scenarios/permit.ts";
import { Scenario } from "../scenarios/play.ts";
import { type PermitTrigger, permitStates, permitTable, stepPermit } from "./lifecycle.ts";
import { type GasTest, parties, type Report } from "./permit.ts";

const minute = 60_000;

/** Steps as words; those that lead on come more often than those that do not. */
const steps: readonly (readonly [weight: number, step: string])[] = [
  ...(["report first object tank", "report special object tank", "report first"] as const).map(
    (step) => [3, step] as const,
  ),
  [1, "report second in z6"],
  [1, "report first certificate 5h"],
  [1, "report first certificate 5h object tank lasts 3h"],
  [12, "ready"],
  [3, "approve firm-safety"],
  [1, "approve workshop"],
  [1, "approve firm-safety by P-watcher"],
  [3, "accept R1"],
  ...parties.map((party) => [2, `sign ${party}`] as const),
  [1, "sign town-officer fail"],
  ...parties.map((party) => [1, `waive ${party} does-not-exist`] as const),
  [1, "video"],
  [12, "gas methane 0.1 oxygen 20"],
  [2, "gas methane 0.1 age 25min"],
  [1, "gas methane 3"],
  [1, "gas toluene 0.1 unit ppm"],
  [1, "no-gas none"],
  [10, "check-in"],
  [24, "start"],
  [5, "stop"],
  [5, "stopped"],
  [8, "look"],
  [16, "resume"],
  [2, "extend 2h"],
  [1, "end"],
  [1, "reschedule 2h"],
  [1, "hand-over P-watcher P-other"],
];
const others: readonly string[] = ["+1min", "+10min", "+31min", "+35min", "+2h", "restart"];
const alarms = ["b1", "b2", "b3"].flatMap((device) =>
  ["P03", "S02"].flatMap((rule) => ["detect", "clear", "lose"].map((w) => [w, rule, device])),
);

const step = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.oneof(
      ...steps.map(([weight, words]) => ({ weight, arbitrary: fc.constant(`permit ${words}`) })),
    ),
  },
  { weight: 5, arbitrary: fc.constantFrom(...others) },
  { weight: 1, arbitrary: fc.constantFrom(...alarms).map((words) => words.join(" ")) },
);

/** The usual way with other steps in between, and now and then one left out: most get far. */
const usual: readonly string[] = [
  ...["permit approve firm-safety", "permit accept R1"],
  ...parties.map((party) => `permit sign ${party}`),
  ...["permit no-gas none", "+31min", "permit check-in", "permit gas methane 0.1 oxygen 20"],
  "permit start",
];
const ready: readonly string[] = ["permit ready", ...usual.slice(-4)];
const way = fc
  .tuple(
    fc.constantFrom(...steps.slice(0, 6).map(([, words]) => `permit ${words}`)),
    fc.constantFrom(ready, usual, usual),
    fc.array(fc.nat(30), { minLength: usual.length, maxLength: usual.length }),
    fc.array(fc.array(step, { maxLength: 1 }), { maxLength: usual.length }),
    fc.array(step, { maxLength: 30 }),
  )
  .map(([report, ways, left, between, after]) => {
    const rest = ways.flatMap((one, i) => [...(left[i] === 0 ? [] : [one]), ...(between[i] ?? [])]);
    return [report, ...rest, ...after];
  });

const levels = { detect: true, clear: false, lose: "unknown" } as const;

class Watch {
  readonly scenario = new Scenario();
  /** What was last said of each device's rules; unknown after true is not well. */
  readonly bad = new Map<string, boolean>();
  active = 0;
  #seen = 0;

  constructor() {
    permitStep(this.scenario, ["district"]);
    this.scenario.pass(22 * 3_600_000);
  }

  take(words: readonly string[]): void {
    const { scenario: s } = this;
    const [word = "", ...rest] = words;
    if (word === "permit") {
      if (s.state.permits.size === 0 && rest[0] !== "report") return;
      permitStep(s, rest);
    } else if (word === "restart") s.restart();
    else if (word.startsWith("+")) {
      const [, n = "", unit] = /^\+(\d+)(min|h)$/.exec(word) ?? [];
      s.pass(Number(n) * (unit === "h" ? 60 : 1) * minute);
    } else {
      const [rule = "", device = ""] = rest;
      const level = levels[word as keyof typeof levels];
      if (level !== "unknown") this.bad.set(`${rule}/${device}`, level);
      s.detect(rule, "s1", device, { level });
    }
    this.#check();
  }

  #check(): void {
    const fresh = this.scenario.events.slice(this.#seen);
    for (const [i, event] of fresh.entries()) {
      if (event.type !== "permit-moved") continue;
      const before = this.scenario.events.slice(0, this.#seen + i);
      const from = before.findLast((e) => e.type === "permit-moved" && e.permit === event.permit);
      const state = from?.type === "permit-moved" ? from.to : "draft";
      assert.equal(stepPermit(state, event.why), event.to, "moves by the table alone");
      if (event.to === "active") this.#judge(before, event);
    }
    this.#seen += fresh.length;
  }

  /** From the events alone, and by none of the code that decides. */
  #judge(
    before: readonly Recorded[],
    { permit, at, why }: Recorded & { permit: string } & { why: PermitTrigger },
  ) {
    this.active += 1;
    const of = before.filter((e) => "permit" in e && e.permit === permit);
    const known: { report?: Report; gas?: GasTest | null; stoppedAt?: number } = {};
    const signed = new Set<string>();
    let [remote, need, approver, inForce] = [false, "", "", ""];
    const put = (more: Partial<Report>): void => {
      if (known.report) known.report = { ...known.report, ...more };
    };
    for (const e of of) {
      if (e.type === "permit-drafted") known.report = e.report;
      else if (e.type === "gas-tested") known.gas = e.pass ? e.test : null;
      else if (e.type === "inspection-signed" && e.signature.pass) signed.add(e.signature.party);
      else if (e.type === "party-waived") signed.add(e.party);
      else if (e.type === "remote-check-passed") remote = true;
      else if (e.type === "permit-matched") need = e.need.need;
      else if (e.type === "watcher-handed-over") put({ watcher: e.watcher });
      else if (e.type === "permit-rescheduled") {
        put({ startsAt: e.startsAt, endsAt: e.endsAt });
        approver = "";
      } else if (e.type === "permit-approved") {
        approver = e.approval.by;
        put({ endsAt: e.approval.endsAt });
      } else if (e.type === "permit-moved") {
        if (e.to === "suspended") known.stoppedAt = e.at;
        inForce = e.class ?? inForce;
      }
    }
    const { report, gas, stoppedAt = 0 } = known;
    assert.ok(report);
    assert.ok(report.certificateUntil >= report.endsAt && report.endsAt > at, "certificate");
    assert.equal(new Set([approver, report.worker, report.watcher, ""]).size, 4, "three people");
    const isLooked = remote || need === "not-drawn" || signed.size === parties.length;
    assert.ok(isLooked, "a required party is missing");
    if (inForce !== "second") assert.equal(need, "always");
    const isWhole = [...this.bad].every(([key, bad]) => {
      const [, device] = key.split("/");
      const reaches = device === "b3" || (device === "b1" && report.zone === "z1");
      return !bad || !reaches;
    });
    assert.ok(isWhole, "its zone is impaired");
    if (report.object === "structure" && report.zone !== "z6") return;
    assert.ok(gas, "a gas test is required");
    const isFresh = at - gas.takenAt <= 30 * minute;
    if (why === "start" || inForce === "special") assert.ok(isFresh, "stale at the start");
    else if (at - stoppedAt > (inForce === "second" ? 60 : 30) * minute) {
      assert.ok(isFresh && gas.takenAt >= stoppedAt, "stale after a break");
    }
  }
}

test("HW-1: no sequence of acts, alarms and restarts makes a permit active that lacks what it needs", () => {
  let active = 0;
  fc.assert(
    fc.property(way, (words) => {
      const watch = new Watch();
      for (const one of words) watch.take(one.split(" "));
      active += watch.active;
    }),
    { numRuns: 300, seed: 20_261_126 },
  );
  assert.ok(active > 50, `only ${active} became active: the property is hardly tried`);
});

test("HW-2: the table has no way back, and none to active but by a start or a resumption", () => {
  const ways = permitStates.flatMap((state) =>
    Object.entries(permitTable[state]).flatMap(([why, to]) =>
      to === "active" ? `${state} ${why}` : [],
    ),
  );
  const expected = ["matched start", "checked start", "gas-tested start", "suspended resume"];
  assert.deepEqual(ways, expected);
  for (const over of ["closed", "refused", "expired", "cancelled"] as const) {
    assert.deepEqual(permitTable[over], {});
  }
  assert.equal(usualReport(0).site, "s1");
});
