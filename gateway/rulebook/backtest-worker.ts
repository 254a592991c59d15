/**
 * The thread of one back-test: reads rules, samples and journal by itself, runs the rule over them, and
 * ends. It goes last in everything: a back-test is nobody's emergency.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type CompiledPack, compilePack, isReported, type RuleSource } from "#rules/detect/pack.ts";
import type { Device, Text } from "#rules/inventory.ts";
import { deviceKey } from "#rules/inventory.ts";
import { overridesAt, withNumbers } from "#rules/override.ts";
import type { Profile } from "#rules/profile.ts";
import type { Packs } from "#rules/rulebook.ts";
import { conditionText } from "#rules/text/explain.ts";
import { fill } from "#rules/text/render.ts";
import { Refused } from "../errors.ts";
import { SampleReplay } from "../history/replay.ts";
import { JournalFile } from "../journal/file.ts";
import { journalFacts } from "./around.ts";
import { type Episode, runDevice, type Tried } from "./backtest.ts";
import { refusalOf } from "./check.ts";
import { houseDocuments } from "./packs.ts";
import { type RulesSource, resolveRules } from "./prepare.ts";
import { profileOf, readProfiles } from "./profiles.ts";
import { sideBySide } from "./side-by-side.ts";
import { readStored } from "./stored.ts";

export type BacktestWork = {
  readonly folder: string;
  /** Null: the rules in force, as they are. */
  readonly source: RulesSource | null;
  readonly base: string | null;
  /** `P06`, or `pump-room/P06` where several packs have it. */
  readonly rule: string;
  /** Of every kind; of one that has too many, more than `mostDevices`. */
  readonly devices: readonly Device[];
  readonly mostDevices: number;
  readonly from: number;
  readonly to: number;
  readonly utcOffsetMin: number;
};

export type BacktestSpan = {
  readonly from: number;
  readonly to: number | null;
  readonly worseAt: number | null;
  readonly unknownMs: number;
  readonly why: Text | null;
};

export type BacktestResult = {
  readonly pack: string;
  readonly rule: string;
  readonly name: Text;
  readonly from: number;
  readonly to: number;
  /** Whether the rules in force have it, and in other words. */
  readonly inForce: "same" | "other" | "none";
  readonly devices: readonly {
    readonly device: string;
    readonly samples: number;
    readonly firstAt: number | null;
    /** For how long the rule could not tell, ms. */
    readonly blindMs: number;
  }[];
  readonly totals: { readonly tried: number; readonly inForce: number; readonly journal: number };
  readonly rows: readonly {
    readonly device: string;
    readonly point: string;
    readonly thing: Text | null;
    readonly from: number;
    readonly to: number | null;
    readonly tried: readonly BacktestSpan[];
    readonly inForce: readonly BacktestSpan[];
    readonly journal: readonly BacktestSpan[];
  }[];
  /** Rows that are not told. */
  readonly more: number;
};

export type BacktestAnswer =
  | { readonly progress: number }
  | { readonly result: BacktestResult }
  | {
      readonly error: string;
      readonly refused: { readonly code: string; readonly allowed?: string } | null;
    };

const mostRows = 500;
/** Before the time asked for, at least: what is read then fills windows and ends old holds. */
const leastWarmUpMs = 3_600_000;
const mostWarmUpMs = 8 * 86_400_000;
const everyPercent = 1;

function main(work: BacktestWork, tell: (answer: BacktestAnswer) => void): BacktestResult {
  const journal = JournalFile.openForReading(work.folder);
  const samples = new SampleReplay(work.folder);
  try {
    return new Backtest(work, journal, samples, tell).run();
  } finally {
    samples.close();
    journal.close();
  }
}

type Placed = Episode & { readonly device: string };

class Backtest {
  readonly #work: BacktestWork;
  readonly #journal: JournalFile;
  readonly #samples: SampleReplay;
  readonly #tell: (answer: BacktestAnswer) => void;
  readonly #profiles = readProfiles();
  readonly #base: Packs;
  #told = 0;

  constructor(
    work: BacktestWork,
    journal: JournalFile,
    samples: SampleReplay,
    tell: (answer: BacktestAnswer) => void,
  ) {
    this.#work = work;
    this.#journal = journal;
    this.#samples = samples;
    this.#tell = tell;
    const { base } = work;
    this.#base = base === null ? houseDocuments().map(({ pack }) => pack) : this.#stored(base);
  }

  run(): BacktestResult {
    const { from, to } = this.#work;
    const { pack, kind, rule, packs } = this.#rule();
    const old = this.#base.find((one) => one.pack === pack)?.rules.find(({ id }) => id === rule.id);
    const devices = this.#devicesOf(kind);
    const sites = new Set(devices.map(({ site }) => site));
    const facts = journalFacts(this.#journal, rule.id, sites, this.#work);
    const found: { tried: Placed[]; inForce: Placed[] } = { tried: [], inForce: [] };
    const told: BacktestResult["devices"][number][] = [];
    devices.forEach((device, n) => {
      const key = deviceKey(device.site, device.id);
      const profile = profileOf(device, this.#profiles);
      if (!profile) return;
      const around = facts.around.get(device.site) ?? [];
      const ruleAt = (of: RuleSource, all: Packs): Tried =>
        triedOf(withNumbers(of, overridesAt(all, device.site)?.[`${pack}/${of.id}`]), profile);
      const tried = [ruleAt(rule, packs), ...(old ? [ruleAt(old, this.#base)] : [])];
      const warmFrom = from - warmUpOf(tried);
      const points = pointsOf(tried, profile);
      const result = runDevice({
        site: device.site,
        device: device.id,
        profile,
        tried,
        moments: rested(this.#samples.moments(key, points, warmFrom, to)),
        around: around.filter(({ at }) => at >= warmFrom),
        from,
        to,
        progress: (at) => this.#progress((n + (at - warmFrom) / (to - warmFrom)) / devices.length),
      });
      const [mine = [], theirs = []] = result.episodes;
      found.tried.push(...mine.map((one) => ({ ...one, device: key })));
      found.inForce.push(...theirs.map((one) => ({ ...one, device: key })));
      const { samples, firstAt, blindMs } = result;
      told.push({ device: key, samples, firstAt, blindMs: blindMs[0] ?? 0 });
      // Of one without samples nothing has come by that could have rested.
      rest();
      this.#progress((n + 1) / devices.length);
    });
    return this.#result({ pack, rule, old }, found, facts.alarms, told);
  }

  #devicesOf(kind: string): readonly Device[] {
    const { devices, mostDevices } = this.#work;
    const found = devices.filter((device) => device.kind === kind);
    if (found.length === 0) {
      const message = `there is no ${kind} among them`;
      throw new Refused({ code: "no-such-device", message, allowed: `a device of kind ${kind}` });
    }
    if (found.length > mostDevices) {
      const message = `there are more than ${mostDevices} of kind ${kind}`;
      const allowed = `--device SITE/DEVICE, or at most ${mostDevices}`;
      throw new Refused({ code: "too-many-devices", message, allowed });
    }
    return found;
  }

  #result(
    { pack, rule, old }: { pack: string; rule: RuleSource; old: RuleSource | undefined },
    found: { readonly tried: readonly Placed[]; readonly inForce: readonly Placed[] },
    real: readonly { device: string; point: string; from: number; to: number | null }[],
    devices: BacktestResult["devices"],
  ): BacktestResult {
    const { from, to } = this.#work;
    const keys = new Set(devices.map(({ device }) => device));
    const journal = real
      .filter(({ device }) => keys.has(device))
      .map((one): Placed => {
        const bare = { each: null, words: null, since: 0, worseAt: null, unknownMs: 0 };
        return { ...bare, ...one, evidence: [] };
      });
    const rows = sideBySide<Placed>([found.tried, found.inForce, journal]);
    const spans = (of: readonly Placed[] = []): BacktestSpan[] => of.map((one) => this.#span(one));
    return {
      pack,
      rule: rule.id,
      name: rule.name,
      from,
      to,
      inForce: !old ? "none" : JSON.stringify(old) === JSON.stringify(rule) ? "same" : "other",
      devices,
      totals: {
        tried: found.tried.length,
        inForce: found.inForce.length,
        journal: journal.length,
      },
      rows: rows.slice(0, mostRows).map(({ sides: [mine, theirs, was], ...row }) => ({
        ...row,
        thing: thingOf(rule, [...(mine ?? []), ...(theirs ?? [])][0]),
        tried: spans(mine),
        inForce: spans(theirs),
        journal: spans(was),
      })),
      more: Math.max(0, rows.length - mostRows),
    };
  }

  #span({ from, to, worseAt, unknownMs, since, evidence, device }: Placed): BacktestSpan {
    const bare = { from, to, worseAt, unknownMs };
    if (since === 0 && evidence.length === 0) return { ...bare, why: null };
    const of = this.#work.devices.find(({ site, id }) => deviceKey(site, id) === device);
    const profile = of && profileOf(of, this.#profiles);
    const pointOf = (id: string) => profile?.points.find((point) => point.id === id) ?? null;
    const say = (language: "zh" | "en"): string =>
      conditionText(language, { evidence, since, raisedAt: from }, this.#work, pointOf);
    return { ...bare, why: { zh: say("zh"), en: say("en") } };
  }

  /** The rule that is meant, in a pack of the files first of all. */
  #rule(): { pack: string; kind: string; rule: RuleSource; packs: Packs } {
    const { source, rule: wanted } = this.#work;
    const adopted = (hash: string): Packs => this.#stored(hash);
    const resolved = source
      ? resolveRules(
          { source, whole: false },
          { profiles: this.#profiles, base: this.#base, adopted },
        )
      : { ok: true as const, packs: this.#base, documents: [] };
    if (!resolved.ok) throw refusalOf(resolved.faults);
    const { packs, documents } = resolved;
    const named = packs.flatMap(({ pack, kind, rules }) =>
      rules
        .filter(({ id }) => id === wanted || `${pack}/${id}` === wanted)
        .map((rule) => ({ pack, kind, rule, packs })),
    );
    const files = new Set(documents.map(({ pack }) => pack.pack));
    const inFiles = named.filter(({ pack }) => files.has(pack));
    const [found, other] = inFiles.length > 0 ? inFiles : named;
    if (found && !other && !isReported(found.rule)) return found;
    throw refusal(wanted, named, found && !other ? found.rule : null);
  }

  #stored(hash: string): Packs {
    return readStored(hash, (name) => this.#journal.artefact(name));
  }

  #progress(share: number): void {
    const percent = Math.floor(share * 100);
    if (percent < this.#told + everyPercent) return;
    this.#told = percent;
    this.#tell({ progress: Math.min(1, share) });
  }
}

function refusal(
  wanted: string,
  named: readonly { readonly pack: string; readonly rule: RuleSource }[],
  reported: RuleSource | null,
): Refused {
  if (reported) {
    const message = `${wanted} is said by another part of the gateway: no stored value decides it`;
    return new Refused({ code: "not-detected", message, allowed: "a rule with a condition" });
  }
  const keys = named.map(({ pack, rule }) => `${pack}/${rule.id}`);
  const message =
    keys.length > 0 ? `${wanted} stands in several packs` : `there is no rule ${wanted}`;
  const allowed = keys.length > 0 ? keys.join(", ") : "the id of a rule of the files, or in force";
  return new Refused({ code: "unknown-rule", message, allowed });
}

/** Of each profile: a warehouse with thousands of detectors is compiled once. */
const compiled = new Map<Profile, Map<string, CompiledPack>>();

function triedOf(rule: RuleSource, profile: Profile): Tried {
  const ofProfile = compiled.get(profile) ?? new Map<string, CompiledPack>();
  compiled.set(profile, ofProfile);
  const key = JSON.stringify(rule);
  const known = ofProfile.get(key);
  if (known) return { rule, pack: known };
  const { kind } = profile;
  const pack = compilePack({ v: 1, pack: kind, kind, rules: [rule] }, profile);
  if (Array.isArray(pack)) {
    throw new Refused({ code: "bad-rules", message: `${rule.id}: ${pack[0]?.message}` });
  }
  ofProfile.set(key, pack);
  return { rule, pack };
}

const workMs = 4;
const restMs = 4;

const nobody = new Int32Array(new SharedArrayBuffer(4));
let since = performance.now();

/** Half of the time is left to whoever else needs the processor, the smallest machine has two. */
function rest(): void {
  const workedMs = performance.now() - since;
  if (workedMs < workMs) return;
  Atomics.wait(nobody, 0, 0, Math.max(restMs, workedMs));
  since = performance.now();
}

function* rested<T>(of: Iterable<T>): Generator<T> {
  for (const one of of) {
    yield one;
    rest();
  }
}

/** Points that any of them reads; all of them where one looks at the device as a whole. */
function pointsOf(tried: readonly Tried[], profile: Profile): string[] {
  const isWhole = tried.some(({ rule }) =>
    JSON.stringify([rule.when, rule.until]).includes('"silent"'),
  );
  if (isWhole) return profile.points.map(({ id }) => id);
  const slots = new Set(tried.flatMap(({ pack }) => pack.rules.flatMap(({ reads }) => reads)));
  return [...slots].flatMap((slot) => profile.points[slot]?.id ?? []);
}

/** Longer than any hold or window of them. */
function warmUpOf(tried: readonly Tried[]): number {
  const lengths = tried.flatMap(({ rule }) =>
    [...JSON.stringify(rule).matchAll(/"\w*Ms":(\d+)/g)].map(([, ms]) => Number(ms)),
  );
  return Math.min(mostWarmUpMs, Math.max(leastWarmUpMs, ...lengths.map((ms) => ms * 1.25)));
}

function thingOf({ each }: RuleSource, one: Placed | undefined): Text | null {
  if (!each || !one) return null;
  if (!("part" in each)) return each.find(({ as }) => as === one.each)?.name ?? null;
  const words = one.words ?? {};
  return { zh: fill(each.name.zh, words), en: fill(each.name.en, words) };
}

const port = parentPort;
if (!port) throw new Error("a back-test runs in a worker thread");
const tell = (answer: BacktestAnswer): void => port.postMessage(answer);
try {
  tell({ result: main(workerData as BacktestWork, tell) });
} catch (error) {
  const { message } = error as Error;
  if (!(error instanceof Refused)) tell({ error: message, refused: null });
  else {
    const { code, allowed } = error;
    tell({ error: message, refused: allowed === undefined ? { code } : { code, allowed } });
  }
}
