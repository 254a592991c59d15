/**
 * Signals: everything that can make the rules decide. They come in with their id and receive time,
 * so that `decide` needs neither clock nor chance (invariant I6).
 */
import type { PanelNote } from "./alarm/panel.ts";
import type { CallAnswer } from "./call-out/call-out.ts";
import type { Command } from "./command.ts";
import type { OrderReply } from "./dispatch/order.ts";
import type { StationStatus } from "./dispatch/status.ts";
import type { Drive } from "./dispatch/travel.ts";
import type { Feedback } from "./linkage/linkage.ts";
import type { Quality, Value } from "./sample.ts";

/** One press as the device sent it. `key` is what makes it a repeat or not; see press.ts. */
export type Press = {
  /** Sequence number of the device, or null where the payload had none. */
  readonly seq: number | null;
  /** Device time, ms UTC, as sent; null where absent or not a number. */
  readonly ts: number | null;
  /** First 64 bits of SHA-256 over the payload, hex: identifies a press without a usable ts. */
  readonly digest: string;
  /** Set where the payload could not be read; a press all the same (law 3). */
  readonly unreadable?: UnreadableReason;
};

export type UnreadableReason = "not-json" | "not-an-object" | "wrong-field" | "unknown-event";

export type DeviceEventWord =
  | "cancel"
  | "tamper"
  | "test"
  | "release"
  | "low_battery"
  | "power"
  | "link";

/** How a rule compared a value where that is why it was true: with a number, or with another point. */
export type Comparison = {
  readonly is: "<" | "<=" | ">" | ">=" | "==" | "!=";
  readonly than: Value;
  readonly thanPoint?: string;
};

/** A value that a rule read when it decided. */
export type Evidence = {
  readonly point: string;
  readonly value: Value | null;
  readonly quality: Quality;
  readonly at: number;
} & Partial<Comparison>;

/** When an alarm was decided and when it was on disk, ms UTC. */
export type Trace = {
  readonly alarm: string;
  readonly decidedAt: number;
  readonly committedAt: number;
};

/** What the rules of the day are made of; "matrix": ways by road, "closures": where none leads. */
export type ArtefactKind = "inventory" | "settings" | "packs" | "closures" | "matrix";

/** Who acts: a person id, never a name; the seat is the desk or the page the act came from. */
export type Actor = { readonly person: string; readonly seat: string };

export type SignalBody =
  | {
      readonly kind: "press";
      readonly site: string;
      readonly device: string;
      /** One or more, in receive order: the inbox joins what waits from one device. */
      readonly presses: readonly Press[];
    }
  | {
      readonly kind: "device-event";
      readonly site: string;
      readonly device: string;
      readonly event: DeviceEventWord;
      readonly seq: number | null;
      readonly ts: number | null;
      readonly digest: string;
    }
  /** What detection says of a condition now; `decide` compares it with the alarm table. */
  | {
      readonly kind: "level";
      readonly rule: string;
      readonly site: string;
      readonly device: string;
      readonly level: boolean | "unknown";
      readonly since: number;
      /** The abnormal thing of the device, where it is not simply the rule's. */
      readonly point?: string;
      /** Which of the things the rule is about. */
      readonly each?: string;
      /** Of a part of the device: the words of its name. */
      readonly words?: Readonly<Record<string, string>>;
      /** Of a part: its zone, by the device's own count (Device.zones); null where it has none. */
      readonly zone?: string | null;
      /** True for so long that it is worse now. */
      readonly worse?: true;
      /** Points that make it true, each voter of a vote: what is listed in a test must hold for all. */
      readonly causes?: readonly string[];
      readonly evidence?: readonly Evidence[];
    }
  /** What a panel says of itself now, also where it said so before: only a change is noted. */
  | {
      readonly kind: "panel";
      readonly site: string;
      readonly device: string;
      /** Of its profile. */
      readonly point: string;
      readonly note: PanelNote;
      readonly value: boolean | number;
      /** Time of the source, ms UTC; null where it gives none. */
      readonly ts: number | null;
    }
  | {
      readonly kind: "reply";
      readonly station: string;
      readonly order: string;
      readonly revision: number;
      readonly reply: OrderReply;
      readonly reason?: string;
      readonly seq: number | null;
      readonly ts: number | null;
      /** A person of the crew on its phone page; absent where the station's own box replied. */
      readonly actor?: Actor;
    }
  /** A station's box says what it can do now. */
  | {
      readonly kind: "station-status";
      readonly station: string;
      readonly vehicle?: string;
      readonly status: StationStatus;
      readonly crew?: number;
    }
  | {
      readonly kind: "delivery";
      readonly station: string;
      readonly order: string;
      readonly revision: number;
      readonly channel: number;
    }
  /** The box of a station has a task of hot work. */
  | {
      readonly kind: "task-delivery";
      readonly station: string;
      readonly permit: string;
      readonly revision: number;
    }
  /** Somebody who is called out answers, and a provider says that the call is there. */
  | {
      readonly kind: "call-answer";
      readonly callOut: string;
      readonly person: string;
      readonly answer: CallAnswer;
      readonly via: "page" | "link";
    }
  | { readonly kind: "call-delivery"; readonly callOut: string; readonly person: string }
  /** A device or another system says what has become of what linkage told it. */
  | {
      readonly kind: "linkage-feedback";
      readonly linkage: string;
      readonly feedback: Feedback;
    }
  | {
      readonly kind: "command";
      readonly actor: Actor;
      readonly command: Command;
    }
  /** Time reached: the earliest due deadline is decided; the loop asks again while one is due. */
  | { readonly kind: "time" }
  | {
      readonly kind: "started";
      readonly aliveUntil: number | null;
      readonly version: string;
      /** Set where the journal was found damaged: the intact end, and events known to be lost. */
      readonly damage: { readonly position: number; readonly lost: number } | null;
    }
  | { readonly kind: "stopped"; readonly reason: string }
  /** A while after a start: the devices that have not been heard since. */
  | {
      readonly kind: "unheard";
      readonly devices: readonly string[];
      readonly count: number;
    }
  | { readonly kind: "clock-jumped"; readonly jumpMs: number }
  /** A route engine says how long it takes to an open incident, keeping off these closures. */
  | {
      readonly kind: "ways";
      readonly incident: string;
      readonly ways: readonly { readonly station: string; readonly drive: Drive | "none" }[];
      readonly without: readonly string[];
    }
  /** A while after commits: how long the alarms in them took. */
  | { readonly kind: "traced"; readonly traces: readonly Trace[] }
  /** A signal the rules threw on, named so that it is in the journal (invariant I11). */
  | {
      readonly kind: "quarantine";
      readonly quarantined: SignalBody;
      readonly error: string;
    };

export type SignalKind = SignalBody["kind"];

/** A condition as detection reports it. */
export type Level = SignalBody & { readonly kind: "level" };

/** `id`: 26 characters of base 32 (a UUIDv7), unique; `at`: receive time, ms UTC. */
export type Signal = SignalBody & { readonly id: string; readonly at: number };

/** The person whose act a signal is; undefined where it is nobody's. */
export function actorOf(signal: SignalBody): Actor | undefined {
  if (signal.kind === "command" || signal.kind === "reply") return signal.actor;
  return signal.kind === "quarantine" ? actorOf(signal.quarantined) : undefined;
}
