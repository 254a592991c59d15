/** What the demo and its simulators say to each other over the IPC channel of the child process. */
import type { OrderReply } from "#rules/dispatch/order.ts";
import type { CrewMode } from "./station-box/simulator.ts";
import type { Answer } from "./voice/provider.ts";

export type Login = { readonly username: string; readonly password: string };

export type StartMessage = {
  readonly kind: "start";
  readonly url: string;
  readonly root: string;
  readonly buttons: readonly (Login & { readonly site: string; readonly device: string })[];
  readonly stations: readonly BoxStart[];
  /** Sirens and display boards. */
  readonly notifiers: readonly (Login & { readonly site: string; readonly device: string })[];
  /** Signs the receipts of the provider of calls. */
  readonly voiceSecret: string;
  readonly pumpRooms: readonly PumpRoomStart[];
  readonly warehouses: readonly WarehouseStart[];
};

/** A station's box; with the device it is, where the inventory has it. */
export type BoxStart = Login & {
  readonly station: string;
  readonly mode: CrewMode;
  readonly device?: { readonly site: string; readonly id: string };
};

/** A warehouse as the inventory has it; where it really serves is told by `serves`. */
export type WarehouseStart = {
  readonly site: string;
  readonly device: string;
  readonly endpoint: string;
  readonly root: string;
  readonly areaM2: number;
  /** Folder of its own certificate: it is the same at the next start. */
  readonly pki: string;
};

/** A pump room and the line it stands on in the inventory; its real port is told by `started`. */
export type PumpRoomStart = {
  readonly site: string;
  readonly device: string;
  readonly endpoint: string;
  readonly unit: number;
};

export type Act =
  | {
      readonly action: "press" | "cancel" | "test" | "tamper" | "untamper" | "cut" | "restore";
      readonly site: string;
      readonly device: string;
    }
  | {
      readonly action: "battery";
      readonly site: string;
      readonly device: string;
      readonly mv: number;
    }
  /** Its clock goes so many seconds ahead. */
  | {
      readonly action: "clock";
      readonly site: string;
      readonly device: string;
      readonly aheadS: number;
    }
  | {
      readonly action: "reply";
      readonly station: string;
      readonly order: string;
      readonly reply: OrderReply;
    }
  | { readonly action: "mode"; readonly station: string; readonly mode: CrewMode }
  /** So many of those who are called out answer by their link. */
  | { readonly action: "people"; readonly answer: Answer; readonly count: number }
  /** A siren or display board breaks, or is mended. */
  | {
      readonly action: "notifier";
      readonly site: string;
      readonly device: string;
      readonly broken: boolean;
    }
  /** A key, or what happens to a station's box: words of station-box/acts.ts. */
  | { readonly action: "box"; readonly station: string; readonly words: readonly string[] }
  /** Words of pump-room/faults.ts, or of sprinkler/faults.ts. */
  | {
      readonly action: "fault";
      readonly site: string;
      readonly device: string;
      readonly words: readonly string[];
    };

export type ToSimulator =
  | StartMessage
  | { readonly kind: "act"; readonly id: number; readonly act: Act };

export type FromSimulator =
  | {
      readonly kind: "started";
      readonly voiceUrl: string;
      /** Endpoint of the inventory → where it really is in this life. */
      readonly endpoints: readonly (readonly [endpoint: string, address: string])[];
    }
  /** A warehouse serves, some seconds after the rest. */
  | {
      readonly kind: "serves";
      readonly endpoint: string;
      readonly address: string;
      /** DER in base64: of all servers the demo trusts only its own. */
      readonly certificate: string;
    }
  | { readonly kind: "connected" }
  | { readonly kind: "done"; readonly id: number; readonly result: string }
  | { readonly kind: "refused"; readonly id: number; readonly message: string }
  | { readonly kind: "seen"; readonly who: string; readonly what: string };
