/**
 * `npm run sizes`: what a browser loads before the first picture of each page, compressed, and
 * whether that keeps its bound. What is loaded on demand (map, charts) does not count.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

/** One chunk of Vite's manifest; keys of `imports` are keys of the manifest. */
type Chunk = {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
};
export type Manifest = Readonly<Record<string, Chunk>>;

/** Compressed bytes of the first load (DESIGN §7); 1 kB is 1,000 bytes. */
export const limits: Readonly<Record<string, number>> = {
  "desk.html": 350_000,
  "phone.html": 160_000,
};

/** Files that are there before the first picture: the page, its scripts and styles. */
export function firstLoad(manifest: Manifest, page: string): string[] {
  if (!manifest[page]) throw new Error(`${page} is no entry of the build`);
  const files = new Set([page]);
  const seen = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const next of chunk.imports ?? []) visit(next);
  };
  visit(page);
  return [...files];
}

export type Size = { readonly page: string; readonly bytes: number; readonly limit: number };

export function sizesOf(dist: string): Size[] {
  const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8")) as Manifest;
  return Object.entries(limits).map(([page, limit]) => ({
    page,
    limit,
    bytes: firstLoad(manifest, page)
      .map((file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length)
      .reduce((sum, bytes) => sum + bytes, 0),
  }));
}

if (import.meta.main) {
  const dist = resolve(import.meta.dirname, "../dashboards/web/dist");
  if (!existsSync(dist)) {
    process.stderr.write("sizes: nothing is built yet: npm run build:web\n");
    process.exit(1);
  }
  for (const { page, bytes, limit } of sizesOf(dist)) {
    const holds = bytes <= limit;
    const line = `${page}: ${(bytes / 1000).toFixed(1)} kB gz of ${limit / 1000} kB`;
    process.stdout.write(`${holds ? "ok    " : "FAILED"} ${line}\n`);
    if (!holds) process.exitCode = 1;
  }
}
