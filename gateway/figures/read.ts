/** The figures out of the journal, in the reader's thread: from the first event that is young enough. */
import type { Recorded } from "#rules/event.ts";
import { decodeEvent } from "../journal/codec.ts";
import type { JournalFile } from "../journal/file.ts";
import { before } from "../journal/seek.ts";
import { type Figures, noFigures, note } from "./fold.ts";
import type { FiguresRequest } from "./keeper.ts";
import { type MonthRequest, readBounds, type StationFigures, stationFigures } from "./stations.ts";

export function readFigures(journal: JournalFile, { from, utcOffsetMin }: FiguresRequest): Figures {
  const figures = noFigures(utcOffsetMin);
  for (const { body } of journal.read(before(journal, from))) note(figures, decodeEvent(body));
  return figures;
}

/** The events of a month, and of a day on either side of it. */
export function readStationFigures(journal: JournalFile, request: MonthRequest): StationFigures[] {
  const [from, to] = readBounds(request);
  return stationFigures(eventsUntil(journal, before(journal, from), to), request);
}

function* eventsUntil(journal: JournalFile, after: number, to: number): Generator<Recorded> {
  for (const { body } of journal.read(after)) {
    const event = decodeEvent(body);
    if (event.at >= to) return;
    yield event;
  }
}
