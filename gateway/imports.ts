/**
 * Imports of an inventory: prepared by the reader, shown as a difference, adopted by one event.
 *
 * One at a time. What is wrong is refused whole, with file and row, and the inventory in force stays
 * in force. Persons that come along go into people.db; the journal never sees them.
 */
import type { Actor } from "#rules/signal.ts";
import type { Progress } from "./control.ts";
import { Refused } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { Fault } from "./inventory/source.ts";

export type ImportRequest = {
  /** Absolute paths: files, or one folder. */
  readonly files: readonly string[];
  readonly dryRun: boolean;
  readonly actor: Actor;
};

export type ImportResult = {
  /** `+ sites baolong`, `- …`, `~ … name.en "old" → "new"`; the first ones. */
  readonly lines: readonly string[];
  /** How many things change in all. */
  readonly total: number;
  readonly warnings: readonly string[];
  /** Journal position of the adoption; null where nothing was adopted. */
  readonly position: number | null;
};

export class Imports {
  readonly #gateway: Gateway;
  #isRunning = false;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Throws `Refused` with every fault found. */
  async run(request: ImportRequest, progress: Progress): Promise<ImportResult> {
    if (this.#isRunning) {
      const message = "an import is under way";
      throw new Refused({ code: "import-under-way", message, allowed: "one import at a time" });
    }
    this.#isRunning = true;
    try {
      return await this.#run(request, progress);
    } finally {
      this.#isRunning = false;
    }
  }

  async #run({ files, dryRun, actor }: ImportRequest, progress: Progress): Promise<ImportResult> {
    const { reader, committed, config, people } = this.#gateway;
    const base = committed.state.adopted.inventory;
    const { travel } = config.settings;
    const prepared = await reader.prepare({ files, base, travel }, progress);
    if (!prepared.ok) throw refusalOf(prepared.faults, prepared.more);
    const { difference, warnings, persons, adopt } = prepared;
    const staff = persons ? people.staffDifference(persons) : [];
    const told = {
      lines: [...difference.lines, ...staff],
      total: difference.total + staff.length,
      warnings,
    };
    if (dryRun) return { ...told, position: null };
    if (persons && staff.length > 0) {
      progress("persons");
      await people.replaceStaff(persons);
    }
    if (!adopt) return { ...told, position: null };
    progress("storing");
    const { position } = await this.#gateway.adoptInventory(adopt.index, adopt.rows, actor);
    return { ...told, position };
  }
}

/** `sites.csv:17:4: position.lng: 190 is not allowed; allowed: degrees, -180 to 180`. */
export function refusalOf(faults: readonly Fault[], more: number): Refused {
  const lines = faults.map(({ file, line, column, key, message }) => {
    const place = [file, line, ...(column === null ? [] : [column])].join(":");
    return `${place}: ${key === "" ? "" : `${key}: `}${message}`;
  });
  if (more > 0) lines.push(`and ${more} more`);
  lines.push("nothing was changed: the inventory in force stays in force");
  return new Refused({ code: "bad-inventory", message: lines.join("\n") });
}
