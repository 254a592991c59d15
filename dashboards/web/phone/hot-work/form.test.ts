/** The form of a report, what is offered with a permit, and what sounds: pure. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { permitStates } from "#rules/hot-work/lifecycle.ts";
import { reportFaults } from "#rules/hot-work/report.ts";
import { defaultHotWork } from "#rules/hot-work/settings.ts";
import { startFaults } from "#rules/hot-work/start.ts";
import { actsNow, arrangePermits, mainAct, remedyOf, urgencyOf } from "./acts.ts";
import {
  classIn,
  type Draft,
  faultsIn,
  fieldOf,
  fromInput,
  fromPermit,
  newDraft,
  reportFrom,
  stepOf,
  toInput,
} from "./form.ts";
import { addressOf, routeOf } from "./route.ts";
import { soundOf } from "./use-permit-sound.ts";

const at = 1_795_662_000_000;
const hour = 3_600_000;
const name = { zh: "宝龙", en: "Baolong" };
const spot = { lng: 120.4935, lat: 30.1405 };

const form: HotWorkForm = {
  ...{ position: 1, at, site: { id: "baolong", name, spot } },
  zones: [
    { id: "z1", name, use: "warehouse", minHotWorkClass: null, fixedHotWork: false, spot },
    { id: "z2", name, use: "other", minHotWorkClass: null, fixedHotWork: false, spot: null },
  ],
  watchers: [{ id: "P-watch", name: "监护某" }],
  detectors: [],
  settings: {
    utcOffsetMin: 480,
    dispatch: { nightFromHour: 22, nightUntilHour: 6 },
    hotWork: {
      ...{ longestMs: { ...defaultHotWork.longestMs }, holidays: [] },
      approvers: { special: ["firm-leader"], first: ["firm-safety"], second: ["workshop"] },
      ...{ windBeaufort: 5, signNearM: 200, apartM: 15, paintingApartM: 10 },
    },
  },
  may: [],
};

const whole: Draft = {
  ...newDraft(form, "phone-1", at),
  ...{ zone: "z2", photo: "PH-0", firm: "91330621MA00000001", workerName: "焊工某" },
  ...{ spot: { ...spot, datum: "WGS-84", from: "phone", accuracyM: 8 } },
  ...{ startsAt: at + hour, endsAt: at + 3 * hour },
  ...{ workerPhone: "139 0000 0000", certificate: "T1", certificateUntil: "2099-12-31" },
  ...{ combustiblesCleared: true, extinguishers: 2 },
};

function permit(of: Partial<PermitView> = {}): PermitView {
  return {
    ...{ id: "W1", number: "1126-D-001", state: "matched", class: "first", sender: null },
    ...{ by: { id: "P-by", name: null }, faults: [], missing: [], impaired: [] },
    report: {
      ...{ site: "baolong", zone: "z1", floor: "2F", siteName: name, zoneName: name },
      ...{ position: { ...spot, datum: "WGS-84" }, photo: "PH-0", outdoors: false },
      ...{ object: "structure", kind: "grinding", class: "second", tools: ["drill"] },
      ...{ firm: "91330621MA00000001", contractor: null, certificate: null, chip: null },
      worker: { id: "P-work", name: "焊工某" },
      watcher: { id: "P-watch", name: "监护某" },
      ...{ certificateUntil: fromInput("2027-01-31T23:59", 480) ?? 0, isolations: [] },
      ...{ startsAt: at, endsAt: at + 2 * hour, combustiblesCleared: true, extinguishers: 3 },
    },
    check: null,
    ...{ approval: null, extension: null, gas: null, gasWaiver: null, dust: null, empty: null },
    ...{ wind: null, stop: null, startedAt: null, workEndedAt: null, alarms: [] },
    watch: { checkedInAt: null, nextAt: null, missed: 0, until: null, finalPhoto: null },
    ...of,
  } as PermitView;
}

const stop = {
  at,
  cause: "impaired",
  confirmBy: at + 60_000,
  by: ["a1"],
  what: [],
  confirmed: false,
  looked: false,
} as const;
const suspended = permit({ state: "suspended", stop: { ...stop, by: [...stop.by], what: [] } });

test("PF-1: a whole report has no fault, and each thing that is wrong stands at its own field", () => {
  assert.deepEqual(faultsIn(whole, form, at), {});
  const wrong: readonly [Partial<Draft>, keyof Draft, string][] = [
    [{ zone: "" }, "zone", "required"],
    [{ spot: null }, "spot", "required"],
    [{ photo: null }, "photo", "no-photo"],
    [{ floor: "first" }, "floor", "bad-floor"],
    [{ startsAt: at - hour }, "startsAt", "starts-in-the-past"],
    [{ startsAt: at, endsAt: at - hour }, "endsAt", "ends-before-it-starts"],
    [{ startsAt: at + 400 * hour, endsAt: at + 401 * hour }, "startsAt", "starts-too-far-ahead"],
    [{ endsAt: whole.startsAt }, "endsAt", "ends-before-it-starts"],
    [{ endsAt: whole.startsAt + 73 * hour }, "endsAt", "longer-than-allowed"],
    [{ zone: "z1", endsAt: whole.startsAt + 9 * hour }, "endsAt", "longer-than-allowed"],
    [{ firm: "123" }, "firm", "bad-credit-code"],
    [{ workerPhone: "none" }, "workerPhone", "bad-phone"],
    [{ certificate: " " }, "certificate", "required"],
    [{ certificateUntil: "2020-01-01" }, "certificateUntil", "certificate-expires"],
    [{ workerId: "P-watch" }, "watcher", "same-person"],
    [{ combustiblesCleared: false }, "combustiblesCleared", "combustibles-not-cleared"],
    [{ extinguishers: 0 }, "extinguishers", "no-extinguisher"],
  ];
  for (const [change, field, code] of wrong) {
    assert.deepEqual(faultsIn({ ...whole, ...change }, form, at), { [field]: code }, code);
  }
  // Outdoors has no compartment; who paints has no certificate for welding.
  assert.deepEqual(faultsIn({ ...whole, zone: "", outdoors: true }, form, at), {});
  const painting = { ...whole, kind: "painting", certificate: "", extinguishers: 0 } as const;
  assert.deepEqual(faultsIn(painting, form, at), {});
});

test("PF-2: a fault of the gateway leads to a field of a step, unless it is about the whole", () => {
  const whollyOf: readonly string[] = [];
  for (const fault of reportFaults) {
    const field = fieldOf(fault);
    assert.ok(field !== null || whollyOf.includes(fault), fault);
    if (field) assert.ok(["place", "work", "people", "measures"].includes(stepOf(field)));
  }
});

test("PF-3: the class is told by the rules' own function: use of the compartment, night", () => {
  assert.equal(classIn(whole, form), "second");
  assert.equal(classIn({ ...whole, zone: "z1" }, form), "first");
  const night = fromInput("2026-11-26T23:00", 480) ?? 0;
  const late = { ...whole, startsAt: night, endsAt: night + hour };
  assert.equal(classIn(late, form), "first");
});

test("PF-4: a template brings all but times, photo and what is said anew; a known worker goes by id", () => {
  const next = fromPermit(newDraft(form, "phone-2", at), permit(), form);
  assert.deepEqual([next.zone, next.kind, next.firm], ["z1", "grinding", "91330621MA00000001"]);
  assert.deepEqual([next.photo, next.picture, next.combustiblesCleared], [null, null, false]);
  assert.equal(next.certificateUntil, "2027-01-31");
  const sent = reportFrom({ ...next, photo: "PH-1", combustiblesCleared: true });
  assert.deepEqual(sent.worker, { id: "P-work", certificateUntil: "2027-01-31" });
  assert.deepEqual(sent.position, { ...spot, datum: "WGS-84" });
  const guest = reportFrom(whole).worker;
  assert.deepEqual(guest.name, "焊工某");
  assert.equal("contractor" in reportFrom(whole), false, "what is empty is not sent");
});

test("PF-5: times are the district's, whatever time zone the phone has", () => {
  assert.equal(toInput(fromInput("2026-11-26T14:20", 480) ?? 0, 480), "2026-11-26T14:20");
  assert.equal(fromInput("", 480), null);
});

test("PF-6: what is offered goes by state and role; the watcher's acts are the watcher's", () => {
  const may = ["check-in", "confirm-stop", "resume-work", "look-at-place", "end-work", "stop-work"];
  assert.deepEqual(actsNow(suspended, may, "P-boss"), ["look-at-place", "resume-work", "end-work"]);
  const own = actsNow(suspended, may, "P-watch");
  assert.equal(mainAct(suspended, own, at), "confirm-stop");
  for (const state of permitStates) {
    const acts = actsNow(permit({ state }), [...may, "start-work", "sign-inspection"], "P-watch");
    const isOver = ["closed", "refused", "expired", "cancelled"].includes(state);
    assert.equal(acts.length === 0, isOver || state === "draft", `${state}: ${acts}`);
  }
  const lacks = permit({ state: "checked", missing: ["goods-inside"] });
  assert.equal(mainAct(lacks, ["start-work"], at), null, "what lacks is put right first");
  const acts = startFaults.map(remedyOf).filter((act) => act !== null);
  assert.ok(acts.includes("approve-permit") && acts.includes("declare-place"));
});

test("PF-7: a stop sounds until the watcher takes it; others silence it on their phone; what burns stands first", () => {
  const of = { permits: [suspended], now: at + 1000 };
  assert.equal(urgencyOf(suspended, at), "stop");
  assert.equal(soundOf({ ...of, person: "P-watch" }, new Set()), "P0");
  const seen = new Set([`W1:${at}`]);
  assert.equal(soundOf({ ...of, person: "P-watch" }, seen), "P0", "the watcher cannot silence it");
  assert.equal(soundOf({ ...of, person: "P-boss" }, seen), null);
  assert.equal(soundOf({ ...of, person: "P-boss" }, new Set()), "P0");
  const taken = permit({
    state: "suspended",
    stop: { ...stop, by: [], what: [], confirmed: true },
  });
  assert.equal(soundOf({ ...of, permits: [taken], person: "P-watch" }, new Set()), null);
  const nextAt = at + 60_000;
  const due = permit({ state: "active", watch: { ...permit().watch, nextAt } });
  assert.equal(soundOf({ permits: [due], now: at, person: "P-watch" }, new Set()), "P2");
  assert.equal(soundOf({ permits: [due], now: at, person: "P-boss" }, new Set()), null);
  const sorted = arrangePermits([permit(), due, suspended]);
  assert.deepEqual(
    sorted.map(({ state }) => state),
    ["suspended", "active", "matched"],
  );
});

test("PF-8: the QR at the work point names the permit and its code; anything else is the list", () => {
  const route = routeOf("#permit/W0123/check-in/a_B-9");
  assert.deepEqual(route, { page: "permit", permit: "W0123", code: "a_B-9" });
  assert.equal(addressOf(route), "#permit/W0123/check-in/a_B-9");
  assert.deepEqual(routeOf("#permit/W0123"), { page: "permit", permit: "W0123", code: null });
  for (const hash of ["", "#", "#permit/", "#permit/a/b", "#<script>"]) {
    assert.deepEqual(routeOf(hash), { page: "list" });
  }
});
