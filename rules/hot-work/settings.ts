/** Numbers of hot work that a district sets; those of rules H01 to H07 stand in ../numbers.ts. */
import type { Capacity, HotWorkClass } from "./permit.ts";

export type HotWorkSettings = {
  /** The longest permit of each class (GB 30871-2022: 8, 8 and 72 h). */
  readonly longestMs: Readonly<Record<HotWorkClass, number>>;
  /** Who approves for the firm. */
  readonly approvers: Readonly<Record<HotWorkClass, readonly Capacity[]>>;
  /** Of the second class, how many of a hundred are looked at, by the colour of the site's code. */
  readonly samplePercent: Readonly<Record<"red" | "yellow" | "green", number>>;
  /** No inspector accepts: the next station, and the town's office. */
  readonly acceptWithinMs: number;
  /** So long before the start somebody must have accepted: else by video, or at another time. */
  readonly decideBeforeMs: number;
  /** Inspections that one station has at a time. */
  readonly mostInspections: number;
  /** 已停工 is waited for so long. */
  readonly stopWithinMs: number;
  /** Outdoors nothing burns from this wind on, and what was measured longer ago is unknown. */
  readonly windBeaufort: number;
  readonly windOldestMs: number;
  /** Two permits, and a permit and painting, are further apart than this. */
  readonly apartM: number;
  readonly paintingApartM: number;
  /** Whoever signs for the check stands this near. */
  readonly signNearM: number;
  /** Local days, YYYY-MM-DD, on which the class is one up, and the second covers nothing. */
  readonly holidays: readonly string[];
  /** After a start nobody knows yet whether a link is lost (S02: 90 s): no work begins meanwhile. */
  readonly blindAfterStartMs: number;
  /** What is over is kept in the state for so long. */
  readonly keepMs: number;
};

const minute = 60_000;
const hour = 60 * minute;

export const defaultHotWork: HotWorkSettings = {
  longestMs: { special: 8 * hour, first: 8 * hour, second: 72 * hour },
  approvers: {
    special: ["firm-leader"],
    first: ["firm-safety"],
    second: ["workshop", "park-office"],
  },
  samplePercent: { red: 100, yellow: 50, green: 10 },
  acceptWithinMs: 15 * minute,
  decideBeforeMs: 30 * minute,
  mostInspections: 3,
  stopWithinMs: minute,
  windBeaufort: 5,
  windOldestMs: hour,
  apartM: 15,
  paintingApartM: 10,
  signNearM: 200,
  holidays: [],
  blindAfterStartMs: 90_000,
  keepMs: 7 * 24 * hour,
};
