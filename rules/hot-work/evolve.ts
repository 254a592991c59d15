/** What the events of hot work leave in the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { HotWorkEvent, PermitEvent } from "./event.ts";
import { isOver } from "./lifecycle.ts";
import type { Inspection, Permit, PermitClock, Report } from "./permit.ts";

export function evolveHotWork(state: State, event: Recorded<HotWorkEvent>, writer: Writer): void {
  switch (event.type) {
    case "hot-work-seen":
      writer.set(state.hotWorkSeen, event.seen.key, { ...event.seen });
      return setDeadline(state, writer, "hot-work-seen", event.seen.key, event.judgeAt);
    case "hot-work-unreported": {
      const seen = state.hotWorkSeen.get(event.key);
      if (seen) writer.patch(seen, { raised: true });
      return clearDeadline(state, writer, "hot-work-seen", event.key);
    }
    case "hot-work-over":
      writer.remove(state.hotWorkSeen, event.key);
      return clearDeadline(state, writer, "hot-work-seen", event.key);
    case "permit-drafted":
      draft(state, event, writer);
      break;
    case "permit-forgotten":
      writer.remove(state.permits, event.permit);
      return clearDeadline(state, writer, "permit", event.permit);
    default:
      change(state, event, writer);
  }
  setClocks(state, event, writer);
}

/** The clock that comes first is the one deadline of a permit; equal ones go by name. */
export function firstClock({ clocks }: Permit): { clock: PermitClock; at: number } | null {
  const all = Object.entries(clocks) as [PermitClock, number][];
  const [first] = all.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  return first ? { clock: first[0], at: first[1] } : null;
}

function setClocks(state: State, event: Recorded<PermitEvent>, writer: Writer): void {
  const permit = state.permits.get(event.permit);
  if (!permit || event.clocks === undefined) return;
  const now = { ...permit.clocks };
  for (const [clock, at] of Object.entries(event.clocks) as [PermitClock, number | null][]) {
    if (at === null) delete now[clock];
    else now[clock] = at;
  }
  writer.patch(permit, { clocks: now });
  const first = firstClock(permit);
  if (first) setDeadline(state, writer, "permit", permit.id, first.at);
  else clearDeadline(state, writer, "permit", permit.id);
}

type Event<T extends HotWorkEvent["type"]> = Recorded<Extract<HotWorkEvent, { type: T }>>;

function draft(state: State, event: Event<"permit-drafted">, writer: Writer): void {
  const { permit: id, number, sender, by, report } = event;
  const known = state.permits.get(id);
  if (known) return writer.patch(known, { report, faults: [] });
  const [day = "", , count = "0"] = number.split("-");
  writer.patch(state.permitDaily, { day, count: Number(count) });
  writer.set(state.permits, id, emptyPermit({ id, number, sender, by, report }));
}

function emptyPermit(of: Pick<Permit, "id" | "number" | "sender" | "by" | "report">): Permit {
  const nothing = { inspection: null, approval: null, extension: null, gas: null, gasWaiver: null };
  const photos = { dust: null, empty: null, finalPhoto: null };
  const times = { startedAt: null, workEndedAt: null, checkedInAt: null, watchUntil: null };
  const { class: declared } = of.report;
  return {
    ...{ ...of, ...nothing, ...photos, ...times, class: declared, state: "draft" },
    ...{ faults: [], checkCode: null, wind: null, missed: 0, stop: null, alarms: [], clocks: {} },
  };
}

type Change = Exclude<PermitEvent["type"], "permit-drafted" | "permit-forgotten">;

function change(state: State, event: Event<Change>, writer: Writer): void {
  const permit = state.permits.get(event.permit);
  if (!permit) return;
  const patch = (changes: Partial<Permit>): void => writer.patch(permit, changes);
  switch (event.type) {
    case "permit-faulted":
      return patch({ faults: event.faults });
    case "permit-moved":
      return moved(permit, event, writer);
    case "permit-approved":
      return approved(permit, event, writer);
    case "permit-rescheduled": {
      const { startsAt, endsAt } = event;
      return patch({ report: { ...permit.report, startsAt, endsAt }, approval: null });
    }
    case "extension-asked":
      return patch({ extension: event.endsAt });
    case "gas-tested":
      return patch({ gas: event.pass ? event.test : null });
    case "gas-test-waived":
      return patch({ gasWaiver: { reason: event.reason, by: event.by } });
    case "place-declared":
      return patch(event.what === "empty" ? { empty: event.photo } : { dust: event.photo });
    case "wind-noted":
      return patch({ wind: { beaufort: event.beaufort, at: event.at } });
    case "watcher-checked-in":
      return patch({ checkedInAt: event.at, missed: 0 });
    case "check-in-missed":
      return patch({ missed: event.missed });
    case "watcher-handed-over":
      return patch({ report: { ...permit.report, watcher: event.watcher }, checkedInAt: event.at });
    case "final-photo-taken":
      return patch({ finalPhoto: event.photo });
    case "permit-alarm":
      return writer.push(permit.alarms, event.alarm);
    case "permit-stop-grew":
    case "stop-confirmed":
    case "stop-unconfirmed":
    case "place-looked-at":
      return stopped(permit, event, writer);
    case "permit-called":
    case "permit-clock-came":
      return;
    default:
      return inspected(permit, event, writer);
  }
}

function moved(permit: Permit, event: Event<"permit-moved">, writer: Writer): void {
  const { to, why, at, class: inForce, checkCode, watchUntil } = event;
  const started = to === "active" ? { startedAt: permit.startedAt ?? at, stop: null } : {};
  const stop = {
    ...{ at, cause: event.cause ?? "person", by: event.causedBy ?? [] },
    ...{ confirmedBy: null, lookedBy: null },
  };
  writer.patch(permit, {
    state: to,
    ...(inForce === undefined ? {} : { class: inForce, faults: [] }),
    ...(checkCode === undefined ? {} : { checkCode }),
    ...started,
    ...(to === "suspended" ? { stop } : {}),
    ...(why === "end-work" ? { workEndedAt: at, watchUntil: watchUntil ?? null, stop: null } : {}),
    ...(isOver(to) ? { stop: null } : {}),
  });
}

function approved(permit: Permit, event: Event<"permit-approved">, writer: Writer): void {
  const { approval } = event;
  const report: Report = { ...permit.report, endsAt: approval.endsAt };
  writer.patch(permit, { approval, report, extension: null });
}

type OfStop = "permit-stop-grew" | "stop-confirmed" | "stop-unconfirmed" | "place-looked-at";

function stopped(permit: Permit, event: Event<OfStop>, writer: Writer): void {
  const { stop } = permit;
  if (!stop) return;
  switch (event.type) {
    case "permit-stop-grew": {
      const by = [...new Set([...stop.by, ...event.causedBy])];
      return writer.patch(permit, { stop: { ...stop, by, lookedBy: null } });
    }
    case "stop-confirmed":
      return writer.patch(stop, { confirmedBy: event.by });
    case "place-looked-at":
      return writer.patch(stop, { lookedBy: event.by });
    case "stop-unconfirmed":
      return;
    default:
      return event satisfies never;
  }
}

type OfInspection =
  | "permit-matched"
  | "inspection-delivered"
  | "inspection-accepted"
  | "inspection-passed-on"
  | "inspection-signed"
  | "party-waived"
  | "remote-check-asked"
  | "remote-check-passed";

function inspected(permit: Permit, event: Event<OfInspection>, writer: Writer): void {
  if (event.type === "permit-matched") {
    const { need, station, expectedAt } = event;
    const lists = { passed: [], signatures: [], waivers: [] };
    const none = { deliveredRevision: 0, acceptedBy: null, remoteAsked: false, done: null };
    return writer.patch(permit, {
      inspection: { need, station, expectedAt, ...lists, ...none },
    });
  }
  const { inspection } = permit;
  if (!inspection) return;
  const patch = (changes: Partial<Inspection>): void => writer.patch(inspection, changes);
  switch (event.type) {
    case "inspection-delivered":
      return patch({ deliveredRevision: event.revision });
    case "inspection-accepted":
      return patch({ acceptedBy: event.by });
    case "inspection-passed-on":
      if (inspection.station !== null) writer.push(inspection.passed, inspection.station);
      return patch({ station: event.station, expectedAt: event.expectedAt, acceptedBy: null });
    case "inspection-signed":
      writer.push(inspection.signatures, event.signature);
      return patch({ done: doneNow(inspection) });
    case "party-waived": {
      const { party, by, reason } = event;
      writer.push(inspection.waivers, { party, by, reason });
      return patch({ done: doneNow(inspection) });
    }
    case "remote-check-asked":
      return patch({ remoteAsked: true });
    case "remote-check-passed":
      return patch({ done: "remote" });
    default:
      return event satisfies never;
  }
}

/** All four have signed or been waived, and none has said no. */
function doneNow({ signatures, waivers, done }: Inspection): Inspection["done"] {
  const signed = new Set([...signatures, ...waivers].map(({ party }) => party));
  return signed.size === 4 && signatures.every(({ pass }) => pass) ? "on-site" : done;
}
