/** The container on paper: what no machine without Docker can build can still be wrong here. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";

type Service = {
  readonly ports: string[];
  readonly volumes: string[];
  readonly read_only: boolean;
  readonly cap_drop: string[];
};
type Compose = {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
};

test("DO-1: the container calls node itself, as another user, on variables that exist", () => {
  const file = readFileSync("Dockerfile", "utf8");
  assert.match(
    file,
    /^CMD \["node", "--max-semi-space-size=4", "--initial-heap-size=96", "gateway\/cli\/firelink\.ts", "start"\]$/m,
  );
  assert.match(file, /^USER node$/m);
  const config = readFileSync("gateway/config.ts", "utf8");
  for (const [, name = ""] of file.matchAll(/FIRELINK_([A-Z_]+)=/g)) {
    const key = name.toLowerCase().replaceAll("_", ".");
    assert.ok(config.includes(`"${key}"`) || config.includes(`  ${key}:`), name);
  }
});

test("DO-1: the pages are built in a stage of their own; what runs has neither Vite nor npm's cache", () => {
  const file = readFileSync("Dockerfile", "utf8");
  const stages = file.split(/^FROM /m).slice(1);
  assert.equal(stages.length, 2);
  const [web = "", last = ""] = stages;
  assert.match(web, /^\S+ AS web$/m);
  // Without the optional packages the bundler has no native part.
  assert.match(web, /^RUN npm ci$/m);
  assert.match(web, /^RUN node scripts\/web\.ts$/m);
  assert.match(last, /npm ci --omit=dev --omit=optional/);
  assert.match(last, /^COPY --from=web \/app\/dashboards\/web\/dist dashboards\/web\/dist$/m);
  assert.match(last, /^USER node$/m);
  const ignored = readFileSync(".dockerignore", "utf8").split("\n");
  for (const [, from = ""] of file.matchAll(/^COPY (?!--)(.+) \S+$/gm)) {
    for (const path of from.split(" ")) {
      assert.ok(existsSync(path), `${path} is copied and does not exist`);
      assert.ok(!ignored.includes(path), `${path} is copied and ignored`);
    }
  }
  // Pages of the machine that builds would pass for those of the sources.
  for (const path of ["node_modules", "dashboards/web/dist", ".firelink"]) {
    assert.ok(ignored.includes(path), path);
  }
});

test("DO-2: the compose file has both ports, on loopback, and a volume that is declared", () => {
  const { services, volumes } = parse(readFileSync("docker-compose.yml", "utf8")) as Compose;
  const { firelink } = services;
  assert.deepEqual(firelink?.ports, ["127.0.0.1:8080:8080", "127.0.0.1:1883:1883"]);
  assert.equal(firelink?.read_only, true);
  assert.deepEqual(firelink?.cap_drop, ["ALL"]);
  const [volume = ""] = firelink?.volumes ?? [];
  assert.ok(Object.hasOwn(volumes, volume.split(":")[0] ?? ""));
});
