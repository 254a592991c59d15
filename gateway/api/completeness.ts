/** 数据归集率 over HTTP: of what the asker may see, by town, field and site, and the red list below 100 %. */
import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { type OfSite, shareOf, sumOf } from "../completeness/completeness.ts";
import type { Gateway } from "../gateway.ts";
import { may } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import * as contract from "./completeness-contract.ts";
import { refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";

const none = Type.Object({}, { additionalProperties: false });
/** Of each list; the poorest are there. */
const mostRows = 200;

export function completenessRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/completeness",
    {
      schema: {
        summary:
          "Data completeness of the last 24 h: expected and received by town, field and site; devices below 100 %",
        querystring: none,
        response: { 200: contract.completenessView, default: refusal },
      },
      config: { action: "read" },
    },
    async (request) => {
      const asker = readerOf(sessionOf(request));
      await gateway.telemetry.completeness.refresh();
      return viewOf(gateway, (site) => may(asker, "read", { site }).may);
    },
  );
}

type View = Static<typeof contract.completenessView>;

function viewOf(gateway: Gateway, sees: (site: string) => boolean): View {
  const { completeness, profiles } = gateway.telemetry;
  const { inventory } = gateway.artefacts.world(gateway.committed.state);
  const { at, sites, red } = completeness.now;
  const seen = [...sites].filter(([site]) => sees(site));
  const of = (key: "town" | "field") =>
    Map.groupBy(seen, ([site]) => inventory.sites.get(site)?.[key] ?? "");
  const sums = (groups: ReturnType<typeof of>) =>
    [...groups].map(([id, list]) => ({ id, ...sumOf(list.map(([, rate]) => rate)) }));
  const own = red.filter(({ site }) => sees(site));
  const nameOfSite = (id: string) => inventory.sites.get(id)?.name ?? { zh: id, en: id };
  return {
    at,
    since: completeness.since,
    district: sumOf(seen.map(([, rate]) => rate)),
    towns: poorest(sums(of("town"))).map((row) => ({
      ...row,
      name: inventory.towns.get(row.id)?.name ?? { zh: row.id, en: row.id },
    })),
    fields: poorest(sums(of("field"))).map((row) => ({ ...row, name: null })),
    sites: poorest(seen.map(([id, rate]) => ({ id, ...rate }))).map((row) => ({
      ...row,
      name: nameOfSite(row.id),
    })),
    red: own.slice(0, mostRows).map(({ key, site, device, kind, day, hour, heardAt }) => ({
      ...{ key, site, device, ...day, hour, heardAt },
      siteName: nameOfSite(site),
      name: profiles.get(kind)?.name ?? { zh: kind, en: kind },
    })),
    redCount: own.length,
  };
}

/** What is below 100 % first; of equals, whose id comes first. */
function poorest<T extends OfSite & { readonly id: string }>(rows: readonly T[]): T[] {
  return [...rows]
    .filter(({ expected }) => expected > 0)
    .sort((a, b) => shareOf(a) - shareOf(b) || (a.id < b.id ? -1 : 1))
    .slice(0, mostRows);
}
