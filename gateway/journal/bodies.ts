/** Bodies of artefacts, read from the journal: it is opened when one that is not at hand is asked for. */
import { JournalFile } from "./file.ts";

export class Bodies {
  readonly #folder: string;
  #file: JournalFile | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(hash: string): Uint8Array | null {
    this.#file ??= JournalFile.openForReading(this.#folder);
    return this.#file.artefact(hash);
  }

  close(): void {
    this.#file?.close();
  }
}
