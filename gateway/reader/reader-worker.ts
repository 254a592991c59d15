/**
 * The reader: a thread with its own read-only connection for what reads more than the main thread
 * may, which is any import, search or list over an inventory of any size.
 */
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { Adoption } from "#rules/adoption.ts";
import type { Packs } from "#rules/rulebook.ts";
import { Refused } from "../errors.ts";
import type { Figures } from "../figures/fold.ts";
import type { FiguresRequest } from "../figures/keeper.ts";
import { readFigures, readStationFigures } from "../figures/read.ts";
import type { MonthRequest, StationFigures } from "../figures/stations.ts";
import { type CourseRequest, readCourses } from "../history/course.ts";
import { type Asked, courseTexts } from "../history/course-text.ts";
import { type Marks, type MarksRequest, readMarks } from "../history/marks.ts";
import { unpack } from "../inventory/pack.ts";
import { JournalFile } from "../journal/file.ts";
import { RecordReader, type RecordRequest, type RecordResult } from "../record/reads.ts";
import { RuleList, type RulePage, type RuleQuery } from "../rulebook/list.ts";
import { packText } from "../rulebook/pack-text.ts";
import { houseDocuments } from "../rulebook/packs.ts";
import { type PreparedRules, prepareRules, type RulesRequest } from "../rulebook/prepare.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import { readStored } from "../rulebook/stored.ts";
import { type Prepared, type PrepareRequest, prepare } from "./prepare.ts";
import { type SitePage, type SiteQuery, SiteSearch } from "./search.ts";

export type ReaderRequest =
  | { readonly do: "figures"; readonly of: FiguresRequest }
  | { readonly do: "stations"; readonly of: MonthRequest }
  | { readonly do: "prepare"; readonly of: PrepareRequest }
  | {
      readonly do: "search";
      readonly of: { readonly inventory: string; readonly query: SiteQuery };
    }
  | {
      readonly do: "rules";
      readonly of: { readonly request: RulesRequest; readonly base: string | null };
    }
  | {
      readonly do: "rule-page";
      readonly of: { readonly adoptions: readonly Adoption[]; readonly query: RuleQuery };
    }
  | {
      readonly do: "pack-text";
      readonly of: { readonly packs: string | null; readonly pack: string };
    }
  | { readonly do: "record"; readonly of: RecordRequest }
  | { readonly do: "courses"; readonly of: CourseRequest & Asked }
  | { readonly do: "marks"; readonly of: MarksRequest };

export type ReaderResult =
  | Figures
  | StationFigures[]
  | Prepared
  | PreparedRules
  | RecordResult
  | RulePage
  | SitePage
  | readonly string[]
  | Marks
  | string
  | null;

export type ReaderAnswer =
  | { readonly id: number; readonly progress: string }
  | { readonly id: number; readonly result: ReaderResult }
  | {
      readonly id: number;
      readonly error: string;
      readonly refused: { readonly code: string; readonly allowed: string | undefined } | null;
    };

function serve(folder: string): void {
  const port = parentPort;
  if (!port) throw new Error("the reader runs in a worker thread");
  // On Linux a priority is a thread's own: the main thread and the commit worker go first.
  setPriority(0, constants.priority.PRIORITY_LOW);
  const journal = JournalFile.openForReading(folder);
  const records = new RecordReader(folder, journal);
  let search: { readonly of: string; readonly is: SiteSearch } | null = null;
  const stored = (hash: string): Packs => readStored(hash, (name) => journal.artefact(name));
  let rules: { readonly of: string; readonly is: RuleList } | null = null;
  const run = (id: number, request: ReaderRequest): ReaderResult => {
    if (request.do === "prepare") {
      return prepare(journal, request.of, (progress) => port.postMessage({ id, progress }));
    }
    if (request.do === "courses") {
      return courseTexts(readCourses(folder, request.of), request.of);
    }
    if (request.do === "marks") return readMarks(journal, request.of);
    if (request.do === "record") return records.run(request.of);
    if (request.do === "figures") return readFigures(journal, request.of);
    if (request.do === "stations") return readStationFigures(journal, request.of);
    if (request.do === "rules") {
      const { base } = request.of;
      // Where nothing has been adopted yet, the house's packs will be.
      const inForce = base === null ? houseDocuments().map(({ pack }) => pack) : stored(base);
      return prepareRules(
        request.of.request,
        { profiles: readProfiles(), base: inForce, adopted: stored },
        (progress) => port.postMessage({ id, progress }),
      );
    }
    if (request.do === "pack-text") {
      const { packs, pack } = request.of;
      return packs === null ? null : packText(stored(packs), pack);
    }
    if (request.do === "rule-page") {
      const { adoptions, query } = request.of;
      const { hash = "", position = 0 } = adoptions.at(-1) ?? {};
      const key = `${position} ${hash}`;
      if (rules?.of !== key) {
        const packs = hash === "" ? [] : stored(hash);
        rules = { of: key, is: new RuleList(packs, adoptions, tryOf(stored)) };
      }
      return rules.is.page(query);
    }
    const { inventory, query } = request.of;
    if (search?.of !== inventory) {
      search = { of: inventory, is: new SiteSearch(unpack(inventory, (h) => journal.artefact(h))) };
    }
    return search.is.page(query);
  };
  port.on("message", ({ id, ...request }: ReaderRequest & { readonly id: number }) => {
    try {
      const result = run(id, request as ReaderRequest);
      port.postMessage({ id, result }, buffersOf(result));
    } catch (error) {
      // A refusal says what is allowed, and is no failure.
      const refused =
        error instanceof Refused ? { code: error.code, allowed: error.allowed } : null;
      port.postMessage({ id, error: (error as Error).message, refused });
    }
  });
}

/** Of what an earlier version stored, and this one cannot read, nothing is known. */
function tryOf(read: (hash: string) => Packs): (hash: string) => Packs | null {
  return (hash) => {
    try {
      return read(hash);
    } catch {
      return null;
    }
  };
}

/** Every buffer in an answer, each once: they change threads, nothing large is copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (value instanceof ArrayBuffer) found.add(value);
  else if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return [...found];
}

serve((workerData as { folder: string }).folder);
