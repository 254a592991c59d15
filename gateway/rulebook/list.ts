/**
 * Rules in force as a list: each with its kind of device, its sites that have other numbers, and since
 * when it is as it is. Searched and paged; runs in the reader's thread or in the command line.
 */
import type { Adoption } from "#rules/adoption.ts";
import type { PackSource, RuleSource } from "#rules/detect/pack.ts";
import type { SiteNumbers } from "#rules/override.ts";
import type { Packs } from "#rules/rulebook.ts";

export type RuleEntry = {
  readonly pack: string;
  readonly kind: string;
  readonly rule: RuleSource;
  /** The adoption with which it became what it is; of the oldest that is known where it is older. */
  readonly since: Pick<Adoption, "position" | "at" | "by"> | null;
  readonly sites: readonly { readonly site: string; readonly numbers: SiteNumbers }[];
};

export type RuleQuery = {
  /** Words that must all be in id, names, action, clause or condition. */
  readonly q?: string;
  readonly kind?: string;
  /** `PACK/RULE` of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
};

export type RulePage = {
  readonly rules: readonly RuleEntry[];
  readonly total: number;
  readonly kinds: readonly { readonly kind: string; readonly count: number }[];
  /** `after` of the next page; null where this is the last. */
  readonly next: string | null;
};

export class RuleList {
  readonly #entries: readonly RuleEntry[];
  readonly #words: readonly string[];

  /** `adoptions`: oldest first; `read` gives the packs of one, null where they cannot be read. */
  constructor(packs: Packs, adoptions: readonly Adoption[], read: (hash: string) => Packs | null) {
    const since = sinceOf(packs, adoptions, read);
    this.#entries = packs.flatMap(({ pack, kind, rules }) =>
      rules.map((rule): RuleEntry => {
        const key = `${pack}/${rule.id}`;
        const { position, at, by } = since.get(key) ?? { position: 0, at: 0, by: "" };
        return {
          pack,
          kind,
          rule,
          since: position === 0 ? null : { position, at, by },
          sites: sitesOf(packs, key),
        };
      }),
    );
    this.#words = this.#entries.map((entry) => JSON.stringify(entry).toLowerCase());
  }

  get all(): readonly RuleEntry[] {
    return this.#entries;
  }

  page({ q = "", kind, after, limit }: RuleQuery): RulePage {
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.#entries.filter(
      (entry, i) =>
        (kind === undefined || entry.kind === kind) &&
        words.every((word) => this.#words[i]?.includes(word)),
    );
    const from = after === undefined ? 0 : found.findIndex((entry) => keyOf(entry) === after) + 1;
    const rules = found.slice(from, from + limit);
    const last = rules.at(-1);
    const counts = Map.groupBy(this.#entries, (entry) => entry.kind);
    return {
      rules,
      total: found.length,
      kinds: [...counts].map(([of, entries]) => ({ kind: of, count: entries.length })),
      next: last && from + limit < found.length ? keyOf(last) : null,
    };
  }
}

function keyOf({ pack, rule }: RuleEntry): string {
  return `${pack}/${rule.id}`;
}

function sitesOf(packs: Packs, key: string): RuleEntry["sites"] {
  return packs.flatMap(({ site, overrides = {} }) => {
    const numbers = overrides[key];
    return site === undefined || !numbers ? [] : [{ site, numbers }];
  });
}

/** Back from the newest adoption, as long as each rule was the same. */
function sinceOf(
  packs: Packs,
  adoptions: readonly Adoption[],
  read: (hash: string) => Packs | null,
): ReadonlyMap<string, Adoption> {
  const since = new Map<string, Adoption>();
  let open = textsOf(packs);
  for (const adoption of adoptions.toReversed()) {
    const then = read(adoption.hash);
    if (!then) break;
    const texts = textsOf(then);
    const same = new Map<string, string>();
    for (const [key, text] of open) {
      if (texts.get(key) !== text) continue;
      same.set(key, text);
      since.set(key, adoption);
    }
    open = same;
    if (open.size === 0) break;
  }
  return since;
}

function textsOf(packs: readonly PackSource[]): Map<string, string> {
  return new Map(
    packs.flatMap(({ pack, rules }) =>
      rules.map((rule) => [`${pack}/${rule.id}`, JSON.stringify(rule)] as const),
    ),
  );
}
