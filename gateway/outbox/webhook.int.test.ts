/** The second channel against a real HTTP server that fails, hangs, and then works. */
import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Order } from "#rules/dispatch/order.ts";
import { until } from "../testing/process.ts";
import { Webhooks } from "./webhook.ts";

type Seen = { readonly key: string; readonly signature: string; readonly body: string };

const seen: Seen[] = [];
let answer: (response: ServerResponse) => void;
let url: string;
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const key = String(request.headers["idempotency-key"]);
    seen.push({ key, signature: String(request.headers["x-firelink-signature"]), body });
    answer(response);
  });
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/call`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

function make() {
  const delivered: string[] = [];
  const failed: string[] = [];
  const webhooks = new Webhooks({
    endpoints: new Map([
      ["voice", { url, secret: Buffer.from("s3cret") }],
      ["gone", { url: "http://127.0.0.1:1/", secret: null }],
    ]),
    delivered: (order, revision, channel) => delivered.push(`${order.id}:${revision}:${channel}`),
    failed: (endpoint, why) => failed.push(`${endpoint} ${why}`),
  });
  return { webhooks, delivered, failed };
}

const order = { id: "O1", revision: 2 } as Order;

test("OB-1: only a 2xx is delivery; the same key each time, one request for it at once", async () => {
  const { webhooks, delivered, failed } = make();
  answer = (response) => setTimeout(() => response.writeHead(503).end(), 100);
  webhooks.send("voice", order, 1, { station: "K1" });
  webhooks.send("voice", order, 1, { station: "K1" });
  await until("it has failed", () => failed.length === 1);
  assert.deepEqual(failed, ["voice status-503"]);
  answer = (response) => response.writeHead(202).end("a body nobody reads");
  await until("the next round gets through", () => {
    webhooks.send("voice", order, 1, { station: "K1" });
    return delivered.length > 0;
  });
  assert.equal(delivered[0], "O1:2:1");
  assert.ok(seen.every((s) => s.key === "O1:2:1" && s.body === '{"station":"K1"}'));
  assert.match(seen[0]?.signature ?? "", /^sha256=[0-9a-f]{64}$/);
});

test("OB-2: an endpoint that is unknown, gone or silent is an error with a name, and holds up nobody", async () => {
  const { webhooks, delivered, failed } = make();
  answer = () => {};
  webhooks.send("voice", order, 1, {});
  webhooks.send("gone", order, 2, {});
  webhooks.send("nobody", order, 3, {});
  await until("two of them at once", () => failed.length === 2);
  assert.deepEqual(failed.sort(), ["gone ECONNREFUSED", "nobody not-configured"]);
  await until("the silent one after its time-out", () => failed.length === 3, 8000);
  assert.match(failed[2] ?? "", /^voice /);
  assert.deepEqual(delivered, []);
});
