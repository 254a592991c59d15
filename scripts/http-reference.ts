/**
 * `npm run reference`: writes the part of docs/reference/http.md that comes from the code, which is
 * everything after its mark: rights, routes, shapes, frames and problem codes. The routes are read
 * from the OpenAPI document, so what stands there is what is checked.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import pino from "pino";
import { id, personId } from "#gateway/api/bodies.ts";
import * as contract from "#gateway/api/contract.ts";
import * as incidents from "#gateway/api/incident-contract.ts";
import { problemCodes } from "#gateway/api/problems.ts";
import { Website } from "#gateway/api/website.ts";
import { readConfig } from "#gateway/config.ts";
import { Gateway } from "#gateway/gateway.ts";
import { type Action, actions, may, ownScope } from "#gateway/identity/may.ts";
import { type Person, roles } from "#gateway/identity/people.ts";
import { environment, makeFolder } from "#gateway/testing/process.ts";
import { Tour } from "#gateway/tour.ts";

type Schema = {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};
type Content = { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> };
type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Schema;
};
type Operation = {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
};
export type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const root = resolve(import.meta.dirname, "..");
export const page = resolve(root, "docs/reference/http.md");
export const mark = "<!-- From here on made from the code: npm run reference -->";

/** A line of a shape that is longer is broken at its keys. */
const widest = 96;

/** What several routes use has a name, and is described once. */
const shapes: Readonly<Record<string, Schema>> = {
  Id: id,
  PersonId: personId,
  Text: contract.alarmRow.properties.siteName,
  Place: contract.districtMap.properties.towns.items.properties.at,
  AlarmRow: contract.alarmRow,
  OrderRow: contract.orderRow,
  IncidentCard: contract.incidentCard,
  Overview: contract.overview,
  Contacts: incidents.contacts,
  DistrictMap: contract.districtMap,
  SessionView: contract.sessionView,
  DeskPeople: contract.deskPeople,
  CrewOrder: contract.crewOrder,
  CrewOrders: contract.crewOrders,
  Outcome: contract.outcome,
  TourView: contract.tourView,
  Problem: contract.problem,
};

const meanings: Readonly<Record<Action, string>> = {
  enter: "pages, their files, signing in, `/healthz`, `/readyz`",
  read: "what stands open, the map, sites, this document",
  "read-contacts": "names with telephone numbers, the emergency card",
  stream: "the event stream, filtered by scope",
  act: "commands, and changing the acting person",
  reply: "a station's answer to its own order",
  attend: "a page says that its sound runs",
  tour: "the demonstration",
  metrics: "`/metrics`",
  publish: "MQTT only",
  subscribe: "MQTT only",
  "hot-work": "whoever has to do with hot work: park, watcher, platform, the station asked, a desk",
  administrate: "users, PINs, credentials, imports: by the command line",
};

/** The document as a gateway serves it; no port is opened, and the folder goes with it. */
export async function openapi(): Promise<Document> {
  const folder = makeFolder();
  const log = pino({ level: "silent" });
  const gateway = new Gateway(readConfig(environment(folder.path)), log);
  try {
    return await gateway.once(async () => {
      const website = new Website(gateway, new Tour(gateway, null));
      const document = (await website.openapi()) as Document;
      await website.stop();
      return document;
    });
  } finally {
    folder.remove();
  }
}

/** Everything after the mark. */
export function describeHttp(document: Document, framesSource: string): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const routes = operations.map(
    ({ path, method, operation }) =>
      `| ${method.toUpperCase()} | \`${path}\` | ${operation.summary} |`,
  );
  const each = operations.map(({ path, method, operation }) =>
    describeRoute(`${method.toUpperCase()} ${path}`, operation),
  );
  const named = Object.entries(shapes).map(
    ([name, schema]) => `${name} = ${shapeOf(schema, "", name)}`,
  );
  return [
    ...["## Who may what", "", ...rightsTable(), ""],
    ...["## Routes", "", "| method | address | what |", "|---|---|---|", ...routes, ""],
    ...each,
    ...["## Shapes", "", fenced(named.join("\n\n")), ""],
    ...["## Frames of the stream", "", fenced(framesOf(framesSource)), ""],
    ...["## Problem codes", "", ...codesTable(), ""],
  ].join("\n");
}

function rightsTable(): string[] {
  const asked = roles.map((role): readonly [string, Person] => {
    const scope = role === "station" ? "KQ-07" : "*";
    return [role, { id: "P-x", name: "x", role, scope }];
  });
  const [, operator] = asked.find(([role]) => role === "operator") ?? [];
  const rows = actions
    .filter((action) => action !== "publish" && action !== "subscribe")
    .map((action) => {
      const cells = asked.map(([, person]) =>
        yes(may({ kind: "person", person, access: "full" }, action, ownScope(person)).may),
      );
      const expired = operator
        ? may({ kind: "person", person: operator, access: "read-only" }, action, {}).may
        : false;
      const nobody = may({ kind: "nobody", loopback: false }, action, {}).may;
      const line = [`\`${action}\``, meanings[action], ...cells, yes(expired), yes(nobody)];
      return `| ${line.join(" | ")} |`;
    });
  const head = ["action", "what", ...roles, "operator, session expired", "nobody"];
  return [`| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...rows];
}

function yes(may: boolean): string {
  return may ? "yes" : "–";
}

function describeRoute(title: string, operation: Operation): string {
  const { summary, parameters = [], requestBody, responses } = operation;
  const rows = parameters.map(
    ({ name, in: where, required, schema }) =>
      `| \`${name}\` | ${where}${required ? "" : ", may be left out"} | ${cellOf(schema)} |`,
  );
  const body = requestBody?.content?.["application/json"]?.schema;
  const answer = responses["200"]?.content?.["application/json"]?.schema;
  return [
    ...[`### ${title}`, "", `${summary}.`, ""],
    ...(rows.length > 0 ? ["| name | in | allowed |", "|---|---|---|", ...rows, ""] : []),
    ...(body ? ["Body:", "", fenced(shapeOf(body)), ""] : []),
    ...answerOf(answer, Object.hasOwn(responses, "204")),
  ].join("\n");
}

/** One line: a table knows no others. */
function cellOf(schema: Schema): string {
  const shape = schema.enum?.map((value) => JSON.stringify(value)).join(" | ") ?? shapeOf(schema);
  return shape.replaceAll("|", "\\|");
}

function answerOf(schema: Schema | undefined, isEmpty: boolean): string[] {
  if (isEmpty) return ["Answer: 204, nothing.", ""];
  if (!schema) return [];
  const shape = shapeOf(schema);
  if (Object.hasOwn(shapes, shape)) return [`Answer: \`${shape}\`.`, ""];
  return ["Answer:", "", fenced(shape), ""];
}

function fenced(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``;
}

/** A schema in the words of TypeScript, with what TypeScript cannot say behind it. */
export function shapeOf(schema: Schema, indent = "", own = ""): string {
  const name = nameOf(schema);
  if (name !== undefined && name !== own) return name;
  if (schema.anyOf) return unionOf(schema.anyOf, indent);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum)
    return unionOfTexts(
      schema.enum.map((value) => JSON.stringify(value)),
      indent,
    );
  if (schema.type === "array") return arrayOf(schema, indent);
  if (schema.type === "object") return objectOf(schema, indent);
  return [schema.type ?? "unknown", ...boundsOf(schema)].join(" ");
}

function nameOf(schema: Schema): string | undefined {
  const wanted = canonical(schema);
  return Object.entries(shapes).find(([, known]) => canonical(known) === wanted)?.[0];
}

/** The same whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function boundsOf({ pattern, minLength, maxLength, minimum }: Schema): string[] {
  return [
    ...(pattern === undefined ? [] : [`matching ${pattern}`]),
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...lengthOf(minLength, maxLength),
  ];
}

function lengthOf(least: number | undefined, most: number | undefined): string[] {
  if (least === undefined && most === undefined) return [];
  return [most === undefined ? `of ${least} or more` : `of ${least ?? 0} to ${most}`];
}

function unionOf(branches: readonly Schema[], indent: string): string {
  return unionOfTexts(
    branches.map((branch) => shapeOf(branch, `${indent}  `)),
    indent,
  );
}

/** On one line, or filled lines of values, or a line for each. */
function unionOfTexts(texts: readonly string[], indent: string): string {
  const line = texts.join(" | ");
  if (line.length + indent.length <= widest && !line.includes("\n")) return line;
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    const filled = `${last} | ${text}`;
    const fits = last !== undefined && indent.length + filled.length + 4 <= widest;
    if (fits && text.startsWith('"')) lines[lines.length - 1] = filled;
    else lines.push(text);
  }
  return lines.map((text) => `\n${indent}  | ${text}`).join("");
}

function arrayOf({ items = {}, minItems, maxItems }: Schema, indent: string): string {
  const inner = shapeOf(items, indent);
  const list = inner.includes("|") && !inner.endsWith("}") ? `(${inner})[]` : `${inner}[]`;
  return [list, ...lengthOf(minItems, maxItems)].join(" ");
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  indent: string,
): string {
  const keys = Object.entries(properties).map(([key, schema]) => {
    const optional = required.includes(key) ? "" : "?";
    const shape = shapeOf(schema, `${indent}  `);
    return `${key}${optional}:${shape.startsWith("\n") ? "" : " "}${shape}`;
  });
  if (additionalProperties === true) keys.push("…");
  if (keys.length === 0) return "{}";
  const line = `{ ${keys.join("; ")} }`;
  if (line.length + indent.length <= widest && !line.includes("\n")) return line;
  return `{\n${keys.map((key) => `${indent}  ${key};\n`).join("")}${indent}}`;
}

/** The frames have no schema, for nobody sends them to us: they are read as they stand. */
function framesOf(source: string): string {
  const frames = source.matchAll(/\/\*\*[^/]*\*\/\nexport type \w+Frame = \{[^}]*\};/g);
  return [...frames].map(([text]) => text.replaceAll("export type", "type")).join("\n\n");
}

function codesTable(): string[] {
  const rows = Object.entries(problemCodes).map(
    ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
  );
  return [
    "| code | status | meaning |",
    "|---|---|---|",
    ...rows,
    "| any other | 409 | the rules refuse it in the state as it is; the code says why |",
  ];
}

export function withGenerated(text: string, generated: string): string {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`${page} has lost its mark`);
  return `${text.slice(0, at)}${mark}\n\n${generated}`;
}

export function readFrames(): string {
  return readFileSync(resolve(root, "gateway/api/frames.ts"), "utf8");
}

if (import.meta.main) {
  const generated = describeHttp(await openapi(), readFrames());
  const before = readFileSync(page, "utf8");
  const after = withGenerated(before, generated);
  if (after !== before) writeFileSync(page, after);
  process.stdout.write(`docs/reference/http.md: ${after === before ? "as it was" : "written"}\n`);
}
