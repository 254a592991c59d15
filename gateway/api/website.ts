/**
 * HTTP: health, metrics, the status page behind its password, and the first API. Errors are RFC 9457
 * problem details with a stable code.
 */
import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Language } from "#rules/text/render.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { People } from "../identity/people.ts";
import type { Session, Sessions } from "../identity/sessions.ts";
import { overviewOf } from "../views/overview.ts";
import { cardRoutes } from "./card.ts";
import { readCommand } from "./command-schema.ts";
import { falseAlarmPage, type PageOptions, signInPage, statusPage, style } from "./page.ts";
import { siteRoutes } from "./sites.ts";
import { words } from "./words.ts";

const cookieName = "firelink";
const bodyBytes = 65_536;
/** Failed sign-ins of one name or one address within a minute. */
const mostFailures = 5;
const failureWindowMs = 60_000;
const mostFailureKeys = 10_000;

type Query = { readonly lang?: string; readonly refusal?: string; readonly incident?: string };
type Fields = Record<string, string>;

export class Website {
  readonly people: People;
  readonly #gateway: Gateway;
  readonly #sessions: Sessions;
  readonly #server: FastifyInstance;
  readonly #failures = new Map<string, number[]>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.people = gateway.door.people;
    this.#sessions = gateway.door.sessions;
    this.#server = Fastify({ logger: false, bodyLimit: bodyBytes, forceCloseConnections: true });
  }

  /** Resolves with the address that is listened on. */
  async start(): Promise<string> {
    const server = this.#server;
    await server.register(cookie);
    await server.register(formbody);
    server.addHook("onSend", async (_request, reply) => {
      reply.headers({
        "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
    });
    server.setErrorHandler((error, _request, reply) => this.#problem(reply, error));
    server.setNotFoundHandler((_request, reply) =>
      this.#problem(reply, new Refused({ code: "not-found", message: "there is no such address" })),
    );
    this.#health();
    this.#pages();
    this.#api();
    const { host, port } = this.#gateway.config.http;
    return await server.listen({ host, port });
  }

  /** Printed once, at the very first start; later the way to another one. */
  async announceFirstPassword(): Promise<void> {
    if (this.people.count > 0) {
      const how = "firelink user add NAME --role admin";
      process.stdout.write(`sign in with your account; another one: npx ${how}\n`);
      return;
    }
    const { name, password } = await this.people.add({ name: "admin", role: "admin", scope: "*" });
    process.stdout.write(`sign in as ${name} with the password ${password} (shown this once)\n`);
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }

  #health(): void {
    const gateway = this.#gateway;
    this.#server.get("/healthz", async () => ({ status: "ok" }));
    this.#server.get("/readyz", async (_request, reply) => {
      const reasons = gateway.notReady();
      reply.code(reasons.length === 0 ? 200 : 503);
      return { ready: reasons.length === 0, reasons };
    });
    this.#server.get("/metrics", async (request, reply) => {
      if (!isLoopback(request.ip) && !this.#session(request)) return this.#unauthorized(reply);
      reply.type(gateway.metrics.registry.contentType);
      return gateway.metrics.registry.metrics();
    });
  }

  #pages(): void {
    const server = this.#server;
    server.get("/style.css", async (_request, reply) => reply.type("text/css").send(style));
    server.get<{ Querystring: Query }>("/sign-in", async (request, reply) =>
      html(reply, signInPage(languageOf(request), null)),
    );
    server.post<{ Body: Fields; Querystring: Query }>("/sign-in", (request, reply) =>
      this.#signIn(request, reply),
    );
    server.get<{ Querystring: Query }>("/", async (request, reply) => {
      const session = this.#session(request);
      const language = languageOf(request);
      if (!session) return reply.redirect(`/sign-in?lang=${language}`, 303);
      remember(reply, language);
      const options = this.#pageOptions(session, language, request.query.refusal ?? null);
      return html(reply, statusPage(options));
    });
    server.get<{ Querystring: Query }>("/false-alarm", async (request, reply) => {
      const session = this.#session(request);
      if (!session) return reply.redirect("/sign-in", 303);
      const options = this.#pageOptions(session, languageOf(request), null);
      return html(reply, falseAlarmPage(options, request.query.incident ?? ""));
    });
    server.post<{ Body: Fields }>("/sign-out", async (request, reply) => {
      this.#formOf(request);
      this.#sessions.close(request.cookies[cookieName] ?? "");
      return reply.clearCookie(cookieName, { path: "/" }).redirect("/sign-in", 303);
    });
    server.post<{ Body: Fields }>("/command", async (request, reply) => {
      const { session, fields } = this.#formOf(request);
      try {
        await this.#command(session, fromForm(fields));
        return reply.redirect("/", 303);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return reply.redirect(`/?refusal=${encodeURIComponent(error.message)}`, 303);
      }
    });
  }

  #api(): void {
    const gateway = this.#gateway;
    const guard = (request: FastifyRequest): void => {
      if (!this.#session(request)) {
        throw new Refused({ code: "unauthorized", message: "sign in first" });
      }
    };
    siteRoutes(this.#server, gateway, guard);
    cardRoutes(this.#server, gateway, guard);
    this.#server.get("/api/v1/overview", async (request, reply) => {
      if (!this.#session(request)) return this.#unauthorized(reply);
      const { position, incidents, alarms } = overviewOf(gateway.committed.state);
      const { recording, reason, unrecordedCount } = gateway.recording.state();
      return {
        position,
        recording: { recording, reason, unrecordedCount },
        incidents: incidents.map(({ incident, ...rest }) => ({
          incident: { ...incident, zones: [...incident.zones] },
          ...rest,
        })),
        alarms,
      };
    });
    this.#server.post<{ Body: unknown }>("/api/v1/commands", async (request, reply) => {
      const session = this.#session(request);
      if (!session) return this.#unauthorized(reply);
      // A cookie alone is no proof that the page of ours sent this.
      if (request.headers["content-type"]?.startsWith("application/json") !== true) {
        const allowed = "application/json";
        throw new Refused({ code: "bad-content-type", message: "the body is not JSON", allowed });
      }
      return this.#command(session, request.body);
    });
  }

  async #command(session: Session, value: unknown): Promise<unknown> {
    if (session.person.role === "viewer") {
      const allowed = "role operator or admin";
      throw new Refused({ code: "forbidden", message: "viewers only look", allowed });
    }
    const actor = { person: session.person.id, seat: "page" };
    const { position, events } = await this.#gateway.command(actor, readCommand(value));
    return { position, events };
  }

  #pageOptions(session: Session, language: Language, refusal: string | null): PageOptions {
    const { committed, recording, clock, artefacts } = this.#gateway;
    return {
      language,
      session,
      overview: overviewOf(committed.state),
      world: artefacts.world(committed.state),
      recording: recording.state(),
      now: clock.now(),
      refusal,
    };
  }

  async #signIn(
    request: FastifyRequest<{ Body: Fields; Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<unknown> {
    const language = languageOf(request);
    const w = words[language];
    const { name = "", password = "" } = request.body ?? {};
    const keys = [`name ${name.slice(0, 64)}`, `address ${request.ip}`];
    if (keys.some((key) => this.#failuresOf(key).length >= mostFailures)) {
      return html(reply.code(429), signInPage(language, w.tooOften));
    }
    const person = await this.people.signIn(name, password.slice(0, 1024));
    if (!person) {
      for (const key of keys) this.#noteFailure(key);
      return html(reply.code(401), signInPage(language, w.wrongPassword));
    }
    const token = this.#sessions.open(person);
    reply.setCookie(cookieName, token, { path: "/", httpOnly: true, sameSite: "strict" });
    return reply.redirect(`/?lang=${language}`, 303);
  }

  #noteFailure(key: string): void {
    // Whoever tries names without end must not fill the memory: the oldest is forgotten.
    if (this.#failures.size >= mostFailureKeys) {
      const [oldest] = this.#failures.keys();
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    this.#failures.set(key, [...this.#failuresOf(key), this.#now()]);
  }

  #failuresOf(key: string): number[] {
    const recent = (this.#failures.get(key) ?? []).filter(
      (at) => this.#now() - at < failureWindowMs,
    );
    if (recent.length === 0) this.#failures.delete(key);
    return recent;
  }

  #now(): number {
    return this.#gateway.clock.now();
  }

  #session(request: FastifyRequest): Session | null {
    return this.#sessions.find(request.cookies[cookieName]);
  }

  /** The fields of a form that one of our own pages has sent. */
  #formOf(request: FastifyRequest<{ Body: Fields }>): { session: Session; fields: Fields } {
    const session = this.#session(request);
    const { token, ...fields } = request.body ?? {};
    if (!session || token !== session.formToken) {
      throw new Refused({ code: "unauthorized", message: "sign in again" });
    }
    return { session, fields };
  }

  #unauthorized(reply: FastifyReply): FastifyReply {
    return this.#problem(reply, new Refused({ code: "unauthorized", message: "sign in first" }));
  }

  #problem(reply: FastifyReply, error: unknown): FastifyReply {
    const known = error instanceof Refused ? error : null;
    const code = known?.code ?? (error as { code?: string }).code ?? "internal";
    const status = known
      ? statusOf(known.code)
      : ((error as { statusCode?: number }).statusCode ?? 500);
    if (status >= 500) this.#gateway.log.error({ err: error }, "a request failed");
    const title = status >= 500 ? "internal error" : (error as Error).message;
    const problem = { type: `urn:firelink:${code}`, title, status, code };
    return reply
      .code(status)
      .type("application/problem+json")
      .send(known?.allowed === undefined ? problem : { ...problem, allowed: known.allowed });
  }
}

const statuses: Readonly<Record<string, number>> = {
  "not-found": 404,
  unauthorized: 401,
  forbidden: 403,
  "bad-command": 400,
  "bad-query": 400,
  "page-gone": 410,
  "reader-busy": 503,
  "reader-timeout": 503,
  stopping: 503,
  "bad-content-type": 415,
  "inbox-full": 503,
  "too-many-sign-ins": 503,
};

/** What the rules refuse is a conflict with the state as it is. */
function statusOf(code: string): number {
  return statuses[code] ?? 409;
}

/** Forms know only texts. */
function fromForm(fields: Fields): Record<string, unknown> {
  const { checkedAtPanel, second, ...others } = fields;
  // A field that was left empty was not filled in.
  const rest = second ? { ...others, second } : others;
  return checkedAtPanel === undefined
    ? rest
    : { ...rest, checkedAtPanel: checkedAtPanel === "true" };
}

function languageOf(request: FastifyRequest<{ Querystring: Query }>): Language {
  const asked = request.query.lang ?? request.cookies["firelink-lang"];
  return asked === "en" ? "en" : "zh";
}

function remember(reply: FastifyReply, language: Language): void {
  reply.setCookie("firelink-lang", language, { path: "/", sameSite: "strict" });
}

function html(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(text);
}

function isLoopback(address: string): boolean {
  return address === "127.0.0.1" || address === "::1" || address === "::ffff:127.0.0.1";
}
