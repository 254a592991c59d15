/** What inventory files may hold, as a page: made from the schema, list by list. */
import type { TSchema } from "typebox";
import { type ListName, listNames, lists, person } from "./schema.ts";

type Node = {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node | readonly Node[];
  readonly enum?: readonly string[];
  readonly allowed?: string;
};

const meanings: Readonly<Record<ListName | "persons", string>> = {
  towns: "Towns and subdistricts (镇街), with their official codes as ids.",
  responders: "Rescue stations, micro stations and brigades: whoever can be ordered.",
  vehicles: "Vehicles (消防车) of a station: what they carry, and who must be on them.",
  sites: "Parks, firms, buildings' owners (园区/单位). `parent`: the park a firm stands in.",
  tenants: "Who works at a site.",
  buildings: "Buildings of a site.",
  zones: "Fire compartments. A neighbour shares a wall or a door; both sides name each other.",
  devices: "What sends signals. Without `place` an import names the device in a warning.",
  linkage:
    "what follows an alarm of a class at a site (联动): a device or webhook that is told, a station, people",
  points: "Values of a device.",
  persons: "Not part of the inventory: kept in people.db. `pin` is kept hashed and never exported.",
};

export function describeInventory(): string {
  const all: [ListName | "persons", TSchema][] = listNames.map((name) => [name, lists[name]]);
  return [...all, ["persons", person] as [ListName | "persons", TSchema]]
    .map(([name, schema]) => {
      const rows = rowsOf(schema as TSchema as Node, "", true);
      const head = "| column | must | allowed |\n|---|---|---|";
      return `## ${name}\n\n${meanings[name]}\n\n${head}\n${rows.join("\n")}`;
    })
    .join("\n\n");
}

function rowsOf(node: Node, path: string, isRequired: boolean): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, of]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const must = isRequired && node.required?.includes(key) === true;
    if (of.type === "object") return rowsOf(of, name, must);
    return [`| `.concat("`", name, "`", ` | ${must ? "yes" : ""} | ${allowed(of)} |`)];
  });
}

function allowed(node: Node): string {
  if (node.allowed) return node.allowed.replaceAll("|", "\\|");
  if (node.enum) return node.enum.join(", ");
  if (node.type !== "array") return node.type ?? "";
  const items = Array.isArray(node.items) ? node.items[0] : (node.items as Node | undefined);
  if (items?.type === "string") return "a list; in CSV joined by ;";
  const keys = Object.keys(items?.properties ?? {}).join(", ");
  return keys === ""
    ? `a list of: ${items ? allowed(items) : ""}`
    : `a list of { ${keys} }; in CSV as JSON`;
}
