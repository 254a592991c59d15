/**
 * `npm run build:web`, and before every start and test: builds dashboards/web where its `dist` does
 * not come of the sources that stand here. Says nothing where there is nothing to do.
 *
 * Sources are compared by content: a checkout changes times without changing a byte.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** Everything the built pages are made of. */
const sources = [
  "dashboards/web/*.{html,ts,json}",
  "dashboards/web/{desk,phone,shared,public}/**/*.*",
  "rules/**/*.ts",
  "gateway/api/{contract,frames}.ts",
  "package-lock.json",
];
const marker = "sources.sha256";

/** One hash over names and bytes of the sources; tests are no part of a page. */
export function hashSources(root: string): string {
  const hash = createHash("sha256");
  const files = globSync(sources, { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  for (const file of [...new Set(files)].sort()) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** What the built pages were made of; null where there are none. */
export function hashBuilt(dist: string): string | null {
  const file = join(dist, marker);
  const whole = ["desk.html", "phone.html"].every((page) => existsSync(join(dist, page)));
  return whole && existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

export type Plan = { readonly build: boolean; readonly warning: string | null };

/** What is to be done. Without Vite (an installation without development packages) nothing is. */
export function plan(wanted: string, built: string | null, vite: boolean): Plan {
  if (built === wanted) return { build: false, warning: null };
  if (vite) return { build: true, warning: null };
  const warning =
    built === null
      ? "web: no pages are built and vite is not installed: /plain works, desk and phone do not"
      : "web: the pages are older than their sources and vite is not installed: they are used as they are";
  return { build: false, warning };
}

/**
 * Builds beside `dist` and exchanges the two: a gateway that runs meanwhile never serves half a
 * build, and two builds at once do not mix.
 */
function build(root: string, wanted: string): boolean {
  const web = join(root, "dashboards/web");
  const dist = join(web, "dist");
  // In .cache, which no tool looks into.
  const old = join(root, `.cache/web/old-${process.pid}`);
  const beside = join(root, `.cache/web/new-${process.pid}`);
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const args = [vite, "build", "--logLevel", "error", "--outDir", beside, "--emptyOutDir"];
  mkdirSync(join(root, ".cache/web"), { recursive: true });
  const { status } = spawnSync(process.execPath, args, { cwd: web, stdio: "inherit" });
  if (status !== 0) {
    rmSync(beside, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(beside, marker), `${wanted}\n`);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(beside, dist);
  rmSync(old, { recursive: true, force: true });
  return true;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { force: { type: "boolean", default: false } } });
  const root = resolve(import.meta.dirname, "..");
  const wanted = hashSources(root);
  const built = values.force ? null : hashBuilt(join(root, "dashboards/web/dist"));
  const { build: must, warning } = plan(wanted, built, existsSync(join(root, "node_modules/vite")));
  if (warning) process.stderr.write(`${warning}\n`);
  if (must) {
    const started = performance.now();
    const done = build(root, wanted);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(done ? `web: built in ${seconds} s\n` : "web: the build failed\n");
    process.exitCode = done ? 0 : 1;
  }
}
