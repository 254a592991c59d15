/**
 * Roads of a scenario: ways are stored, roads are closed, ways round are computed.
 *
 *   roads way R2 s1/b1 90s 1500    from R2 to s1/b1 it is 90 s and 1,500 m by road
 *   roads close bridge 120.5 30.09 2h    nobody passes there for so long
 *   roads way R2 s1/b1 none        no road leads there
 *   roads measured R4 90s 1500 R2 none   what an engine says of an open incident
 *   roads computed                 the stored ways keep off what is closed now
 */
import { type Closure, closedAt, closureKey, type RoadsKnown } from "../dispatch/roads.ts";
import type { Drive, Point } from "../dispatch/travel.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import { placeOf } from "../place.ts";
import type { SignalBody } from "../signal.ts";

type Way = { readonly station: string; readonly to: Point; readonly drive: Drive | "none" };

/** What the roads of a scenario are so far; `adopt` is told what has changed. */
export class ScenarioRoads {
  #ways: Way[] = [];
  #closures: Closure[] = [];
  #without: ReadonlySet<string> = new Set();

  step(
    [what, ...words]: readonly string[],
    now: { readonly at: number; readonly inventory: InventoryIndex },
    duration: (text: string) => number,
  ): "matrix" | "closures" {
    const [id = "", first = "", second = "", third = ""] = words;
    switch (what) {
      case "way": {
        const [site = "", device = ""] = first.split("/");
        const { position } = placeOf(now.inventory, site, device);
        if (!position) throw new Error(`${first} has no position`);
        const drive =
          second === "none" ? "none" : { driveMs: duration(second), lengthM: Number(third) };
        this.#ways = [{ station: id, to: position, drive }, ...this.#ways];
        return "matrix";
      }
      case "computed":
        this.#without = new Set(closedAt(this.#closures, now.at).map(closureKey));
        return "matrix";
      case "close": {
        const closure = { id, lng: Number(first), lat: Number(second), reason: "works" as const };
        const until = now.at + duration(third);
        const name = { zh: id, en: id };
        this.#closures = [...this.#closures, { ...closure, name, from: now.at, until }];
        return "closures";
      }
      default:
        throw new Error(`roads ${what} is no step`);
    }
  }

  get known(): RoadsKnown {
    const [ways, without] = [this.#ways, this.#without];
    return {
      closures: this.#closures,
      matrix: {
        without,
        // A list is measured through: no bound is needed.
        leastMsPerM: 0,
        waysTo: ({ lng, lat }) => {
          const here = ways.filter(({ to }) => to.lng === lng && to.lat === lat);
          if (here.length === 0) return null;
          return ({ id }) => here.find(({ station }) => station === id)?.drive ?? null;
        },
      },
    };
  }
}

export function measuredWays(
  [, ...words]: readonly string[],
  incident: string,
  duration: (text: string) => number,
): SignalBody {
  const ways: { station: string; drive: Drive | "none" }[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const [station = "", time = "", metres] = words.slice(i);
    const isWay = time !== "none";
    const drive = isWay && { driveMs: duration(time), lengthM: Number(metres) };
    ways.push({ station, drive: drive || "none" });
    i += isWay ? 2 : 1;
  }
  return { kind: "ways", incident, ways, without: [] };
}
