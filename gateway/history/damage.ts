/**
 * A file that is no database any more, after a power cut: it is set aside beside the others for whoever
 * looks, and what wrote it begins anew. Nothing else waits for it.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

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

/** Those that lie in a folder; what was written longest ago comes first. */
export function asideIn(folder: string): string[] {
  const writtenAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isFile() && /\.damaged(-\d+)?$/.test(one.name))
    .map(({ name }) => ({ path: join(folder, name), at: writtenAt(join(folder, name)) }))
    .sort((a, b) => a.at - b.at || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
}
