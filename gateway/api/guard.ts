/**
 * The door of every route: each declares the action it is, and a hook asks `may()` before anything
 * of the request is read. A route without an action is not registered: the gateway does not start.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refused } from "../errors.ts";
import { type Action, type Asker, insist, ownScope, type Scope } from "../identity/may.ts";
import { readerOf, type Session, type Sessions } from "../identity/sessions.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route is, for `may()`. */
    action?: Action;
    /** What it is about, where the address names it. Absent: whatever the asker's scope covers. */
    scope?: (request: FastifyRequest) => Scope;
    /** The handler asks again, for the person who acts: by PIN, where the session has expired. */
    acts?: true;
  }
  interface FastifyRequest {
    asker: Asker;
    session: Session | null;
  }
}

export const cookieName = "firelink";

export function guard(server: FastifyInstance, sessions: Sessions): void {
  const everybody: Asker = { kind: "nobody", loopback: false };
  server.decorateRequest("session", null);
  server.decorateRequest("asker");
  server.addHook("onRoute", ({ url, method, config }) => {
    if (!config?.action) throw new Error(`${method} ${url} declares no action: refused by default`);
  });
  server.addHook("onRequest", async (request) => {
    insistOnOwnPage(request);
    const session = sessions.find(request.cookies[cookieName]);
    request.session = session;
    request.asker = session ? readerOf(session) : { ...everybody, loopback: isLoopback(request) };
    const { action, scope, acts } = request.routeOptions.config;
    // An address that no route has: its own handler says so.
    if (!action) return;
    // Who acts is known when the body is read; until then it takes a session, of any kind.
    if (acts && session) return;
    insist(request.asker, action, scope ? scope(request) : scopeOf(request));
  });
  server.addHook("preHandler", async (request) => insistOnNoReplay(request));
}

/** The seat of a screen that shows what is over (回放): nobody sits there, and nothing is done from it. */
export const replaySeat = "replay";

function insistOnNoReplay({ body }: FastifyRequest): void {
  if ((body as { seat?: unknown } | null | undefined)?.seat !== replaySeat) return;
  throw new Refused({
    code: "replay",
    message: "this comes from a replay: it only shows",
    allowed: "acts of a desk that shows what is going on",
  });
}

/**
 * A browser says which site's page asks. SameSite=Strict keeps the cookie from other sites already;
 * this also keeps their forms and scripts from trying passwords with it.
 */
function insistOnOwnPage({ method, headers }: FastifyRequest): void {
  const from = headers["sec-fetch-site"];
  if (method === "GET" || method === "HEAD" || from === undefined) return;
  if (from === "same-origin" || from === "none") return;
  throw new Refused({
    code: "other-site",
    message: "this request comes from a page of another site",
    allowed: "requests of firelink's own pages, or of programs",
  });
}

/** The session of a request that the hook has let in. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session) return request.session;
  throw new Refused({ code: "unauthorized", message: "sign in first", allowed: "sign in first" });
}

/** Where a request names nothing, it is about all that its person may see. */
export function scopeOf({ session }: FastifyRequest): Scope {
  return session ? ownScope(session.person) : {};
}

/** Behind a proxy on this machine everybody comes from it: who has been forwarded is not from here. */
function isLoopback({ ip, headers }: FastifyRequest): boolean {
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined) return false;
  return ip === "127.0.0.1" || ip === "::1" || ip === "::ffff:127.0.0.1";
}
