/**
 * Acts that the desk offers, by what a permit is and who acts. What is not offered here is done at the
 * place, on a phone; what is offered is judged by the gateway all the same. Pure.
 */
import type { PermitView } from "#gateway/api/hot-work-contract.ts";

export const deskActs = [
  "stop-work",
  "check-by-video",
  "reschedule-permit",
  "waive-party",
  "approve-permit",
  "note-wind",
  "refuse-permit",
  "cancel-permit",
] as const;
export type DeskPermitAct = (typeof deskActs)[number];

const beforeWork: readonly PermitView["state"][] = [
  "submitted",
  "matched",
  "checked",
  "gas-tested",
];

/** The town's office sits at the desk; the firm approves and refuses for itself. */
const ofTheFirm: readonly DeskPermitAct[] = ["approve-permit", "refuse-permit"];
const ofTheTown: readonly DeskPermitAct[] = ["check-by-video", "reschedule-permit", "waive-party"];

export function mayAtDesk(permit: PermitView, role: string): DeskPermitAct[] {
  const acts = role === "operator" || role === "admin" || role === "park";
  if (!acts) return [];
  const isOfRole = (act: DeskPermitAct): boolean => {
    if (role === "admin") return true;
    return role === "park" ? !ofTheTown.includes(act) : !ofTheFirm.includes(act);
  };
  return deskActs.filter((act) => isOfRole(act) && fits(permit, act));
}

function fits(
  { state, check, extension, report, approval }: PermitView,
  act: DeskPermitAct,
): boolean {
  const isBefore = beforeWork.includes(state);
  const isAtWork = state === "active" || state === "suspended";
  const isWaiting = state === "matched" && check !== null && check.need !== "not-drawn";
  const isUnsigned = check?.parties.some(({ result }) => result === null) === true;
  switch (act) {
    case "stop-work":
      return state === "active";
    case "check-by-video":
      return isWaiting && check.remoteAsked;
    case "reschedule-permit":
      return state === "matched";
    case "waive-party":
      return isWaiting && isUnsigned;
    case "approve-permit":
      return (isBefore && approval === null) || (isAtWork && extension !== null);
    case "note-wind":
      return report.outdoors && (isBefore || isAtWork);
    case "refuse-permit":
      return isBefore;
    case "cancel-permit":
      return isBefore || state === "draft";
    default:
      return act satisfies never;
  }
}
