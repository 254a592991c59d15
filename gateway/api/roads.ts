/** Roads over HTTP: whoever acts for the whole district closes and opens them, and the event names who. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { systemSite } from "#rules/system.ts";
import type { Gateway } from "../gateway.ts";
import { formOf } from "../roads/requests.ts";
import { whoActs } from "./acts.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import { type CloseBody, closeBody, type OpenBody, openBody, roadsView } from "./roads-contract.ts";

const none = Type.Object({}, { additionalProperties: false });
const answers = { 200: roadsView, default: refusal };
/** Of the district: no site is asked for that a person could have. */
const everywhere = () => ({ site: systemSite });

export function roadRoutes(server: FastifyInstance, gateway: Gateway): void {
  const acts = async (request: FastifyRequest, { seat, by }: OpenBody) => {
    const asked = { action: "act", scope: everywhere(), essential: false } as const;
    const person = await whoActs(gateway, request, by ? { by } : {}, asked);
    return { person: person.id, seat };
  };
  server.get(
    "/api/v1/roads",
    {
      schema: {
        summary: "Who knows the roads, which ways are stored, and what is closed",
        querystring: none,
        response: answers,
      },
      config: { action: "read" },
    },
    async () => viewOf(gateway),
  );
  server.post(
    "/api/v1/roads/closures",
    {
      schema: {
        summary: "Closes a road or bridge until its end",
        body: closeBody,
        response: answers,
      },
      config: { action: "act", scope: everywhere, acts: true },
    },
    async (request) => {
      const { seat: _, by: __, ...form } = request.body as CloseBody;
      const actor = await acts(request, request.body as CloseBody);
      await gateway.roads.close(formOf(form), actor);
      return viewOf(gateway);
    },
  );
  server.post(
    "/api/v1/roads/closures/:closure/open",
    {
      schema: {
        summary: "Opens it again before its end",
        params: Type.Object({ closure: id }),
        body: openBody,
        response: answers,
      },
      config: { action: "act", scope: everywhere, acts: true },
    },
    async (request) => {
      const { closure } = request.params as { closure: string };
      await gateway.roads.reopen(closure, await acts(request, request.body as OpenBody));
      return viewOf(gateway);
    },
  );
}

function viewOf(gateway: Gateway) {
  const { engine, map, matrix, computing, closures } = gateway.roads.status();
  return {
    position: gateway.position,
    engine: engine && { kind: engine.kind, up: engine.up, why: engine.why },
    map: map && { file: map.file, builtAt: map.builtAt },
    matrix: matrix && {
      places: matrix.places,
      ways: matrix.ways,
      isCurrent: matrix.isCurrent,
    },
    computing,
    closures: closures.map(({ lng, lat, ...one }) => ({ ...one, at: { lng, lat } })),
  };
}
