/**
 * What the operations guide gives to be copied: the systemd unit is taken out of it and checked as
 * systemd would, the proxies by what a stream needs; links and pictures of every page must be there.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

const guide = readFileSync("docs/operations.md", "utf8");

/** The fenced block whose first line names this file. */
function blockOf(file: string): string {
  const blocks = [...guide.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
  const found = blocks.find((text) => text.startsWith(`# ${file}\n`));
  assert.ok(found, `docs/operations.md has no ${file}`);
  return found;
}

type Unit = ReadonlyMap<string, readonly string[]>;

/** `Section.Key` with its values; throws on a line that is none. */
function parseUnit(text: string): Unit {
  const unit = new Map<string, string[]>();
  let section = "";
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const head = /^\[(\w+)\]$/.exec(line);
    if (head) {
      section = head[1] ?? "";
      continue;
    }
    const entry = /^([A-Z][A-Za-z0-9]+)=(.*)$/.exec(line);
    assert.ok(entry && section !== "", `no line of a unit: ${line}`);
    const key = `${section}.${entry[1]}`;
    unit.set(key, [...(unit.get(key) ?? []), entry[2] ?? ""]);
  }
  return unit;
}

test("DO-3: the unit calls node itself, is never given up, and may write into its folder only", () => {
  const unit = parseUnit(blockOf("/etc/systemd/system/firelink.service"));
  const one = (key: string): string | undefined => unit.get(key)?.[0];
  const start = one("Service.ExecStart") ?? "";
  const container = readFileSync("Dockerfile", "utf8");
  const flags = /"(--max[^"]+)", "(--initial[^"]+)"/.exec(container)?.slice(1) ?? [];
  assert.ok(start.startsWith("/opt/firelink/node_modules/.bin/node "), start);
  for (const flag of flags) assert.ok(start.includes(` ${flag} `), `${flag}: as in the container`);
  assert.match(start, / gateway\/cli\/firelink\.ts start$/);
  assert.ok(existsSync("gateway/cli/firelink.ts"));
  // Five quick deaths in ten seconds, and systemd would leave it dead.
  assert.equal(one("Unit.StartLimitIntervalSec"), "0");
  assert.equal(one("Service.Restart"), "always");
  assert.equal(one("Service.ProtectSystem"), "strict");
  assert.equal(one("Service.StateDirectory"), "firelink");
  assert.equal(one("Service.Environment"), "FIRELINK_DATA=/var/lib/firelink");
  // The gateway gives up an orderly stop after 20 s; systemd must not be faster.
  assert.ok(Number(one("Service.TimeoutStopSec")) > 20);
  // Node lists the addresses of a gateway on 0.0.0.0 by it, and dies without.
  assert.match(one("Service.RestrictAddressFamilies") ?? "", /\bAF_NETLINK\b/);
  // V8 makes code at run time.
  assert.equal(unit.has("Service.MemoryDenyWriteExecute"), false);
});

test("DO-3: systemd itself takes the unit and finds little that it leaves open", () => {
  // Where there is no systemd the test above stands alone.
  if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return;
  const folder = mkdtempSync(join(tmpdir(), "firelink-unit-"));
  try {
    const file = join(folder, "firelink.service");
    const text = blockOf("/etc/systemd/system/firelink.service");
    // The program of this tree stands for the one in /opt.
    writeFileSync(file, text.replaceAll("/opt/firelink", process.cwd()));
    const verified = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
    const said = verified.stderr.split("\n").filter((line) => line.includes("firelink"));
    assert.deepEqual([verified.status, said], [0, []]);
    const args = ["security", "--offline=true", "--threshold=25", file];
    const judged = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    assert.equal(judged.status, 0, judged.stdout.split("\n").at(-2));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("DO-5: a proxy of the guide holds no frame back, outlasts a quiet stream, says that it is TLS", () => {
  const nginx = blockOf("/etc/nginx/conf.d/firelink.conf");
  for (const line of [
    "proxy_buffering off;",
    "proxy_http_version 1.1;",
    'proxy_set_header Connection "";',
    "proxy_set_header X-Forwarded-Proto $scheme;",
    "location = /metrics",
  ]) {
    assert.ok(nginx.includes(line), line);
  }
  const silent = Number(/proxy_read_timeout (\d+)s;/.exec(nginx)?.[1]);
  assert.ok(silent >= 10, "a stream has a frame every 2 s; some may be late");
  const caddy = blockOf("/etc/caddy/Caddyfile");
  for (const line of ["reverse_proxy 127.0.0.1:8080", "flush_interval -1", "/metrics"]) {
    assert.ok(caddy.includes(line), line);
  }
});

/** Texts that `pattern` finds in the gateway's own sources. */
function inGateway(pattern: RegExp): string[] {
  const sources = globSync("gateway/**/*.ts").filter((file) => !/\.test\.ts$|testing/.test(file));
  const found = sources.flatMap((file) => [...readFileSync(file, "utf8").matchAll(pattern)]);
  return found.map(([, text = ""]) => text);
}

test("DO-7: every figure and every line of the log from `info` up stands in the guide", () => {
  const metrics = inGateway(/"(firelink_[a-z_]+)"/g);
  const lines = inGateway(/\blog\.(?:info|warn|error|fatal)\((?:\{[^}]*\},\s*)?"([^"]+)"/g);
  assert.ok(metrics.length > 10 && lines.length > 10, `${metrics.length}, ${lines.length}`);
  const missing = [...metrics, ...lines].filter((text) => !guide.includes(`\`${text}`));
  assert.deepEqual(missing, []);
});

const pages = [...globSync("*.md"), ...globSync("docs/**/*.md"), "dashboards/README.md"];

test("DO-6: every link of a page leads to a file, and every picture is shown somewhere and small", () => {
  const targets = new Set<string>();
  for (const page of pages) {
    const text = readFileSync(page, "utf8").replaceAll(/```[\s\S]*?```/g, "");
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)|(?:src|srcset)="([^"]+)"/g)];
    for (const [, link, source] of links) {
      const to = link ?? source ?? "";
      if (/^(https?|mqtt|mailto):/.test(to)) continue;
      const file = join(dirname(page), to);
      assert.ok(existsSync(file), `${page}: ${to} is not there`);
      targets.add(file);
    }
  }
  const pictures = globSync("docs/screenshots/*");
  for (const picture of pictures) assert.ok(targets.has(picture), `nobody shows ${picture}`);
  const bytes = pictures.reduce((sum, picture) => sum + statSync(picture).size, 0);
  assert.ok(bytes < 6_000_000, `${bytes} bytes of pictures`);
});
