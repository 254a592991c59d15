/** Sites over HTTP: searched and paged by the reader, one of them by its id. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { Value } from "typebox/value";
import { codeColours, colourInForce, fields, type Site, sectors } from "#rules/inventory.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { SiteQuery } from "../reader/search.ts";

const mostPerPage = 200;
const perPage = 50;

const text = Type.Optional(Type.String({ minLength: 1, maxLength: 100 }));
const query = Type.Object(
  {
    q: text,
    town: text,
    colour: Type.Optional(Type.Enum(codeColours.filter((colour) => colour !== "unknown"))),
    sector: Type.Optional(Type.Enum([...sectors])),
    field: Type.Optional(Type.Enum([...fields])),
    after: text,
    limit: Type.Optional(Type.String({ pattern: "^([1-9]|[1-9]\\d|1\\d\\d|200)$" })),
  },
  { additionalProperties: false },
);
const allowed = `q, town, colour (red, yellow, green), sector, field, after, limit (1 to ${mostPerPage})`;

/** `guard` refuses whoever has no session. */
export function siteRoutes(
  server: FastifyInstance,
  gateway: Gateway,
  guard: (request: FastifyRequest) => void,
): void {
  server.get<{ Querystring: Record<string, unknown> }>("/api/v1/sites", async (request) => {
    guard(request);
    if (!Value.Check(query, request.query)) {
      throw new Refused({ code: "bad-query", message: "the query is not understood", allowed });
    }
    const { limit, ...wanted } = request.query as { limit?: string } & Omit<SiteQuery, "limit">;
    const { position, adopted } = gateway.committed.state;
    const at = { position, inventory: adopted.inventory };
    if (adopted.inventory === null) return { ...at, sites: [], total: 0, next: null };
    const page = await gateway.reader.search(adopted.inventory, {
      ...wanted,
      limit: Number(limit ?? perPage),
    });
    if (page) return { ...at, ...page, sites: page.sites.map(shown) };
    const message = "the inventory has changed since the page before";
    throw new Refused({ code: "page-gone", message, allowed: "begin again, without after" });
  });

  server.get<{ Params: { id: string } }>("/api/v1/sites/:id", async (request) => {
    guard(request);
    const { state } = gateway.committed;
    const site = gateway.artefacts.world(state).inventory.sites.get(request.params.id);
    if (!site) throw new Refused({ code: "not-found", message: "there is no such site" });
    return { position: state.position, inventory: state.adopted.inventory, site: shown(site) };
  });
}

/** A site with the colour that is in force for it: unknown is treated as yellow, and says so. */
function shown(site: Site) {
  const isKnown = site.code !== undefined && site.code.colour !== "unknown";
  return { ...site, colourInForce: colourInForce(site.code), colourKnown: isKnown };
}
