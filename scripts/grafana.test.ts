/** Grafana's dashboards against the names that go out; real servers answer them in grafana.int.test.ts. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { allMeasurements } from "#gateway/influx/measurements.ts";
import { readProfiles } from "#gateway/rulebook/profiles.ts";
import { dashboards } from "./dashboards.ts";
import { queriesOf, written } from "./grafana.ts";

const folder = "dashboards/grafana/dashboards";
const all = allMeasurements(readProfiles());

/** Names of a query that its measurement does not have. */
function unknownIn(query: string): string[] {
  const names = [...query.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
  const [from = ""] = [...query.matchAll(/FROM "([^"]+)"/g)].map((match) => match[1] ?? "");
  const own = [...query.matchAll(/AS "([^"]+)"/g)].map((match) => match[1] ?? "");
  const of = all.get(from);
  const known = new Set([...own, from, ...Object.keys({ ...of?.tags, ...of?.fields })]);
  return names.filter((name) => !known.has(name) || !of);
}

test("DO-11: each query of a dashboard asks for measurements, tags and fields that go out", () => {
  assert.deepEqual(unknownIn('SELECT mean("flow_x") FROM "pump_room"'), ["flow_x"]);
  assert.deepEqual(unknownIn('SELECT mean("pool_level") FROM "pump-room"').length, 2);
  for (const { name, queries } of dashboards.map(queriesOf)) {
    assert.ok(queries.length > 3, name);
    for (const query of queries) assert.deepEqual(unknownIn(query), [], `${name}: ${query}`);
  }
});

test("DO-11: the files are those that are made, with ids and a data source that stay", () => {
  assert.deepEqual(readdirSync(folder).sort(), dashboards.map(({ name }) => `${name}.json`).sort());
  for (const one of dashboards) {
    const text = readFileSync(`${folder}/${one.name}.json`, "utf8");
    assert.equal(text, written(one), "npm run -s reference");
    const sources = new Set([...text.matchAll(/"datasource": (\{[^}]*\})/g)].map(([, of]) => of));
    assert.equal(sources.size > 0, true);
    for (const of of sources) assert.equal(JSON.parse(of ?? "").uid, "firelink");
    const { uid, panels } = JSON.parse(text);
    assert.equal(uid, `firelink-${one.name}`);
    for (const { gridPos, title } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      assert.match(title, /[\u4e00-\u9fff]|CPU|MQTT/, "in Chinese");
      assert.match(title, /[A-Za-z]{2}/, "and in English");
    }
  }
});
