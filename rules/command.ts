/** What a person asks for: every act of desk, phone, command line and other platforms. */
import type { CallAnswer, CallArea } from "./call-out/call-out.ts";
import type { OrderReply, ReportedVia } from "./dispatch/order.ts";
import type { StationStatus } from "./dispatch/status.ts";
import type { HotWorkCommand } from "./hot-work/command.ts";
import type { ChecklistRow, NotPossibleReason, RowState } from "./incident/checklist.ts";
import type { CallBackResult, CauseCode, Look, VerificationResult } from "./incident/incident.ts";
import type { ReportIncident } from "./incident/report.ts";
import type { CodeColour } from "./inventory.ts";
import type { MaintenanceReason, MaintenanceResult } from "./maintenance/maintenance.ts";
import type { AdoptReason, OrderByReason } from "./reasons.ts";
import type { ArtefactKind } from "./signal.ts";
import type { Expected, LinkageMode } from "./test-window/test-window.ts";

export type Command =
  | HotWorkCommand
  | ReportIncident
  | { readonly command: "acknowledge"; readonly alarm: string }
  | { readonly command: "silence"; readonly alarm: string }
  | {
      readonly command: "reset";
      readonly alarm: string;
      /** Only where nobody watches the alarm any more: why. */
      readonly reason?: string;
    }
  | {
      readonly command: "close-outage";
      readonly alarm: string;
      readonly checkedAtPanel: boolean;
    }
  | {
      readonly command: "verify";
      readonly incident: string;
      readonly result: "verifying" | VerificationResult;
      readonly cause?: CauseCode;
      readonly reason?: string;
      /** A second person, needed to call a P0 false (domain D). */
      readonly second?: string;
      /** Of a false alarm: who looked on the spot, and what was found. */
      readonly look?: Look;
      /** Of a P0: no second person is at this desk, the shift leader answers from elsewhere. */
      readonly ask?: true;
    }
  | {
      /** The second person: is the P0 false, as the first one says? */
      readonly command: "answer-false";
      readonly incident: string;
      readonly agrees: boolean;
    }
  | {
      readonly command: "note-checklist";
      readonly incident: string;
      readonly row: ChecklistRow;
      readonly state: RowState;
      readonly reason?: NotPossibleReason;
    }
  | {
      /** 119 指挥; `ended`: it commands no longer. */
      readonly command: "command-119";
      readonly incident: string;
      readonly ended?: true;
    }
  | { readonly command: "record-linkage"; readonly site: string; readonly auto: boolean }
  | {
      readonly command: "call-back";
      readonly incident: string;
      readonly result: CallBackResult;
    }
  | {
      readonly command: "order";
      readonly incident: string;
      readonly station: string;
      /** Why this one, and not whom the ranking has. */
      readonly reason?: OrderByReason;
    }
  | { readonly command: "order-everybody"; readonly incident: string }
  | {
      readonly command: "recall";
      readonly order: string;
      readonly reason: string;
    }
  | {
      /** 请求增援; `order`: of the crew that asks for it. */
      readonly command: "reinforce";
      readonly incident: string;
      readonly count?: number;
      readonly order?: string;
    }
  | {
      /** 改派: the station of this order goes to another incident. */
      readonly command: "reassign";
      readonly order: string;
      readonly incident: string;
    }
  | {
      readonly command: "note-status";
      readonly station: string;
      /** Only of this vehicle. */
      readonly vehicle?: string;
      readonly status: StationStatus;
      /** People it has on duty. */
      readonly crew?: number;
    }
  | {
      readonly command: "reply-by-radio";
      readonly order: string;
      readonly reply: OrderReply;
      readonly reason?: string;
      /** Who said so: a person, or the station itself where nobody gave a name. */
      readonly reportedBy?: string;
      readonly via?: ReportedVia;
    }
  | {
      readonly command: "merge";
      readonly into: string;
      readonly from: string;
      readonly reason: string;
    }
  | {
      readonly command: "split";
      readonly incident: string;
      readonly alarms: readonly string[];
      readonly reason: string;
    }
  | {
      readonly command: "reopen";
      readonly incident: string;
      readonly reason: string;
    }
  | {
      readonly command: "shelve";
      readonly alarm: string;
      readonly reason: string;
      /** ms UTC. */
      readonly until: number;
    }
  | { readonly command: "unshelve"; readonly alarm: string }
  | {
      readonly command: "set-site-code";
      readonly site: string;
      readonly colour: CodeColour["colour"];
      readonly reason: string;
    }
  | {
      readonly command: "take-out-of-service";
      readonly site: string;
      readonly device: string;
      /** Only these points of it, or only this rule; neither: the whole device but its presses. */
      readonly points?: readonly string[];
      readonly rule?: string;
      readonly reason: string;
      /** Planned end, ms UTC. */
      readonly until: number;
    }
  | { readonly command: "return-to-service"; readonly record: string }
  | {
      readonly command: "open-test";
      readonly site: string;
      /** The person on site. */
      readonly tester: string;
      readonly linkage: LinkageMode;
      /** ms UTC. */
      readonly endsAt: number;
      readonly expected: readonly Expected[];
    }
  | {
      readonly command: "announce-press";
      readonly test: string;
      readonly device: string;
      readonly point: string;
    }
  /** `fire`: 真实火警,结束试验. */
  | { readonly command: "end-test"; readonly test: string; readonly fire?: true }
  | {
      readonly command: "open-maintenance";
      readonly site: string;
      readonly device: string;
      readonly point: string;
      readonly reason: MaintenanceReason;
    }
  | {
      readonly command: "close-maintenance";
      readonly order: string;
      readonly result: MaintenanceResult;
    }
  | {
      readonly command: "call-out";
      readonly incident: string;
      readonly rosters?: readonly string[];
      readonly site?: true;
      readonly area?: CallArea;
    }
  /** What somebody who is called has said by telephone or radio. */
  | {
      readonly command: "answer-call-out";
      readonly callOut: string;
      readonly person: string;
      readonly answer: CallAnswer;
      /** A person: who said so, where it was not the person itself. */
      readonly reportedBy?: string;
      readonly via?: ReportedVia;
    }
  | {
      readonly command: "adopt";
      readonly artefact: ArtefactKind;
      readonly hash: string;
      readonly summary: Readonly<Record<string, number>>;
      /** Of packs: the hash of the house's, as known to who adopts them. */
      readonly house?: string;
      readonly reason?: AdoptReason;
    };
