/** A database on the disk is up to three files: SQLite's own, its log, and the index of the log. */
import { existsSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const ends = ["", "-wal", "-shm"];

/** It has its tables before it has its name: whoever reads beside the writer never finds half of one. */
export function begin(path: string, schema: string): void {
  if (existsSync(path)) return;
  const draft = `${path}.new`;
  // One that a kill has left.
  remove(draft);
  const db = new DatabaseSync(draft);
  db.exec(`PRAGMA journal_mode=WAL; ${schema}`);
  db.close();
  renameSync(draft, path);
}

/** 0 where there is none: a person may have taken it away. */
export function bytesOf(path: string): number {
  const files = ends.map((end) => statSync(path + end, { throwIfNoEntry: false }));
  return files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

/** Nobody may have it open any more. */
export function remove(path: string): void {
  for (const end of ends) rmSync(path + end, { force: true });
}

/** Bytes that are free on the disk of a folder. */
export function freeOn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
