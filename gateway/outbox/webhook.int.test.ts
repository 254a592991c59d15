/** Webhooks against real HTTP servers that speak each format: and fail, hang, talk slowly, or too much. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { until } from "../testing/process.ts";
import type { Endpoint } from "./formats.ts";
import { type Job, Webhooks, webhookLimits } from "./webhook.ts";

type Seen = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
};

const seen: Seen[] = [];
/** By path; 200 where nothing stands here. */
const answers = new Map<string, (response: ServerResponse, n: number) => void>();
let base = "";
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const { pathname } = new URL(request.url ?? "", "http://x");
    seen.push({ path: request.url ?? "", headers: request.headers, body, at: performance.now() });
    const answer = answers.get(pathname);
    if (answer) answer(response, to(pathname).length);
    else response.writeHead(200).end('{"errcode":0,"errmsg":"ok"}');
  });
});
const to = (path: string) => seen.filter((s) => new URL(s.path, "http://x").pathname === path);

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

const secret = Buffer.from("s3cret");
const sentence = "宝龙园区 手动报警";

function make(endpoints: Record<string, Endpoint>, more: { firstRetryMs?: number } = {}) {
  const done: string[] = [];
  const failed: string[] = [];
  const webhooks = new Webhooks({
    endpoints: new Map(Object.entries(endpoints)),
    failed: (endpoint, why) => failed.push(`${endpoint} ${why}`),
    now: () => 1_795_370_400_000,
    receiptsUrl: (endpoint) => `https://firelink.example/api/v1/receipts/${endpoint}`,
    firstRetryMs: more.firstRetryMs ?? 20,
  });
  const send = (endpoint: string, key: string, job: Partial<Job> = {}) =>
    webhooks.send({
      endpoint,
      key,
      message: () => ({ text: sentence, body: { station: "K1" }, to: ["000-1"] }),
      done: (how) => done.push(`${key} ${how}`),
      ...job,
    });
  return { webhooks, done, failed, send };
}

test("OB-1: only a 2xx is delivery; the same key each time, one request for it at once, again by itself", async () => {
  const { done, failed, send } = make({ voice: { url: `${base}/json`, secret } });
  answers.set("/json", (response, n) =>
    setTimeout(() => response.writeHead(n < 3 ? 503 : 202).end("a body nobody reads"), 50),
  );
  for (let i = 0; i < 5; i += 1) send("voice", "O1:2:1");
  await until("it gets through", () => done.length > 0);
  send("voice", "O1:2:1");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(done, ["O1:2:1 delivered"]);
  assert.deepEqual(failed, ["voice status-503", "voice status-503"]);
  assert.equal(to("/json").length, 3);
  const signature = `sha256=${createHmac("sha256", secret).update('{"station":"K1"}').digest("hex")}`;
  for (const { headers, body } of to("/json")) {
    assert.equal(headers["idempotency-key"], "O1:2:1");
    assert.equal(headers["x-firelink-signature"], signature);
    assert.equal(body, '{"station":"K1"}');
  }
});

test("OB-2: an endpoint that is unknown, gone, silent or endless is an error with a name, and holds up nobody", async () => {
  const { done, failed, send } = make(
    {
      hangs: { url: `${base}/hangs`, secret: null },
      slow: { url: `${base}/slow`, secret: null },
      endless: { url: `${base}/endless`, secret: null },
      gone: { url: "http://127.0.0.1:1/", secret: null },
      good: { url: `${base}/good`, secret: null },
    },
    { firstRetryMs: 60_000 },
  );
  answers.set("/hangs", () => {});
  answers.set("/slow", (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write("."), 500);
    response.on("close", () => clearInterval(drip));
  });
  answers.set("/endless", (response) => response.writeHead(200).end("x".repeat(100_000)));
  for (const name of ["hangs", "slow", "endless", "gone", "nobody", "good"])
    send(name, `O1:1:${name}`);
  await until("the good one", () => done.length === 1, 1000);
  await until("those that fail at once", () => failed.length === 3);
  assert.deepEqual(failed.sort(), [
    "endless answer-too-long",
    "gone ECONNREFUSED",
    "nobody not-configured",
  ]);
  await until(
    "the others after their time",
    () => failed.length === 5,
    webhookLimits.timeoutMs + 3000,
  );
  assert.ok(failed.some((why) => why.startsWith("hangs ")));
  assert.ok(
    failed.some((why) => why.startsWith("slow ")),
    "a body that drips is no answer",
  );
});

test("WK-1: DingTalk: a text, signed by time and secret; its error code with status 200 is a failure", async () => {
  const url = `${base}/dingtalk?access_token=t0ken`;
  const { done, failed, send } = make({ duty: { url, secret, format: "dingtalk" } });
  answers.set("/dingtalk", (response, n) =>
    response
      .writeHead(200)
      .end(n === 1 ? '{"errcode":310000,"errmsg":"sign not match"}' : '{"errcode":0}'),
  );
  send("duty", "O1:1:1");
  await until("it gets through", () => done.length === 1);
  assert.deepEqual([done, failed], [["O1:1:1 delivered"], ["duty errcode-310000"]]);
  const { path, body } = to("/dingtalk")[0] as Seen;
  const query = new URL(path, base).searchParams;
  assert.equal(query.get("access_token"), "t0ken");
  assert.equal(query.get("timestamp"), "1795370400000");
  const sign = createHmac("sha256", "s3cret").update("1795370400000\ns3cret").digest("base64");
  assert.equal(query.get("sign"), sign);
  assert.deepEqual(JSON.parse(body), { msgtype: "text", text: { content: sentence } });
});

test("WK-2: WeCom: a text of at most 2,048 bytes that is cut between characters; no answer in JSON is a failure", async () => {
  const url = `${base}/wecom?key=k`;
  const { done, failed, send } = make({ duty: { url, secret: null, format: "wecom" } });
  answers.set("/wecom", (response, n) =>
    response.writeHead(200).end(n === 1 ? "<html>" : '{"errcode":0}'),
  );
  send("duty", "O2:1:1", { message: () => ({ text: "火".repeat(1000), body: {} }) });
  await until("it gets through", () => done.length === 1);
  assert.deepEqual(failed, ["duty errcode-missing"]);
  const { msgtype, text } = JSON.parse((to("/wecom")[0] as Seen).body);
  assert.equal(msgtype, "text");
  assert.ok(Buffer.byteLength(text.content) <= 2048);
  assert.match(text.content, /^火+…$/);
});

test("WK-3: a provider has only taken a call: that is no delivery; it gets number, sentence, link and where receipts go", async () => {
  const { done, failed, send } = make({ sms: { url: `${base}/sms`, secret, format: "sms" } });
  const link = "https://firelink.example/c/C1/P-1/t";
  send("sms", "C1:P-1:0", {
    message: () => ({ text: sentence, body: { person: "P-1" }, to: ["000-4001"], link }),
  });
  await until("it is taken", () => done.length === 1);
  assert.deepEqual(done, ["C1:P-1:0 accepted"]);
  assert.deepEqual(JSON.parse((to("/sms")[0] as Seen).body), {
    ...{ v: 1, key: "C1:P-1:0", kind: "sms", to: ["000-4001"], text: sentence, link },
    ...{ receipts: "https://firelink.example/api/v1/receipts/sms", person: "P-1" },
  });
  send("sms", "C1:P-2:0", { message: () => ({ text: sentence, body: {}, to: [] }) });
  await until("it has no number", () => failed.length === 1);
  assert.deepEqual(failed, ["sms no-number"]);
});

test("WK-4: tries come ever later, heed Retry-After, and end at their limit", async () => {
  const { failed, send } = make(
    { busy: { url: `${base}/busy`, secret: null } },
    { firstRetryMs: 40 },
  );
  answers.set("/busy", (response, n) =>
    response.writeHead(n === 4 ? 429 : 500, n === 4 ? { "retry-after": "1" } : {}).end(),
  );
  send("busy", "O1:1:1");
  await until("five tries", () => to("/busy").length === 5, 8000);
  const times = to("/busy").map(({ at }) => at);
  const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  assert.ok((gaps[1] ?? 0) > (gaps[0] ?? 0) * 1.2, gaps.join());
  assert.ok((gaps[2] ?? 0) > (gaps[1] ?? 0) * 1.2, gaps.join());
  assert.ok((gaps[3] ?? 0) >= 990, `after a Retry-After of 1 s: ${gaps.join()}`);
  assert.ok(!failed.includes("busy given-up"));
  const many = make(
    { dead: { url: "http://127.0.0.1:1/", secret: null } },
    { firstRetryMs: 0.000_001 },
  );
  many.send("dead", "O1:1:1");
  await until("given up", () => many.failed.includes("dead given-up"));
  assert.equal(many.failed.length, webhookLimits.mostTries + 1);
  many.send("dead", "O1:1:1");
  assert.equal(many.failed.length, webhookLimits.mostTries + 1, "and not begun anew");
});

test("WK-5: so many at once and a minute, a bounded queue, and what nobody needs any more is not sent", async () => {
  let open = 0;
  let most = 0;
  answers.set("/many", (response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.writeHead(200).end();
    }, 5);
  });
  const url = `${base}/many`;
  const { done, failed, send, webhooks } = make({
    all: { url, secret: null, atOnce: 4 },
    robot: { url: `${base}/robot`, secret: null, format: "wecom" },
  });
  for (let i = 0; i < webhookLimits.mostWaiting + 10; i += 1) {
    send("all", `O${i}:1:1`, i % 2 === 1 && i > 100 ? { message: () => null } : {});
  }
  assert.ok(failed.length > 0 && failed.every((why) => why === "all queue-full"));
  for (let i = 0; i < 30; i += 1) send("robot", `R${i}:1:1`);
  await until("the queue is empty", () => webhooks.waiting("all") === 0 && open === 0, 15_000);
  assert.ok(most <= 4, `${most} at once`);
  assert.ok(to("/many").length < 1200, "half of them nobody needed");
  assert.equal(to("/robot").length, webhookLimits.robotPerMinute);
  assert.equal(webhooks.waiting("robot"), 10);
  assert.ok(done.length > 1000);
  webhooks.stop();
});
