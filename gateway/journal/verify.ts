/** Verification of a journal, while the gateway runs or without it: reads only. */

import type { Recorded } from "#rules/event.ts";
import { partsOf } from "../inventory/pack.ts";
import { matrixParts } from "../roads/matrix.ts";
import { packParts } from "../rulebook/stored.ts";
import { artefactHash, genesis } from "./chain.ts";
import { decodeEvent } from "./codec.ts";
import { JournalFile, type Row } from "./file.ts";
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
  const checked = new Set<string>();
  let position = 0;
  let hash = genesis.toString("hex");
  try {
    for (const row of checkedRows(file, { position: 0, hash: genesis })) {
      const event = decodeEvent(row.body);
      if (event.type === "artefact-adopted") {
        for (const name of artefactNames(file, event)) checkArtefact(file, name, row, checked);
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

/** The artefact that is adopted, and the parts it is made of. */
function artefactNames(
  file: JournalFile,
  event: Recorded & { type: "artefact-adopted" },
): string[] {
  const body = event.artefact === "settings" ? null : file.artefact(event.hash);
  if (!body) return [event.hash];
  const partsIn = { inventory: partsOf, packs: packParts, matrix: matrixParts } as const;
  if (event.artefact === "settings" || event.artefact === "closures") return [event.hash];
  return [event.hash, ...partsIn[event.artefact](body)];
}

function checkArtefact(file: JournalFile, name: string, row: Row, checked: Set<string>): void {
  if (checked.has(name)) return;
  checked.add(name);
  const body = file.artefact(name);
  if (body === null || artefactHash(body) !== name) {
    throw new JournalDamage(row.position, `artefact ${name} is missing or changed`);
  }
}
