/** `journal verify|show|export`, `backup`, `restore`: reading the truth and keeping copies of it. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readConfig } from "../config.ts";
import { Refused } from "../errors.ts";
import { decodeEvent } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";
import { lockFolder } from "../journal/lock.ts";
import { removeJournal } from "../journal/open.ts";
import { verifyJournal } from "../journal/verify.ts";

type Values = Readonly<Record<string, string | boolean | undefined>>;

export async function journal(what: string, values: Values): Promise<unknown> {
  const { data } = readConfig(process.env);
  if (!existsSync(JournalFile.path(data))) {
    throw new Refused({ code: "no-journal", message: `there is no journal in ${data}` });
  }
  if (what === "verify") return verify(data);
  if (what !== "show" && what !== "export") {
    throw new Refused({ code: "bad-word", message: what, allowed: "verify, show, export" });
  }
  const after = number(values.after, 0);
  const limit = number(values.limit, what === "show" ? 50 : Number.MAX_SAFE_INTEGER);
  print(data, after, limit);
  return 0;
}

function verify(data: string): unknown {
  const result = verifyJournal(data);
  if (result.damage === null) return result;
  throw new Refused({ code: "journal-damaged", message: result.damage });
}

/** One JSON line for each event; ends quietly when the reader has seen enough (head, less). */
function print(data: string, after: number, limit: number): void {
  const file = JournalFile.openForReading(data);
  process.stdout.on("error", () => process.exit(0));
  let left = limit;
  for (const { body } of file.read(after)) {
    if (left <= 0) break;
    left -= 1;
    process.stdout.write(`${JSON.stringify(decodeEvent(body))}\n`);
  }
  file.close();
}

function number(value: string | boolean | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const n = Number(value);
  if (Number.isSafeInteger(n) && n >= 0) return n;
  throw new Refused({ code: "bad-number", message: String(value), allowed: "a whole number" });
}

/** Databases that belong together; keys are copied beside them. */
const databases = ["journal.db", "people.db", "credentials.db"] as const;

export async function backup(folder: string): Promise<string> {
  const { data } = readConfig(process.env);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) {
    throw new Refused({
      code: "not-empty",
      message: `${folder} is not empty`,
      allowed: "a new one",
    });
  }
  for (const name of databases) {
    if (!existsSync(join(data, name))) continue;
    const db = new DatabaseSync(join(data, name), { readOnly: true });
    // The online backup never ends under writes (STACK §7).
    db.prepare("VACUUM INTO ?").run(join(folder, name));
    db.close();
  }
  copyIfThere(join(data, "credentials.key"), join(folder, "credentials.key"));
  copyPhotos(data, folder);
  const { position } = JournalFile.openAt(join(folder, "journal.db")).head();
  return `${folder}: the journal up to position ${position}`;
}

export async function restore(folder: string): Promise<string> {
  const { data } = readConfig(process.env);
  const source = JournalFile.openAt(join(folder, "journal.db"));
  const result = verifyJournal(folder);
  source.close();
  if (result.damage !== null) {
    throw new Refused({ code: "journal-damaged", message: `the backup: ${result.damage}` });
  }
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const lock = lockFolder(data);
  try {
    removeJournal(data);
    // What was made from the old files, and their logs: a log would be played into the new file.
    for (const name of readdirSync(data)) {
      if (/^(snapshot-|archive\.db|people\.db-|credentials\.db-)/.test(name))
        rmSync(join(data, name));
    }
    for (const name of [...databases, "credentials.key"]) {
      copyIfThere(join(folder, name), join(data, name));
    }
    copyPhotos(folder, data);
  } finally {
    lock.release();
  }
  return `${data}: the journal up to position ${result.position}`;
}

/** Photos, whose keys are in people.db. */
function copyPhotos(from: string, to: string): void {
  const photos = join(from, "files");
  if (existsSync(photos)) cpSync(photos, join(to, "files"), { recursive: true });
}

function copyIfThere(from: string, to: string): void {
  if (existsSync(from)) copyFileSync(from, to);
}
