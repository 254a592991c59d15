/**
 * The closed sets of reason codes. The journal holds codes, never sentences: a free text could
 * carry a name or a phone number into a chain that can never be edited (DESIGN §3, Text).
 */
export const refusalReasons = [
  "engine-out",
  "crew-out",
  "no-route",
  "wrong-address",
  "other",
] as const;
export const recallReasons = ["false-alarm", "test", "not-needed", "wrong-place", "other"] as const;
/** Of a station that a person orders against the ranking, or beside it. */
export const orderReasons = [
  "knows-better",
  "road-blocked",
  "special-equipment",
  "more-strength",
  "first-is-busy",
  "asked-by-119",
  "other",
] as const;
export type OrderByReason = (typeof orderReasons)[number];
export const mergeReasons = ["same-fire", "same-smoke", "entered-twice", "other"] as const;
export const splitReasons = [
  "another-fire",
  "another-building",
  "joined-by-mistake",
  "other",
] as const;
/** Of an alarm that nothing watches any more. */
export const resetReasons = [
  "device-removed",
  "device-replaced",
  "not-connected",
  "rule-removed",
  "other",
] as const;
/** Of an alarm that a person puts aside. */
export const shelveReasons = [
  "being-repaired",
  "spare-part-ordered",
  "known-nuisance",
  "announced-work",
  "other",
] as const;
/** Of what is taken out of service. */
export const outOfServiceReasons = [
  "being-repaired",
  "being-replaced",
  "building-work",
  "hot-work",
  "not-commissioned",
  "other",
] as const;
/** Of rules that a person adopts or rolls back. */
export const adoptReasons = [
  "too-many-alarms",
  "missed-alarm",
  "device-changed",
  "standard-changed",
  "new-version",
  "undo",
  "other",
] as const;
export type AdoptReason = (typeof adoptReasons)[number];
/** Of the colour of a site's code. */
export const codeReasons = [
  "hazard-found",
  "hazard-fixed",
  "inspected",
  "deadline-missed",
  "accident",
  "other",
] as const;
export const reopenReasons = ["fire-again", "closed-by-mistake", "not-checked", "other"] as const;
export const verifyReasons = [
  "seen-on-site",
  "seen-on-video",
  "called-back",
  "nobody-answers",
  "other",
] as const;

/** The code if it is one of the set, else "other": what a station answers is never thrown away. */
export function refusalReason(code: string | undefined): string {
  return (refusalReasons as readonly string[]).includes(code ?? "") ? (code as string) : "other";
}
