/** Events of hot work; see ../event.ts. Persons are ids, and instants of clocks stand in the event. */
import type { PermitState, PermitTrigger } from "./lifecycle.ts";
import type {
  Approval,
  CheckNeed,
  GasTest,
  HotWorkClass,
  HotWorkSeen,
  Party,
  PermitClock,
  Photo,
  Report,
  Sender,
  Signature,
  StopCause,
} from "./permit.ts";

/** A station that could inspect, and why it was taken or left. */
export type Inspector = {
  readonly station: string;
  readonly distanceM: number;
  readonly estimateMs: number;
  readonly verdict: "taken" | "left";
  readonly reason:
    | "nearest"
    | "same-town"
    | "further-away"
    | "not-available"
    | "last-engine"
    | "load"
    | "asked";
};

/** Clocks that an event sets; null stops one. */
export type Clocks = Readonly<Partial<Record<PermitClock, number | null>>>;

type Of<T extends string> = {
  readonly type: T;
  readonly permit: string;
  readonly clocks?: Clocks;
};

export type HotWorkEvent =
  /** New, or changed: a draft is kept whatever is wrong with it. */
  | (Of<"permit-drafted"> & {
      readonly number: string;
      readonly sender: Sender | null;
      readonly by: string;
      readonly report: Report;
    })
  /** It was to be submitted, and this is wrong with it. */
  | (Of<"permit-faulted"> & { readonly faults: readonly string[] })
  | (Of<"permit-moved"> & {
      readonly to: PermitState;
      readonly why: PermitTrigger;
      readonly by: string | null;
      /** Of a submission: the class in force, and the code on the QR at the work point. */
      readonly class?: HotWorkClass;
      readonly checkCode?: string;
      /** Of a suspension. */
      readonly cause?: StopCause;
      readonly causedBy?: readonly string[];
      readonly reason?: string;
      readonly watchUntil?: number;
    })
  /** While it stands still, it has another cause as well: somebody looks again. */
  | (Of<"permit-stop-grew"> & { readonly cause: StopCause; readonly causedBy: readonly string[] })
  | (Of<"permit-matched"> & {
      readonly need: CheckNeed;
      readonly station: string | null;
      readonly expectedAt: number | null;
      readonly candidates: readonly Inspector[];
    })
  /** The station's box has its task, or knows of the permit (`taskRevision`). */
  | (Of<"inspection-delivered"> & { readonly station: string; readonly revision: number })
  | (Of<"inspection-accepted"> & { readonly station: string; readonly by: string })
  /** To the next station: it was silent, it refused, or an alarm goes first (`alarm`: its order). */
  | (Of<"inspection-passed-on"> & {
      readonly why: "silent" | "refused" | "alarm" | "waiting";
      readonly station: string | null;
      readonly expectedAt: number | null;
      readonly candidates: readonly Inspector[];
    })
  | (Of<"inspection-signed"> & { readonly signature: Signature })
  | (Of<"party-waived"> & { readonly party: Party; readonly by: string; readonly reason: string })
  | Of<"remote-check-asked">
  | (Of<"remote-check-passed"> & { readonly by: string; readonly photo: Photo })
  | (Of<"permit-rescheduled"> & {
      readonly startsAt: number;
      readonly endsAt: number;
      readonly by: string;
    })
  | (Of<"permit-approved"> & { readonly approval: Approval })
  | (Of<"extension-asked"> & { readonly endsAt: number; readonly by: string })
  | (Of<"gas-tested"> & { readonly test: GasTest; readonly pass: boolean; readonly by: string })
  | (Of<"gas-test-waived"> & { readonly reason: string; readonly by: string })
  | (Of<"place-declared"> & {
      readonly what: "empty" | "dust-cleared";
      readonly photo: Photo;
      readonly by: string;
    })
  | (Of<"wind-noted"> & { readonly beaufort: number; readonly by: string })
  | (Of<"watcher-checked-in"> & { readonly by: string })
  | (Of<"check-in-missed"> & { readonly missed: number })
  | (Of<"watcher-handed-over"> & { readonly from: string; readonly watcher: string })
  /** Somebody is to be called: after the orders of an alarm, never before them. */
  | (Of<"permit-called"> & {
      readonly to: "watcher" | "park-manager" | "town-office" | "station";
      /** Person, or station; null where the inventory names nobody. */
      readonly whom: string | null;
      readonly why: "stop" | "fire" | "not-confirmed" | "nobody-accepts" | "check-in" | "inspect";
    })
  | (Of<"stop-confirmed"> & { readonly by: string })
  | Of<"stop-unconfirmed">
  | (Of<"place-looked-at"> & { readonly by: string })
  | (Of<"final-photo-taken"> & { readonly photo: Photo; readonly by: string })
  /** An alarm inside its place and time. */
  | (Of<"permit-alarm"> & { readonly alarm: string })
  /** A clock has come, and nothing else says so. */
  | Of<"permit-clock-came">
  | Of<"permit-forgotten">
  | {
      readonly type: "hot-work-seen";
      readonly seen: HotWorkSeen;
      readonly judgeAt: number;
    }
  | { readonly type: "hot-work-unreported"; readonly key: string }
  | {
      readonly type: "hot-work-over";
      readonly key: string;
      /** The permit it belongs to; null where it is simply over. */
      readonly permit: string | null;
    };

export type PermitEvent = Extract<HotWorkEvent, Of<string>>;
