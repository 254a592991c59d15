/** The figures out of the journal, in the reader's thread: from the first event that is young enough. */
import type { Recorded } from "#rules/event.ts";
import { decodeEvent } from "../journal/codec.ts";
import type { JournalFile } from "../journal/file.ts";
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

/** The last position before an instant: times never go back along the journal (gateway/clock.ts). */
function before(journal: JournalFile, from: number): number {
  let [low, high] = [0, journal.head().position];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (atOf(journal, middle) < from) low = middle;
    else high = middle - 1;
  }
  return low;
}

function atOf(journal: JournalFile, position: number): number {
  const rows = journal.read(position - 1, position);
  const row = rows.next();
  rows.return(undefined);
  return row.done ? Number.POSITIVE_INFINITY : decodeEvent(row.value.body).at;
}
