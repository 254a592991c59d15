/** What a report (接报) says, in codes: kinds and what each can be, ways, and the command that brings it. */
import type { IncidentKind } from "../dispatch/first-alarm.ts";
import type { Position } from "../inventory.ts";

/** Site of what is reported where no site of the inventory stands; it is refused as an id of a site. */
export const offSite = "alarm";
/** Device of every report; it is none of the inventory. */
export const reportedDevice = "reported";

/** What it is, by kind: a list that an operator reads while somebody is talking. */
export const reportedWhats = {
  fire: ["building", "vehicle", "electrical", "rubbish", "vegetation", "other"],
  flood: ["people-trapped", "building-flooded", "road-flooded", "rising-water", "dike", "other"],
  typhoon: [
    "people-trapped",
    "building-damaged",
    "falling-parts",
    "tree-down",
    "cable-down",
    "other",
  ],
  rescue: ["people-trapped", "traffic", "in-water", "lift", "fall", "leak", "other"],
} as const satisfies Readonly<Record<IncidentKind, readonly string[]>>;
export type ReportedWhat = (typeof reportedWhats)[IncidentKind][number];

export const reportWays = ["phone", "radio", "in-person"] as const;
export type ReportWay = (typeof reportWays)[number];
export const reportPriorities = ["P0", "P1"] as const;

export type Reported = {
  readonly kind: IncidentKind;
  readonly what: ReportedWhat;
  readonly via: ReportWay;
  /** A person id; null where the caller gave no name. */
  readonly caller: string | null;
  /** Who took the report. */
  readonly by: string;
  /** As it was shown on a map; null: where its site stands. */
  readonly position: Position | null;
  /** Off every site: the town whose seat is nearest. */
  readonly town: string | null;
};

export const datums = ["WGS-84", "GCJ-02", "BD-09"] as const;

/** The rules take WGS-84 alone; the edge converts what came in another datum, and keeps what was given. */
export type ReportedAt = {
  readonly lng: number;
  readonly lat: number;
  readonly datum: (typeof datums)[number];
  readonly given?: NonNullable<Position["given"]>;
};

export type ReportIncident = {
  readonly command: "report-incident";
  readonly kind: IncidentKind;
  readonly what: ReportedWhat;
  readonly priority: (typeof reportPriorities)[number];
  readonly via: ReportWay;
  readonly caller?: string;
  readonly site?: string;
  readonly zone?: string;
  readonly at?: ReportedAt;
  /** Somebody has looked again: the position is meant as it is, though it looks like GCJ-02. */
  readonly sure?: true;
};
