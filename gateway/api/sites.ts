/** Sites over HTTP: searched and paged by the reader, one of them by its id. */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { codeColours, colourInForce, fields, type Site, sectors } from "#rules/inventory.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { SiteQuery } from "../reader/search.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";

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

const siteView = Type.Object({ id: Type.String() }, { additionalProperties: true });
const at = { position: Type.Integer(), inventory: Type.Union([Type.String(), Type.Null()]) };
const page = Type.Object({
  ...at,
  sites: Type.Array(siteView),
  total: Type.Integer(),
  next: Type.Union([Type.String(), Type.Null()]),
});
const one = Type.Object({ ...at, site: siteView });
const byId = Type.Object({ id });
const none = Type.Object({}, { additionalProperties: false });

export function siteRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/sites",
    {
      schema: {
        summary: "Sites, searched and paged",
        querystring: query,
        response: { 200: page, default: refusal },
      },
      // The register of the district is for people of the district.
      config: { action: "read", scope: () => ({}) },
    },
    async (request) => {
      const { limit, ...wanted } = request.query as { limit?: string } & Omit<SiteQuery, "limit">;
      const { position, adopted } = gateway.committed.state;
      const where = { position, inventory: adopted.inventory };
      if (adopted.inventory === null) return { ...where, sites: [], total: 0, next: null };
      const found = await gateway.reader.search(adopted.inventory, {
        ...wanted,
        limit: Number(limit ?? perPage),
      });
      if (found) return { ...where, ...found, sites: found.sites.map(shown) };
      const message = "the inventory has changed since the page before";
      throw new Refused({ code: "page-gone", message, allowed: "begin again, without after" });
    },
  );
  server.get(
    "/api/v1/sites/:id",
    {
      schema: {
        summary: "One site",
        params: byId,
        querystring: none,
        response: { 200: one, default: refusal },
      },
      config: {
        action: "read",
        scope: (request) => ({ site: (request.params as { id: string }).id }),
      },
    },
    async (request) => {
      const { state } = gateway.committed;
      const { id: wanted } = request.params as { id: string };
      const site = gateway.artefacts.world(state).inventory.sites.get(wanted);
      if (!site) throw new Refused({ code: "not-found", message: "there is no such site" });
      return { position: state.position, inventory: state.adopted.inventory, site: shown(site) };
    },
  );
}

/** A site with the colour that is in force for it: unknown is treated as yellow, and says so. */
function shown(site: Site) {
  const isKnown = site.code !== undefined && site.code.colour !== "unknown";
  return { ...site, colourInForce: colourInForce(site.code), colourKnown: isKnown };
}
