import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";

type Compose = {
  readonly services: Record<string, { readonly ports: string[]; readonly volumes: string[] }>;
  readonly volumes: Record<string, unknown>;
};

test("DO-1: the container calls node itself, as another user, on variables that exist", () => {
  const file = readFileSync("Dockerfile", "utf8");
  assert.match(
    file,
    /^CMD \["node", "--max-semi-space-size=16", "--initial-heap-size=96", "gateway\/cli\/firelink\.ts", "start"\]$/m,
  );
  assert.match(file, /^USER node$/m);
  const config = readFileSync("gateway/config.ts", "utf8");
  for (const [, name = ""] of file.matchAll(/FIRELINK_([A-Z_]+)=/g)) {
    const key = name.toLowerCase().replaceAll("_", ".");
    assert.ok(config.includes(`"${key}"`) || config.includes(`  ${key}:`), name);
  }
});

test("DO-2: the compose file has both ports, on loopback, and a volume that is declared", () => {
  const { services, volumes } = parse(readFileSync("docker-compose.yml", "utf8")) as Compose;
  const { firelink } = services;
  assert.deepEqual(firelink?.ports, ["127.0.0.1:8080:8080", "127.0.0.1:1883:1883"]);
  const [volume = ""] = firelink?.volumes ?? [];
  assert.ok(Object.hasOwn(volumes, volume.split(":")[0] ?? ""));
});
