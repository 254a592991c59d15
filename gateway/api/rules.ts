/**
 * Rules over HTTP: what is in force, who adopted it, what would change, adoption and rolling back, and
 * back-tests. Whoever may read sees the rules; whoever administrates the whole district changes them.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { RulesSource } from "../rulebook/prepare.ts";
import { adoptionsView, rulePageView } from "../views/rules.ts";
import { whoActs } from "./acts.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import * as contract from "./rules-contract.ts";

const none = Type.Object({}, { additionalProperties: false });
const usualLimit = 100;
const mostLimit = 200;
const pageQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 200 })),
    kind: Type.Optional(id),
    after: Type.Optional(Type.String({ maxLength: 65 })),
    limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,2}$" })),
  },
  { additionalProperties: false },
);
const packParams = Type.Object({
  pack: Type.String({ pattern: "^(site:)?[A-Za-z0-9][A-Za-z0-9_-]{0,31}$" }),
});
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });
/** The text of the files, and what JSON adds to it. */
const bodyLimit = 2 * contract.mostRulesText;
const mostFaults = 200;

/** Rules are those of the whole district: a person of one site changes none of them. */
const everywhere = () => ({ command: "adopt" }) as const;
const changes = { action: "administrate", scope: everywhere } as const;

export function ruleRoutes(server: FastifyInstance, gateway: Gateway): void {
  readRoutes(server, gateway);
  changeRoutes(server, gateway);
  backtestRoutes(server, gateway);
}

function readRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/rules",
    {
      schema: {
        summary: "Rules in force: searched by words, by kind of device, a page at a time",
        querystring: pageQuery,
        response: gives(contract.rulePage),
      },
      config: { action: "read" },
    },
    async (request) => {
      const { limit = String(usualLimit), ...query } = request.query as Record<string, string>;
      if (Number(limit) > mostLimit) {
        const message = `limit ${limit} is too large`;
        throw new Refused({ code: "bad-request", message, allowed: `1 to ${mostLimit}` });
      }
      const { adoptions } = gateway.committed.state;
      const page = await gateway.reader.rulePage(adoptions, { ...query, limit: Number(limit) });
      return rulePageView(gateway, page);
    },
  );
  server.get(
    "/api/v1/rules/adoptions",
    {
      schema: {
        summary: "Who adopted which rules when, the last one first",
        querystring: none,
        response: gives(contract.adoptionList),
      },
      config: { action: "read" },
    },
    async () => adoptionsView(gateway),
  );
  server.get(
    "/api/v1/rules/packs/:pack",
    {
      schema: {
        summary: "A pack in force, or the numbers of a site (`site:ID`), as the text of a file",
        params: packParams,
        querystring: none,
        response: gives(contract.packTextView),
      },
      config: { action: "read" },
    },
    async (request) => {
      const { pack } = request.params as { pack: string };
      const text = await gateway.reader.packText(gateway.committed.state.adopted.packs, pack);
      if (text !== null) return { pack, text };
      const allowed = "the name of a pack in force, or site:ID where a site has numbers";
      throw new Refused({ code: "not-found", message: `there is no pack ${pack}`, allowed });
    },
  );
}

function changeRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.post(
    "/api/v1/rules/look",
    {
      bodyLimit,
      schema: {
        summary: "What is wrong with rules, or what would change by adopting them; changes nothing",
        body: contract.lookBody,
        response: gives(contract.rulesLook),
      },
      config: changes,
    },
    async (request) => {
      const { source } = request.body as { source: RulesSource };
      const base = gateway.committed.state.adopted.packs;
      const prepared = await gateway.rules.look({ source, whole: false });
      const nothing = { hash: null, changes: [], added: 0, gone: 0, changed: 0 };
      if (!prepared.ok) {
        const faults = prepared.faults.slice(0, mostFaults);
        return { base, ...nothing, faults, moreFaults: prepared.faults.length - faults.length };
      }
      const { hash, difference } = prepared;
      return { base, hash, faults: [], moreFaults: 0, ...difference };
    },
  );
  server.post(
    "/api/v1/rules/adoptions",
    {
      bodyLimit,
      schema: {
        summary: "Adopts rules that were looked at: they are in force when this answers",
        body: contract.adoptBody,
        response: gives(contract.adoptedView),
      },
      config: { ...changes, acts: true },
    },
    async (request) => adopt(gateway, request, request.body as contract.AdoptBody),
  );
}

async function adopt(gateway: Gateway, request: FastifyRequest, body: contract.AdoptBody) {
  const { seat, source, base, hash, reason, by } = body;
  const person = await whoActs(gateway, request, by ? { by } : {}, {
    action: "administrate",
    scope: everywhere(),
    essential: false,
  });
  const result = await gateway.rules.run(
    {
      source: source as RulesSource,
      whole: false,
      dryRun: false,
      actor: { person: person.id, seat },
      reason,
      agreed: { base, hash },
    },
    () => {},
  );
  return { position: result.position ?? gateway.position, hash: result.hash };
}

function backtestRoutes(server: FastifyInstance, gateway: Gateway): void {
  const { backtests } = gateway.rules;
  const params = Type.Object({ id });
  const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;
  server.post(
    "/api/v1/rules/backtests",
    {
      bodyLimit,
      schema: {
        summary: "Begins to run a rule over stored samples: at most 31 days, one at a time",
        body: contract.backtestBody,
        response: gives(contract.backtestView),
      },
      config: changes,
    },
    async (request) => {
      const { source, device = null, ...rest } = request.body as contract.BacktestBody;
      return backtests.start({ ...rest, device, source: (source as RulesSource) ?? null });
    },
  );
  server.get(
    "/api/v1/rules/backtests/:id",
    {
      schema: {
        summary: "How far a back-test is, and its result",
        params,
        querystring: none,
        response: gives(contract.backtestView),
      },
      config: changes,
    },
    async (request) => backtests.view(idOf(request)),
  );
  server.delete(
    "/api/v1/rules/backtests/:id",
    {
      schema: {
        summary: "Ends a back-test",
        params,
        response: gives(contract.backtestView),
      },
      config: changes,
    },
    async (request) => backtests.cancel(idOf(request)),
  );
}
