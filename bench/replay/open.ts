/** A start, as far as the journal: prints how long after the process began the state was there. */
import { openJournal } from "#gateway/journal/open.ts";

const [folder = ""] = process.argv.slice(2);
const { head, damage } = openJournal(folder, () => {});
process.stdout.write(
  `${JSON.stringify({ readyMs: performance.now(), position: head.position, damage })}\n`,
);
