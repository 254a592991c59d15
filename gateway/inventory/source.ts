/** What a file has given, before it is judged: lists of values, and where each of them stood. */
import type { ListName } from "./schema.ts";
import type { Path } from "./shape.ts";

/** One thing that is wrong: file, row and column (from 1), what, and what is allowed. */
export type Fault = {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
  readonly key: string;
  readonly message: string;
};

export type Where = (path: Path) => {
  readonly line: number;
  readonly column: number | null;
};

export type Given = {
  readonly file: string;
  readonly items: readonly unknown[];
  /** Where the value of a path lies; the path begins with the item's index. */
  readonly where: Where;
};

/** What one file brings. */
export type Source = {
  readonly lists: ReadonlyMap<ListName | "persons", Given>;
  readonly district: (Given & { readonly items: readonly [unknown] }) | null;
  readonly faults: readonly Fault[];
};

/** Faults that are told one by one; the rest is counted. */
export const mostFaults = 100;

export function faultAt(given: Given, path: Path, message: string): Fault {
  return { file: given.file, ...given.where(path), key: path.slice(1).join("."), message };
}

export function fileFault(file: string, message: string, line = 1): Fault {
  return { file, line, column: null, key: "", message };
}
