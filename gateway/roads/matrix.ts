/**
 * The stored matrix: ways by road from responders to places, as artefacts of the journal. A manifest
 * names its parts; a part is read when the first alarm of one of its places, or nobody in a hurry,
 * asks for it.
 *
 * A way counts only where both ends still stand where they stood: an inventory that moves a station
 * takes its ways away, until they are computed anew.
 */

import type { Standing } from "#rules/dispatch/rank.ts";
import type { RoadMatrix, WaysFrom } from "#rules/dispatch/roads.ts";
import { type Drive, distanceM, type Point } from "#rules/dispatch/travel.ts";
import { artefactHash } from "../journal/chain.ts";
import type { ArtefactRow } from "../journal/file.ts";
import type { TravelTime } from "./travel-time.ts";

export type MatrixOrigin = {
  readonly engine: TravelTime["kind"];
  /** Which roads its ways lead over. */
  readonly roads: string;
  /** The inventory whose places these are. */
  readonly inventory: string | null;
  /** Keys of the closures its ways keep off. */
  readonly without: readonly string[];
};

type Manifest = MatrixOrigin & {
  readonly v: 1;
  readonly leastMsPerM: number;
  readonly responders: readonly (readonly [id: string, lng: number, lat: number])[];
  readonly places: number;
  readonly ways: number;
  /** The first place of each part, and its hash; places go by longitude, then latitude. */
  readonly parts: readonly (readonly [lng: number, lat: number, hash: string])[];
};

/** Triples: responder, ms, metres. Ms -1: the roads lead nowhere. */
type StoredPlace = readonly [lng: number, lat: number, ways: readonly number[]];

export type PlaceWays = {
  readonly place: Point;
  /** By responder: null = no way; who is missing is not known. */
  readonly ways: ReadonlyMap<string, Drive | null>;
};

const partPlaces = 128;
const noWay = -1;

/** One step for each part, so that nobody has to wait for all of them. */
export function* encodeMatrix(
  origin: MatrixOrigin,
  responders: readonly Standing[],
  list: readonly PlaceWays[],
): Generator<void, { readonly hash: string; readonly rows: readonly ArtefactRow[] }> {
  const sorted = [...list].sort((a, b) => byPlace(a.place, b.place));
  const numbers = new Map(responders.map(({ id }, i) => [id, i]));
  const standing = new Map(responders.map((one) => [one.id, one]));
  const rows: ArtefactRow[] = [];
  const parts: [number, number, string][] = [];
  let ways = 0;
  let leastMsPerM = Infinity;
  for (let i = 0; i < sorted.length; i += partPlaces) {
    const places = sorted.slice(i, i + partPlaces).map((one): StoredPlace => {
      const flat: number[] = [];
      for (const [id, drive] of one.ways) {
        const from = standing.get(id);
        if (!from) continue;
        ways += 1;
        flat.push(numbers.get(id) ?? 0, drive?.driveMs ?? noWay, drive?.lengthM ?? 0);
        const straightM = distanceM(from, one.place);
        // Who stands there already has no way that a bound could be made of.
        if (drive && straightM >= 1) leastMsPerM = Math.min(leastMsPerM, drive.driveMs / straightM);
      }
      return [one.place.lng, one.place.lat, flat];
    });
    const body = Buffer.from(JSON.stringify(places));
    const hash = artefactHash(body);
    rows.push({ hash, kind: "matrix-part", body });
    parts.push([places[0]?.[0] ?? 0, places[0]?.[1] ?? 0, hash]);
    yield;
  }
  const manifest: Manifest = {
    v: 1,
    ...origin,
    leastMsPerM: Number.isFinite(leastMsPerM) ? leastMsPerM : 0,
    responders: responders.map(({ id, lng, lat }) => [id, lng, lat]),
    places: sorted.length,
    ways,
    parts,
  };
  const body = Buffer.from(JSON.stringify(manifest));
  const hash = artefactHash(body);
  return { hash, rows: [...rows, { hash, kind: "matrix", body }] };
}

/** Names of the parts of a manifest. */
export function matrixParts(body: Uint8Array): string[] {
  return manifestOf(body).parts.map(([, , hash]) => hash);
}

function manifestOf(body: Uint8Array): Manifest {
  return JSON.parse(Buffer.from(body).toString("utf8")) as Manifest;
}

export type ReadPart = (hash: string) => Uint8Array | null;

export class StoredMatrix implements RoadMatrix {
  readonly hash: string;
  readonly manifest: Manifest;
  readonly without: ReadonlySet<string>;
  readonly leastMsPerM: number;
  readonly #read: ReadPart;
  readonly #parts: (ReadonlyMap<string, readonly number[]> | null)[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(hash: string, body: Uint8Array, read: ReadPart) {
    this.hash = hash;
    this.manifest = manifestOf(body);
    this.without = new Set(this.manifest.without);
    this.leastMsPerM = this.manifest.leastMsPerM;
    this.#read = read;
    this.#parts = this.manifest.parts.map(() => null);
    this.#numbers = new Map(this.manifest.responders.map(([id], i) => [id, i]));
  }

  waysTo(place: Point): WaysFrom | null {
    const flat = this.#part(place)?.get(keyOf(place));
    if (!flat) return null;
    const at = new Map<number, number>();
    for (let i = 0; i < flat.length; i += 3) at.set(flat[i] ?? -1, i);
    return ({ id, lng, lat }) => {
      const number = this.#numbers.get(id) ?? -1;
      const stood = this.manifest.responders[number];
      const i = at.get(number);
      if (!stood || i === undefined || stood[1] !== lng || stood[2] !== lat) return null;
      const driveMs = flat[i + 1] ?? noWay;
      return driveMs === noWay ? "none" : { driveMs, lengthM: flat[i + 2] ?? 0 };
    };
  }

  /** Reads every part; one step each. */
  *warm(): Generator<void, void> {
    for (let i = 0; i < this.#parts.length; i += 1) {
      this.#partAt(i);
      yield;
    }
  }

  #part(place: Point): ReadonlyMap<string, readonly number[]> | null {
    const { parts } = this.manifest;
    let [low, high] = [0, parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const [lng = 0, lat = 0] = parts[middle] ?? [];
      if (byPlace({ lng, lat }, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : this.#partAt(low - 1);
  }

  /** A part that cannot be read leaves its places to the estimate: no alarm waits for a disk. */
  #partAt(i: number): ReadonlyMap<string, readonly number[]> {
    const known = this.#parts[i];
    if (known) return known;
    let found: ReadonlyMap<string, readonly number[]> = new Map();
    try {
      const body = this.#read(this.manifest.parts[i]?.[2] ?? "");
      const places = JSON.parse(Buffer.from(body ?? []).toString("utf8")) as StoredPlace[];
      found = new Map(places.map(([lng, lat, ways]) => [keyOf({ lng, lat }), ways]));
    } catch {
      // Missing or changed: `journal verify` names it.
    }
    this.#parts[i] = found;
    return found;
  }
}

function byPlace(a: Point, b: Point): number {
  return a.lng - b.lng || a.lat - b.lat;
}

function keyOf({ lng, lat }: Point): string {
  return `${lng} ${lat}`;
}
