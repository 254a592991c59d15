/**
 * Steps of a scenario about hot work: `permit WHAT …` of play.ts. The last permit is meant, or the n-th:
 * `permit 1 start`.
 *
 *   permit district          zones w1 of a warehouse, z3 (warehouse), z4 (textile), z5 (fixed hot-work area), a detector d1
 *   permit report first in z1 from 30min lasts 4h   a report, submitted; `draft` keeps it one
 *   permit ready             approved, checked by four, no gas test needed, and the watcher is there
 *   permit gas methane 0.1   a test; `unit %LEL`, `age 40min`, `oxygen 20`
 *   permit expect state active
 */
import type { HotWorkCommand, PermitCommand } from "../hot-work/command.ts";
import {
  type Party,
  type Permit,
  parties,
  type Report,
  type Spot,
  zoneUses,
} from "../hot-work/permit.ts";
import type { Inventory } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { duration, option, signed } from "./commands.ts";
import { districtInventory } from "./fixture.ts";
import type { Scenario, Step } from "./play.ts";

const text = (name: string) => ({ zh: name, en: name });
const photo = { file: "PH-1", hmac: "00" };
const spot: Spot = { lng: 120.48, lat: 30.08 };

/** The district of the scenarios, with zones in which hot work goes by other rules. */
export const hotWorkInventory: Inventory = {
  ...districtInventory,
  zones: [
    ...districtInventory.zones,
    ...zoneUses.map((use, i) => ({
      ...{ id: `z${i + 3}`, site: "s1", building: "h1", name: text(use), neighbours: [], use },
    })),
    { id: "w1", site: "s1", building: "w", name: text("w1"), neighbours: [] },
    ...(["fixed", "special"] as const).map((id) => ({
      ...{ id, site: "s1", building: "h1", name: text(id), neighbours: [] },
      ...(id === "fixed"
        ? { fixedHotWork: true as const }
        : { minHotWorkClass: "special" as const }),
    })),
  ],
  buildings: [
    ...districtInventory.buildings,
    { id: "w", site: "s1", name: text("warehouse"), use: "warehouse" },
  ],
  devices: [
    ...districtInventory.devices,
    ...["z1", "z2"].map((zone, i) => ({
      ...{ id: `d${i + 1}`, site: "s1", kind: "smoke", zone, place: text(`d${i + 1}`) },
    })),
  ],
};

export function permitStep(s: Scenario, words: Step): void {
  const [first = "", ...rest] = words;
  const n = Number(first);
  const permit = () => {
    const all = [...s.state.permits.values()];
    const found = Number.isInteger(n) ? all[n - 1] : all.at(-1);
    if (!found) throw new Error("there is no such permit");
    return found;
  };
  const [word = "", ...more] = Number.isInteger(n) ? rest : words;
  switch (word) {
    case "district":
      s.world = { ...s.world, inventory: indexInventory(hotWorkInventory) };
      return;
    case "holiday": {
      const hotWork = { ...s.world.settings.hotWork, holidays: [more[0] ?? ""] };
      s.world = { ...s.world, settings: { ...s.world.settings, hotWork } };
      return;
    }
    case "report":
      return s.command(reportOf(s, more), option(more, "by") ?? "P-firm");
    case "submit": {
      const { id, report } = permit();
      const again = { ...report, ...changes(s, more) };
      const command = { command: "report-hot-work", permit: id, report: again } as const;
      return s.command({ ...command, submit: true, checkCode: "code" }, "P-firm");
    }
    case "seen":
      return s.command(seenOf(more));
    case "ready":
      return makeReady(s, permit());
    case "delivered": {
      const [station = "", revision = "1"] = more;
      const { id } = permit();
      return s.take({ kind: "task-delivery", station, permit: id, revision: Number(revision) });
    }
    case "expect":
      return expectPermit(s, permit, more);
    default: {
      const of = permit();
      const { command, by } = commandOf(s, of, word, more);
      return s.command(command, option(more, "by") ?? by);
    }
  }
}

/** The usual report, with what a line says otherwise. */
export function usualReport(now: number): Report {
  return {
    ...{ site: "s1", zone: "z1", floor: "1F", spot, photo, outdoors: false },
    ...{ object: "structure", kind: "electric-welding", class: "first", tools: ["welder"] },
    ...{ firm: "91330621MA00000001", contractor: null, worker: "P-worker", watcher: "P-watcher" },
    ...{ certificateUntil: now + 90 * 86_400_000, chip: null, startsAt: now, endsAt: now },
    ...{ combustiblesCleared: true, extinguishers: 2, isolations: [] },
  };
}

function reportOf(s: Scenario, words: Step): HotWorkCommand {
  const usual = usualReport(s.now);
  const report = { ...usual, class: words[0] as Report["class"], ...changes(s, words) };
  const number = option(words, "number");
  const clock = option(words, "clock");
  return {
    command: "report-hot-work",
    report,
    submit: !words.includes("draft"),
    checkCode: "code",
    ...(number === undefined ? {} : { sender: { system: "other", number } }),
    ...(clock === undefined ? {} : { sentAt: s.now + signed(clock) }),
  };
}

function changes(s: Scenario, words: Step): Partial<Report> {
  const given = <T>(name: string, read: (word: string) => T): T | undefined => {
    const word = option(words, name);
    return word === undefined ? undefined : read(word);
  };
  const startsAt = s.now + (given("from", signed) ?? 1_800_000);
  const endsAt = startsAt + (given("lasts", signed) ?? 4 * 3_600_000);
  const changed = {
    ...{ startsAt, endsAt },
    site: given("site", String),
    zone: given("in", (zone) => (zone === "none" ? null : zone)),
    spot: given("at", (m) => eastOf(Number(m.replace("m", "")))),
    kind: given("kind", (kind) => kind as Report["kind"]),
    object: given("object", (object) => object as Report["object"]),
    worker: given("worker", String),
    watcher: given("watcher", String),
    chip: given("chip", String),
    certificateUntil: given("certificate", (ms) => s.now + signed(ms)),
    extinguishers: given("extinguishers", Number),
    isolations: given("isolate", (devices) => devices.split(",")),
    outdoors: words.includes("outdoors") ? true : undefined,
    photo: words.includes("no-photo") ? null : undefined,
  };
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  return Object.fromEntries(Object.entries(changed).filter(isGiven)) as Partial<Report>;
}

/** So many metres east of the usual place. */
function eastOf(m: number): Spot {
  return { lng: spot.lng + m / (111_195 * Math.cos((spot.lat * Math.PI) / 180)), lat: spot.lat };
}

function seenOf([source = "", ...more]: Step): HotWorkCommand {
  const chip = option(more, "chip");
  const zone = option(more, "in");
  const at = option(more, "at");
  return {
    command: "note-hot-work",
    site: "s1",
    source: source as "camera",
    ...(chip === undefined ? {} : { chip }),
    ...(zone === undefined ? {} : { zone }),
    ...(at === undefined ? {} : { spot: eastOf(Number(at.replace("m", ""))) }),
    ...(more.includes("over") ? { over: true } : {}),
  };
}

const approverOf = { special: "firm-leader", first: "firm-safety", second: "workshop" } as const;

function makeReady(s: Scenario, { id, class: of, inspection, report }: Permit): void {
  const act = (command: PermitCommand, by: string) => s.command(command, by);
  act({ command: "approve-permit", permit: id, as: approverOf[of] }, "P-boss");
  if (inspection?.station && inspection.need.need !== "not-drawn") {
    const { station } = inspection;
    act({ command: "accept-inspection", permit: id, station }, "P-crew");
    for (const party of parties) sign(s, id, party, report.spot);
  }
  act({ command: "waive-gas-test", permit: id, reason: "open-structure" }, "P-boss");
  act({ command: "check-in", permit: id, code: "code" }, report.watcher);
}

function sign(s: Scenario, permit: string, party: Party, where: Spot, pass = true, by = ""): void {
  const signed = { permit, party, pass, spot: where, photo };
  s.command({ command: "sign-inspection", ...signed }, by || `P-${party}`);
}

type Act = { readonly command: PermitCommand; readonly by: string };

function commandOf(s: Scenario, permit: Permit, word: string, rest: Step): Act {
  const { id, report } = permit;
  const [first = "", second = ""] = rest;
  const of = { permit: id } as const;
  const as = (command: PermitCommand, by: string): Act => ({ command, by });
  switch (word) {
    case "cancel":
    case "refuse":
      return as({ command: `${word}-permit`, ...of, reason: first || "other" }, "P-firm");
    case "approve":
      return as({ command: "approve-permit", ...of, as: first as "workshop" }, "P-boss");
    case "accept":
    case "decline":
      return as({ command: `${word}-inspection`, ...of, station: first }, "P-crew");
    case "sign": {
      const at = option(rest, "at");
      const where = at === undefined ? report.spot : eastOf(Number(at.replace("m", "")));
      const signed = { party: first as Party, pass: !rest.includes("fail"), spot: where, photo };
      return as({ command: "sign-inspection", ...of, ...signed }, `P-${first}`);
    }
    case "waive":
      return as(
        { command: "waive-party", ...of, party: first as Party, reason: second },
        "P-town-officer",
      );
    case "video":
      return as({ command: "check-by-video", ...of, pass: first !== "fail", photo }, "P-town");
    case "no-gas":
      return as({ command: "waive-gas-test", ...of, reason: first }, "P-boss");
    case "gas":
      return as({ command: "note-gas-test", ...of, test: gasOf(s, rest) }, "P-gas");
    case "declare":
      return as({ command: "declare-place", ...of, what: first as "empty", photo }, "P-firm");
    case "wind":
      return as({ command: "note-wind", ...of, beaufort: Number(first) }, "P-firm");
    case "check-in":
      return as({ command: "check-in", ...of, code: first || "code" }, report.watcher);
    case "hand-over":
      return as({ command: "hand-over-watch", ...of, from: first, to: second }, first);
    default:
      return atWork(permit, word, first);
  }
}

function gasOf(s: Scenario, [substance = "", value = "", ...more]: Step) {
  const oxygen = option(more, "oxygen");
  const unit = (option(more, "unit") ?? "%vol") as "%vol";
  return {
    takenAt: s.now - duration(option(more, "age") ?? "0s"),
    readings: [{ substance, value: Number(value), unit }],
    oxygen: oxygen === undefined ? null : Number(oxygen),
    meter: option(more, "meter") ?? "M-1",
    calibratedAt: s.now - duration(option(more, "calibrated") ?? "24h"),
  };
}

function atWork(permit: Permit, word: string, first: string): Act {
  const { id, report } = permit;
  const of = { permit: id } as const;
  const acts: Readonly<Record<string, Act>> = {
    start: { command: { command: "start-work", ...of }, by: report.worker },
    stop: { command: { command: "stop-work", ...of, reason: "other" }, by: report.watcher },
    stopped: { command: { command: "confirm-stop", ...of }, by: report.watcher },
    look: { command: { command: "look-at-place", ...of }, by: report.watcher },
    resume: { command: { command: "resume-work", ...of }, by: report.worker },
    end: { command: { command: "end-work", ...of }, by: report.worker },
    photo: { command: { command: "take-final-photo", ...of, photo }, by: report.watcher },
  };
  if (word === "extend") {
    const endsAt = report.endsAt + duration(first);
    return { command: { command: "extend-permit", ...of, endsAt }, by: "P-firm" };
  }
  if (word === "reschedule") {
    const startsAt = report.startsAt + duration(first);
    const endsAt = report.endsAt + duration(first);
    return { command: { command: "reschedule-permit", ...of, startsAt, endsAt }, by: "P-town" };
  }
  const act = acts[word];
  if (!act) throw new Error(`there is no step permit ${word}`);
  return act;
}

function expectPermit(s: Scenario, permit: () => Permit, words: Step): void {
  const [not, ...rest] = words[0] === "no" ? words : ["", ...words];
  if (holds(s, permit, rest) === (not === "no")) {
    const seen = s.state.permits.size > 0 ? permit() : null;
    const is = `${seen?.state} ${seen?.class} ${seen?.stop?.cause ?? ""} [${seen?.faults}]`;
    const last = s.last.map((event) => event.type).join(", ");
    throw new Error(`it is not so; it is ${is}; last decided: ${last}`);
  }
}

function holds(s: Scenario, permit: () => Permit, [what = "", name = "", more]: Step): boolean {
  switch (what) {
    case "state":
      return permit().state === name;
    case "class":
      return permit().class === name;
    case "fault":
      return permit().faults.includes(name);
    case "faults":
      return permit().faults.join(",") === name;
    case "cause":
      return permit().stop?.cause === name;
    case "station":
      return (permit().inspection?.station ?? "none") === name;
    case "delivered":
      return permit().inspection?.deliveredRevision === Number(name);
    case "need":
      return permit().inspection?.need.need === name;
    case "missed":
      return permit().missed === Number(name);
    case "alarms":
      return permit().alarms.length === Number(name);
    case "tests":
      return s.state.tests.size === Number(name);
    case "permits":
      return s.state.permits.size === Number(name);
    case "called":
      return s.events.some(
        (e) =>
          e.type === "permit-called" && e.to === name && (more === undefined || e.why === more),
      );
    case "seen":
      return s.state.hotWorkSeen.size === Number(name);
    default:
      throw new Error(`there is nothing called ${what} to expect of a permit`);
  }
}
