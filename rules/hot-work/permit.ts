/**
 * A permit for hot work (动火作业票) as the state keeps it: the report of the firm, the check of the
 * station on site, the approval of the firm, and what has happened since. These are three records: the
 * firm approves (本单位已审批), the station says 现场检查合格 or 不合格 and nothing else.
 */
import type { PermitState } from "./lifecycle.ts";

export const hotWorkClasses = ["special", "first", "second"] as const;
export type HotWorkClass = (typeof hotWorkClasses)[number];

/** What stands or is done in a zone, where hot work there goes by other rules (GB 30871-2022). */
export const zoneUses = [
  "warehouse",
  "textile",
  "paint",
  "solvent",
  "dye-chemical",
  "gas",
  "other",
] as const;
export type ZoneUse = (typeof zoneUses)[number];

/** Painting, and cleaning with solvent, is no hot work: it is told of, and nothing burns within 10 m. */
export const workKinds = [
  ...(["electric-welding", "gas-welding", "gas-cutting", "grinding", "torch", "other"] as const),
  "painting",
] as const;
export type WorkKind = (typeof workKinds)[number];

/** What is worked on. */
export const workObjects = ["tank", "pipe", "drain", "confined-space", "structure"] as const;
export type WorkObject = (typeof workObjects)[number];

export const parties = [
  "town-officer",
  "government-firefighters",
  "firm-safety-officer",
  "firm-brigade",
] as const;
export type Party = (typeof parties)[number];

/** In what capacity somebody approves for the firm. */
export const capacities = ["firm-leader", "firm-safety", "workshop", "park-office"] as const;
export type Capacity = (typeof capacities)[number];

export const gasUnits = ["%vol", "%LEL", "ppm"] as const;

/** A file of the gateway: a random id, and an HMAC whose key is deleted with it (DESIGN §3). */
export type Photo = { readonly file: string; readonly hmac: string };

/** WGS-84 degrees. */
export type Spot = { readonly lng: number; readonly lat: number };

/** 动火报备: what the firm says. Persons are ids, and no number of a certificate is among it. */
export type Report = {
  readonly site: string;
  readonly zone: string | null;
  readonly floor: string | null;
  readonly spot: Spot;
  readonly photo: Photo | null;
  readonly outdoors: boolean;
  readonly object: WorkObject;
  readonly kind: WorkKind;
  /** As the firm has it; the class in force may be higher. */
  readonly class: HotWorkClass;
  readonly tools: readonly string[];
  /** Credit codes (统一社会信用代码). */
  readonly firm: string;
  readonly contractor: string | null;
  readonly worker: string;
  /** Last instant at which the worker's certificate is good, ms UTC. */
  readonly certificateUntil: number;
  /** Of the welding machine (焊机加芯赋码). */
  readonly chip: string | null;
  readonly watcher: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly combustiblesCleared: boolean;
  readonly extinguishers: number;
  /** Detectors of the site that are to be isolated meanwhile. */
  readonly isolations: readonly string[];
};

/** Who sent it, and under what number of theirs: sent again, it is the same report. */
export type Sender = { readonly system: string; readonly number: string };

export type GasReading = {
  readonly substance: string;
  readonly value: number;
  readonly unit: (typeof gasUnits)[number];
};

export type GasTest = {
  readonly takenAt: number;
  readonly readings: readonly GasReading[];
  /** Oxygen, % vol; needed in a confined space. */
  readonly oxygen: number | null;
  readonly meter: string;
  readonly calibratedAt: number;
};

export type Signature = {
  readonly party: Party;
  readonly by: string;
  readonly at: number;
  readonly pass: boolean;
  readonly spot: Spot;
  readonly photo: Photo;
};

export type Waiver = { readonly party: Party; readonly by: string; readonly reason: string };

/** Whether somebody has to look before the work: by its class, or by a draw of the second class. */
export type CheckNeed =
  | { readonly need: "always" }
  | { readonly need: "drawn" | "not-drawn"; readonly colour: string; readonly draw: number };

export type Inspection = {
  readonly need: CheckNeed;
  /** Who is asked now; null while nobody can. */
  station: string | null;
  acceptedBy: string | null;
  /** Until when somebody is expected on site, ms UTC; null where nobody is. */
  expectedAt: number | null;
  /** Stations that have been asked in vain. */
  readonly passed: string[];
  readonly signatures: Signature[];
  readonly waivers: Waiver[];
  /** The newest task (`taskRevision`) that the station's box has confirmed; 0 for none. */
  deliveredRevision: number;
  /** 30 min before the start nobody has accepted: by video, or at another time. */
  remoteAsked: boolean;
  /** How it was passed; null while it was not. */
  done: "on-site" | "remote" | null;
};

export type Approval = {
  readonly by: string;
  readonly as: Capacity;
  readonly at: number;
  readonly endsAt: number;
};

/** Why work stands still, or may not begin. */
export const stopCauses = [
  "impaired",
  "isolated",
  "test-open",
  "fire",
  "watcher-missing",
  "gas-stale",
  "wind",
  "not-covered",
  "expired",
  "person",
] as const;
export type StopCause = (typeof stopCauses)[number];

export type Stop = {
  readonly at: number;
  readonly cause: StopCause;
  /** Alarms and records that are the cause, by id. */
  readonly by: readonly string[];
  /** 已停工: who has said that the work stands; null while nobody has. */
  confirmedBy: string | null;
  /** A person has looked at the place since. */
  lookedBy: string | null;
};

/** What a permit waits for; each is an instant, and fires once. */
export const permitClocks = [
  "accept",
  "decide",
  "end",
  "cover",
  "check-in",
  "gas",
  "stop",
  "watch",
  "restore",
  "forget",
] as const;
export type PermitClock = (typeof permitClocks)[number];

export type Permit = {
  readonly id: string;
  /** MMDD-D-NNN, what people read. */
  readonly number: string;
  readonly sender: Sender | null;
  readonly by: string;
  report: Report;
  /** Why it was refused when it was last submitted; the draft is kept. */
  faults: readonly string[];
  /** In force since it was submitted. */
  class: HotWorkClass;
  /** On the QR that is printed at the work point; not on the watcher's phone. */
  checkCode: string | null;
  state: PermitState;
  inspection: Inspection | null;
  approval: Approval | null;
  /** An end that waits for its own approval. */
  extension: number | null;
  gas: GasTest | null;
  /** 不适用: a gas test, by whom and why. */
  gasWaiver: { readonly reason: string; readonly by: string } | null;
  /** 粉尘已清理, and 已清空: photos. */
  dust: Photo | null;
  empty: Photo | null;
  wind: { readonly beaufort: number; readonly at: number } | null;
  startedAt: number | null;
  workEndedAt: number | null;
  /** Watcher's last check-in, and how many were missed since. */
  checkedInAt: number | null;
  missed: number;
  stop: Stop | null;
  /** How long fire watch lasts, until when; null before the end of the work. */
  watchUntil: number | null;
  finalPhoto: Photo | null;
  /** Alarms inside its place and time. */
  readonly alarms: string[];
  readonly clocks: Partial<Record<PermitClock, number>>;
};

/** Evidence of hot work: a chip that was switched on, a camera, heat, the report of a grid member. */
export const evidenceSources = ["welder-chip", "camera", "heat", "grid-report"] as const;

export type HotWorkSeen = {
  readonly key: string;
  readonly site: string;
  readonly zone: string | null;
  readonly source: (typeof evidenceSources)[number];
  readonly chip: string | null;
  readonly spot: Spot | null;
  readonly at: number;
  /** The alarm has been raised. */
  raised: boolean;
};

/** The check of the station has no need, or has been passed. */
export function isChecked({ inspection }: Pick<Permit, "inspection">): boolean {
  if (inspection === null) return false;
  return inspection.done !== null || inspection.need.need === "not-drawn";
}

/** A task has a revision for each station that it went to: whoever has it again has another one. */
export function taskRevision({ passed }: Pick<Inspection, "passed">): number {
  return passed.length + 1;
}

/** It has been submitted, and the work has not begun. */
export function isBeforeWork({ state }: Pick<Permit, "state">): boolean {
  return ["submitted", "matched", "checked", "gas-tested"].includes(state);
}

/** Work may be going on, or has been a moment ago. */
export function isAtWork({ state }: Pick<Permit, "state">): boolean {
  return state === "active" || state === "suspended";
}

/** Its place is watched. */
export function isWatched(permit: Pick<Permit, "state">): boolean {
  return isAtWork(permit) || permit.state === "work-ended" || permit.state === "fire-watch";
}

/** Where work goes on: there whatever fails of its protection is said without a hold. */
export function sitesOfHotWork({
  permits,
}: {
  readonly permits: ReadonlyMap<string, Permit>;
}): Set<string> {
  const sites = new Set<string>();
  for (const permit of permits.values()) if (isAtWork(permit)) sites.add(permit.report.site);
  return sites;
}
