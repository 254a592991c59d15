/**
 * Where an incident begins in the journal. Its id is that of the signal that opened it, and that has its
 * instant in it: no index is needed, and the archive may be a minute behind.
 */
import { instantOf } from "../id.ts";
import { decodeEvent } from "../journal/codec.ts";
import type { JournalFile } from "../journal/file.ts";
import { before } from "../journal/seek.ts";

export type Opening = {
  readonly incident: string;
  readonly position: number;
  readonly site: string;
};

/** What waited for its turn is journalled later than its id was made, and ids borrow from time. */
const aroundMs = 60_000;

export function openingOf(journal: JournalFile, incident: string): Opening | null {
  const instant = instantOf(incident.slice(1, 27));
  if (instant === null) return null;
  const rows = journal.read(before(journal, instant - aroundMs));
  try {
    for (const { body, position } of rows) {
      const event = decodeEvent(body);
      if (event.at > instant + aroundMs) return null;
      if (event.type === "incident-opened" && event.incident === incident) {
        return { incident, position, site: event.site };
      }
    }
    return null;
  } finally {
    rows.return(undefined);
  }
}
