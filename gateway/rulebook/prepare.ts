/**
 * Rules that somebody wants to adopt, prepared where it holds nobody up (the reader's thread, or the
 * command line): read, put beside those in force, compiled and checked, compared, cut into parts.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Packs } from "#rules/rulebook.ts";
import { Refused } from "../errors.ts";
import type { ArtefactRow } from "../journal/file.ts";
import { checkRules, type RulesFault } from "./check.ts";
import { type RulesDifference, rulesDifference } from "./difference.ts";
import { byName, houseDocuments, type RuleDocument, readRules } from "./packs.ts";
import type { DeviceProfile } from "./profiles.ts";
import { storedPacks } from "./stored.ts";

export type RulesSource =
  /** Absolute paths: files, or one folder. */
  | { readonly files: readonly string[] }
  | { readonly texts: readonly { readonly name: string; readonly text: string }[] }
  | { readonly house: true }
  /** A set that was in force before, by its hash. */
  | { readonly adopted: string };

export type RulesRequest = {
  readonly source: RulesSource;
  /** They are all there is; else they take the place of packs of the same name. */
  readonly whole: boolean;
};

/** What it is put beside. */
export type Beside = {
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  /** In force. */
  readonly base: Packs;
  /** A set that was. */
  readonly adopted: (hash: string) => Packs;
};

export type PreparedRules =
  | { readonly ok: false; readonly faults: readonly RulesFault[] }
  | {
      readonly ok: true;
      readonly hash: string;
      readonly rows: readonly ArtefactRow[];
      readonly difference: RulesDifference;
      /** Packs that are as they were. */
      readonly same: readonly string[];
      /** Sites that have a document: they must be in the inventory. */
      readonly sites: readonly string[];
      readonly packs: number;
      readonly rules: number;
    };

/** A file of 10,000 rules has 5 MB. */
const mostBytes = 32 << 20;
const mostFiles = 200;

type Progress = (step: "reading" | "checking" | "comparing") => void;

/** All rules as they would be in force together, with the files they come from; or what is wrong. */
export type ResolvedRules =
  | { readonly ok: false; readonly faults: readonly RulesFault[] }
  | { readonly ok: true; readonly packs: Packs; readonly documents: readonly RuleDocument[] };

export function resolveRules(
  { source, whole }: RulesRequest,
  { profiles, base, adopted }: Beside,
  progress: Progress = () => {},
): ResolvedRules {
  progress("reading");
  const { documents, faults } = documentsOf(source);
  if (faults.length > 0) return { ok: false, faults };
  const packs =
    "adopted" in source
      ? adopted(source.adopted)
      : placedBeside(
          whole ? [] : base,
          documents.map(({ pack }) => pack),
        );
  progress("checking");
  const before = houseDocuments().map(({ pack }) => pack);
  const found = checkRules(documents, packs, { profiles, before });
  return found.length > 0 ? { ok: false, faults: found } : { ok: true, packs, documents };
}

export function prepareRules(
  request: RulesRequest,
  beside: Beside,
  progress: Progress = () => {},
): PreparedRules {
  const resolved = resolveRules(request, beside, progress);
  if (!resolved.ok) return resolved;
  const { packs } = resolved;
  const { base } = beside;
  progress("comparing");
  return {
    ok: true,
    ...storedPacks(packs),
    difference: rulesDifference(base, packs),
    same: packs.flatMap((pack) => {
      const was = base.find((one) => one.pack === pack.pack);
      return JSON.stringify(was) === JSON.stringify(pack) ? pack.pack : [];
    }),
    sites: packs.flatMap(({ site }) => site ?? []),
    packs: packs.filter(({ site }) => site === undefined).length,
    rules: packs.reduce((sum, { rules }) => sum + rules.length, 0),
  };
}

type Given = {
  readonly documents: readonly RuleDocument[];
  readonly faults: readonly RulesFault[];
};

/** Each file is read, so that all are told of that have not the shape. */
function documentsOf(source: RulesSource): Given {
  if ("house" in source) return { documents: houseDocuments(), faults: [] };
  const documents: RuleDocument[] = [];
  const faults: RulesFault[] = [];
  for (const [name, read] of textsOf(source)) {
    try {
      documents.push(readRules(name, read()));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      faults.push(...error.message.split("\n").map(shapeFault));
    }
  }
  return { documents, faults };
}

/** `x.yaml:12: rules.0.when …` as it was said. */
function shapeFault(text: string): RulesFault {
  const [, file = "", line = "1", message = text] = /^(.*?):(\d+): (.*)$/.exec(text) ?? [];
  return { file, line: Number(line), key: "", message, zh: null };
}

/** Each takes the place of the pack of its name; a document of a site without rules ends it. */
function placedBeside(base: Packs, next: Packs): Packs {
  const names = new Set(next.map(({ pack }) => pack));
  const stays = base.filter(({ pack }) => !names.has(pack));
  const isGone = ({ site, overrides = {} }: Packs[number]): boolean =>
    site !== undefined && Object.keys(overrides).length === 0;
  return [...stays, ...next].filter((pack) => !isGone(pack)).sort(byName);
}

type Named = readonly [name: string, read: () => string];

function textsOf(source: RulesSource): Named[] {
  if ("texts" in source) return source.texts.map(({ name, text }) => [name, () => text]);
  if (!("files" in source)) return [];
  const paths = source.files.flatMap(filesOf);
  if (paths.length === 0 || paths.length > mostFiles) {
    const message = `${paths.length} files of rules`;
    throw new Refused({ code: "bad-rules", message, allowed: `1 to ${mostFiles} .yaml files` });
  }
  return paths.map((path) => [path, () => readText(path)]);
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch {
    // Whoever reads it says why it cannot be read.
    return [path];
  }
  return readdirSync(path)
    .filter((name) => /^[^.].*\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function readText(path: string): string {
  const refuse = (message: string, allowed?: string): Refused =>
    new Refused({
      code: "bad-file",
      message: `${path}:1: ${message}${allowed ? `; allowed: ${allowed}` : ""}`,
    });
  let size: number;
  try {
    size = statSync(path).size;
  } catch (error) {
    throw refuse(`cannot be read: ${(error as Error).message}`);
  }
  if (size > mostBytes) {
    throw refuse(`${(size / 2 ** 20).toFixed(1)} MB`, `at most ${mostBytes >> 20} MB`);
  }
  return readFileSync(path, "utf8");
}
