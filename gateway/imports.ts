/**
 * Imports of an inventory: prepared by the reader, shown as a difference, adopted by one event.
 *
 * One at a time. What is wrong is refused whole, with file and row, and the inventory in force stays
 * in force. Persons that come along go into people.db; the journal never sees them.
 */
import type { Inventory } from "#rules/inventory.ts";
import type { Actor } from "#rules/signal.ts";
import type { Progress } from "./control.ts";
import { Refused } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { Outcome } from "./inbox.ts";
import { buildIndex, type PackedIndex, PackedInventory } from "./inventory/lookup.ts";
import { pack } from "./inventory/pack.ts";
import { listNames } from "./inventory/schema.ts";
import type { Fault } from "./inventory/source.ts";
import type { ArtefactRow } from "./journal/file.ts";

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

/** What one turn stores of an inventory, and the pause after it: presses go in between. */
const sliceBytes = 256 << 10;
const sliceEveryMs = 15;

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
    const { reader, committed, door } = this.#gateway;
    const { people, sessions } = door;
    const base = committed.state.adopted.inventory;
    const prepared = await reader.prepare({ files, base }, progress);
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
      sessions.review((id) => people.nameOf(id) !== null);
    }
    if (!adopt) return { ...told, position: null };
    progress("storing");
    const { position } = await this.#adopt(adopt.index, adopt.rows, actor);
    return { ...told, position };
  }

  /** A small inventory, at start: the demo's. */
  async adoptPlain(inventory: Inventory, actor: Actor): Promise<void> {
    const { packed, rows } = pack(inventory);
    await this.#adopt(buildIndex(packed), rows, actor);
  }

  /**
   * The rows go into the journal a little at a time, beside the presses that come in meanwhile; the
   * event that names them is decided when all of them are there.
   */
  async #adopt(index: PackedIndex, rows: readonly ArtefactRow[], actor: Actor): Promise<Outcome> {
    const gateway = this.#gateway;
    await storeSlowly(gateway, rows);
    gateway.artefacts.hold(new PackedInventory(index));
    const counts = listNames.map((list) => [list, index.tables[list].starts.length - 1] as const);
    const summary = Object.fromEntries(counts);
    const { hash } = index;
    const command = { command: "adopt", artefact: "inventory", hash, summary } as const;
    const outcome = await gateway.command(actor, command);
    gateway.artefacts.letGo(gateway.committed.state);
    gateway.watchDevices();
    return outcome;
  }
}

/** A little at a time, beside the presses that come in meanwhile; resolves when all is on disk. */
export async function storeSlowly(gateway: Gateway, rows: readonly ArtefactRow[]): Promise<void> {
  for (const slice of slicesOf(rows)) {
    await gateway.store(slice);
    await new Promise((resolve) => setTimeout(resolve, sliceEveryMs));
  }
}

function* slicesOf(rows: readonly ArtefactRow[]): Generator<ArtefactRow[]> {
  let slice: ArtefactRow[] = [];
  let size = 0;
  for (const row of rows) {
    slice.push(row);
    size += row.body.length;
    if (size < sliceBytes) continue;
    yield slice;
    slice = [];
    size = 0;
  }
  if (slice.length > 0) yield slice;
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
