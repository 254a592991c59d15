/** Names of persons for whoever reads in another thread: people.db through a connection that only reads. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Null where the person has been deleted, or nobody is known yet. Each name is looked up once. */
export class Names {
  readonly #db: DatabaseSync | null;
  readonly #known = new Map<string, string | null>();

  constructor(folder: string) {
    const path = join(folder, "people.db");
    this.#db = existsSync(path) ? new DatabaseSync(path, { readOnly: true }) : null;
    this.#db?.exec("PRAGMA busy_timeout=2000;");
  }

  readonly of = (id: string): string | null => {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const name = this.#read("SELECT name FROM person WHERE id = ?", id);
    const staff = "SELECT json_extract(body, '$.name') AS name FROM staff WHERE id = ?";
    const found = name ?? this.#read(staff, id);
    this.#known.set(id, found);
    return found;
  };

  close(): void {
    this.#db?.close();
  }

  #read(query: string, id: string): string | null {
    const row = this.#db?.prepare(query).get(id) as { name: string } | undefined;
    return row?.name ?? null;
  }
}
