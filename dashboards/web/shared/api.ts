/**
 * Talks to the gateway: JSON out, JSON or a problem back. Every failure is one of two: the gateway
 * said no and why (`Refused`), or nobody knows whether it heard us (`Unreachable`).
 */
import type { Problem } from "#gateway/api/contract.ts";

const answerWithinMs = 8000;
/** A photo over a bad network. */
const photoWithinMs = 60_000;

/** The gateway's own no, with its stable code and what would be allowed. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly allowed: string | null;
  readonly retryAfterMs: number | null;
  /** What else the answer says: a report that was refused names its draft and all its faults. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor({ status, code, title, allowed, retryAfterMs, ...more }: Problem) {
    super(title);
    this.more = more;
    this.status = status;
    this.code = code;
    this.allowed = allowed ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
  }
}

/** No answer. `sent`: the request may have arrived, only its answer has not. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly sent: boolean;

  constructor(options: { readonly sent: boolean; readonly cause: unknown }) {
    super("the gateway does not answer", { cause: options.cause });
    this.sent = options.sent;
  }
}

/** `withinMs`: for what is known to take the gateway longer. */
export function getJson<T>(
  path: string,
  signal?: AbortSignal,
  { withinMs = answerWithinMs }: { readonly withinMs?: number } = {},
): Promise<T> {
  return call<T>(path, { method: "GET" }, { withinMs, ...(signal && { signal }) });
}

export function postJson<T>(
  path: string,
  body: unknown,
  { withinMs = answerWithinMs }: { readonly withinMs?: number } = {},
): Promise<T> {
  return call<T>(
    path,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
    { withinMs },
  );
}

/** Of a photo: what is sent is told from its first bytes, whatever it calls itself. */
export function postPhoto<T>(path: string, photo: Blob): Promise<T> {
  const headers = { "content-type": photo.type || "image/jpeg" };
  return call<T>(path, { method: "POST", headers, body: photo }, { withinMs: photoWithinMs });
}

export function deleteJson<T>(path: string): Promise<T> {
  return call<T>(path, { method: "DELETE" });
}

type Limits = { readonly signal?: AbortSignal; readonly withinMs?: number };

async function call<T>(path: string, init: RequestInit, limits: Limits = {}): Promise<T> {
  const { signal, withinMs = answerWithinMs } = limits;
  const deadline = AbortSignal.timeout(withinMs);
  const response = await reach(path, {
    ...init,
    headers: { accept: "application/json", ...init.headers },
    credentials: "same-origin",
    cache: "no-store",
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  });
  const body = await bodyOf(response);
  if (!response.ok) throw new Refused(problemOf(response.status, body));
  return body as T;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    // A time-out says nothing about whether the gateway has read the request.
    const sent = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new Unreachable({ sent, cause });
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === "" ? null : JSON.parse(text);
  } catch (cause) {
    if (response.ok) throw new Unreachable({ sent: true, cause });
    return null;
  }
}

/** What a proxy in between answers is no problem document; its status is said as it is. */
export function problemOf(status: number, body: unknown): Problem {
  const given = typeof body === "object" && body !== null ? (body as Partial<Problem>) : {};
  return {
    ...given,
    type: given.type ?? "about:blank",
    title: given.title ?? `HTTP ${status}`,
    status,
    code: given.code ?? `http-${status}`,
    ...(given.allowed === undefined ? {} : { allowed: given.allowed }),
    ...(given.retryAfterMs === undefined ? {} : { retryAfterMs: given.retryAfterMs }),
  };
}
