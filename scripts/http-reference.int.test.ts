/** The reference of the HTTP API beside the API itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  describeHttp,
  openapi,
  page,
  readFrames,
  shapeOf,
  withGenerated,
} from "./http-reference.ts";

test("DO-4: the page of the API is what its document says; npm run reference writes it", async () => {
  const document = await openapi();
  const text = readFileSync(page, "utf8");
  const generated = describeHttp(document, readFrames());
  assert.equal(text, withGenerated(text, generated), "not up to date: npm run reference");
  for (const path of Object.keys(document.paths)) assert.ok(text.includes(path), path);
  // A shape that is not known by its name stands where it is used: none may have lost its own.
  for (const name of ["Overview", "SessionView", "CrewOrders", "DistrictMap", "Outcome"]) {
    assert.ok(text.includes(`Answer: \`${name}\`.`), name);
  }
  for (const frame of ["Hello", "Change", "Reset", "Heartbeat", "End"]) {
    assert.ok(generated.includes(`type ${frame}Frame = {`), frame);
  }
});

test("DO-4: a key or a limit that changes changes the page", () => {
  const before = { type: "object", required: ["a"], properties: { a: { type: "integer" } } };
  const bounded = { ...before, properties: { a: { type: "integer", minimum: 1 } } };
  const longer = { ...before, properties: { a: { type: "integer" }, b: { type: "string" } } };
  assert.equal(shapeOf(before), "{ a: integer }");
  assert.equal(shapeOf(bounded), "{ a: integer from 1 }");
  assert.equal(shapeOf(longer), "{ a: integer; b?: string }");
  assert.equal(shapeOf({ anyOf: [{ type: "string" }, { type: "null" }] }), "string | null");
  assert.equal(shapeOf({ type: "array", items: { enum: ["a", "b"] } }), '("a" | "b")[]');
  assert.throws(() => withGenerated("# A page without its mark", ""), /mark/);
});
