/** Inventory files in YAML: read with line and column of every value, written one item a line. */
import { Document, isMap, isNode, isSeq, LineCounter, parseDocument, Scalar } from "yaml";
import { offsetOf } from "../yaml-file.ts";
import { type ListName, listNames } from "./schema.ts";
import type { Path } from "./shape.ts";
import { type Fault, fileFault, type Given, type Source } from "./source.ts";

const version = 2;
const keys = ["v", "district", ...listNames, "persons"];

export function readYaml(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const fault = (offset: number, key: string, message: string): Fault => ({
    file,
    ...at(offset),
    key,
    message,
  });
  const nothing = { lists: new Map(), district: null };
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) =>
      fault(error.pos[0], "", error.message.split("\n")[0] ?? ""),
    );
    return { ...nothing, faults };
  }
  let value: Record<string, unknown>;
  try {
    // No aliases: they can make a small file very large, and an inventory has no use for them.
    value = document.toJS({ maxAliasCount: 0 }) as Record<string, unknown>;
  } catch {
    return {
      ...nothing,
      faults: [fileFault(file, "anchors and aliases (& and *) are not allowed")],
    };
  }
  if (!isMap(document.contents)) {
    return {
      ...nothing,
      faults: [fileFault(file, `no inventory; allowed: keys ${keys.join(", ")}`)],
    };
  }
  const faults: Fault[] = [];
  for (const { key, value: node } of document.contents.items) {
    const name = String(key);
    const offset = isNode(key) && key.range ? key.range[0] : 0;
    if (!keys.includes(name)) {
      faults.push(fault(offset, name, `there is no such key here; allowed: ${keys.join(", ")}`));
    } else if (name !== "v" && name !== "district" && !isSeq(node)) {
      faults.push(fault(offset, name, "not allowed; allowed: a list"));
    }
  }
  if (value.v !== version) {
    faults.push(
      fault(0, "v", `${JSON.stringify(value.v) ?? "nothing"} is not allowed; allowed: ${version}`),
    );
  }
  if (faults.length > 0) return { ...nothing, faults };
  const given = (name: string, items: readonly unknown[]): Given => ({
    file,
    items,
    where: (path) => at(offsetOf(document, [name, ...path])),
  });
  const lists = new Map<ListName | "persons", Given>();
  for (const name of [...listNames, "persons"] as const) {
    const items = value[name];
    if (Array.isArray(items)) lists.set(name, given(name, items));
  }
  const district =
    value.district === undefined
      ? null
      : {
          file,
          items: [value.district] as const,
          where: (path: Path) => at(offsetOf(document, ["district", ...path.slice(1)])),
        };
  return { lists, district, faults: [] };
}

/** One line for each item, in the order it was given; `value` is in the form of files. */
export function writeYaml(value: Readonly<Record<string, unknown>>): string {
  const document = new Document({ v: version, ...value });
  if (isMap(document.contents)) {
    for (const { key, value: node } of document.contents.items) {
      if (isSeq(node)) for (const item of node.items) if (isMap(item)) item.flow = true;
      if (isMap(node) && key instanceof Scalar && key.value === "district") node.flow = true;
    }
  }
  return document.toString({ lineWidth: 0 });
}
