/**
 * 检修单: a maintenance order for a point that says what is not so. It is opened with a reason and closed
 * with a result; 30 days after its opening its false alarms are counted once more: did it help?
 */
export const maintenanceReasons = [
  /** Opened by the result of a verification: 故障维修记录. */
  "verified-false",
  "false-alarms",
  "chatters",
  "stale",
  "other",
] as const;
export const maintenanceResults = [
  "cleaned",
  "repaired",
  "replaced",
  "moved",
  "no-fault-found",
  "other",
] as const;
export type MaintenanceReason = (typeof maintenanceReasons)[number];
export type MaintenanceResult = (typeof maintenanceResults)[number];

/** Before and after are counted over as long. */
export const reviewAfterMs = 30 * 86_400_000;

export type Maintenance = {
  readonly id: string;
  readonly site: string;
  readonly device: string;
  readonly point: string;
  readonly reason: MaintenanceReason;
  readonly by: string;
  readonly openedAt: number;
  /** False alarms of the point in the 30 days before. */
  readonly before: number;
  readonly reviewAt: number;
  /** Those in the 30 days since; null until they are over. */
  after: number | null;
  closed: { readonly at: number; readonly by: string; readonly result: MaintenanceResult } | null;
};

/** False alarms of a point, as the state keeps them: the newest, oldest first, of 30 days. */
export type FalseAlarms = { readonly site: string; readonly at: readonly number[] };

export type MaintenanceEvent =
  | {
      readonly type: "maintenance-opened";
      readonly order: string;
      readonly site: string;
      readonly device: string;
      readonly point: string;
      readonly reason: MaintenanceReason;
      readonly by: string;
      readonly before: number;
      readonly reviewAt: number;
    }
  | {
      readonly type: "maintenance-closed";
      readonly order: string;
      readonly result: MaintenanceResult;
      readonly by: string;
    }
  | { readonly type: "maintenance-reviewed"; readonly order: string; readonly after: number };
