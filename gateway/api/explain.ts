/**
 * Why a body, a query or an address was refused, in words: which key, what is wrong with it, and what
 * is allowed. Made from the errors of ajv (with `verbose`, which hands over the schema beside each).
 */
import type { FastifySchemaValidationError } from "fastify";

type Schema = Readonly<Record<string, unknown>> & {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
};

type Fault = FastifySchemaValidationError & {
  readonly parentSchema?: Schema;
  readonly data?: unknown;
};

/** Faults that are told of; a body of nonsense has hundreds. */
const mostTold = 5;

/** Fastify sets `validation`, `validationContext` and status 400 on it. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  readonly allowed: string;

  constructor(message: string, allowed: string) {
    super(message);
    this.allowed = allowed;
  }
}

export function explain(errors: readonly FastifySchemaValidationError[], where: string): BadInput {
  // What is there and wrong says more than a list of what is missing.
  const isMissing = ({ keyword }: Fault): number => Number(keyword === "required");
  const faults = meant(errors as readonly Fault[]).sort((a, b) => isMissing(a) - isMissing(b));
  const told = faults.slice(0, mostTold);
  const messages = told.map((fault) => `${nameOf(fault, where)}: ${wrongWith(fault)}`);
  const allowed = new Set(told.map((fault) => `${placeOf(fault, where)}: ${allowedBy(fault)}`));
  return new BadInput(messages.join("; "), [...allowed].join("; "));
}

/**
 * Of a union ajv tells what is wrong with every branch. Only the branch that was meant counts: the
 * one whose literal key (`command`) is right; where none is, the literals themselves are the answer.
 */
function meant(faults: readonly Fault[]): Fault[] {
  const unions = faults.filter(({ keyword }) => keyword === "anyOf");
  return faults.flatMap((fault) => {
    const union = unions.find(
      (other) => other !== fault && fault.schemaPath.startsWith(`${other.schemaPath}/`),
    );
    if (fault.keyword === "anyOf") return hasMeantBranch(fault, faults) ? [] : [fault];
    if (!union) return [fault];
    const branch = branchOf(fault, union);
    return isMeant(union, branch, faults) && hasMeantBranch(union, faults) ? [fault] : [];
  });
}

function branchOf(fault: Fault, union: Fault): string {
  return fault.schemaPath.slice(union.schemaPath.length + 1).split("/")[0] ?? "";
}

/** Nothing in this branch has the wrong type as a whole, or another literal than was sent. */
function isMeant(union: Fault, branch: string, faults: readonly Fault[]): boolean {
  const start = `${union.schemaPath}/${branch}/`;
  return !faults.some(
    ({ keyword, schemaPath, instancePath }) =>
      schemaPath.startsWith(start) &&
      (keyword === "const" || (keyword === "type" && instancePath === union.instancePath)),
  );
}

/** Exactly one: of several it is not known which was meant. */
function hasMeantBranch(union: Fault, faults: readonly Fault[]): boolean {
  const branches = union.parentSchema?.anyOf ?? [];
  return branches.filter((_, i) => isMeant(union, String(i), faults)).length === 1;
}

function nameOf(fault: Fault, where: string): string {
  const { additionalProperty, missingProperty } = fault.params as Record<string, string>;
  const key = additionalProperty ?? missingProperty;
  const place = placeOf(fault, where);
  if (key === undefined) return place;
  return place === where ? key : `${place}.${key}`;
}

function placeOf({ instancePath }: Fault, where: string): string {
  return instancePath === "" ? where : instancePath.slice(1).replaceAll("/", ".");
}

function wrongWith({ keyword, message = "is wrong" }: Fault): string {
  if (keyword === "additionalProperties") return "there is no such key";
  if (keyword === "required") return "is missing";
  if (keyword === "anyOf") return "is none of what is allowed";
  return message;
}

function allowedBy({ keyword, parentSchema = {} }: Fault): string {
  if (keyword === "additionalProperties" || keyword === "required") return keysOf(parentSchema);
  return describe(parentSchema);
}

function keysOf(schema: Schema): string {
  const required = new Set(schema.required as readonly string[] | undefined);
  const keys = Object.keys(schema.properties ?? {});
  if (keys.length === 0) return "no keys";
  return `keys ${keys.map((key) => (required.has(key) ? key : `${key}?`)).join(", ")}`;
}

/** What a schema allows, in a line; `?` marks a key that may be left out. */
export function describe(schema: Schema): string {
  if (schema.anyOf) return describeUnion(schema.anyOf);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.join(", ");
  if (schema.type === "object") return keysOf(schema);
  if (schema.type === "array") {
    const { minItems = 0, maxItems } = schema;
    const most = maxItems === undefined ? "or more" : `to ${maxItems}`;
    return `list of ${minItems} ${most} × (${describe(schema.items as Schema)})`;
  }
  const { type, pattern, minimum, maximum, minLength, maxLength } = schema;
  return [
    type === "string" ? "text" : String(type ?? "anything"),
    pattern === undefined ? "" : `matching ${pattern}`,
    minimum === undefined ? "" : `from ${minimum}`,
    maximum === undefined ? "" : `up to ${maximum}`,
    minLength === undefined ? "" : `at least ${minLength} long`,
    maxLength === undefined ? "" : `at most ${maxLength} long`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Of branches that differ by a literal, its values: `command: acknowledge, silence, …`. */
function describeUnion(branches: readonly Schema[]): string {
  const [first] = branches;
  const literal = Object.keys(first?.properties ?? {}).find((key) =>
    branches.every((branch) => branch.properties?.[key]?.const !== undefined),
  );
  if (literal === undefined) return branches.map(describe).join(" or ");
  const values = branches.map((branch) => branch.properties?.[literal]?.const);
  return `${literal} ${values.join(", ")}`;
}
