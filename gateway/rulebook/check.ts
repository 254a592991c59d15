/**
 * What is wrong with rules that are to be in force together, each fault at its file and line. The
 * judgement itself is pure (rules/check); here it learns where it stands.
 */
import { checkPacks, type Known, type PackSetFault } from "#rules/check/set.ts";
import type { Packs } from "#rules/rulebook.ts";
import { Refused } from "../errors.ts";
import type { RuleDocument } from "./packs.ts";

export type RulesFault = {
  /** As it was given; "in force" of a pack that is in force and in none of the files. */
  readonly file: string;
  readonly line: number | null;
  /** `rules.3.when`. */
  readonly key: string;
  readonly message: string;
  /** Where a desk may read it in Chinese. */
  readonly zh: string | null;
};

/** Faults that are told one by one. */
const mostFaults = 100;

/** `packs`: all that are to be in force; `documents`: those of them that come from files. */
export function checkRules(
  documents: readonly RuleDocument[],
  packs: Packs,
  known: Known,
): RulesFault[] {
  const files = new Map(documents.map((one) => [one.pack.pack, one] as const));
  const place = (pack: string, path: PackSetFault["path"]) => {
    const document = files.get(pack);
    if (document) return { file: document.file, line: document.lineOf(path) };
    return { file: `in force: ${pack}`, line: null };
  };
  // What contradicts another is told of the one that is new.
  const isNew = ({ pack }: Packs[number]): number => Number(files.has(pack));
  const newLast = packs.toSorted((a, b) => isNew(a) - isNew(b));
  const faults = [
    ...sameNames(documents),
    ...checkPacks(newLast, known).map(({ pack, path, message, zh = null, beside }) => {
      const other = beside && place(beside.pack, beside.path);
      const where = other && ` (${other.file}${other.line === null ? "" : `:${other.line}`})`;
      return {
        ...place(pack, path),
        key: path.join("."),
        message: where ? `${message}${where}` : message,
        zh: zh !== null && where ? `${zh}${where}` : zh,
      };
    }),
  ];
  const order = (file: string): number => documents.findIndex((one) => one.file === file);
  return faults.sort((a, b) => order(a.file) - order(b.file) || (a.line ?? 0) - (b.line ?? 0));
}

/** Two files of one pack: nobody could say which of them is meant. */
function sameNames(documents: readonly RuleDocument[]): RulesFault[] {
  return documents.flatMap(({ file, pack, lineOf }, i) => {
    const first = documents.slice(0, i).find((one) => one.pack.pack === pack.pack);
    if (!first) return [];
    const key = pack.site === undefined ? "pack" : "site";
    const name = pack.site ?? pack.pack;
    const message = `${name} stands in ${first.file} too; allowed: one file for each`;
    const zh = `${name} 在 ${first.file} 中也有;只允许一个文件`;
    return [{ file, line: lineOf([key]), key, message, zh }];
  });
}

/** Throws `Refused` (bad-rules) where there is any. */
export function refuseRules(faults: readonly RulesFault[]): void {
  if (faults.length > 0) throw refusalOf(faults);
}

export function refusalOf(faults: readonly RulesFault[], end = ""): Refused {
  const lines = faults.slice(0, mostFaults).map(faultLine);
  if (faults.length > mostFaults) lines.push(`and ${faults.length - mostFaults} more`);
  if (end !== "") lines.push(end);
  return new Refused({ code: "bad-rules", message: lines.join("\n") });
}

/** `x.yaml:12: rules.3.when …`. */
function faultLine({ file, line, key, message }: RulesFault): string {
  return `${file}${line === null ? "" : `:${line}`}: ${key === "" ? "" : `${key} `}${message}`;
}
