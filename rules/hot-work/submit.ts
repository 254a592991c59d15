/**
 * A report comes in: kept as a draft whatever is wrong with it, and submitted where nothing is. Sent again
 * under the same number it is the same report.
 */
import { localDay } from "../calendar.ts";
import type { Draft } from "../draft.ts";
import { classOf } from "./class.ts";
import type { HotWorkCommand } from "./command.ts";
import { match } from "./inspection.ts";
import { zoneOf } from "./matching.ts";
import type { Permit, Report } from "./permit.ts";
import { faultsOf } from "./report.ts";
import { movePermit } from "./stop.ts";

/** Permits that the state holds, those that are over included (invariant I8). */
export const mostPermits = 20_000;
type ReportCommand = HotWorkCommand & { command: "report-hot-work" };

export function reportHotWork(draft: Draft, command: ReportCommand, by: string): void {
  const refuse = (reason: string): void => draft.refuse(command.command, reason, by);
  const { state, world } = draft;
  const { report, sentAt, sender = null } = command;
  const same = sentBefore(draft, command);
  if (same) {
    // The same again is the same report; another under its number is none.
    if (JSON.stringify(same.report) !== JSON.stringify(report)) return refuse("number-taken");
    // Its draft is judged again: what stood against it may be over.
    if (same.state !== "draft" || !command.submit) return;
  }
  const known =
    same ?? (command.permit === undefined ? undefined : state.permits.get(command.permit));
  // Nobody takes the draft of another site for their own.
  const isForeign = command.permit !== undefined && known?.report.site !== report.site;
  if (isForeign) return refuse("unknown-permit");
  if (known && known.state !== "draft") return refuse("submitted-already");
  if (!known && state.permits.size >= mostPermits) return refuse("too-many-permits");
  const isClockOff = Math.abs((sentAt ?? draft.at) - draft.at) > world.settings.press.clockOffMs;
  if (isClockOff) return refuse("clock-wrong");
  if (!known && isReported(draft, report)) return refuse("reported-already");
  const id = known?.id ?? draft.newId("W");
  const number = known?.number ?? nextNumber(draft);
  const forget = draft.at + world.settings.hotWork.keepMs;
  const drafted = { permit: id, number, sender: known?.sender ?? sender, by, report };
  draft.add({ type: "permit-drafted", ...drafted, clocks: { forget } });
  if (command.submit) submit(draft, { id, report }, command.checkCode, by);
}

/** All that is wrong is said at once, and the draft stays. */
function submit(
  draft: Draft,
  { id, report }: Pick<Permit, "id" | "report">,
  checkCode: string,
  by: string,
): void {
  const faults = faultsOf(draft, { id, report });
  if (faults.length > 0) {
    draft.add({ type: "permit-faulted", permit: id, faults });
    return draft.refuse("report-hot-work", faults[0] ?? "", by);
  }
  const of = classOf(report, zoneOf(draft, report), draft.world.settings);
  const clocks = { forget: null, end: report.endsAt };
  const permit = { id, state: "draft" } as const;
  movePermit(draft, permit, "submit", { by, class: of, checkCode, clocks });
  if (report.kind !== "painting") match(draft, { id, report }, of);
}

function sentBefore({ state }: Draft, { sender, permit }: ReportCommand): Permit | undefined {
  if (!sender || permit !== undefined) return undefined;
  return [...state.permits.values()].find(
    (one) => one.sender?.system === sender.system && one.sender.number === sender.number,
  );
}

/** The same firm, place, worker and time again, under no number or another. */
function isReported({ state }: Draft, report: Report): boolean {
  return [...state.permits.values()].some(({ report: one, state: of }) => {
    if (of === "cancelled" || of === "refused" || of === "expired") return false;
    return (
      one.site === report.site &&
      one.zone === report.zone &&
      one.firm === report.firm &&
      one.worker === report.worker &&
      one.startsAt === report.startsAt &&
      one.endsAt === report.endsAt
    );
  });
}

/** MMDD-D-NNN of the local day. */
function nextNumber({ state, at, world }: Draft): string {
  const day = localDay(at, world.settings.utcOffsetMin);
  const count = state.permitDaily.day === day ? state.permitDaily.count + 1 : 1;
  return `${day}-D-${String(count).padStart(3, "0")}`;
}
