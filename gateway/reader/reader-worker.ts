/**
 * The reader: a thread with its own read-only connection for what reads more than the main thread
 * may, which is any import, search or list over an inventory of any size.
 *
 * What a request needs is loaded with the first of its kind: all of it takes seconds on a busy machine, and
 * whoever opens a trend waits for none of it.
 */
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { Adoption } from "#rules/adoption.ts";
import type { Packs } from "#rules/rulebook.ts";
import { Refused } from "../errors.ts";
import type { Figures } from "../figures/fold.ts";
import type { FiguresRequest } from "../figures/keeper.ts";
import type { MonthRequest, StationFigures } from "../figures/stations.ts";
import type { CourseRequest } from "../history/course.ts";
import type { Asked } from "../history/course-text.ts";
import type { Marks, MarksRequest } from "../history/marks.ts";
import { JournalFile } from "../journal/file.ts";
import type { RecordReader, RecordRequest, RecordResult } from "../record/reads.ts";
import type { RuleList, RulePage, RuleQuery } from "../rulebook/list.ts";
import type { PreparedRules, RulesRequest } from "../rulebook/prepare.ts";
import type { Prepared, PrepareRequest } from "./prepare.ts";
import type { SitePage, SiteQuery, SiteSearch } from "./search.ts";

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

/** One request at a time, in the order in which they came. */
function serve(folder: string): void {
  const port = parentPort;
  if (!port) throw new Error("the reader runs in a worker thread");
  // On Linux a priority is a thread's own: the main thread and the commit worker go first.
  setPriority(0, constants.priority.PRIORITY_LOW);
  const readers = new Readers(folder);
  const answer = async ({ id, ...request }: ReaderRequest & { readonly id: number }) => {
    try {
      const result = await readers.run(request as ReaderRequest, (progress) =>
        port.postMessage({ id, progress }),
      );
      port.postMessage({ id, result }, buffersOf(result));
    } catch (error) {
      // A refusal says what is allowed, and is no failure.
      const refused =
        error instanceof Refused ? { code: error.code, allowed: error.allowed } : null;
      port.postMessage({ id, error: (error as Error).message, refused });
    }
  };
  // Whoever looks at a trend does it because something happens: that is here before it is asked for.
  const ready = [
    import("../history/course.ts"),
    import("../history/course-text.ts"),
    import("../history/marks.ts"),
  ];
  let turn: Promise<unknown> = Promise.allSettled(ready);
  port.on("message", (request: ReaderRequest & { readonly id: number }) => {
    turn = turn.then(() => answer(request));
  });
}

type Progress = (step: string) => void;

class Readers {
  readonly #folder: string;
  readonly #journal: JournalFile;
  #records: RecordReader | null = null;
  #search: { readonly of: string; readonly is: SiteSearch } | null = null;
  #rules: { readonly of: string; readonly is: RuleList } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    this.#journal = JournalFile.openForReading(folder);
  }

  async run(request: ReaderRequest, progress: Progress): Promise<ReaderResult> {
    const journal = this.#journal;
    switch (request.do) {
      case "prepare":
        return (await import("./prepare.ts")).prepare(journal, request.of, progress);
      case "courses": {
        const { readCourses } = await import("../history/course.ts");
        const { courseTexts } = await import("../history/course-text.ts");
        return courseTexts(readCourses(this.#folder, request.of), request.of);
      }
      case "marks":
        return (await import("../history/marks.ts")).readMarks(journal, request.of);
      case "record": {
        const { RecordReader } = await import("../record/reads.ts");
        this.#records ??= new RecordReader(this.#folder, journal);
        return this.#records.run(request.of);
      }
      case "figures":
        return (await import("../figures/read.ts")).readFigures(journal, request.of);
      case "stations":
        return (await import("../figures/read.ts")).readStationFigures(journal, request.of);
      case "search":
        return this.#searchSites(request.of);
      default:
        return this.#ofRules(request, progress);
    }
  }

  async #searchSites({ inventory, query }: Of<"search">): Promise<SitePage | null> {
    const [{ SiteSearch }, { unpack }] = await Promise.all([
      import("./search.ts"),
      import("../inventory/pack.ts"),
    ]);
    if (this.#search?.of !== inventory) {
      const is = new SiteSearch(unpack(inventory, (hash) => this.#journal.artefact(hash)));
      this.#search = { of: inventory, is };
    }
    return this.#search.is.page(query);
  }

  async #ofRules(
    request: Extract<ReaderRequest, { readonly do: "rules" | "rule-page" | "pack-text" }>,
    progress: Progress,
  ): Promise<ReaderResult> {
    const { readStored } = await import("../rulebook/stored.ts");
    const stored = (hash: string): Packs =>
      readStored(hash, (name) => this.#journal.artefact(name));
    if (request.do === "pack-text") {
      const { packs, pack } = request.of;
      const { packText } = await import("../rulebook/pack-text.ts");
      return packs === null ? null : packText(stored(packs), pack);
    }
    if (request.do === "rule-page") {
      const { adoptions, query } = request.of;
      const { RuleList } = await import("../rulebook/list.ts");
      const { hash = "", position = 0 } = adoptions.at(-1) ?? {};
      const key = `${position} ${hash}`;
      if (this.#rules?.of !== key) {
        const packs = hash === "" ? [] : stored(hash);
        this.#rules = { of: key, is: new RuleList(packs, adoptions, tryOf(stored)) };
      }
      return this.#rules.is.page(query);
    }
    const [{ houseDocuments }, { prepareRules }, { readProfiles }] = await Promise.all([
      import("../rulebook/packs.ts"),
      import("../rulebook/prepare.ts"),
      import("../rulebook/profiles.ts"),
    ]);
    const { base } = request.of;
    // Where nothing has been adopted yet, the house's packs will be.
    const inForce = base === null ? houseDocuments().map(({ pack }) => pack) : stored(base);
    const from = { profiles: readProfiles(), base: inForce, adopted: stored };
    return prepareRules(request.of.request, from, progress);
  }
}

type Of<Name extends ReaderRequest["do"]> = Extract<ReaderRequest, { readonly do: Name }>["of"];

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
