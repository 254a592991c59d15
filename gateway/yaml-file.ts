/**
 * YAML of the house (profiles, packs): read, judged by a schema, and each fault named by file, line,
 * what is wrong and what is allowed.
 */
import { readFileSync } from "node:fs";
import type { TSchema } from "typebox";
import { isNode, LineCounter, parseDocument } from "yaml";
import { Refused } from "./errors.ts";
import { type Path, shapeFaults } from "./inventory/shape.ts";

export type YamlFault = { readonly path: Path; readonly message: string };

export type YamlFile<T> = {
  readonly value: T;
  /** Refuses with all of these, each at its line; does nothing where there is none. */
  readonly refuse: (faults: readonly YamlFault[]) => void;
};

/** Throws `Refused` (bad-file) where the file has not the shape. */
export function readYamlFile<T>(path: string, schema: TSchema): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw bad([`${path}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`]);
  const value = document.toJS({ maxAliasCount: 0 }) as T;
  const lineOf = (at: Path): number => {
    for (let n = at.length; n >= 0; n -= 1) {
      const node = document.getIn(at.slice(0, n), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const refuse = (faults: readonly YamlFault[]): void => {
    if (faults.length === 0) return;
    throw bad(
      faults.map(({ path: at, message }) => `${path}:${lineOf(at)}: ${at.join(".")} ${message}`),
    );
  };
  refuse(shapeFaults(schema, value));
  return { value, refuse };
}

function bad(lines: readonly string[]): Refused {
  return new Refused({ code: "bad-file", message: lines.slice(0, 50).join("\n") });
}
