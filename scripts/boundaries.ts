/**
 * Who may import whom (DESIGN §4), checked over every source file. Run time imports only: `import
 * type` vanishes before anything runs, except that `devices` may take no more than types of `rules`
 * and `dashboards` no more than types of the contract.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export type Import = { readonly target: string; readonly typeOnly: boolean };
export type Breach = { readonly file: string; readonly target: string; readonly why: string };

const folders = ["rules", "gateway", "devices", "bench", "scripts", "dashboards"];
/** Protocols of simulated devices, and what a device's description is written in. */
const simulatorPackages = new Set(["mqtt", "modbus-serial", "node-opcua", "yaml"]);
/** The one package of the rules. */
const celPackage = "@marcbachmann/cel-js";
/** Beside what its part may import, a test takes these. */
const testPackages = new Set([
  "fast-check",
  "mqtt",
  "aedes",
  "ws",
  "yaml",
  "pino",
  "playwright-core",
  "node-opcua-client",
  "node-opcua-certificate-manager",
  "typebox",
  "typebox/value",
  "mqtt-packet",
  "uqr",
]);
/** What pages are made of. The phone and what both share stay without the heavy ones (DESIGN §7). */
const pagePackages = new Set(["react", "react-dom", "i18next", "react-i18next"]);
const deskPackages = new Set(["antd", "@tanstack/react-query", "maplibre-gl", "uplot", "uqr"]);
/** Build settings run in node, never in a browser. */
const buildPackages = new Set(["vite", "@vitejs/plugin-react"]);

/** What is sent to pages, as types. */
const contract = new Set([
  "gateway/api/contract.ts",
  "gateway/api/frames.ts",
  "gateway/api/hot-work-contract.ts",
  "gateway/api/hot-work-form-contract.ts",
]);

/** Static imports, re-exports and dynamic imports with a literal, in either kind of quotes. */
const pattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^"';]*?)\sfrom\s+["']([^"']+)["']|(?:^|\n)\s*import\s+["']([^"']+)["']|import\(["'`]([^"'`]+)["'`]\)/g;

export function importsOf(source: string): Import[] {
  return [...source.matchAll(pattern)].map((match) => ({
    target: match[3] ?? match[4] ?? match[5] ?? "",
    typeOnly: match[1] !== undefined || onlyTypes(match[2] ?? ""),
  }));
}

/** `{ type A, type B }`: every name is a type, so nothing is left at run time. */
function onlyTypes(clause: string): boolean {
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]?.split(",") ?? [];
  const given = names.map((name) => name.trim()).filter(Boolean);
  return given.length > 0 && given.every((name) => name.startsWith("type "));
}

/** Path of the imported file in the tree, or the bare name of a package. */
export function resolveImport(file: string, target: string): string {
  if (target.startsWith("#")) return target.slice(1);
  if (target.startsWith(".")) return normalize(join(dirname(file), target));
  return target;
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file);
}

function partOf(path: string): string | null {
  const [first = ""] = path.split("/");
  return /\.(ts|tsx|css)\b/.test(path) && folders.includes(first) ? first : null;
}

/**
 * Who alone may decide and fold (I2): the loop, the committed state, the replay; and, to check them,
 * the simulation, tests and the makers of test histories. Within `rules` it is theirs anyway.
 */
const reserved: Readonly<Record<string, RegExp>> = {
  "rules/decide.ts": /^(rules\/|gateway\/(loop\.ts$|testing\/))/,
  "rules/evolve.ts":
    /^(rules\/|gateway\/(loop|committed|journal\/(replay|read-ahead))\.ts$|gateway\/(simulation|testing)\/)/,
};

/** Why `file` may not import this, or null. */
export function judge(file: string, one: Import): string | null {
  const path = resolveImport(file, one.target);
  const to = partOf(path);
  if (to !== null && isTest(path)) return "nothing imports a test";
  if (isTest(file) && to === null) {
    const known = path.startsWith("node:") || testPackages.has(path);
    return known ? null : `a test takes node and ${[...testPackages].join(", ")}`;
  }
  if (!isTest(file) && reserved[path] && !reserved[path].test(file)) {
    return `only the loop decides, only loop, committed state and replay fold (I2)`;
  }
  const from = partOf(file);
  if (to === "bench" && from !== "bench") return "only benchmarks import benchmarks";
  if (to === "scripts" && from !== "scripts") return "scripts are run, not imported";
  return from === null
    ? null
    : (judges[from]?.(path, to, one.typeOnly, isTest(file), file) ?? null);
}

type Judge = (
  path: string,
  to: string | null,
  typeOnly: boolean,
  test: boolean,
  file: string,
) => string | null;

const judges: Readonly<Record<string, Judge>> = {
  rules: (path, to, _typeOnly, _test, file) => {
    if (to === "rules") return null;
    // Pure, and only where conditions are compiled (I1).
    return path === celPackage && file === "rules/detect/cel.ts"
      ? null
      : "rules import nothing but rules, and the parser of conditions in detect/cel.ts (I1)";
  },
  devices: (path, to, typeOnly, test) => {
    if (to === "devices") return null;
    if (to === "rules") return typeOnly || test ? null : "devices take only types of rules";
    if (to !== null) return "devices know no gateway";
    const known = path.startsWith("node:") || simulatorPackages.has(path);
    return known ? null : "a simulator takes its protocol's package and yaml only";
  },
  gateway: (_path, to) =>
    to === null || to === "gateway" || to === "rules" || to === "devices"
      ? null
      : "gateway imports gateway, rules and devices",
  dashboards: (path, to, typeOnly, test, file) => {
    if (to === null) return judgePackage(file, packageOf(path));
    if (to === "dashboards") return judgeEntry(file, path);
    if (to === "rules" || test) return null;
    if (!contract.has(path)) return "dashboards know rules and the contracts of gateway/api";
    return typeOnly ? null : "dashboards take only types of the contracts of gateway/api";
  },
};

/** `react-dom/client` is of `react-dom`, `@a/b/c` of `@a/b`. */
function packageOf(path: string): string {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}

function judgePackage(file: string, name: string): string | null {
  if (/\/vite\.config\.ts$/.test(file)) {
    return name.startsWith("node:") || buildPackages.has(name) ? null : "build settings take Vite";
  }
  if (pagePackages.has(name)) return null;
  if (!deskPackages.has(name)) return "a page takes React, i18next and, on the desk, antd or a map";
  return file.startsWith("dashboards/web/desk/") ? null : "phone and shared parts stay light";
}

/** Desk and phone are two entries; what both need stands in `shared`. */
function judgeEntry(file: string, path: string): string | null {
  const entry = (of: string): string | undefined => /^dashboards\/web\/(\w+)\//.exec(of)?.[1];
  const to = entry(path);
  return to === "shared" || to === entry(file) ? null : "an entry takes its own parts and shared";
}

/** A circle of run time imports, as the list of its files; null where there is none. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | null => {
    if (done.has(file)) return null;
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return null;
}

export function check(files: ReadonlyMap<string, string>): Breach[] {
  const breaches: Breach[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, source] of files) {
    const imports = importsOf(source);
    for (const one of imports) {
      const why = judge(file, one);
      if (why) breaches.push({ file, target: one.target, why });
    }
    const runtime = imports.filter((one) => !one.typeOnly);
    graph.set(
      file,
      runtime.map((one) => resolveImport(file, one.target)).filter((path) => files.has(path)),
    );
  }
  const cycle = findCycle(graph);
  if (cycle)
    breaches.push({ file: cycle[0] ?? "", target: "", why: `a circle: ${cycle.join(" → ")}` });
  return breaches;
}

if (import.meta.main) {
  const files = new Map(
    folders
      .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`))
      .filter((file) => !file.startsWith("dashboards/web/dist/"))
      .map((file) => [file, readFileSync(file, "utf8")]),
  );
  const breaches = check(files);
  for (const { file, target, why } of breaches) {
    process.stderr.write(`${file}: ${target}: ${why}\n`);
  }
  process.stdout.write(`${files.size} files, ${breaches.length} breaches\n`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
