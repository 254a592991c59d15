/**
 * An incident (警情): what people are sent to. It has two tracks, verification and response, each of
 * which only moves forward; it closes when both are at an end (DESIGN §5).
 */
import type { Priority } from "../alarm/alarm.ts";
import type { Arrival } from "../dispatch/arrival.ts";
import type { IncidentKind, Short } from "../dispatch/first-alarm.ts";
import type { Candidate, Ranked } from "../dispatch/rank.ts";
import type { Checklist } from "./checklist.ts";

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

/** Who has looked on the spot before a fire is called false, and what was found (domain D). */
export const lookWays = ["on-site", "camera", "hot-work-crew"] as const;
export const foundCodes = [
  "nothing",
  "steam-dust",
  "cooking",
  "cigarette",
  "hot-work",
  "pressed",
  "damaged",
  "water",
  "other",
] as const;
export type FoundCode = (typeof foundCodes)[number];
export type Look = {
  readonly how: (typeof lookWays)[number];
  readonly found: FoundCode;
  /** Of who stood there: a person id, and the arrival, ms UTC. */
  readonly person?: string;
  readonly arrivedAt?: number;
};

/** A P0 that one person has called false, until a second one has said so too. */
export type Proposal = {
  readonly at: number;
  readonly by: string;
  readonly cause: CauseCode;
  readonly reason: string | null;
  readonly look: Look;
  readonly answerBy: number;
};

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
  /** Another point of the same place fires too: nobody looks first any more. */
  | "second-signal"
  /** Of who may only be told: a person phones. */
  | "phone-notified"
  | "call-119-overdue"
  | "second-person-silent"
  | "recall-unanswered"
  /** Nobody at a desk has acknowledged: the first alarm goes. */
  | "unacknowledged"
  | "no-position"
  | "no-station"
  | "call-119"
  /** The plan has a national station in it, which 119 sends. */
  | "plan-119"
  /** What the plan demands is not there. */
  | "plan-short"
  /** Nobody is free: the nearest one that is out was asked all the same. */
  | "all-busy"
  /** No road leads from any station: the nearest was asked all the same. */
  | "none-reachable"
  /** More stations have taken it up than the plan has: one may turn back. */
  | "more-than-planned"
  | "reinforce-asked"
  | "late-micro"
  | "late-neighbours"
  | "late-station"
  | "quarantined-press";

export type Incident = {
  readonly id: string;
  /** What people read: MMDD-NNN of the local day (1123-014). */
  readonly number: string;
  readonly kind: IncidentKind;
  readonly site: string;
  /** Where it is no site of the inventory: the nearest town. */
  readonly town: string | null;
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
  /** What the last first alarm was chosen from; null until there was one. */
  firstAlarm: {
    readonly plan: string | null;
    readonly planned: number;
    readonly candidates: readonly Candidate[];
    readonly short: readonly Short[];
  } | null;
  /** Its 1-3-5 clock; null until somebody was sent. */
  arrival: Arrival | null;
  readonly prompts: Prompt[];
  /** Call-backs to the site, oldest first. */
  readonly calls: CallBack[];
  cause: CauseCode | null;
  look: Look | null;
  proposal: Proposal | null;
  /** 火警处置单; null where no fire is confirmed, or treated as one. */
  checklist: Checklist | null;
  /** Since when 119 commands (119 指挥), and who has logged it; null where it does not. */
  command119: { readonly at: number; readonly by: string } | null;
  /** Stations nearer than who was ordered, which a person reaches by 119. */
  via119: readonly string[];
  /** What panels of the site said of AUTO when it was opened, by (device key + point). */
  readonly linkageBefore: ReadonlyMap<string, boolean>;
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

/** What has been called false or a test is over but for the clearing up: nothing new joins it. */
export function isCalledOff({ verification }: Pick<Incident, "verification">): boolean {
  return verification === "false" || verification === "test";
}

/** No first alarm has been given so far; whom a table or another incident has sent is none. */
export function isOnlyLookedAt({ ranking }: Incident): boolean {
  return ranking.length === 0;
}

/** What an order needs to know of its incident, also of one that is being opened by this decision. */
export type Called = Pick<
  Incident,
  "id" | "site" | "alarms" | "priority" | "orders" | "stationsOrdered"
>;
