/** The figures out of the journal, in the reader's thread: from the first event that is young enough. */
import { decodeEvent } from "../journal/codec.ts";
import type { JournalFile } from "../journal/file.ts";
import { before } from "../journal/seek.ts";
import { type Figures, noFigures, note } from "./fold.ts";
import type { FiguresRequest } from "./keeper.ts";

export function readFigures(journal: JournalFile, { from, utcOffsetMin }: FiguresRequest): Figures {
  const figures = noFigures(utcOffsetMin);
  for (const { body } of journal.read(before(journal, from))) note(figures, decodeEvent(body));
  return figures;
}
