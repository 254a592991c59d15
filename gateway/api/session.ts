/** Signing in and out, and who acts at the desk now. Cookies hold the session, bodies are JSON. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyReply } from "fastify";
import Type from "typebox";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist } from "../identity/may.ts";
import { type Person, roles } from "../identity/people.ts";
import type { Session } from "../identity/sessions.ts";
import { actingBody, signInBody } from "./bodies.ts";
import { refusal, type SessionView, sessionView } from "./contract.ts";
import { cookieName, scopeOf, sessionOf } from "./guard.ts";
import type { SignIns } from "./sign-ins.ts";

const none = Type.Object({}, { additionalProperties: false });

export function sessionRoutes(
  plain: FastifyInstance,
  gateway: Gateway,
  signIns: SignIns,
  demo: boolean,
): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { sessions, pins } = gateway.door;
  const gives = { 200: sessionView, default: refusal };
  server.post(
    "/api/v1/session",
    {
      schema: { summary: "Sign in", security: [], body: signInBody, response: gives },
      config: { action: "enter" },
    },
    async (request, reply) => {
      const { name, password } = request.body as { name: string; password: string };
      const token = await signIns.tryTo(name, password, request.ip);
      setCookie(reply, token);
      return viewOf(sessions.find(token), demo);
    },
  );
  server.get(
    "/api/v1/session",
    {
      schema: { summary: "Who is signed in", querystring: none, response: gives },
      config: { action: "read" },
    },
    async (request) => viewOf(sessionOf(request), demo),
  );
  server.delete(
    "/api/v1/session",
    {
      schema: { summary: "Sign out", response: { 204: Type.Null(), default: refusal } },
      config: { action: "read" },
    },
    async (request, reply) => {
      sessions.close(request.cookies[cookieName] ?? "");
      return reply.clearCookie(cookieName, { path: "/" }).code(204).send(null);
    },
  );
  server.post(
    "/api/v1/session/acting",
    {
      schema: { summary: "Another person acts from now on", body: actingBody, response: gives },
      config: { action: "act", acts: true },
    },
    async (request) => {
      const session = sessionOf(request);
      const { person: wanted, pin } = request.body as { person: string; pin: string };
      const person = await pins.check(wanted, pin, { seat: session.key, essential: false });
      insist({ kind: "person", person, access: "full" }, "act", scopeOf(request));
      return viewOf(sessions.actAs(session.key, person), demo);
    },
  );
}

/** Where a proxy in front speaks TLS, the cookie is for TLS only. */
export function setCookie(reply: FastifyReply, token: string): void {
  const secure = reply.request.headers["x-forwarded-proto"] === "https";
  reply.setCookie(cookieName, token, { path: "/", httpOnly: true, sameSite: "strict", secure });
}

function viewOf(session: Session | null, demo: boolean): SessionView {
  if (!session) throw new Refused({ code: "unauthorized", message: "sign in first" });
  const { person, acting, access, expiresAt } = session;
  const { id, name, scope } = person;
  return {
    person: { id, name, role: roleOf(person), scope },
    acting: { id: acting.id, name: acting.name },
    access,
    expiresAt,
    demo,
  };
}

/** A role that this version does not know may nothing; it is shown as what looks only. */
function roleOf({ role }: Person): SessionView["person"]["role"] {
  return (roles as readonly string[]).includes(role) ? role : "viewer";
}
