import assert from "node:assert/strict";
import { test } from "node:test";
import { getJson, postJson, problemOf, Refused, Unreachable } from "./api.ts";

type Fetch = typeof fetch;

/** Runs with an answer of its own instead of the network. */
async function answering(answer: () => Promise<Response>, run: () => Promise<void>): Promise<void> {
  const kept: Fetch = globalThis.fetch;
  globalThis.fetch = answer;
  try {
    await run();
  } finally {
    globalThis.fetch = kept;
  }
}

const json = (status: number, body: unknown) => async (): Promise<Response> =>
  new Response(JSON.stringify(body), { status });

test("WB-5: a refusal keeps its code, what is allowed and when to try again", async () => {
  const problem = { title: "no", code: "bad-pin", allowed: "4 to 8 digits", retryAfterMs: 2000 };
  await answering(json(403, problem), async () => {
    await assert.rejects(postJson("/x", {}), (error) => {
      assert.ok(error instanceof Refused);
      const { status, code, allowed, retryAfterMs } = error;
      assert.deepEqual(
        [status, code, allowed, retryAfterMs],
        [403, "bad-pin", "4 to 8 digits", 2000],
      );
      return true;
    });
  });
});

test("WB-5: what is no problem document is told by its status", () => {
  assert.equal(problemOf(502, null).code, "http-502");
  assert.equal(problemOf(502, "<html>").title, "HTTP 502");
});

test("WB-5: no answer is no success: unreachable, and whether it may have arrived", async () => {
  const sentOf = async (failure: Error): Promise<boolean | null> => {
    let sent: boolean | null = null;
    await answering(
      () => Promise.reject(failure),
      async () => {
        await assert.rejects(getJson("/x"), (error) => {
          sent = error instanceof Unreachable ? error.sent : null;
          return true;
        });
      },
    );
    return sent;
  };
  assert.equal(await sentOf(new TypeError("failed to fetch")), false);
  assert.equal(await sentOf(new DOMException("late", "TimeoutError")), true);
  await answering(
    async () => new Response("{", { status: 200 }),
    () => assert.rejects(getJson("/x"), Unreachable),
  );
});
