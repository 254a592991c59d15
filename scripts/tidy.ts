/**
 * The tidy test's rules: what no tool of the shelf checks for us. Each is a pure function over the
 * text of a file, so that each can be shown to fail.
 */
export type Untidy = { readonly file: string; readonly line: number; readonly what: string };

type Ban = {
  readonly pattern: RegExp;
  readonly what: string;
  /** Files the ban is about. */
  readonly applies: (file: string) => boolean;
};

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file) || file.includes("/testing/");
const isSource = (file: string): boolean => /\.(ts|tsx|css)$/.test(file) && !isTest(file);
const inRules = (file: string): boolean => file.startsWith("rules/") && isSource(file);
const inGateway = (file: string): boolean =>
  file.startsWith("gateway/") && isSource(file) && !file.startsWith("gateway/simulation/");

const bans: readonly Ban[] = [
  {
    pattern: /\b(Date|Intl|performance|process|setTimeout|setInterval|setImmediate|fetch)\b[.(]/,
    what: "rules know no clock, chance, disk or network (I1)",
    applies: inRules,
  },
  { pattern: /\bMath\.random\b/, what: "rules know no chance (I1)", applies: inRules },
  { pattern: /\bgetBuiltinModule\b|\bimport\(/, what: "rules load nothing (I1)", applies: inRules },
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    what: "wall time comes from gateway/clock.ts only",
    applies: (file) => inGateway(file) && file !== "gateway/clock.ts",
  },
  {
    pattern: /\bconsole\./,
    what: "logs go through pino, output through stdout",
    applies: (file) => isSource(file) && !file.startsWith("scripts/"),
  },
  {
    pattern: /\b(new Date\(|Intl\.|toLocale(?:Date|Time)?String\()/,
    what: "a screen shows times by shared/format.ts, in the gateway's offset",
    applies: (file) => file.startsWith("dashboards/") && isSource(file),
  },
  {
    pattern: /\b(dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|eval)\b/,
    what: "markup made of text: a name of the inventory could become a script",
    applies: (file) => file.startsWith("dashboards/") && isSource(file),
  },
  {
    pattern: /["'`(]https?:\/\/(?!127\.0\.0\.1)/,
    what: "no external host is contacted",
    applies: (file) => file.startsWith("dashboards/") && isSource(file),
  },
  {
    pattern: /\b(TODO|FIXME|XXX)\b/,
    what: "write an issue, not a note",
    applies: (file) => isSource(file) && file !== "scripts/tidy.ts",
  },
  {
    pattern: /["'`(\s](\/work\/|\/root\/|\/home\/)/,
    what: "a path of one machine",
    applies: (file) => !file.startsWith("scripts/tidy"),
  },
];

const longestFile = 420;
const namePattern = /^[a-z0-9][a-z0-9.-]*$/;
/** Names that the world outside fixes. */
const fixedNames = new Set([
  "CHANGELOG.md",
  "Dockerfile",
  "LICENSE",
  "README.md",
  "README.zh-CN.md",
  "SECURITY.md",
]);

/** Comments may name what code may not use. */
function withoutComment(line: string): string {
  return /^\s*(\*|\/\/|\/\*)/.test(line) ? "" : line;
}

export function untidy(file: string, text: string): Untidy[] {
  const lines = text.split("\n");
  const found: Untidy[] = [];
  for (const { pattern, what, applies } of bans) {
    if (!applies(file)) continue;
    lines.forEach((line, i) => {
      if (pattern.test(withoutComment(line))) found.push({ file, line: i + 1, what });
    });
  }
  if (isSource(file) && lines.length > longestFile) {
    found.push({ file, line: longestFile, what: `more than ${longestFile} lines` });
  }
  const name = file.split("/").at(-1) ?? "";
  if (!name.startsWith(".") && !fixedNames.has(name) && !namePattern.test(name)) {
    found.push({ file, line: 1, what: "file names are lowercase, with dashes" });
  }
  return found;
}

const idPattern = /\b[A-Z]{2}-\d+\b/g;

/** Ids of the requirement tables: the first cell of a row. */
export function requirementIds(markdown: string): string[] {
  return [...markdown.matchAll(/^\| ([A-Z]{2}-\d+) \|/gm)].map((match) => match[1] ?? "");
}

/** Ids that the names of tests quote, before their colon. */
export function quotedIds(source: string): string[] {
  return [...source.matchAll(/^\s*test\(\s*[`"]([^`"]*?):/gm)].flatMap(
    (match) => match[1]?.match(idPattern) ?? [],
  );
}

export type TestFile = { readonly file: string; readonly text: string };

/**
 * Requirements without a test, tests without a requirement, ids that stand there twice, prefixes of two
 * tables, and tests of a folder that the row does not name: an id that two people have taken at the same
 * time stands in the table once, and in tests that have nothing to do with each other.
 */
export function requirementFaults(markdown: string, tests: readonly TestFile[]): string[] {
  const required = requirementIds(markdown);
  const known = new Set(required);
  const quoted = new Set(tests.flatMap(({ text }) => quotedIds(text)));
  const twice = required.filter((id, i) => required.indexOf(id) !== i);
  const places = placesOf(markdown);
  const elsewhere = tests.flatMap(({ file, text }) =>
    [...new Set(quotedIds(text))]
      .filter((id) => known.has(id) && !places.get(id)?.some((place) => isOf(file, place)))
      .map((id) => `${id} is tested by ${file}, of which its row says nothing`),
  );
  return [
    ...required.filter((id) => !quoted.has(id)).map((id) => `${id} has no test`),
    ...[...quoted].filter((id) => !known.has(id)).map((id) => `${id} is no requirement`),
    ...twice.map((id) => `${id} stands in the tables twice`),
    ...prefixesOfTwo(markdown).map((prefix) => `${prefix} is the prefix of two tables`),
    ...elsewhere,
  ];
}

/** Where each id is tested, as its row says: a test's path without its ending, or a folder. */
function placesOf(markdown: string): Map<string, readonly string[]> {
  const rows = [...markdown.matchAll(/^\| ([A-Z]{2}-\d+) \|.*\| ([^|]*) \|$/gm)];
  return new Map(rows.map(([, id = "", places = ""]) => [id, places.split(", ")]));
}

/** A row may name what is tested in place of its test: both stand in one folder. */
function isOf(file: string, place: string): boolean {
  const folder = (path: string): string => path.slice(0, path.lastIndexOf("/"));
  return file.startsWith(place) || (folder(file) === folder(place) && /\.tsx?$/.test(place));
}

function prefixesOfTwo(markdown: string): string[] {
  const heads = new Map<string, Set<string>>();
  for (const table of markdown.split(/^## /m)) {
    for (const id of requirementIds(table)) {
      const prefix = id.slice(0, 2);
      heads.set(prefix, (heads.get(prefix) ?? new Set()).add(table));
    }
  }
  return [...heads].flatMap(([prefix, tables]) => (tables.size > 1 ? prefix : []));
}
