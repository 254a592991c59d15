/**
 * Errors as RFC 9457 problem details: one table of stable codes with status and meaning. What is not
 * in the table comes from the rules, which refuse because of the state as it is: a conflict (409).
 */
import type { FastifyError } from "fastify";
import { Refused } from "../errors.ts";
import type { Problem } from "./contract.ts";

type Entry = { readonly status: number; readonly meaning: string };

export const problemCodes: Readonly<Record<string, Entry>> = {
  "bad-body": { status: 400, meaning: "a key, a type or a value of the body is not allowed" },
  "bad-query": { status: 400, meaning: "a key or a value of the query is not allowed" },
  "looks-like-gcj-02": {
    status: 409,
    meaning: "a position called WGS-84 lies where GCJ-02 shows the site that is named with it",
  },
  "bad-path": { status: 400, meaning: "an id in the address is not an id" },
  "bad-json": { status: 400, meaning: "the body cannot be read as JSON" },
  "bad-command": { status: 400, meaning: "a form of the plain page was not understood" },
  "bad-request": { status: 400, meaning: "the request cannot be read" },
  "bad-rules": { status: 400, meaning: "rules are wrong: each fault with file and line" },
  "bad-file": { status: 400, meaning: "a file of rules cannot be read as one" },
  "bad-time": { status: 400, meaning: "no such time, or too long a time" },
  "not-a-photo": { status: 415, meaning: "the body is no JPEG, PNG or WebP" },
  "unknown-photo": { status: 400, meaning: "a photo that is not there, or of another site" },
  "unknown-caller": { status: 400, meaning: "a caller whom nobody has taken down as a guest" },
  "unknown-person": { status: 400, meaning: "nobody has this id" },
  "too-many-photos": { status: 503, meaning: "the gateway keeps as many photos as it may" },
  "too-many-devices": { status: 400, meaning: "a back-test of so many devices is not run" },
  "not-detected": { status: 400, meaning: "a rule that no stored value decides" },
  unauthorized: { status: 401, meaning: "nobody is signed in" },
  "wrong-password": { status: 401, meaning: "name and password do not belong together" },
  "bad-pin": { status: 403, meaning: "person and PIN do not belong together" },
  "read-only": { status: 403, meaning: "the session has expired: acts ask for a PIN" },
  "bad-signature": {
    status: 403,
    meaning: "a receipt that is not signed by its endpoint's secret",
  },
  "no-receipts": { status: 403, meaning: "an endpoint that has no secret gives no receipts" },
  "other-site": { status: 403, meaning: "a page of another site has sent this" },
  replay: { status: 403, meaning: "a screen that replays what is over cannot act" },
  forbidden: { status: 403, meaning: "role or scope do not allow this" },
  "not-found": { status: 404, meaning: "there is no such address or no such thing" },
  "unknown-adoption": { status: 404, meaning: "rules of that name have never been in force" },
  "unknown-rule": { status: 404, meaning: "there is no such rule" },
  "no-such-device": { status: 404, meaning: "there is no such device with values" },
  "page-gone": { status: 410, meaning: "the list has changed since the page before" },
  "too-large": { status: 413, meaning: "the body is longer than is allowed" },
  "bad-content-type": { status: 415, meaning: "the body is not JSON" },
  "too-many-tries": { status: 429, meaning: "too many wrong passwords: wait" },
  "too-many-answers": { status: 429, meaning: "a call-out was answered otherwise too often" },
  "too-many-pins": { status: 429, meaning: "too many wrong PINs: wait" },
  "too-many-streams": { status: 429, meaning: "this session, or the gateway, has all its streams" },
  internal: { status: 500, meaning: "a fault of the gateway; it is in the log" },
  "inbox-full": { status: 503, meaning: "too many signals are waiting" },
  "too-many-sign-ins": { status: 503, meaning: "too many sign-ins are being checked" },
  "history-busy": { status: 503, meaning: "too many trends are asked for, or the history is late" },
  "reader-busy": { status: 503, meaning: "many queries, or a long one, go first" },
  "reader-timeout": { status: 503, meaning: "a query took too long" },
  "rules-under-way": { status: 503, meaning: "other rules are being checked or adopted" },
  "backtest-under-way": { status: 503, meaning: "another back-test is running" },
  starting: {
    status: 503,
    meaning: "devices of the inventory are being made ready, after a start",
  },
  stopping: { status: 503, meaning: "the gateway is stopping" },
};

/** Fastify's own refusals in our words. */
const ofFastify: Readonly<Record<string, { readonly code: string; readonly allowed?: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: "bad-content-type", allowed: "application/json" },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: "bad-json", allowed: "one JSON value in UTF-8" },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: "bad-json", allowed: "one JSON value in UTF-8" },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: "bad-request" },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "too-large" },
};

const ofContext: Readonly<Record<string, string>> = {
  body: "bad-body",
  querystring: "bad-query",
  params: "bad-path",
};

/** `bodyBytes`: the longest body, for whoever sent a longer one. */
export function problemOf(error: unknown, bodyBytes: number): Problem {
  if (error instanceof Refused) {
    const { retryAfterMs } = error as { retryAfterMs?: number };
    return problem(error.code, error.message, error.allowed, retryAfterMs);
  }
  const { code = "", statusCode = 500, validationContext, message } = error as FastifyError;
  if (validationContext !== undefined) {
    const { allowed } = error as { allowed?: string };
    return problem(ofContext[validationContext] ?? "bad-request", message, allowed);
  }
  const known = ofFastify[code];
  if (known) {
    const allowed = known.code === "too-large" ? `at most ${bodyBytes} bytes` : known.allowed;
    return problem(known.code, message, allowed);
  }
  // A body that begins like JSON and is none has no code of Fastify's.
  if (error instanceof SyntaxError) return problem("bad-json", message, "one JSON value in UTF-8");
  if (statusCode === 404) return problem("not-found", "there is no such address");
  if (statusCode < 500) return { ...problem("bad-request", message), status: statusCode };
  return problem("internal", "internal error");
}

export function problem(
  code: string,
  title: string,
  allowed?: string,
  retryAfterMs?: number,
): Problem {
  return {
    type: `urn:firelink:${code}`,
    title,
    status: problemCodes[code]?.status ?? 409,
    code,
    ...(allowed === undefined ? {} : { allowed }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
