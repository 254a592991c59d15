/**
 * A profile: what a kind of device has to say, point by point. Data of `devices/KIND/profile.yaml`;
 * how a point comes over the wire stands beside it and is no business of the rules.
 */
import type { PanelNote } from "./alarm/panel.ts";
import type { Text } from "./inventory.ts";

/** How often a point is asked for. */
export const pollClasses = ["status", "analog", "settings"] as const;
export type PollClass = (typeof pollClasses)[number];

export type ProfilePoint = {
  /** Also a name in conditions: letters, digits and `_`. */
  readonly id: string;
  readonly name: Text;
  readonly type: "boolean" | "number" | "text";
  readonly unit?: string;
  /** What the sensor can show; beyond it a value is not believed. */
  readonly range?: readonly [least: number, most: number];
  /** A change of less than this is no change for screens and history. */
  readonly deadBand?: number;
  /** Of a boolean: the value in which nothing is wrong. */
  readonly normal?: boolean;
  /** Of what is no boolean: the value in which nothing is wrong. */
  readonly usual?: number;
  /** The value that is an alarm: what an active condition of this point says (OPC UA Part 9). */
  readonly alarm?: { readonly at: boolean | number };
  /** Of a number that is an enumeration: the words of its values. */
  readonly values?: readonly { readonly value: number; readonly name: Text }[];
  /** By the device's own count, where it stands in one of its zones. */
  readonly zone?: string;
  readonly poll: PollClass;
  /** What a panel says of itself by this point: each change is journalled (rules/alarm/panel.ts). */
  readonly panel?: PanelNote;
};

/** One of the many like things of a device (a detector, a compartment) that a rule may be about. */
export type Part = {
  /** Unique in the device. */
  readonly as: string;
  readonly class: string;
  /** By the device's own count ("C07"); null where it stands in no one zone. */
  readonly zone: string | null;
  /** What stands for `{…}` in the conditions of its rules and in their names. */
  readonly words: Readonly<Record<string, string>>;
  /** Independent sources of a vote, each an expression, by the name that rules give them. */
  readonly sources?: Readonly<Record<string, readonly VoteSource[]>>;
  /** Where it stands on a plan of the device, metres. */
  readonly plan?: {
    readonly xM: number;
    readonly yM: number;
    readonly widthM: number;
    readonly depthM: number;
  };
};

/** A voter: an expression, and how long it must be true before it counts. */
export type VoteSource =
  | string
  | {
      readonly when: string;
      readonly forMs?: number;
      /** It has no vote while this is known to be true. */
      readonly unless?: string;
    };

export type Profile = {
  readonly kind: string;
  readonly name: Text;
  /** A point that must move: where it stands still for so long, every value is stale. */
  readonly heartbeat?: { readonly point: string; readonly frozenAfterMs: number };
  /** Each reading is judged, not only what changes: they can be counted (conditions, readings). */
  readonly isCounted?: true;
  readonly points: readonly ProfilePoint[];
  readonly parts?: readonly Part[];
};

const slots = new WeakMap<Profile, ReadonlyMap<string, number>>();

/**
 * Where each point stands in `points`. One table for all devices of a profile: one of each device's own
 * is never in the processor's cache when its next message comes.
 */
export function slotsOf(profile: Profile): ReadonlyMap<string, number> {
  const known = slots.get(profile);
  if (known) return known;
  const made = new Map(profile.points.map(({ id }, slot) => [id, slot] as const));
  slots.set(profile, made);
  return made;
}
