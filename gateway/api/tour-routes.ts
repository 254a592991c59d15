/** The demonstration over HTTP: whether there is one, its beginning and its end. */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { Tour } from "../tour.ts";
import { refusal, tourView } from "./contract.ts";
import { sessionOf } from "./guard.ts";

const none = Type.Object({}, { additionalProperties: false });
const gives = { 200: tourView, default: refusal };

export function tourRoutes(server: FastifyInstance, tour: Tour): void {
  const path = "/api/v1/demo/tour";
  server.get(
    path,
    {
      schema: { summary: "How far the demonstration is", querystring: none, response: gives },
      config: { action: "read" },
    },
    async () => tour.view(),
  );
  server.post(
    path,
    {
      schema: { summary: "Play the demonstration", body: none, response: gives },
      config: { action: "tour" },
    },
    async (request) => {
      tour.start(sessionOf(request).acting.id);
      return tour.view();
    },
  );
  server.delete(
    path,
    {
      schema: { summary: "End the demonstration", response: gives },
      config: { action: "tour" },
    },
    async () => {
      tour.stop();
      return tour.view();
    },
  );
}
