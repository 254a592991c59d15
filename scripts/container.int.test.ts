/** What the containers run, run outside of one: their commands, their health check, their scripts. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { makeFolder, until } from "#gateway/testing/process.ts";

const { path: folder, remove } = makeFolder();
after(remove);

type Service = { readonly image: string; readonly environment?: Readonly<Record<string, string>> };

const noCompose =
  spawnSync("docker-compose", ["version"]).status === 0 ? false : "docker-compose is not installed";

test("DO-13: docker-compose reads the file, with both profiles, and makes of it what stands there", {
  skip: noCompose,
}, () => {
  const { services } = parse(readFileSync("docker-compose.yml", "utf8"), { merge: true });
  for (const profile of ["edge", "full"]) {
    const args = ["--profile", profile, "config"];
    const { status, stdout, stderr } = spawnSync("docker-compose", args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const read = parse(stdout).services;
    assert.deepEqual(Object.keys(read).sort(), Object.keys(services).sort());
    for (const [name, { image, environment = {} }] of Object.entries<Service>(services)) {
      assert.equal(read[name].image, image);
      assert.deepEqual(read[name].environment ?? {}, environment, name);
    }
  }
});

test("DO-14: secrets are made once, long and each another, for their owner and its group", () => {
  const secrets = join(folder, "secrets");
  for (const part of ["influxdb", "gateway", "grafana"])
    mkdirSync(join(secrets, part), { recursive: true });
  const files = ["influxdb/password", "influxdb/token", "grafana/password"];
  const run = () =>
    spawnSync("sh", ["scripts/container/secrets.sh", secrets], { encoding: "utf8" });
  const read = () => files.map((file) => readFileSync(join(secrets, file), "utf8"));
  const first = run();
  assert.equal(first.status, 0, first.stderr);
  const made = read();
  for (const [i, secret] of made.entries()) {
    assert.match(secret, /^[0-9a-f]{40}$/);
    assert.ok(!first.stdout.includes(secret), "it is in no log");
    assert.equal(statSync(join(secrets, files[i] ?? "")).mode & 0o777, 0o440);
  }
  assert.equal(new Set(made).size, 3);
  assert.equal(run().status, 0);
  assert.deepEqual(read(), made, "a start changes no password");
  assert.notEqual(spawnSync("sh", ["scripts/container/secrets.sh"]).status, 0, "without a folder");
});

/** Answers as InfluxDB's command line does: columns with tabs between them. */
const influx = `#!/bin/sh
case "$1 $2" in
  "bucket list") [ -z "$NO_BUCKET" ] && printf 'b1\\tfirelink\\t1y\\n' ;;
  "auth create") printf 'a1\\t%s\\tTOKEN of %s %s\\tfirelink\\n' "$4" "$5" "$6" ;;
esac
exit 0
`;

test("DO-14: the database hands the gateway a token that writes, and Grafana one that reads", () => {
  const [bin, secrets] = [join(folder, "bin"), join(folder, "secrets")];
  mkdirSync(bin);
  writeFileSync(join(bin, "influx"), influx, { mode: 0o755 });
  const run = (more: NodeJS.ProcessEnv = {}) => {
    const env = { PATH: `${bin}:${process.env.PATH}`, SECRETS: secrets, ...more };
    return spawnSync("scripts/container/tokens.sh", { env, encoding: "utf8" });
  };
  const read = (of: string) => readFileSync(join(secrets, of, "token"), "utf8").trim();
  for (let again = 0; again < 2; again += 1) {
    assert.equal(run().status, 0);
    assert.equal(read("gateway"), "TOKEN of --write-bucket b1");
    assert.equal(read("grafana"), "TOKEN of --read-bucket b1");
  }
  const none = run({ NO_BUCKET: "1" });
  assert.deepEqual([none.status, none.stderr.trim()], [1, "tokens: there is no bucket firelink"]);
});

test("DO-15: the command of the image serves, without its database too; its health check tells that from one that does not", async () => {
  const dockerfile = readFileSync("Dockerfile", "utf8");
  const [command, ...args] = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? "[]");
  assert.equal(command, "node");
  const health = JSON.parse(/^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? "[]");
  const full = parse(readFileSync("docker-compose.yml", "utf8"), { merge: true });
  const env = {
    ...full.services["firelink-full"].environment,
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    FIRELINK_DATA: join(folder, "data"),
    FIRELINK_HTTP_PORT: "0",
    FIRELINK_MQTT_PORT: "0",
    FIRELINK_INFLUX_URL: "http://127.0.0.1:9",
  };
  const gateway = spawn(process.execPath, args, { env });
  let [out, err] = ["", ""];
  gateway.stdout.on("data", (chunk) => {
    out += chunk;
  });
  gateway.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise((resolve) => gateway.once("exit", resolve));
  try {
    const isReady = () => /^firelink ready (\{.*\})$/m.exec(out)?.[1];
    const { http } = JSON.parse(await until(`it is ready ${err}`, isReady, 20_000));
    const check = (): number | null => {
      const own = health.slice(1).map((arg: string) => arg.replace("8080", new URL(http).port));
      return spawnSync(process.execPath, own).status;
    };
    assert.equal(check(), 0);
    gateway.kill("SIGTERM");
    assert.equal(await ended, 0, "no orphan, no force");
    assert.equal(check(), 1);
  } finally {
    gateway.kill("SIGKILL");
  }
});
