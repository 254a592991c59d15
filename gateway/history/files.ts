/** A database on the disk is up to three files: SQLite's own, its log, and the index of the log. */
import { rmSync, statfsSync, statSync } from "node:fs";

const ends = ["", "-wal", "-shm"];

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
