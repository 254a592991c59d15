/** Sites by words, town, code colour, sector and field, a page at a time. */
import { colourInForce, type Site } from "#rules/inventory.ts";
import type { Packed } from "../inventory/pack.ts";
import { Table } from "../inventory/table.ts";

export type SiteQuery = {
  /** Words that must all be in id or name, whatever their case. */
  readonly q?: string;
  readonly town?: string;
  /** Unknown is treated as yellow. */
  readonly colour?: string;
  readonly sector?: string;
  readonly field?: string;
  /** The last site of the page before. */
  readonly after?: string;
  readonly limit: number;
};

export type SitePage = {
  readonly sites: readonly Site[];
  /** Matches in all. */
  readonly total: number;
  /** `after` of the next page; null where this is the last. */
  readonly next: string | null;
};

/** One inventory's sites with their words in lower case, made once and kept while it is searched. */
export class SiteSearch {
  readonly #table: Table<Site>;
  readonly #words: string[] = [];
  readonly #facets: Pick<Site, "town" | "sector" | "field">[] = [];
  readonly #colours: string[] = [];

  constructor(packed: Packed) {
    this.#table = new Table<Site>(packed.tables.sites);
    for (let row = 0; row < this.#table.size; row += 1) {
      const { id, name, town, sector, field, code } = this.#table.at(row);
      this.#words.push(`${id} ${name.zh} ${name.en}`.toLowerCase());
      this.#facets.push({ town, ...(sector && { sector }), ...(field && { field }) });
      this.#colours.push(colourInForce(code));
    }
  }

  /** Null where `after` names no site: the inventory has changed since the page before. */
  page(query: SiteQuery): SitePage | null {
    const from = query.after === undefined ? -1 : this.#table.rowOf(query.after);
    if (from === null) return null;
    const words = (query.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const rows: number[] = [];
    let total = 0;
    for (let row = 0; row < this.#words.length; row += 1) {
      if (!this.#matches(row, query, words)) continue;
      total += 1;
      if (row > from && rows.length <= query.limit) rows.push(row);
    }
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const next = rows.length > page.length && last !== undefined ? this.#table.keyAt(last) : null;
    return { sites: page.map((row) => this.#table.at(row)), total, next };
  }

  #matches(row: number, query: SiteQuery, words: readonly string[]): boolean {
    const facets = this.#facets[row];
    if (query.town !== undefined && facets?.town !== query.town) return false;
    if (query.sector !== undefined && facets?.sector !== query.sector) return false;
    if (query.field !== undefined && facets?.field !== query.field) return false;
    if (query.colour !== undefined && this.#colours[row] !== query.colour) return false;
    const text = this.#words[row] ?? "";
    return words.every((word) => text.includes(word));
  }
}
