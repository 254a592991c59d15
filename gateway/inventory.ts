/**
 * Inventory files: YAML in, checked, and the same bytes out again.
 *
 * Every error says line, column and key, what is wrong and what is allowed; all errors of a file
 * are found in one go. Persons are no part of an inventory.
 */
import Type, { type TSchema } from "typebox";
import { Value } from "typebox/value";
import { Document, isMap, isNode, isSeq, LineCounter, parseDocument } from "yaml";
import type { Inventory } from "#rules/inventory.ts";

const idPattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$";
/** First topic levels that are no sites (DESIGN §5). */
const reservedSites = new Set(["station", "alarm", "heartbeat"]);

const id = Type.String({ pattern: idPattern });
const text = object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) });
const position = object({
  lng: Type.Number({ minimum: -180, maximum: 180 }),
  lat: Type.Number({ minimum: -90, maximum: 90 }),
  accuracyM: Type.Number({ minimum: 0, maximum: 100_000 }),
  source: Type.String({ minLength: 1 }),
});
const channel = Type.Union([
  object({ kind: Type.Literal("mqtt") }),
  object({ kind: Type.Literal("webhook"), endpoint: id }),
]);
const schema = object({
  v: Type.Literal(1),
  towns: Type.Array(object({ id, name: text, position })),
  responders: Type.Array(
    object({
      id,
      kind: Type.Union([Type.Literal("rescue"), Type.Literal("micro"), Type.Literal("brigade")]),
      name: text,
      town: id,
      site: Type.Optional(id),
      position,
      assumed: Type.Boolean(),
      inService: Type.Boolean(),
      channels: Type.Array(channel, { minItems: 1 }),
    }),
  ),
  sites: Type.Array(object({ id, name: text, town: id, position })),
  zones: Type.Array(object({ id, site: id, building: id, name: text, neighbours: Type.Array(id) })),
  devices: Type.Array(
    object({
      id,
      site: id,
      kind: id,
      zone: Type.Optional(id),
      building: Type.Optional(id),
      place: text,
      position: Type.Optional(position),
    }),
  ),
});

function object<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

/** One thing that is wrong, and where. */
export type Fault = {
  readonly line: number;
  readonly column: number;
  readonly key: string;
  readonly message: string;
};

export type Loaded =
  | { readonly inventory: Inventory; readonly faults: null }
  | { readonly inventory: null; readonly faults: readonly Fault[] };

export function loadInventory(source: string): Loaded {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const at = (path: readonly (string | number)[], message: string): Fault => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return { line, column: col, key: path.join("."), message };
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      const [message = ""] = error.message.split("\n");
      return { line, column: col, key: "", message };
    });
    return { inventory: null, faults };
  }
  const value: unknown = document.toJS();
  const shape = shapeFaults(value, at);
  if (shape.length > 0) return { inventory: null, faults: shape };
  const inventory = value as Inventory;
  const faults = meaningFaults(inventory, at);
  return faults.length > 0 ? { inventory: null, faults } : { inventory, faults: null };
}

type At = (path: readonly (string | number)[], message: string) => Fault;

function shapeFaults(value: unknown, at: At): Fault[] {
  const faults: Fault[] = [];
  for (const error of Value.Errors(schema, value)) {
    const path = error.instancePath
      .split("/")
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    // An unknown key is named by its own error; the parent's says the same once more.
    if (error.keyword === "additionalProperties") continue;
    const message = error.keyword === "boolean" ? "there is no such key here" : error.message;
    faults.push(at(path, message));
  }
  return faults;
}

/** References, duplicates and what else a schema cannot say. */
function meaningFaults(inventory: Inventory, at: At): Fault[] {
  const { towns, responders, sites, zones, devices } = inventory;
  const town = new Set(towns.map((t) => t.id));
  const site = new Set(sites.map((s) => s.id));
  const zone = new Map(zones.map((z) => [`${z.site}/${z.id}`, z]));
  const faults = [
    ...duplicates("towns", towns, (t) => t.id, at),
    ...duplicates("responders", responders, (r) => r.id, at),
    ...duplicates("sites", sites, (s) => s.id, at),
    ...duplicates("zones", zones, (z) => `${z.site}/${z.id}`, at),
    ...duplicates("devices", devices, (d) => `${d.site}/${d.id}`, at),
  ];
  const missing = (path: (string | number)[], what: string, name: string): void => {
    faults.push(at(path, `there is no ${what} ${name}`));
  };
  responders.forEach((r, i) => {
    if (!town.has(r.town)) missing(["responders", i, "town"], "town", r.town);
    if (r.site !== undefined && !site.has(r.site)) {
      missing(["responders", i, "site"], "site", r.site);
    }
    if (r.kind === "micro" && r.site === undefined) {
      faults.push(at(["responders", i], "a micro station needs its site"));
    }
  });
  sites.forEach((s, i) => {
    if (reservedSites.has(s.id)) {
      const allowed = `${[...reservedSites].join(", ")} are no site ids`;
      faults.push(at(["sites", i, "id"], allowed));
    }
    if (!town.has(s.town)) missing(["sites", i, "town"], "town", s.town);
  });
  zones.forEach((z, i) => {
    if (!site.has(z.site)) missing(["zones", i, "site"], "site", z.site);
    z.neighbours.forEach((n, k) => {
      const path = ["zones", i, "neighbours", k];
      const other = zone.get(`${z.site}/${n}`);
      if (n === z.id) faults.push(at(path, "a zone is not its own neighbour"));
      else if (!other) missing(path, "zone", n);
      else if (!other.neighbours.includes(z.id)) {
        faults.push(at(path, `${n} does not name ${z.id} as its neighbour: a wall has two sides`));
      } else if (other.building !== z.building) {
        faults.push(at(path, `${n} is in another building: that is always another incident`));
      }
    });
  });
  devices.forEach((d, i) => {
    if (!site.has(d.site)) missing(["devices", i, "site"], "site", d.site);
    if (d.zone === undefined) return;
    const of = zone.get(`${d.site}/${d.zone}`);
    if (!of) missing(["devices", i, "zone"], "zone", d.zone);
    else if (d.building !== of.building) {
      faults.push(at(["devices", i], `zone ${d.zone} is in building ${of.building}`));
    }
  });
  return faults;
}

function duplicates<T>(
  list: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  at: At,
): Fault[] {
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    const key = keyOf(item);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [at([list, i], `${key} stands in ${list} twice`)];
  });
}

/** Where the node of a path begins; of the nearest parent where it has none of its own. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  for (let n = path.length; n >= 0; n -= 1) {
    const node = document.getIn(path.slice(0, n), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** The inventory as a file: one line for each thing, in the order it was given. */
export function dumpInventory(inventory: Inventory): string {
  const document = new Document(inventory);
  if (isMap(document.contents)) {
    for (const { value } of document.contents.items) {
      if (!isSeq(value)) continue;
      for (const item of value.items) if (isMap(item)) item.flow = true;
    }
  }
  return document.toString({ lineWidth: 0 });
}
