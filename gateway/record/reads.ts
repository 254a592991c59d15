/** What the reader's thread does for records: finds, folds, lists. Finished records are kept for a while. */

import type { Recorded } from "#rules/event.ts";
import type { State } from "#rules/state.ts";
import { Artefacts } from "../artefacts.ts";
import { Names } from "../identity/names.ts";
import { Archive, type ArchivedIncident, type ArchiveQuery } from "../journal/archive.ts";
import type { JournalFile } from "../journal/file.ts";
import { profileOf, readProfiles } from "../rulebook/profiles.ts";
import type { Sight } from "../views/sight.ts";
import { eventsOf, type Opening, openingOf } from "./find.ts";
import { incidentRecord } from "./record.ts";

export type RecordRequest =
  | { readonly of: "opening"; readonly incident: string }
  | { readonly of: "record"; readonly opening: Opening }
  | { readonly of: "closed"; readonly query: ArchiveQuery }
  | { readonly of: "permit"; readonly permit: string };

export type RecordResult =
  | Opening
  | Uint8Array<ArrayBuffer>
  | readonly ArchivedIncident[]
  | readonly Recorded[]
  | null;

/**
 * Archived incidents whose answers are kept, and for how long: several people look at one at once. Not
 * longer, for names stand in them that somebody may have deleted.
 */
const mostKept = 4;
const keptForMs = 60_000;

type Kept = { readonly bytes: Uint8Array<ArrayBuffer>; readonly until: number };

export class RecordReader {
  readonly #folder: string;
  readonly #journal: JournalFile;
  readonly #kept = new Map<string, Kept>();
  /** Inventories are read once and not for every record: of a district that takes a second. */
  #artefacts: Artefacts | null = null;
  #profiles: ReturnType<typeof readProfiles> | null = null;

  constructor(folder: string, journal: JournalFile) {
    this.#folder = folder;
    this.#journal = journal;
  }

  run(request: RecordRequest): RecordResult {
    switch (request.of) {
      case "opening":
        return openingOf(this.#journal, request.incident);
      case "record":
        return this.#record(request.opening);
      case "closed":
        return Archive.page(this.#folder, request.query);
      case "permit":
        return eventsOf(this.#journal, request.permit);
      default:
        return request satisfies never;
    }
  }

  /** A copy: what is given away changes threads. */
  #record(opening: Opening): Uint8Array<ArrayBuffer> {
    const known = this.#kept.get(opening.incident);
    if (known && performance.now() < known.until) return known.bytes.slice();
    const names = new Names(this.#folder);
    try {
      this.#artefacts ??= new Artefacts((hash) => this.#journal.artefact(hash));
      const artefacts = this.#artefacts;
      let last: State | null = null;
      const sight = (state: State): Sight => {
        last = state;
        return this.#sight(state, artefacts, names);
      };
      const source = { folder: this.#folder, journal: this.#journal, sight };
      const { record, isFinal } = incidentRecord(source, opening);
      if (last) artefacts.letGo(last);
      const bytes = new TextEncoder().encode(JSON.stringify(record));
      if (isFinal) this.#keep(opening.incident, bytes.slice());
      return bytes;
    } finally {
      names.close();
    }
  }

  #sight(state: State, artefacts: Artefacts, names: Names): Sight {
    const world = artefacts.world(state);
    return {
      state,
      world,
      nameOf: names.of,
      profileOf: (key) => {
        const device = world.inventory.devices.get(key);
        this.#profiles ??= readProfiles();
        return (device && profileOf(device, this.#profiles)) ?? null;
      },
    };
  }

  #keep(incident: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#kept.delete(incident);
    this.#kept.set(incident, { bytes, until: performance.now() + keptForMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }
}
