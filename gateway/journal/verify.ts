/** Verification of a journal, while the gateway runs or without it: reads only. */
import { artefactHash, genesis } from "./chain.ts";
import { decodeEvent } from "./codec.ts";
import { JournalFile } from "./file.ts";
import { checkedRows, JournalDamage } from "./replay.ts";

export type Verification = {
  readonly position: number;
  /** Hash of the last event: to be compared with a witness outside. */
  readonly hash: string;
  /** What is wrong and where; null where chain, order, types and artefacts are in order. */
  readonly damage: string | null;
};

export function verifyJournal(folder: string): Verification {
  const file = JournalFile.openForReading(folder);
  let position = 0;
  let hash = genesis.toString("hex");
  try {
    for (const row of checkedRows(file, { position: 0, hash: genesis })) {
      const event = decodeEvent(row.body);
      if (event.type === "artefact-adopted") {
        const body = file.artefact(event.hash);
        if (body === null || artefactHash(body) !== event.hash) {
          throw new JournalDamage(row.position, `artefact ${event.hash} is missing or changed`);
        }
      }
      if (event.position !== row.position) {
        throw new JournalDamage(row.position, "the event names another position");
      }
      position = row.position;
      hash = Buffer.from(row.hash).toString("hex");
    }
    return { position, hash, damage: null };
  } catch (error) {
    return { position, hash, damage: (error as Error).message };
  } finally {
    file.close();
  }
}
