/**
 * YAML of the house (profiles, packs): read, judged by a schema, and each fault named by file, line,
 * what is wrong and what is allowed.
 */
import { readFileSync } from "node:fs";
import Type, { type TSchema } from "typebox";
import { type Document, isNode, LineCounter, parseDocument, visit } from "yaml";
import { Refused } from "./errors.ts";
import { type Path, shapeFaults } from "./inventory/shape.ts";

/** What the schemas of these files are made of. */
export const object = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
export const oneOf = <const T extends readonly string[]>(list: T) => Type.Enum([...list]);
export const line = Type.String({ minLength: 1, maxLength: 500 });
export const text = object({ zh: line, en: line });

export type YamlFault = { readonly path: Path; readonly message: string };

export type YamlFile<T> = {
  readonly value: T;
  /** Refuses with all of these, each at its line; does nothing where there is none. */
  readonly refuse: (faults: readonly YamlFault[]) => void;
  readonly lineOf: (at: Path) => number;
};

/** Throws `Refused` (bad-file) where the file has not the shape. */
export function readYamlFile<T>(path: string, schema: TSchema): YamlFile<T> {
  return readYaml(path, readFileSync(path, "utf8"), () => schema);
}

/** The same of a text that somebody has sent; `schemaOf`: by what its value is to be judged. */
export function readYaml<T>(
  path: string,
  content: string,
  schemaOf: (value: unknown) => TSchema,
): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw bad([`${path}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`]);
  visit(document, {
    Alias: (_key, { range }) => {
      const { line: at } = lines.linePos(range?.[0] ?? 0);
      throw bad([`${path}:${at}: an alias (*) is not allowed; allowed: the value itself`]);
    },
  });
  const value = document.toJS({ maxAliasCount: 0 }) as T;
  const lineOf = (at: Path): number => lines.linePos(offsetOf(document, at)).line;
  const refuse = (faults: readonly YamlFault[]): void => {
    if (faults.length === 0) return;
    throw bad(
      faults.map(({ path: at, message }) => `${path}:${lineOf(at)}: ${at.join(".")} ${message}`),
    );
  };
  refuse(shapeFaults(schemaOf(value), value));
  return { value, refuse, lineOf };
}

function bad(lines: readonly string[]): Refused {
  return new Refused({ code: "bad-file", message: lines.slice(0, 50).join("\n") });
}

/** Where the node of a path begins; of the nearest parent where it has none of its own. */
export function offsetOf(document: Document.Parsed, path: Path): number {
  for (let n = path.length; n >= 0; n -= 1) {
    const node = document.getIn(path.slice(0, n), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
