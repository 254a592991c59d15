/**
 * HTTP put together: the door, the routes behind it, the stream, the screens' files. Every route
 * declares the action it is and the shape it takes; what it does not declare, it does not get.
 */
import cookie from "@fastify/cookie";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import Type from "typebox";
import { Refused } from "../errors.ts";
import type { FigureKeeper } from "../figures/keeper.ts";
import type { Gateway } from "../gateway.ts";
import type { People } from "../identity/people.ts";
import type { Tour } from "../tour.ts";
import { version } from "../version.ts";
import type { Sight } from "../views/sight.ts";
import { actRoutes } from "./acts.ts";
import { calledRoutes, linkRoutes, receiptRoutes } from "./called.ts";
import { cardRoutes } from "./card.ts";
import { certificateRoutes } from "./certificates.ts";
import { completenessRoutes } from "./completeness.ts";
import { deviceRoutes } from "./devices.ts";
import { explain } from "./explain.ts";
import { figureRoutes, keepFigures } from "./figures.ts";
import { fileRoutes } from "./files.ts";
import { cookieName, guard } from "./guard.ts";
import { hotWorkRoutes } from "./hot-work.ts";
import { formRoutes } from "./hot-work-form.ts";
import { photoRoutes } from "./photos.ts";
import { plainRoutes } from "./plain.ts";
import { problemOf } from "./problems.ts";
import { readRoutes } from "./reads.ts";
import { recordRoutes } from "./records.ts";
import { roadRoutes } from "./roads.ts";
import { ruleRoutes } from "./rules.ts";
import { sessionRoutes } from "./session.ts";
import { SignIns } from "./sign-ins.ts";
import { siteRoutes } from "./sites.ts";
import { stationRoutes } from "./stations.ts";
import { Streams } from "./stream.ts";
import { tourRoutes } from "./tour-routes.ts";
import { trendRoutes } from "./trends.ts";
import { wayRoutes } from "./ways.ts";

const bodyBytes = 65_536;
const nothing = Type.Object({}, { additionalProperties: false });

export class Website {
  readonly people: People;
  readonly #gateway: Gateway;
  readonly #tour: Tour;
  readonly #server: FastifyInstance;
  readonly #streams: Streams;
  #figures: FigureKeeper | null = null;

  constructor(gateway: Gateway, tour: Tour) {
    this.#gateway = gateway;
    this.#tour = tour;
    this.people = gateway.door.people;
    this.#streams = new Streams(gateway, () => this.#sight());
    this.#server = Fastify({
      logger: false,
      bodyLimit: bodyBytes,
      forceCloseConnections: true,
      return503OnClosing: false,
      ajv: {
        // By default Fastify turns "8" into 8 and drops keys it does not know, without a word.
        customOptions: {
          removeAdditional: false,
          coerceTypes: false,
          useDefaults: false,
          allErrors: true,
          verbose: true,
        },
      },
      schemaErrorFormatter: (errors, where) => explain(errors, where),
    });
  }

  /** Resolves with the address that is listened on. */
  async start(): Promise<string> {
    await this.#routes();
    this.#streams.start();
    this.#figures = keepFigures(this.#gateway);
    const { host, port } = this.#gateway.config.http;
    return await this.#server.listen({ host, port });
  }

  /** The OpenAPI document, made from the schemas that validate. */
  async openapi(): Promise<object> {
    await this.#routes();
    await this.#server.ready();
    return this.#server.swagger();
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
    this.#streams.stop();
    await this.#server.close();
  }

  async #routes(): Promise<void> {
    const server = this.#server;
    const gateway = this.#gateway;
    await server.register(cookie);
    await server.register(swagger, {
      openapi: {
        openapi: "3.1.0",
        info: { title: "firelink", version, description: "Errors are RFC 9457 problem details." },
        components: {
          securitySchemes: { session: { type: "apiKey", in: "cookie", name: cookieName } },
        },
        security: [{ session: [] }],
      },
    });
    this.#errors();
    guard(server, gateway.door.sessions);
    this.#headers();
    this.#health();
    const signIns = new SignIns(this.people, gateway.door.sessions, gateway.clock);
    const { demo } = this.#tour.view();
    sessionRoutes(server, gateway, signIns, demo);
    readRoutes(server, gateway, () => this.#sight(), this.#streams);
    recordRoutes(server, gateway, () => this.#sight());
    actRoutes(server, gateway);
    stationRoutes(server, gateway, () => this.#sight());
    siteRoutes(server, gateway);
    deviceRoutes(server, gateway);
    trendRoutes(server, gateway);
    completenessRoutes(server, gateway);
    certificateRoutes(server, gateway);
    ruleRoutes(server, gateway);
    roadRoutes(server, gateway);
    wayRoutes(server, gateway);
    figureRoutes(
      server,
      gateway,
      () => this.#sight(),
      () => this.#figures,
    );
    cardRoutes(server, gateway);
    hotWorkRoutes(server, gateway, () => this.#sight());
    formRoutes(server, gateway);
    photoRoutes(server, gateway);
    tourRoutes(server, this.#tour);
    calledRoutes(server, gateway, () => this.#sight());
    await server.register(receiptRoutes, { gateway });
    await server.register(linkRoutes, { gateway, sight: () => this.#sight() });
    server.get(
      "/api/v1/openapi.json",
      { schema: { summary: "This document", querystring: nothing }, config: { action: "read" } },
      async () => server.swagger(),
    );
    await server.register(plainRoutes, { gateway, signIns });
    await fileRoutes(server);
  }

  #sight(): Sight {
    const { committed, artefacts, telemetry } = this.#gateway;
    const { state } = committed;
    return {
      state,
      world: artefacts.world(state),
      nameOf: (person) => this.people.nameOf(person),
      certificateOf: (person) => this.people.staffOf(person)?.certificate ?? null,
      profileOf: (device) => telemetry.devices.get(device)?.profile ?? null,
    };
  }

  #headers(): void {
    this.#server.addHook("onSend", async (_request, reply) => {
      const set = (name: string, value: string): void => {
        if (!reply.hasHeader(name)) reply.header(name, value);
      };
      set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
      set("x-content-type-options", "nosniff");
      set("referrer-policy", "no-referrer");
      set("cache-control", "no-store");
    });
  }

  #errors(): void {
    const server = this.#server;
    server.setErrorHandler((error, _request, reply) => this.#problem(reply, error));
    server.setNotFoundHandler((_request, reply) =>
      this.#problem(reply, new Refused({ code: "not-found", message: "there is no such address" })),
    );
  }

  #health(): void {
    const gateway = this.#gateway;
    const server = this.#server;
    const enter = { schema: { hide: true }, config: { action: "enter" } } as const;
    server.get("/healthz", enter, async () => ({ status: "ok" }));
    server.get("/readyz", enter, async (_request, reply) => {
      const reasons = gateway.notReady();
      reply.code(reasons.length === 0 ? 200 : 503);
      return { ready: reasons.length === 0, reasons };
    });
    const metrics = { schema: { hide: true }, config: { action: "metrics" } } as const;
    server.get("/metrics", metrics, async (_request, reply) => {
      reply.type(gateway.metrics.registry.contentType);
      return gateway.metrics.registry.metrics();
    });
  }

  #problem(reply: FastifyReply, error: unknown): FastifyReply {
    const problem = problemOf(
      error as FastifyError,
      reply.request.routeOptions.bodyLimit ?? bodyBytes,
    );
    if (problem.status >= 500 && problem.code === "internal") {
      this.#gateway.log.error({ err: error }, "a request failed");
    }
    if (problem.retryAfterMs !== undefined) {
      reply.header("retry-after", Math.ceil(problem.retryAfterMs / 1000));
    }
    // The serializer of a route is for its own answer: a problem has one shape everywhere.
    return reply
      .code(problem.status)
      .type("application/problem+json")
      .serializer(JSON.stringify)
      .send(problem);
  }
}
