/** Events of what is kept from the desk, and of what panels say of themselves; see ../event.ts. */
import type { PanelNote } from "./panel.ts";

export type HoldEvent =
  | {
      readonly type: "alarm-shelved";
      readonly alarm: string;
      readonly reason: string;
      readonly until: number;
      readonly by: string;
    }
  /** `by` null: its time is over. */
  | { readonly type: "alarm-unshelved"; readonly alarm: string; readonly by: string | null }
  /** 按设计抑制: another alarm of the device explains it. */
  | { readonly type: "alarm-suppressed"; readonly alarm: string; readonly by: string }
  | { readonly type: "alarm-unsuppressed"; readonly alarm: string }
  | {
      /** 停用: from now on nothing of it is at the desk. An impairment, where it suppresses fires. */
      readonly type: "taken-out-of-service";
      readonly record: string;
      readonly site: string;
      readonly device: string;
      readonly points: readonly string[] | null;
      readonly rule: string | null;
      readonly reason: string;
      readonly until: number;
      readonly by: string;
      /** Alarms that stood at the desk. */
      readonly alarms: readonly string[];
    }
  | {
      readonly type: "returned-to-service";
      readonly record: string;
      readonly site: string;
      readonly device: string;
      /** Null: its planned end has come. */
      readonly by: string | null;
      /** Alarms whose condition has not ended: each is real from now on. */
      readonly notBack: readonly string[];
      /** Alarms that are over, and that the desk had seen before: they are shown again. */
      readonly alarms: readonly string[];
    }
  | {
      /** A panel was reset, muted, put into AUTO or manual, or something is disabled there. */
      readonly type: "panel-noted";
      readonly site: string;
      readonly device: string;
      readonly point: string;
      readonly note: PanelNote;
      readonly value: boolean | number;
      /** Time of the source, ms UTC. */
      readonly ts: number | null;
      /** It is known from now on, and nobody has done anything. */
      readonly first?: true;
    };
