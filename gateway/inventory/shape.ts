/**
 * Whether a value has the shape of its schema, said so that somebody can put it right; and the two
 * forms of an item, as a file gives it and as the rules read it.
 */
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { toWgs84 } from "./datum.ts";
import { position } from "./schema.ts";

export type Path = readonly (string | number)[];
export type ShapeFault = { readonly path: Path; readonly message: string; readonly key?: true };

/** The parts of a JSON schema that are walked here. */
type Node = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema | readonly TSchema[];
  readonly enum?: readonly string[];
  readonly allowed?: string;
};

/** What is wrong, each fault with the path of the value and what is allowed there. */
export function shapeFaults(schema: TSchema, value: unknown): ShapeFault[] {
  const faults = new Map<string, ShapeFault>();
  for (const error of Value.Errors(schema, value)) {
    const path = error.instancePath
      .split("/")
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : unescaped(part)));
    const params = error.params as { requiredProperties?: string[] };
    // An unknown key is named by its own error; the parent's says the same once more.
    if (error.keyword === "additionalProperties") continue;
    // Of what may be one thing or another, the errors of each are noise: say what is allowed.
    const choice = choiceOn(schema, path);
    if (choice) faults.set(choice.path.join("/"), choice);
    else if (error.keyword === "required") {
      for (const key of params.requiredProperties ?? []) {
        faults.set([...path, key].join("/"), { path: [...path, key], message: "is missing" });
      }
    } else
      faults.set(path.join("/"), { path, message: messageOf(schema, error.keyword, path, value) });
  }
  return [...faults.values()];
}

function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function messageOf(schema: TSchema, keyword: string, path: Path, value: unknown): string {
  if (keyword === "boolean") {
    const parent = schemaAt(schema, path.slice(0, -1));
    const known = Object.keys(parent?.properties ?? {}).join(", ");
    return `there is no such key here; allowed: ${known}`;
  }
  const node = schemaAt(schema, path);
  const given = brief(valueAt(value, path));
  if (node?.enum) return `${given} is not allowed; allowed: ${node.enum.join(", ")}`;
  if (node?.allowed) return `${given} is not allowed; allowed: ${node.allowed}`;
  return `${given} is not allowed; allowed: ${kindOf(node)}`;
}

function kindOf(node: Node | null): string {
  if (node?.type === "object") return `keys ${Object.keys(node.properties ?? {}).join(", ")}`;
  if (node?.type === "array") return "a list";
  return node?.type ?? "something else";
}

/** A value as it is quoted in a message: short, on one line. */
function brief(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[key] : at,
    value,
  );
}

function schemaAt(schema: TSchema, path: Path): Node | null {
  let node: Node | undefined = schema as Node;
  for (const key of path) {
    const { items, properties } = node as Node;
    const next: TSchema | undefined =
      typeof key === "number" ? itemSchema(items, key) : properties?.[key];
    if (!next) return null;
    node = next as Node;
  }
  return node;
}

function itemSchema(items: Node["items"], index: number): TSchema | undefined {
  return Array.isArray(items) ? (items as TSchema[])[index] : (items as TSchema | undefined);
}

/** The choice (anyOf) that a path leads into, where there is one. */
function choiceOn(schema: TSchema, path: Path): ShapeFault | null {
  for (let n = 0; n <= path.length; n += 1) {
    const node = schemaAt(schema, path.slice(0, n)) as (Node & { anyOf?: unknown }) | null;
    if (node?.anyOf) {
      return { path: path.slice(0, n), message: `not allowed; allowed: ${node.allowed ?? ""}` };
    }
  }
  return null;
}

/**
 * An item as the rules read it: keys in the order of the schema, positions in WGS-84. The item must
 * have the schema's shape.
 */
export function innerForm(schema: TSchema, item: unknown): unknown {
  return convert(schema, item, (given) => {
    const { lng, lat, datum, accuracyM, source, surveyed } = given as {
      readonly lng: number;
      readonly lat: number;
      readonly datum: "WGS-84" | "GCJ-02" | "BD-09";
      readonly accuracyM: number;
      readonly source: string;
      readonly surveyed?: object;
    };
    const how = surveyed ? { accuracyM, source, surveyed } : { accuracyM, source };
    if (datum === "WGS-84") return { lng, lat, ...how };
    return { ...toWgs84({ lng, lat }, datum), ...how, given: { datum, lng, lat } };
  });
}

/** An item as a file gives it: the inverse of innerForm, number for number. */
export function fileForm(schema: TSchema, item: unknown): unknown {
  return convert(schema, item, (inner) => {
    const { lng, lat, accuracyM, source, surveyed, given } = inner as {
      readonly lng: number;
      readonly lat: number;
      readonly accuracyM: number;
      readonly source: string;
      readonly surveyed?: object;
      readonly given?: { readonly datum: string; readonly lng: number; readonly lat: number };
    };
    const at = given ?? { lng, lat, datum: "WGS-84" };
    const form = { lng: at.lng, lat: at.lat, datum: at.datum, accuracyM, source };
    return surveyed ? { ...form, surveyed } : form;
  });
}

function convert(
  schema: TSchema,
  value: unknown,
  ofPosition: (value: unknown) => unknown,
): unknown {
  if ((schema as unknown) === position) return ofPosition(value);
  const node = schema as Node;
  if (Array.isArray(value)) {
    return value.map((item, i) => {
      const of = itemSchema(node.items, i);
      return of ? convert(of, item, ofPosition) : item;
    });
  }
  if (!node.properties || typeof value !== "object" || value === null) return value;
  const from = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [key, of] of Object.entries(node.properties)) {
    if (from[key] !== undefined) result[key] = convert(of, from[key], ofPosition);
  }
  return result;
}
