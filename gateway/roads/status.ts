/** How the roads stand, as the command line and the API tell it. */
import type { Closure } from "#rules/dispatch/roads.ts";
import type { RoadMap } from "./map.ts";

export type RoadsStatus = {
  /** Null where none is installed, or has no map; `missing` says what to do. */
  readonly engine: {
    readonly kind: string;
    readonly roads: string;
    readonly up: boolean;
    readonly why: string | null;
  } | null;
  readonly missing: { readonly message: string; readonly allowed: string } | null;
  readonly map: RoadMap | null;
  /** The stored ways in force. */
  readonly matrix: {
    readonly hash: string;
    readonly engine: string;
    readonly roads: string;
    readonly places: number;
    readonly ways: number;
    /** Closures its ways keep off. */
    readonly without: number;
    /** Of the inventory, the map and the closures of now. */
    readonly isCurrent: boolean;
    readonly sameInventory: boolean;
  } | null;
  /** `25/130` while it is computed. */
  readonly computing: string | null;
  readonly why: string | null;
  /** Places that are too many to be computed. */
  readonly placesLeft: number;
  readonly closures: readonly (Closure & {
    readonly isClosed: boolean;
    readonly inMatrix: boolean;
  })[];
  readonly utcOffsetMin: number;
};
