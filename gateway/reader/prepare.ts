/** An import, prepared where it holds nobody up: read, checked, packed, compared. */
import { emptyInventory } from "#rules/inventory.ts";
import type { StaffRow } from "../identity/people.ts";
import { type Difference, difference } from "../inventory/difference.ts";
import { loadFiles } from "../inventory/load.ts";
import { buildIndex, type PackedIndex } from "../inventory/lookup.ts";
import { pack, unpack, unpackAll } from "../inventory/pack.ts";
import type { Fault } from "../inventory/source.ts";
import type { ArtefactRow, JournalFile } from "../journal/file.ts";

export type PrepareRequest = {
  readonly files: readonly string[];
  /** The inventory in force. */
  readonly base: string | null;
};

export type Prepared =
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly more: number }
  | {
      readonly ok: true;
      readonly difference: Difference;
      readonly warnings: readonly string[];
      readonly persons: readonly StaffRow[] | null;
      /** What would be adopted; null where nothing differs. */
      readonly adopt: { readonly index: PackedIndex; readonly rows: readonly ArtefactRow[] } | null;
    };

export type Progress = (step: "reading" | "comparing" | "indexing") => void;

export function prepare(
  journal: JournalFile,
  { files, base }: PrepareRequest,
  progress: Progress,
): Prepared {
  progress("reading");
  const before =
    base === null ? pack(emptyInventory).packed : unpack(base, (hash) => journal.artefact(hash));
  const loaded = loadFiles(files, base === null ? emptyInventory : unpackAll(before));
  if (loaded.faults) return { ok: false, faults: loaded.faults, more: loaded.more };
  progress("comparing");
  const { packed, rows } = pack(loaded.inventory);
  const changes = difference(before, packed);
  const told = { difference: changes, warnings: loaded.warnings, persons: loaded.persons };
  if (changes.total === 0) return { ok: true, ...told, adopt: null };
  progress("indexing");
  const index = buildIndex(packed);
  const missing = rows.filter((row) => !journal.hasArtefact(row.hash));
  return { ok: true, ...told, adopt: { index, rows: missing.map(ownBytes) } };
}

/** Bytes in a buffer of their own, which can change threads without being copied. */
function ownBytes(row: ArtefactRow): ArtefactRow {
  return { ...row, body: new Uint8Array(row.body) };
}
