import assert from "node:assert/strict";
import { test } from "node:test";
import { check, importsOf } from "./boundaries.ts";

/** Why the files of a small tree breach the boundaries. */
function breaches(tree: Record<string, string>): string[] {
  return check(new Map(Object.entries(tree))).map((b) => `${b.file}: ${b.why}`);
}

test("BD-1: every boundary turns red on a small example", () => {
  const cases: [string, string, RegExp][] = [
    ["rules/a.ts", 'import { readFileSync } from "node:fs";', /rules import nothing/],
    ["rules/a.ts", "import { readFileSync } from 'node:fs';", /rules import nothing/],
    ["rules/a.ts", 'import "fastify";', /rules import nothing/],
    ["rules/a.ts", 'import type { G } from "#gateway/gateway.ts";', /rules import nothing/],
    ["rules/a.ts", 'const x = await import("node:fs");', /rules import nothing/],
    ["rules/a.test.ts", 'import fastify from "fastify";', /a test takes/],
    ["rules/a.test.ts", 'import { G } from "#gateway/gateway.ts";', /rules import nothing/],
    ["devices/a.ts", 'import { say } from "#rules/text/render.ts";', /only types of rules/],
    ["devices/a.ts", 'import { G } from "#gateway/gateway.ts";', /devices know no gateway/],
    ["devices/a.ts", 'import fastify from "fastify";', /protocol's package/],
    ["gateway/a.ts", 'import { run } from "#bench/kill9.ts";', /only benchmarks/],
    ["gateway/a.ts", 'import { x } from "../scripts/tidy.ts";', /scripts are run/],
    ["gateway/a.ts", 'import { x } from "./b.test.ts";', /nothing imports a test/],
    [
      "gateway/api/website.ts",
      'import { evolve } from "#rules/evolve.ts";',
      /only the loop decides/,
    ],
    [
      "gateway/outbox/outbox.ts",
      'import { decide } from "#rules/decide.ts";',
      /only the loop decides/,
    ],
    ["dashboards/web/desk/a.tsx", 'import { L } from "#gateway/loop.ts";', /dashboards know/],
    ["dashboards/web/desk/a.ts", 'import { id } from "#gateway/api/contract.ts";', /only types/],
    ["dashboards/web/phone/a.tsx", 'import { Button } from "antd";', /stay light/],
    ["dashboards/web/phone/a.tsx", 'import { Map } from "maplibre-gl";', /stay light/],
    ["dashboards/web/shared/a.ts", 'import { x } from "@tanstack/react-query";', /stay light/],
    ["dashboards/web/shared/a.ts", 'import { x } from "../desk/b.ts";', /its own parts/],
    ["dashboards/web/phone/a.tsx", 'import { X } from "../desk/b.tsx";', /its own parts/],
    ["dashboards/web/desk/a.tsx", 'import { readFileSync } from "node:fs";', /a page takes/],
    ["dashboards/web/desk/a.tsx", 'import { evolve } from "#rules/evolve.ts";', /only the loop/],
    ["dashboards/web/vite.config.ts", 'import { x } from "antd";', /build settings/],
  ];
  for (const [file, source, why] of cases) {
    assert.match(breaches({ [file]: source }).join(), why, `${file}: ${source}`);
  }
});

test("BD-2: what may be imported may be imported", () => {
  const tree = {
    "rules/a.ts": 'import { b } from "./b.ts";\nexport type { C } from "./b.ts";',
    "rules/a.test.ts": 'import fc from "fast-check";\nimport { test } from "node:test";',
    "devices/a.ts": 'import type { O } from "#rules/b.ts";\nimport { connect } from "mqtt";',
    "gateway/loop.ts": 'import { decide } from "#rules/decide.ts";',
    "gateway/a.ts": 'import { b } from "#rules/b.ts";\nimport Fastify from "fastify";',
    "bench/a.ts": 'import { G } from "#gateway/a.ts";',
    "dashboards/web/desk/a.tsx":
      'import type { O } from "#gateway/api/contract.ts";\nimport { Table } from "antd";',
    "dashboards/web/phone/a.tsx":
      'import { createRoot } from "react-dom/client";\nimport "../shared/tokens.css";',
    "dashboards/web/shared/a.ts": 'import { say } from "#rules/text/render.ts";',
    "dashboards/web/vite.config.ts": 'import react from "@vitejs/plugin-react";',
  };
  assert.deepEqual(breaches(tree), []);
});

test("BD-3: a circle of run time imports is found; one of types is none", () => {
  const circle = { "gateway/a.ts": 'import "./b.ts";', "gateway/b.ts": 'import "./a.ts";' };
  assert.match(
    breaches(circle).join(),
    /a circle: gateway\/a\.ts → gateway\/b\.ts → gateway\/a\.ts/,
  );
  const types = {
    "gateway/a.ts": 'import "./b.ts";',
    "gateway/b.ts": 'import type { A } from "./a.ts";',
  };
  assert.deepEqual(breaches(types), []);
});

test("BD-4: imports are found however they are written", () => {
  const source = [
    'import { a } from "one";',
    "import type {\n  B,\n} from 'two';",
    'export * from "three";',
    'import "four";',
    'const x = import("ws");',
    'import { type C, type D } from "six";',
  ].join("\n");
  assert.deepEqual(
    importsOf(source).map((i) => `${i.target}${i.typeOnly ? " type" : ""}`),
    ["one", "two type", "three", "four", "ws", "six type"],
  );
});
