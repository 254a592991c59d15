/** Commands of hot work for the simulation: reports, and acts that lead on more often than not. */
import type { HotWorkCommand } from "#rules/hot-work/command.ts";
import { type Permit, parties, type Report } from "#rules/hot-work/permit.ts";
import type { State } from "#rules/state.ts";
import type { Random } from "./random.ts";

const photo = { file: "PH-1", hmac: "00" };

export function pickHotWork(random: Random, state: State): HotWorkCommand {
  const open = [...state.permits.values()].filter(({ clocks }) => clocks.forget === undefined);
  if (random.chance(0.1)) {
    const seen = { site: random.pick(["s1", "s2"]), source: "welder-chip", chip: "c1" } as const;
    return { command: "note-hot-work", ...seen, ...(random.chance(0.3) ? { over: true } : {}) };
  }
  if (open.length === 0 || random.chance(0.2)) return report(random, state);
  return act(random, state, random.pick(open));
}

function report(random: Random, state: State): HotWorkCommand {
  const startsAt = state.at + random.below(120_000);
  const worker = `P-w${random.below(3)}`;
  const of: Report = {
    ...{ site: random.pick(["s1", "s2"]), zone: null, floor: null, photo, outdoors: false },
    ...{ spot: { lng: 120.48 + random.below(100) / 10_000, lat: 30.08 }, object: "structure" },
    ...{ kind: random.pick(["electric-welding", "painting"]), class: "second", tools: [] },
    ...{
      firm: "91330621MA00000001",
      contractor: null,
      worker,
      watcher: random.pick(["P-1", "P-2"]),
    },
    ...{ certificateUntil: startsAt + 86_400_000, chip: random.pick([null, "c1"]) },
    ...{ startsAt, endsAt: startsAt + 60_000 + random.below(3_600_000) },
    ...{ combustiblesCleared: random.chance(0.9), extinguishers: 1, isolations: [] },
  };
  const sender = { system: "other", number: String(random.below(20)) };
  const more = random.chance(0.3) ? { sender } : {};
  return { command: "report-hot-work", report: of, submit: true, checkCode: "code", ...more };
}

function act(random: Random, { at }: State, { id: permit, report: of, inspection }: Permit) {
  const station = inspection?.station ?? "R1";
  const test = {
    ...{ takenAt: at, oxygen: null, meter: "M-1", calibratedAt: at - 1000 },
    readings: [{ substance: "methane", value: random.pick([0.1, 3]), unit: "%vol" as const }],
  };
  const party = random.pick(parties);
  return random.pick<HotWorkCommand>([
    { command: "approve-permit", permit, as: random.pick(["firm-safety", "workshop"]) },
    { command: "accept-inspection", permit, station },
    { command: "decline-inspection", permit, station },
    { command: "sign-inspection", permit, party, pass: random.chance(0.9), spot: of.spot, photo },
    { command: "waive-party", permit, party, reason: "does-not-exist" },
    { command: "waive-gas-test", permit, reason: "open" },
    { command: "note-gas-test", permit, test },
    { command: "check-in", permit, code: "code" },
    ...(["start-work", "start-work", "confirm-stop", "look-at-place", "resume-work"] as const).map(
      (command) => ({ command, permit }),
    ),
    { command: "stop-work", permit, reason: "other" },
    { command: "extend-permit", permit, endsAt: of.endsAt + 60_000 },
    { command: "end-work", permit },
    { command: "take-final-photo", permit, photo },
    { command: "cancel-permit", permit, reason: "other" },
  ]);
}
