/** Peers of the benchmarks: installed on demand from their own lock file, outside the tree. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const installed = join(tmpdir(), "firelink-bench-peers");

/** Path of a file of a peer, installed once; null where it cannot be. */
export function installPeer(file: string): string | null {
  const path = join(installed, "node_modules", file);
  if (existsSync(path)) return path;
  try {
    mkdirSync(installed, { recursive: true });
    for (const name of ["package.json", "package-lock.json", ".npmrc"]) {
      cpSync(join(import.meta.dirname, "peers", name), join(installed, name));
    }
    execFileSync("npm", ["ci"], { cwd: installed, stdio: "ignore", timeout: 300_000 });
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
