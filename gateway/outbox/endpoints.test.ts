/** The file of webhooks: secrets by file or environment; what is wrong is said with its line. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Refused } from "../errors.ts";
import { readWebhooks } from "./endpoints.ts";

const folder = mkdtempSync(join(tmpdir(), "firelink-webhooks-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function faultsOf(text: string, env = {}): string[] {
  try {
    readWebhooks(write("bad.yaml", text), env);
  } catch (error) {
    assert.ok(error instanceof Refused);
    return error.message.split("\n").map((line) => line.replace(/^.*bad\.yaml:/, ""));
  }
  return assert.fail("it was accepted");
}

test("WK-6: an address and a secret come from the file, another file or the environment", () => {
  const secret = write("secret", "s3cret\n");
  const path = write(
    "good.yaml",
    [
      "endpoints:",
      `  - { name: sms, format: sms, url: "https://sms.example/send", secretFile: ${secret}, perMinute: 60 }`,
      "  - { name: duty, format: dingtalk, urlEnv: DUTY_URL, secretEnv: DUTY_SECRET, atOnce: 1 }",
      "callOut: [ { endpoint: sms } ]",
    ].join("\n"),
  );
  const env = { DUTY_URL: "https://oapi.example/robot?access_token=t", DUTY_SECRET: "d" };
  const { endpoints, callOut } = readWebhooks(path, env);
  assert.deepEqual(endpoints.get("sms"), {
    ...{ url: "https://sms.example/send", secret: Buffer.from("s3cret") },
    ...{ format: "sms", perMinute: 60 },
  });
  assert.equal(endpoints.get("duty")?.url, env.DUTY_URL);
  assert.deepEqual(callOut, [{ endpoint: "sms", afterMs: 0 }]);
});

test("WK-7: what is wrong with it stands with its line, and what is allowed", () => {
  const text = [
    "endpoints:",
    '  - { name: a, format: fax, url: "https://a.example" }',
    '  - { name: b, format: json, url: "ftp://b.example" }',
    "  - { name: c, format: json, secret: s3cret }",
  ].join("\n");
  const shape = faultsOf(text).join("\n");
  assert.match(shape, /^2: endpoints\.0\.format "fax" is not allowed; allowed: json, dingtalk/);
  assert.match(shape, /^3: endpoints\.1\.url .*allowed: http\(s\):\/\/…$/m);
  assert.match(shape, /^4: endpoints\.2\.secret there is no such key here/m);
  const meaning = faultsOf(
    [
      "endpoints:",
      '  - { name: a, format: json, url: "https://a.example", urlEnv: A_URL, secretEnv: NOT_SET }',
      "  - { name: a, format: sms, secretFile: /nowhere/secret }",
      "callOut: [ { endpoint: fax } ]",
    ].join("\n"),
    { A_URL: "https://a.example" },
  ).join("\n");
  assert.match(meaning, /^2: .*urlEnv stands beside url; allowed: one of them/);
  assert.match(meaning, /^2: .*secretEnv NOT_SET is not set/m);
  assert.match(meaning, /^3: .*name a stands here twice/m);
  assert.match(meaning, /^3: .*secretFile cannot be read \(ENOENT\)/m);
  assert.match(meaning, /^4: .*there is no endpoint fax; allowed: a/m);
});
