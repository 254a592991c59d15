/**
 * Closed incidents, after they have left the state: a view that the journal can give again at any
 * time. Each row is the incident as it stood, with its alarms and orders.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Alarm } from "#rules/alarm/alarm.ts";
import type { Order } from "#rules/dispatch/order.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { State } from "#rules/state.ts";

export type ArchivedIncident = Omit<Incident, "zones"> & {
  readonly zones: readonly string[];
  readonly alarmsThen: readonly Alarm[];
  readonly ordersThen: readonly Order[];
};

const schema = `
CREATE TABLE IF NOT EXISTS incident (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS incident_by_site ON incident (site, opened_at);
CREATE INDEX IF NOT EXISTS incident_by_opening ON incident (opened_at, id);
CREATE TABLE IF NOT EXISTS folded (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;
`;

export type ArchiveQuery = {
  /** Null: of the whole district. */
  readonly site: string | null;
  readonly before: { readonly at: number; readonly id: string } | null;
  readonly limit: number;
};

const file = "archive.db";

export class Archive {
  readonly #db: DatabaseSync;

  constructor(folder: string) {
    this.#db = new DatabaseSync(join(folder, file));
    this.#db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=2000;");
    this.#db.exec(schema);
  }

  /** Closed incidents, the newest first, those opened before `before`; none where nothing is kept yet. */
  static page(folder: string, { site, before, limit }: ArchiveQuery): ArchivedIncident[] {
    const path = join(folder, file);
    if (!existsSync(path)) return [];
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      db.exec("PRAGMA busy_timeout=2000;");
      const { at, id } = before ?? { at: Number.MAX_SAFE_INTEGER, id: "" };
      const where = site === null ? "" : "site = $site AND ";
      const rows = db
        .prepare(
          `SELECT body FROM incident WHERE ${where}(opened_at, id) < ($at, $id)
           ORDER BY opened_at DESC, id DESC LIMIT $limit`,
        )
        .all({ $at: at, $id: id, $limit: limit, ...(site === null ? {} : { $site: site }) });
      return rows.map((row) => JSON.parse((row as { body: string }).body) as ArchivedIncident);
    } finally {
      db.close();
    }
  }

  /** Journal position up to which every closed incident is here. */
  get position(): number {
    const row = this.#db.prepare("SELECT position FROM folded").get();
    return (row as { position: number } | undefined)?.position ?? 0;
  }

  begin(): void {
    this.#db.exec("BEGIN IMMEDIATE");
  }

  /** Keeps an incident as it is now; the same one again changes nothing. */
  put(state: State, id: string): void {
    const incident = state.incidents.get(id);
    if (!incident) return;
    const kept: ArchivedIncident = {
      ...incident,
      zones: [...incident.zones],
      alarmsThen: incident.alarms.flatMap((alarm) => state.alarms.get(alarm) ?? []),
      ordersThen: incident.orders.flatMap((order) => state.orders.get(order) ?? []),
    };
    this.#db
      .prepare("INSERT OR REPLACE INTO incident (id, site, opened_at, body) VALUES (?, ?, ?, ?)")
      .run(id, incident.site, incident.openedAt, JSON.stringify(kept));
  }

  commit(position: number): void {
    this.#db.prepare("INSERT OR REPLACE INTO folded (one, position) VALUES (1, ?)").run(position);
    this.#db.exec("COMMIT");
  }

  rollback(): void {
    if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
  }

  get(id: string): ArchivedIncident | null {
    const row = this.#db.prepare("SELECT body FROM incident WHERE id = ?").get(id);
    return row ? (JSON.parse((row as { body: string }).body) as ArchivedIncident) : null;
  }

  get count(): number {
    const row = this.#db.prepare("SELECT count(*) AS n FROM incident").get();
    return (row as { n: number }).n;
  }

  close(): void {
    this.#db.close();
  }
}
