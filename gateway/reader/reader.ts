/**
 * The main thread's side of the reader: one request at a time is with the thread, the others wait here, so
 * that one which waits too long is refused alone, and the thread never works for somebody who has gone.
 * The thread waits for the first request, with what a trend needs: on a busy machine it takes half a
 * second to start. What it has loaded for anything larger goes with it when nobody has asked for a while:
 * memory is for alarms.
 */
import { Worker } from "node:worker_threads";
import type { Adoption } from "#rules/adoption.ts";
import type { Recorded } from "#rules/event.ts";
import { Refused } from "../errors.ts";
import type { Figures } from "../figures/fold.ts";
import type { FiguresRequest } from "../figures/keeper.ts";
import type { MonthRequest, StationFigures } from "../figures/stations.ts";
import type { CourseRequest } from "../history/course.ts";
import type { Asked } from "../history/course-text.ts";
import type { Marks, MarksRequest } from "../history/marks.ts";
import type { ArchivedIncident, ArchiveQuery } from "../journal/archive.ts";
import type { Opening } from "../record/find.ts";
import type { RulePage, RuleQuery } from "../rulebook/list.ts";
import type { PreparedRules, RulesRequest } from "../rulebook/prepare.ts";
import type { Prepared, PrepareRequest } from "./prepare.ts";
import type { ReaderAnswer, ReaderRequest, ReaderResult } from "./reader-worker.ts";
import type { SitePage, SiteQuery } from "./search.ts";

/** The one that is under way among them. */
const mostWaiting = 64;
const idleMs = 60_000;
/** What leaves nothing behind. */
const light: ReadonlySet<ReaderRequest["do"]> = new Set(["courses", "marks"]);
/**
 * So long one may be under way, and so long it may wait for its turn before. Of an import of 180,000 sites
 * 5 s were seen; of a search 100 ms.
 */
const deadlineMs = {
  prepare: 300_000,
  search: 30_000,
  rules: 120_000,
  "rule-page": 30_000,
  "pack-text": 30_000,
  figures: 300_000,
  stations: 60_000,
  record: 120_000,
  courses: 30_000,
  marks: 30_000,
} as const;
/** The thread's heap: an import of a whole district needs 1 GB, and must not take more. */
const heapMb = 1536;

type Pending = {
  readonly request: ReaderRequest;
  readonly resolve: (result: ReaderResult) => void;
  readonly reject: (error: Error) => void;
  readonly progress: (step: string) => void;
  /** Of its wait, then of its answer. */
  deadline: NodeJS.Timeout;
};

export class Reader {
  readonly #folder: string;
  /** In the order in which they came. */
  readonly #waiting = new Set<Pending>();
  #underWay: (Pending & { readonly id: number }) | null = null;
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #nextId = 1;
  /** It has done more than trends. */
  #isLoaded = false;
  #isClosed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Once the gateway is ready: nobody who presses waits for it. */
  start(): void {
    if (!this.#isClosed) this.#running();
  }

  async prepare(of: PrepareRequest, progress: (step: string) => void): Promise<Prepared> {
    return (await this.#ask({ do: "prepare", of }, progress)) as Prepared;
  }

  async search(inventory: string, query: SiteQuery): Promise<SitePage | null> {
    return (await this.#ask({ do: "search", of: { inventory, query } })) as SitePage | null;
  }

  async rules(
    request: RulesRequest,
    base: string | null,
    progress: (step: string) => void,
  ): Promise<PreparedRules> {
    const of = { request, base };
    return (await this.#ask({ do: "rules", of }, progress)) as PreparedRules;
  }

  async rulePage(adoptions: readonly Adoption[], query: RuleQuery): Promise<RulePage> {
    return (await this.#ask({ do: "rule-page", of: { adoptions, query } })) as RulePage;
  }

  /** As a file would have it; null where there is no such pack. */
  async packText(packs: string | null, pack: string): Promise<string | null> {
    return (await this.#ask({ do: "pack-text", of: { packs, pack } })) as string | null;
  }

  async figures(of: FiguresRequest): Promise<Figures> {
    return (await this.#ask({ do: "figures", of })) as Figures;
  }

  /** What a month's orders took, station by station. */
  async stations(of: MonthRequest): Promise<StationFigures[]> {
    return (await this.#ask({ do: "stations", of })) as StationFigures[];
  }

  /** Where an incident begins; null where the journal has none of that id. */
  async opening(incident: string): Promise<Opening | null> {
    return (await this.#ask({ do: "record", of: { of: "opening", incident } })) as Opening | null;
  }

  /** Its record, as JSON. */
  async record(opening: Opening): Promise<Uint8Array> {
    const of = { of: "record", opening } as const;
    return (await this.#ask({ do: "record", of })) as Uint8Array;
  }

  async closedIncidents(query: ArchiveQuery): Promise<readonly ArchivedIncident[]> {
    const of = { of: "closed", query } as const;
    return (await this.#ask({ do: "record", of })) as readonly ArchivedIncident[];
  }

  /** Each point as text, in the order of the request: JSON of a `Course`, or lines of a table. */
  async courses(of: CourseRequest & Asked): Promise<readonly string[]> {
    return (await this.#ask({ do: "courses", of })) as readonly string[];
  }

  async marks(of: MarksRequest): Promise<Marks> {
    return (await this.#ask({ do: "marks", of })) as Marks;
  }

  /** What has happened with a permit for hot work. */
  async permit(permit: string): Promise<readonly Recorded[]> {
    const of = { of: "permit", permit } as const;
    return (await this.#ask({ do: "record", of })) as readonly Recorded[];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const stopping = new Refused({ code: "stopping", message: "the gateway is stopping" });
    for (const one of this.#waiting) this.#refuse(one, stopping);
    this.#failed(stopping);
    await this.#end();
  }

  #ask(request: ReaderRequest, progress: (step: string) => void = () => {}): Promise<ReaderResult> {
    if (this.#waiting.size + (this.#underWay ? 1 : 0) >= mostWaiting) {
      const message = `${mostWaiting} queries are waiting`;
      const allowed = "try again in a few seconds";
      return Promise.reject(new Refused({ code: "reader-busy", message, allowed }));
    }
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.#tooLate(one), deadlineMs[request.do]);
      const one: Pending = { request, resolve, reject, progress, deadline };
      this.#waiting.add(one);
      this.#next();
    });
  }

  /** The thread has nothing to do, and somebody waits. */
  #next(): void {
    const [one] = this.#waiting;
    if (!one || this.#underWay) return;
    this.#waiting.delete(one);
    clearTimeout(one.deadline);
    if (this.#idle) clearTimeout(this.#idle);
    const { request } = one;
    const id = this.#nextId++;
    const deadline = setTimeout(() => this.#tooLong(request), deadlineMs[request.do]);
    this.#underWay = { ...one, id, deadline };
    this.#isLoaded ||= !light.has(request.do);
    this.#running().postMessage({ id, ...request });
  }

  /** Nobody else loses anything by it. */
  #tooLate(one: Pending): void {
    const { do: what } = one.request;
    const seconds = deadlineMs[what] / 1000;
    const message = `${what} has waited ${seconds} s behind ${this.#underWay?.request.do}`;
    const allowed = "try again when that is done";
    this.#refuse(one, new Refused({ code: "reader-busy", message, allowed }));
  }

  #refuse(one: Pending, why: Refused): void {
    this.#waiting.delete(one);
    clearTimeout(one.deadline);
    one.reject(why);
  }

  /** It cannot be told to stop: the thread goes, and those that wait have another one. */
  #tooLong({ do: what }: ReaderRequest): void {
    const message = `no answer to ${what} in ${deadlineMs[what] / 1000} s`;
    const why = new Refused({ code: "reader-timeout", message, allowed: "ask for less at once" });
    void this.#end();
    this.#failed(why);
    this.#next();
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("./reader-worker.ts", import.meta.url), {
      workerData: { folder: this.#folder },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    worker.on("message", (answer: ReaderAnswer) => this.#answered(answer));
    worker.on("error", (error) => {
      // One that was ended may still throw: what is under way now is another's.
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#isLoaded = false;
      this.#failed(error);
      this.#next();
    });
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #answered(answer: ReaderAnswer): void {
    const one = this.#underWay;
    if (one?.id !== answer.id) return;
    if ("progress" in answer) return one.progress(answer.progress);
    this.#underWay = null;
    clearTimeout(one.deadline);
    if ("error" in answer) one.reject(errorOf(answer));
    else one.resolve(answer.result);
    this.#next();
    if (this.#underWay || !this.#isLoaded) return;
    this.#idle = setTimeout(() => void this.#end().then(() => this.start()), idleMs);
    this.#idle.unref();
  }

  /** What is under way has no answer; those that wait go on. */
  #failed(error: Error): void {
    const one = this.#underWay;
    this.#underWay = null;
    if (!one) return;
    clearTimeout(one.deadline);
    one.reject(error);
  }

  async #end(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    this.#isLoaded = false;
    await worker?.terminate();
  }
}

function errorOf({ error, refused }: Extract<ReaderAnswer, { readonly error: string }>): Error {
  if (!refused) return new Error(error);
  const { code, allowed } = refused;
  return new Refused(
    allowed === undefined ? { code, message: error } : { code, message: error, allowed },
  );
}
