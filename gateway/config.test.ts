import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { defaultSettings } from "#rules/settings.ts";
import { describeConfig, keys, readConfig, variableOf } from "./config.ts";
import { Refused } from "./errors.ts";

function withFile<T>(text: string, run: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "firelink-config-"));
  const path = join(folder, "firelink.yaml");
  writeFileSync(path, text);
  try {
    return run(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Refused);
    return error.message;
  }
  return assert.fail("it was accepted");
}

test("CF-1: without file and environment every key has its default", () => {
  const config = readConfig({});
  assert.equal(config.http.port, 8080);
  assert.equal(config.mqtt.port, 1883);
  assert.ok(config.data.endsWith(".firelink"));
  assert.deepEqual(config.settings, defaultSettings);
});

test("CF-2: the environment goes before the file, the file before the default", () => {
  withFile("http:\n  port: 9000\nmqtt.port: 2883\n", (path) => {
    const config = readConfig({ FIRELINK_CONFIG: path, FIRELINK_HTTP_PORT: "0" });
    assert.equal(config.http.port, 0);
    assert.equal(config.mqtt.port, 2883);
  });
});

test("CF-3: an error says where, which key, what is wrong and what is allowed; all of them at once", () => {
  withFile("http:\n  port: 70000\nlog:\n  level: loud\nhtpp:\n  port: 1\n", (path) => {
    const message = refusal(() =>
      readConfig({ FIRELINK_CONFIG: path, FIRELINK_MQTT_PORT: "many" }),
    );
    assert.match(message, /firelink\.yaml: http\.port is 70000; allowed: .*from 0 to 65535/);
    assert.match(message, /log\.level is "loud"; allowed: trace, debug/);
    assert.match(message, /there is no key htpp\.port/);
    assert.match(message, /FIRELINK_MQTT_PORT: mqtt\.port is null/);
  });
});

test("CF-4: a file that cannot be read, or is no YAML, is named", () => {
  assert.match(
    refusal(() => readConfig({ FIRELINK_CONFIG: "/nowhere/x.yaml" })),
    /nowhere/,
  );
  withFile("a: [1", (path) => {
    assert.match(
      refusal(() => readConfig({ FIRELINK_CONFIG: path })),
      /firelink\.yaml/,
    );
  });
});

test("CF-5: every key has a variable of its own and a line in the reference", () => {
  const variables = Object.keys(keys).map(variableOf);
  assert.equal(new Set(variables).size, variables.length);
  for (const promised of ["FIRELINK_DATA", "FIRELINK_HTTP_PORT", "FIRELINK_MQTT_PORT"]) {
    assert.ok(variables.includes(promised));
  }
  const reference = describeConfig();
  const page = readFileSync(new URL("../docs/reference/config.md", import.meta.url), "utf8");
  assert.ok(page.includes(reference), "docs/reference/config.md is not what describeConfig gives");
  for (const name of Object.keys(keys)) assert.ok(reference.includes(`\`${name}\``));
});

test("IX-11: of InfluxDB an address without its bucket, a wrong one, and a secret in a file are refused", () => {
  withFile("influx:\n  url: ftp://db\n  token: abc-secret\n", (path) => {
    const message = refusal(() => readConfig({ FIRELINK_CONFIG: path }));
    assert.match(message, /influx\.url is "ftp:\/\/db"; allowed: an http or https address/);
    assert.match(message, /influx\.token is a secret; allowed: the environment \(FIRELINK_INFLUX_/);
    assert.ok(!message.includes("abc-secret"));
  });
  const url = { FIRELINK_INFLUX_URL: "http://127.0.0.1:8086" };
  assert.match(
    refusal(() => readConfig(url)),
    /influx\.bucket is not; allowed: both, or neither/,
  );
  assert.throws(
    () => readConfig({ FIRELINK_INFLUX_URL: "http://user:abc-secret@db:8086" }),
    ({ message }: Error) => message.includes('"http://…@db:8086"') && !message.includes("abc-"),
  );
  const secret = { FIRELINK_INFLUX_BUCKET: "b", FIRELINK_INFLUX_TOKEN: "t" };
  const { influx } = readConfig({ ...url, ...secret });
  assert.deepEqual([influx?.bucket, influx?.token, influx?.resendMs], ["b", "t", 60_000]);
  assert.equal(readConfig({}).influx, null);
});

test("RO-26: slow hours and what a route server speaks are refused with what is allowed", () => {
  const { settings, roads } = readConfig({
    FIRELINK_RULES_PEAK_HOURS: "06:30-08:00,22:00-01:00",
    FIRELINK_ROADS_URL: "http://127.0.0.1:5000/osrm",
  });
  assert.deepEqual(settings.travel.peaks, [
    { fromMin: 390, toMin: 480 },
    { fromMin: 1320, toMin: 1440 },
    { fromMin: 0, toMin: 60 },
  ]);
  assert.deepEqual(roads, { engine: null, url: "http://127.0.0.1:5000/osrm", api: "osrm" });
  assert.deepEqual(readConfig({ FIRELINK_RULES_PEAK_HOURS: "" }).settings.travel.peaks, []);
  for (const [variable, value, allowed] of [
    ["FIRELINK_RULES_PEAK_HOURS", "7-9", /allowed: 07:00-09:00/],
    ["FIRELINK_RULES_PEAK_HOURS", "07:00-25:00", /allowed: 07:00-09:00/],
    ["FIRELINK_RULES_PEAK_FACTOR", "0.5", /allowed: a number from 1 to 5/],
    ["FIRELINK_ROADS_URL", "file:///etc/passwd", /allowed: http:\/\/HOST:PORT/],
    ["FIRELINK_ROADS_API", "google", /allowed: osrm, valhalla/],
  ] as const) {
    assert.match(
      refusal(() => readConfig({ [variable]: value })),
      allowed,
    );
  }
});
