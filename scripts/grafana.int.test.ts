/** Every query of Grafana's dashboards, put to a real InfluxDB that has what a gateway writes. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { FollowedRow } from "#gateway/history/follow.ts";
import { eventLines, type Subject } from "#gateway/influx/event-lines.ts";
import { linesOf } from "#gateway/influx/line.ts";
import { allMeasurements, marks } from "#gateway/influx/measurements.ts";
import { decodeEvent, record } from "#gateway/journal/codec.ts";
import { JournalFile } from "#gateway/journal/file.ts";
import { readProfiles } from "#gateway/rulebook/profiles.ts";
import { databaseName, noDatabases } from "#gateway/testing/databases.ts";
import { writeHistory } from "#gateway/testing/history.ts";
import { Rig } from "#gateway/testing/opened-database.ts";
import type { Event, Recorded } from "#rules/event.ts";
import { dashboards } from "./dashboards.ts";
import { queriesOf } from "./grafana.ts";

const rig = new Rig();
afterEach(() => rig.close());

/** One value of each field of each kind of device, and of the gateway itself. */
function samples(at: number): string[] {
  const sampled = [...allMeasurements(readProfiles())].filter(
    ([name]) => !Object.hasOwn(marks, name),
  );
  return sampled.flatMap(([kind, { fields }]) => {
    const of = (point: string, more: Partial<FollowedRow> = {}): FollowedRow => ({
      ...{
        device: "baolong/x-01",
        kind,
        point,
        at,
        value: 1,
        quality: "good",
        late: false,
        ...more,
      },
    });
    const names = Object.keys(fields);
    const rows = names.flatMap((name) => {
      if (name.endsWith("_quality")) return of(name.slice(0, -8), { quality: "stale", at: at + 1 });
      if (name.endsWith("_text")) return of(name.slice(0, -5), { value: "text" });
      return of(name);
    });
    return linesOf(rows).map(({ text }) => text);
  });
}

/** Of a journal of the real rules, and what no such journal has: permits, and who came late. */
function journalLines(folder: string, at: number): string[] {
  writeHistory(folder, 500);
  const journal = JournalFile.openForReading(folder);
  const events = [...journal.read(0)].map(({ body }) => decodeEvent(body));
  journal.close();
  const report = { site: "s1", class: "second" };
  const more = [
    { type: "permit-drafted", permit: "W1", number: "D-1", report },
    { type: "permit-moved", permit: "W1", to: "active", why: "start" },
    ...["micro", "neighbours", "station"].map((step) => {
      return { type: "arrival-due", incident: "I-1", step, verdict: "late" };
    }),
  ].map((event, i) => {
    const position = events.length + i + 1;
    return record(event as unknown as Event, { position, at, signal: "s" }) as Recorded;
  });
  const subjects = new Map<string, Subject>();
  const known = {
    get: (id: string) => subjects.get(id) ?? null,
    put: (id: string, of: Subject) => void subjects.set(id, of),
  };
  return [...events, ...more].flatMap((event) => eventLines(event, known));
}

test("DO-12: InfluxDB answers every query of every dashboard with data", {
  skip: noDatabases,
}, async (t) => {
  const { database, data } = await rig.open("influx");
  const now = Date.now();
  const write = async (lines: readonly string[], precision: string): Promise<void> => {
    const url = `${database.url}/write?db=${databaseName}&precision=${precision}`;
    const answer = await fetch(url, { method: "POST", body: lines.join("\n") });
    assert.equal(answer.status, 204, await answer.text());
  };
  for (const at of [now - 25_000, now - 5000]) await write(samples(at), "ms");
  await write(journalLines(data, now), "ns");
  let count = 0;
  for (const { name, queries } of dashboards.map(queriesOf)) {
    for (const query of queries) {
      const filled = query
        .replaceAll("$timeFilter", "time > now() - 2000w AND time < now() + 1h")
        .replaceAll("$__interval", "52w")
        .replaceAll(/\$\w+/g, ".*");
      const recent = filled.replaceAll(/52w/g, query.includes("derivative") ? "10s" : "52w");
      const bounded = query.includes("derivative") ? recent.replaceAll("2000w", "2m") : recent;
      const search = new URLSearchParams({ db: databaseName, q: bounded });
      const answer = await (await fetch(`${database.url}/query?${search}`)).json();
      const [result] = (answer as { results: { error?: string; series?: unknown[] }[] }).results;
      assert.equal(result?.error, undefined, `${name}: ${query}`);
      assert.ok((result?.series?.length ?? 0) > 0, `${name}: nothing for ${query}`);
      count += 1;
    }
  }
  t.diagnostic(
    `${count} queries of ${dashboards.length} dashboards; ${await database.series()} series`,
  );
});
