/**
 * One process owns a data folder. It holds `BEGIN EXCLUSIVE` on lock.db: the operating system frees
 * it with the process, however that ends. The pid beside it is only for the message.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Refused } from "../errors.ts";

export type FolderLock = { readonly release: () => void };

/** Throws `Refused` (folder-in-use) where another process has it, naming its pid. */
export function lockFolder(folder: string): FolderLock {
  const pidPath = join(folder, "firelink.pid");
  const db = openLock(folder);
  try {
    db.exec("PRAGMA busy_timeout=0; BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    const code = (error as { errcode?: number }).errcode ?? 0;
    // SQLITE_BUSY; anything else is trouble with the disk and must look like it.
    if ((code & 0xff) !== 5) throw cannotWrite(folder, error);
    throw new Refused({
      code: "folder-in-use",
      message: `${folder} belongs to the running gateway with pid ${readPid(pidPath)}`,
      allowed: "one gateway for each data folder",
    });
  }
  writeFileSync(pidPath, `${process.pid}\n`);
  return { release: () => db.close() };
}

function openLock(folder: string): DatabaseSync {
  try {
    return new DatabaseSync(join(folder, "lock.db"));
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

function cannotWrite(folder: string, error: unknown): Refused {
  return new Refused({
    code: "cannot-write",
    message: `${folder} cannot be written: ${(error as Error).message}`,
    allowed: "in FIRELINK_DATA a folder that this user may write",
  });
}

function readPid(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "unknown";
  }
}
