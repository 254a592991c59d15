/**
 * Where an incident begins in the journal, and what has happened with a permit. Its id is that of the signal that opened it, and that has its
 * instant in it: no index is needed, and the archive may be a minute behind.
 */
import type { Recorded } from "#rules/event.ts";
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

/** Lines of a history: a permit that is checked in every minute for three days has 4,320. */
const mostOfPermit = 5000;

/** The events of a permit, oldest first. Its id has its instant in it, as that of an incident. */
export function eventsOf(journal: JournalFile, permit: string): Recorded[] {
  const instant = instantOf(permit.slice(1, 27));
  if (instant === null) return [];
  const events: Recorded[] = [];
  const named = Buffer.from(`"permit":"${permit}"`);
  const rows = journal.read(before(journal, instant - aroundMs));
  for (const { body } of rows) {
    // Most are about something else: nothing of them is read but that.
    if (!Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(named)) continue;
    const event = decodeEvent(body);
    if (!("permit" in event) || event.permit !== permit) continue;
    events.push(event);
    if (events.length >= mostOfPermit) break;
  }
  rows.return(undefined);
  return events;
}
