/**
 * An incident (警情): what people are sent to. It has two tracks, verification and response, each of
 * which only moves forward; it closes when both are at an end (DESIGN §5).
 */
import type { Priority } from "../alarm/alarm.ts";
import type { Ranked } from "../dispatch/rank.ts";

export type VerificationResult = "confirmed" | "false" | "test" | "undetermined";

export type Verification = "received" | "acknowledged" | "verifying" | VerificationResult;

export type Response =
  | "none"
  | "ordered"
  | "turned-out"
  | "on-scene"
  | "controlled"
  | "returned"
  | "recalled";

/** Why a false alarm was one: level 1 and 2 of the taxonomy in domain D. */
export const causeCodes = [
  "A1",
  "A2",
  "A3",
  "A4",
  "A5",
  "A6",
  "B1",
  "B2",
  "B3",
  "B4",
  "C1",
  "C2",
  "C3",
  "C4",
  "C5",
  "C6",
  "D1",
  "D2",
  "D3",
  "D4",
  "E1",
  "E2",
  "E3",
  "F",
  "G",
] as const;
export type CauseCode = (typeof causeCodes)[number];

/** What a call-back to the site gave: 无人接, 有火, 无火, 说不清 (domain D). */
export const callBackResults = ["no-answer", "fire", "no-fire", "unclear"] as const;
export type CallBackResult = (typeof callBackResults)[number];

/** A call-back that somebody made. One channel of verification beside others: no result by itself. */
export type CallBack = {
  readonly at: number;
  readonly result: CallBackResult;
  readonly by: string;
};

/** What an operator must see now; it stands until the incident moves on. */
export type Prompt = {
  readonly at: number;
  readonly code: PromptCode;
  readonly order: string | null;
};

export type PromptCode =
  | "no-acceptance"
  | "undelivered"
  | "second-station-ordered"
  | "third-station-ordered"
  | "no-further-station"
  | "station-refused"
  | "no-verifier"
  | "verifier-silent"
  | "verifier-refused"
  | "unverified"
  /** Nobody at a desk has acknowledged: the first alarm goes. */
  | "unacknowledged"
  | "no-position"
  | "no-station"
  | "call-119"
  | "quarantined-press";

export type Incident = {
  readonly id: string;
  /** What people read: MMDD-NNN of the local day (1123-014). */
  readonly number: string;
  readonly kind: "fire";
  readonly site: string;
  readonly building: string | null;
  readonly zones: Set<string>;
  readonly openedAt: number;
  priority: Priority;
  verification: Verification;
  response: Response;
  readonly alarms: string[];
  readonly orders: string[];
  /** Rescue stations nearest first, as ranked at opening: the plan's reserve. */
  ranking: readonly string[];
  /** Their ways as a route engine has said them since; empty where none has. */
  measured: readonly Ranked[];
  /** Rescue stations the system ordered by itself; never more than the limit. */
  stationsOrdered: number;
  readonly prompts: Prompt[];
  /** Call-backs to the site, oldest first. */
  readonly calls: CallBack[];
  cause: CauseCode | null;
  closedAt: number | null;
  mergedInto: string | null;
};

const verificationRank: Readonly<Record<Verification, number>> = {
  received: 0,
  acknowledged: 1,
  verifying: 2,
  confirmed: 3,
  false: 3,
  test: 3,
  undetermined: 3,
};

const responseRank: Readonly<Record<Response, number>> = {
  none: 0,
  ordered: 1,
  "turned-out": 2,
  "on-scene": 3,
  controlled: 4,
  returned: 5,
  recalled: 5,
};

export function verificationAtEnd(verification: Verification): boolean {
  return verificationRank[verification] === 3;
}

export function responseAtEnd(response: Response): boolean {
  return responseRank[response] === 5;
}

/** True where `next` lies ahead of `now`; at an end nothing lies ahead. */
export function verificationForward(now: Verification, next: Verification): boolean {
  if (now === "undetermined") return verificationAtEnd(next) && next !== now;
  return verificationRank[next] > verificationRank[now];
}

export function responseForward(now: Response, next: Response): boolean {
  return responseRank[next] > responseRank[now];
}
