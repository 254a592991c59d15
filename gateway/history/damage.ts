/**
 * A file that is no database any more, after a power cut: it is set aside beside the others for whoever
 * looks, and what wrote it begins anew. Nothing else waits for it.
 */
import { existsSync, renameSync, rmSync } from "node:fs";

/** SQLITE_CORRUPT and SQLITE_NOTADB, with whatever their extended codes add. */
export function isDamage(error: unknown): boolean {
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  return code === 11 || code === 26;
}

/** Nobody may have it open any more. */
export function setAside(path: string): void {
  let n = 1;
  while (existsSync(`${path}.damaged-${n}`)) n += 1;
  if (existsSync(path)) renameSync(path, `${path}.damaged-${n}`);
  for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
}
