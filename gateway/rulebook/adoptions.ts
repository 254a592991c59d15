/**
 * Adoption of rules: prepared by the reader, shown as a difference, adopted by one event without a
 * restart, rolled back by another one. One at a time; what is wrong is refused whole.
 *
 * The packs of the house come into force by themselves only where nobody has adopted others: after a
 * person has, only persons change the rules ([ADR 38](../../docs/adr/0038-adoption-of-rules.md)).
 */
import { lastAdoption } from "#rules/adoption.ts";
import type { PackSource } from "#rules/detect/pack.ts";
import type { AdoptReason } from "#rules/reasons.ts";
import type { Actor } from "#rules/signal.ts";
import type { Progress } from "../control.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { storeSlowly } from "../imports.ts";
import type { ArtefactRow } from "../journal/file.ts";
import { Backtests } from "./backtests.ts";
import { type RulesFault, refusalOf } from "./check.ts";
import type { RulesDifference } from "./difference.ts";
import { readPacks } from "./packs.ts";
import type { PreparedRules, RulesRequest, RulesSource } from "./prepare.ts";
import { chunkOf, joined, packParts, storedPacks } from "./stored.ts";

export type AdoptRequest = {
  readonly source: RulesSource;
  readonly whole: boolean;
  readonly actor: Actor;
  /** Only what would change. */
  readonly dryRun: boolean;
  /** What the difference that a person has agreed to was made of and leads to; else it is refused. */
  readonly reason?: AdoptReason;
  readonly agreed?: { readonly base: string | null; readonly hash: string };
};

export type AdoptResult = {
  readonly hash: string;
  readonly base: string | null;
  readonly difference: RulesDifference;
  readonly packs: number;
  readonly rules: number;
  /** Of the adoption in the journal; null where nothing was adopted. */
  readonly position: number | null;
};

/** Rules in the house that the installation has not looked at; null where there are none. */
export type NewerHouse = { readonly hash: string } | null;

const partEveryMs = 5;
const unchanged = "nothing was changed: the rules in force stay in force";

export class Adoptions {
  readonly backtests: Backtests;
  readonly #gateway: Gateway;
  /** Hash of the packs this program ships. */
  #house: string | null = null;
  #isRunning = false;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.backtests = new Backtests(gateway);
  }

  /** At a start: the house's packs, where nobody has adopted others; what differs is said. */
  async start(system: Actor): Promise<void> {
    const { committed, log } = this.#gateway;
    const packs = readPacks(this.#gateway.telemetry.profiles);
    const { hash, rows } = storedPacks(packs);
    this.#house = hash;
    const last = lastAdoption(committed.state);
    if (last?.hash === hash && last.house === hash) return;
    if (last === undefined || last.house === last.hash) {
      const summary = { packs: packs.length, rules: countRules(packs), house: 1 };
      await this.#put(hash, packs, rows, summary, system);
      return;
    }
    if (!this.newerHouse()) return;
    const inForce = committed.state.adopted.packs?.slice(0, 8);
    const how = "firelink rules diff --house";
    log.warn({ house: hash.slice(0, 8), inForce, how }, "this program ships other rules");
  }

  /** Packs of the house that nobody has adopted or decided against. */
  newerHouse(): NewerHouse {
    const last = lastAdoption(this.#gateway.committed.state);
    const hash = this.#houseHash();
    return !last || last.house === hash || last.hash === hash ? null : { hash };
  }

  #houseHash(): string {
    this.#house ??= storedPacks(readPacks(this.#gateway.telemetry.profiles)).hash;
    return this.#house;
  }

  /** Throws `Refused` with every fault found. */
  async run(request: AdoptRequest, progress: Progress): Promise<AdoptResult> {
    if (this.#isRunning) {
      const message = "rules are being checked or adopted";
      throw new Refused({
        code: "rules-under-way",
        message,
        allowed: "one at a time",
        retryAfterMs: 2000,
      });
    }
    this.#isRunning = true;
    try {
      return await this.#run(request, progress);
    } finally {
      this.#isRunning = false;
    }
  }

  /** What is wrong with them, or what would change; nothing is adopted. */
  async look(request: RulesRequest, progress: Progress = () => {}): Promise<PreparedRules> {
    const { reader, committed } = this.#gateway;
    const { source } = request;
    if (
      "adopted" in source &&
      !committed.state.adoptions.some(({ hash }) => hash === source.adopted)
    ) {
      const message = "there is no such adoption of rules";
      throw new Refused({ code: "unknown-adoption", message, allowed: "the hash of one" });
    }
    const prepared = await reader.rules(request, committed.state.adopted.packs, progress);
    if (!prepared.ok) return prepared;
    const faults = this.#siteFaults(prepared.sites);
    return faults.length > 0 ? { ok: false, faults } : prepared;
  }

  async #run(request: AdoptRequest, progress: Progress): Promise<AdoptResult> {
    const { source, whole, actor, dryRun, agreed, reason } = request;
    const { state } = this.#gateway.committed;
    const base = state.adopted.packs;
    const prepared = await this.look({ source, whole }, progress);
    if (!prepared.ok) throw refusalOf(prepared.faults, unchanged);
    const { hash, difference, packs, rules } = prepared;
    const told = { hash, base, difference, packs, rules };
    if (dryRun) return { ...told, position: null };
    if (
      base !== state.adopted.packs ||
      (agreed && (agreed.base !== base || agreed.hash !== hash))
    ) {
      const message = "the rules in force, or the files, are others than those that were shown";
      const allowed = "look at the difference again";
      throw new Refused({ code: "rules-have-changed", message, allowed });
    }
    const isHouse = "house" in source;
    const seen = lastAdoption(state)?.house === this.#houseHash();
    if (hash === base && (!isHouse || seen)) return { ...told, position: null };
    progress("storing");
    return { ...told, position: await this.#adopt(prepared, isHouse, actor, reason) };
  }

  async #adopt(
    { hash, rows, difference, packs: count, rules, same }: PreparedRules & { readonly ok: true },
    isHouse: boolean,
    actor: Actor,
    reason: AdoptReason | undefined,
  ): Promise<number> {
    const { committed } = this.#gateway;
    // Read back from its own bytes, a part at a time: that is what a restart would have.
    const chunks: PackSource[] = [];
    for (const row of rows) {
      const isManifest = row.hash === hash && packParts(row.body).length > 0;
      if (!isManifest) chunks.push(...chunkOf(row.body));
      await new Promise((resolve) => setTimeout(resolve, partEveryMs));
    }
    const { added, gone, changed } = difference;
    const last = lastAdoption(committed.state);
    const house = isHouse || !last ? this.#houseHash() : last.house;
    const summary = { packs: count, rules, added, gone, changed };
    // What has not changed stays the same object: detection goes on with it undisturbed.
    const inForce = this.#gateway.artefacts.world(committed.state).packs;
    const packs = joined(chunks).map((pack) =>
      same.includes(pack.pack) ? (inForce.find((one) => one.pack === pack.pack) ?? pack) : pack,
    );
    const how = { house, ...(reason === undefined ? {} : { reason }) };
    return this.#put(hash, packs, rows, summary, actor, how);
  }

  /** The rows first, then the event that names them; from then on the world is the new one. */
  async #put(
    hash: string,
    packs: readonly PackSource[],
    rows: readonly ArtefactRow[],
    summary: Readonly<Record<string, number>>,
    actor: Actor,
    how: { readonly house: string | null; readonly reason?: AdoptReason } = { house: hash },
  ): Promise<number> {
    const gateway = this.#gateway;
    await storeSlowly(gateway, rows);
    gateway.artefacts.holdPacks(hash, packs);
    const { house, ...why } = how;
    const known = house === null ? {} : { house };
    const command = {
      command: "adopt",
      artefact: "packs",
      hash,
      summary,
      ...known,
      ...why,
    } as const;
    const { position } = await gateway.command(actor, command);
    gateway.artefacts.letGo(gateway.committed.state);
    gateway.watchDevices();
    return position;
  }

  /** A document of a site that is not there would change nothing, and nobody would notice. */
  #siteFaults(sites: readonly string[]): RulesFault[] {
    const { inventory } = this.#gateway.artefacts.world(this.#gateway.committed.state);
    return sites
      .filter((site) => !inventory.sites.get(site))
      .map((site) => ({
        file: `site:${site}`,
        line: null,
        key: "site",
        message: `there is no site ${site}; allowed: a site of the inventory in force`,
        zh: `没有园区 ${site};允许:现行名录中的园区`,
      }));
  }
}

function countRules(packs: readonly PackSource[]): number {
  return packs.reduce((sum, { rules }) => sum + rules.length, 0);
}
