/** Events of dispatch: who was considered, ordered and told, and what came back; see ../event.ts. */
import type { Priority } from "../alarm/alarm.ts";
import type { PromptCode } from "../incident/incident.ts";
import type { ResponderKind } from "../inventory.ts";
import type { OrderByReason } from "../reasons.ts";
import type { ArrivalEvent } from "./arrival.ts";
import type { Short } from "./first-alarm.ts";
import type { OrderKind, OrderReason, OrderReply, ReportedVia } from "./order.ts";
import type { Candidate, Ranked } from "./rank.ts";
import type { StatusNoted } from "./status.ts";
import type { TravelSource } from "./travel.ts";

export type DispatchEvent =
  | {
      /** Who was considered, nearest first, and why each was taken or left. */
      readonly type: "dispatch-ranked";
      readonly incident: string;
      readonly candidates: readonly Candidate[];
      /** Rescue stations in the order of the plan, all of them. */
      readonly ranking: readonly string[];
      readonly secondStationAt: number;
      readonly thirdStationAt: number;
      /** The plan it goes by, stations it takes at once, and what of it cannot be met. */
      readonly plan?: string;
      readonly planned?: number;
      readonly short?: readonly Short[];
      /** Set since a result is waited for whoever has been ordered: it ends no clock of a look. */
      readonly verificationGoesOn?: true;
    }
  | {
      /** A route engine has answered meanwhile: in this order the others come, if they must. */
      readonly type: "ways-measured";
      readonly incident: string;
      readonly ways: readonly Ranked[];
    }
  | {
      /** Somebody goes to look first; until when an answer is waited for, and until when a result. */
      readonly type: "verification-ordered";
      readonly incident: string;
      readonly verifierSilentAt: number;
      readonly unverifiedAt: number;
    }
  | {
      readonly type: "order-issued";
      readonly order: string;
      readonly incident: string;
      readonly alarm: string;
      readonly station: string;
      readonly stationKind: ResponderKind;
      readonly kind: OrderKind;
      readonly priority: Priority;
      readonly why: OrderReason;
      readonly distanceM: number | null;
      readonly estimateMs: number | null;
      /** Who said how long it takes; absent of an estimate of version 0.1, and without a position. */
      readonly source?: TravelSource;
      readonly mayBeClosed?: true;
      readonly noWay?: true;
      /** Given by the system (counts against its limit), or by this person. */
      readonly by: string | null;
      /** Of a person: why this one, and not whom the ranking has; absent where nobody has said. */
      readonly reason?: OrderByReason;
      readonly undeliveredAt: number;
      /** Only rescue stations have a clock for acceptance. */
      readonly secondChannelAt: number | null;
    }
  | {
      /** A new content: another alarm or priority. Delivered anew; an acceptance stays. */
      readonly type: "order-revised";
      readonly order: string;
      readonly revision: number;
      readonly alarm: string;
      readonly priority: Priority;
      readonly undeliveredAt: number;
      /** Who stood by goes now; with the clock of its acceptance. */
      readonly kind?: "turn-out";
      readonly by?: string;
      readonly reason?: OrderByReason;
      readonly secondChannelAt?: number;
    }
  | {
      /** Silence: the same order again by the next channel. */
      readonly type: "order-resent";
      readonly order: string;
      readonly channel: number;
    }
  | {
      readonly type: "order-delivered";
      readonly order: string;
      readonly revision: number;
      readonly channel: number;
    }
  | { readonly type: "order-undelivered"; readonly order: string }
  | {
      readonly type: "order-replied";
      readonly order: string;
      readonly revision: number;
      readonly reply: OrderReply;
      readonly reason: string | null;
      /** Null where the station itself replied; a person who took it by radio (代录). */
      readonly by: string | null;
      /** Of an entry by a person: who said so, a person or the station, and how. */
      readonly reportedBy?: string;
      readonly via?: ReportedVia;
    }
  | {
      readonly type: "order-recalled";
      readonly order: string;
      readonly revision: number;
      readonly reason: string;
      readonly by: string | null;
      readonly undeliveredAt: number;
      /** The unit knows of the order: until when its answer is waited for. */
      readonly answerBy?: number;
    }
  | {
      readonly type: "escalation-stepped";
      readonly incident: string;
      readonly step: "second-station" | "third-station" | "verifier-silent" | "unverified";
    }
  | {
      readonly type: "operator-prompted";
      readonly incident: string;
      readonly code: PromptCode;
      readonly order: string | null;
    }
  | ArrivalEvent
  | StatusNoted;
