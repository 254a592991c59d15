/** A pack of 10,000 rules: checked and adopted beside presses; what it takes is printed. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connectAs, deviceCredential } from "../testing/client.ts";
import {
  environment,
  firelink,
  journalOf,
  makeFolder,
  program,
  startGateway,
} from "../testing/process.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";

const house = readPacks(readProfiles());
const houseRules = house.flatMap(({ rules }) => rules).length;
const count = 10_000;
/** Seen: 6 s and 500 MB more in the reader's thread, which ends when nobody asks it any more. */
const mostSeconds = 60;
const mostMb = 1200;

const points = ["hydrant_header_pressure", "sprinkler_header_pressure", "hydrant_remote_pressure"];

function packOf(limitOf: (i: number) => number): string {
  const rules = Array.from(
    { length: count },
    (_, i) => `  - id: M${i}
    name: { zh: 规则${i}, en: rule ${i} }
    class: fault
    priority: P3
    point: m${i}
    when: { all: [ "${points[i % 3]} < ${limitOf(i).toFixed(5)} && !pool_low", { unless: self_inspection_active } ] }
    setAfterMs: ${1000 + i}
    clearAfterMs: 3000
    act: { zh: 到现场查看, en: look }
    basis: design
`,
  );
  return `v: 1\npack: many\nkind: pump-room\nrules:\n${rules.join("")}`;
}

const rssMb = (pid: number, line: "VmRSS" | "VmHWM"): number => {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(new RegExp(`^${line}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024);
};

test("RA-14: 10,000 rules are checked and adopted beside presses that are answered; a restart has them again", async () => {
  const folder = makeFolder();
  let gateway = await startGateway({ folder: folder.path, demo: true });
  try {
    const file = join(folder.path, "many.yaml");
    writeFileSync(
      file,
      packOf((i) => 0.1 + i / 100_000),
    );
    const began = performance.now();
    const checked = firelink(folder.path, ["rules", "check", file]);
    const checkS = (performance.now() - began) / 1000;
    assert.match(
      checked.stdout,
      new RegExp(`${house.length + 1} packs, ${10_000 + houseRules} rules`),
      checked.stderr,
    );
    const button = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-08"));
    const before = rssMb(gateway.pid, "VmRSS");
    const adopting = performance.now();
    const child = spawn(process.execPath, [program, "rules", "adopt", file], {
      env: environment(folder.path),
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    let done = false;
    void ended.then(() => {
      done = true;
    });
    let slowest = 0;
    let presses = 0;
    while (!done) {
      presses += 1;
      const payload = JSON.stringify({ v: 1, seq: presses, ts: Date.now(), event: "press" });
      const sent = performance.now();
      await button.publishAsync("firelink/v1/baolong/btn-08/event", payload, { qos: 1 });
      slowest = Math.max(slowest, performance.now() - sent);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const adoptS = (performance.now() - adopting) / 1000;
    const mostRss = rssMb(gateway.pid, "VmHWM");
    assert.equal(await ended, 0);
    button.end(true);
    const event = journalOf(folder.path).findLast((one) => one.artefact === "packs");
    const { rules } = (event?.summary ?? {}) as { rules?: number };
    assert.equal(rules, count + houseRules);
    assert.ok(slowest < 1000, `a press waited ${Math.round(slowest)} ms`);
    assert.equal(firelink(folder.path, ["journal", "verify"]).status, 0, "its parts are in order");
    await gateway.stop();
    const starting = performance.now();
    gateway = await startGateway({ folder: folder.path, demo: true });
    const startS = (performance.now() - starting) / 1000;
    assert.match(firelink(folder.path, ["rules", "list", "M9999"]).stdout, /^many\/M9999 /);
    process.stdout.write(
      `  ${count} rules: check ${checkS.toFixed(1)} s, adopt ${adoptS.toFixed(1)} s, memory ${before} MB → at most ${mostRss} MB, ` +
        `slowest of ${presses} presses ${Math.round(slowest)} ms, start ${startS.toFixed(1)} s\n`,
    );
    assert.ok(checkS < mostSeconds && adoptS < mostSeconds, `${checkS} s, ${adoptS} s`);
    assert.ok(mostRss < mostMb, `${mostRss} MB`);
  } finally {
    await gateway.stop();
    folder.remove();
  }
});
