/** Finds an instant in the journal by halves: times never go back along it (gateway/clock.ts). */
import { decodeEvent } from "./codec.ts";
import type { JournalFile } from "./file.ts";

/** The last position before an instant; 0 where nothing is older. */
export function before(journal: JournalFile, from: number): number {
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
