/**
 * Closed roads and bridges, as a person or a file says them. All of them are one artefact, adopted by an
 * event: whoever replays the journal has those of the day, and the event names who closed what.
 */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import Type from "typebox";
import { type Closure, closureReasons } from "#rules/dispatch/roads.ts";
import type { District } from "#rules/inventory.ts";
import { Refused } from "../errors.ts";
import { instant } from "../instant.ts";
import { type ForeignDatum, toWgs84 } from "../inventory/datum.ts";
import { datums } from "../inventory/schema.ts";
import { artefactHash } from "../journal/chain.ts";
import type { ArtefactRow } from "../journal/file.ts";
import { object, oneOf, readYaml, text, type YamlFault } from "../yaml-file.ts";

/** Ended ones leave the list when another one comes; so many may be closed at a time. */
export const mostClosures = 200;
const mostFileBytes = 1 << 20;
const mostDays = 3660;
const dayMs = 86_400_000;

const id = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$",
  allowed: "1 to 32 of A-Z a-z 0-9 _ -, the first one a letter or digit",
});
const time = Type.String({
  minLength: 1,
  maxLength: 40,
  allowed: "2026-11-27T18:00, local, or with its zone; 90min, 8h, 3d from now",
});

/** As it is given; the datum is WGS-84 where nothing else is said. */
export const closureForm = object({
  id,
  name: text,
  lng: Type.Number({ minimum: -180, maximum: 180, allowed: "degrees, -180 to 180" }),
  lat: Type.Number({ minimum: -90, maximum: 90, allowed: "degrees, -90 to 90" }),
  datum: Type.Optional(oneOf(datums)),
  reason: Type.Optional(oneOf(closureReasons)),
  from: Type.Optional(time),
  until: time,
});
export type ClosureForm = Type.Static<typeof closureForm>;

const closuresFile = object({ v: Type.Literal(1), closures: Type.Array(closureForm) });

export type ClosureTime = {
  readonly now: number;
  readonly utcOffsetMin: number;
  readonly district: District;
};

/** A file replaces the list; throws `Refused` with every fault at its line. */
export function readClosures(path: string, at: ClosureTime): Closure[] {
  let content: string;
  try {
    if (statSync(path).size > mostFileBytes) throw new Error("more than 1 MB");
    content = readFileSync(resolve(path), "utf8");
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}`;
    throw new Refused({ code: "cannot-read", message, allowed: "a .yaml file of closures" });
  }
  const file = readYaml<Type.Static<typeof closuresFile>>(path, content, () => closuresFile);
  const faults: YamlFault[] = [];
  const closures = file.value.closures.flatMap((form, i) => {
    try {
      return closureOf(form, at);
    } catch (error) {
      faults.push({ path: ["closures", i], message: (error as Error).message });
      return [];
    }
  });
  file.value.closures.forEach((one, i) => {
    const first = file.value.closures.findIndex((other) => other.id === one.id);
    if (first < i)
      faults.push({ path: ["closures", i, "id"], message: `${one.id} stands there twice` });
  });
  if (closures.length > mostClosures) {
    faults.push({
      path: ["closures"],
      message: `has ${closures.length}; allowed: ${mostClosures}`,
    });
  }
  file.refuse(faults);
  return closures;
}

/** Throws `Refused` where the times or the place make no sense. */
export function closureOf(
  form: ClosureForm,
  { now, utcOffsetMin, district }: ClosureTime,
): Closure {
  const { datum = "WGS-84", reason = "other", name, id: named } = form;
  const at = datum === "WGS-84" ? form : toWgs84(form, datum as ForeignDatum);
  const { west, east, south, north } = district.bounds;
  if (at.lng < west || at.lng > east || at.lat < south || at.lat > north) {
    throw new Refused({
      code: "outside",
      message: `${named}: ${at.lng}, ${at.lat} is outside the district`,
      allowed: `longitude ${west} to ${east}, latitude ${south} to ${north} (WGS-84)`,
    });
  }
  const from = form.from === undefined ? now : later(form.from, utcOffsetMin, now);
  const until = later(form.until, utcOffsetMin, now);
  if (until <= now || until <= from || until > now + mostDays * dayMs) {
    throw new Refused({
      code: "bad-time",
      message: `${named}: its end is not after its beginning and now`,
      allowed: "an end in the future, at most ten years",
    });
  }
  return {
    id: named,
    name,
    lng: at.lng,
    lat: at.lat,
    reason: reason as Closure["reason"],
    from,
    until,
  };
}

/** `8h` is in so long a time; a time of day is the district's. */
export function later(text: string, utcOffsetMin: number, now: number): number {
  const isSpan = /^\d+(\.\d+)?(s|min|h|d)$/.test(text);
  const at = instant(text, utcOffsetMin, now);
  return isSpan ? now + (now - at) : at;
}

/** The list with one more, or another of its id; what has ended leaves it. */
export function withClosure(list: readonly Closure[], one: Closure, now: number): Closure[] {
  const others = list.filter(({ id: other, until }) => other !== one.id && until > now);
  if (others.length >= mostClosures) {
    const message = `${others.length} roads are closed already`;
    throw new Refused({ code: "too-many", message, allowed: `${mostClosures} at a time` });
  }
  return [...others, one];
}

export function withoutClosure(list: readonly Closure[], named: string, now: number): Closure[] {
  if (!list.some(({ id: other, until }) => other === named && until > now)) {
    const known = list.map(({ id: other }) => other).join(", ");
    const message = `no road ${named} is closed`;
    throw new Refused({ code: "no-closure", message, allowed: known || "none is closed" });
  }
  return list.filter(({ id: other, until }) => other !== named && until > now);
}

export function storedClosures(list: readonly Closure[]): ArtefactRow {
  const body = Buffer.from(JSON.stringify({ v: 1, closures: list }));
  return { hash: artefactHash(body), kind: "closures", body };
}

export function closuresOf(body: Uint8Array): readonly Closure[] {
  const { closures } = JSON.parse(Buffer.from(body).toString("utf8")) as { closures: Closure[] };
  return closures;
}
