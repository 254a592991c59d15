/** Stations over HTTP: the board with its advice, one station, and what its own crew says of it. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { Command } from "#rules/command.ts";
import type { Responder } from "#rules/inventory.ts";
import type { Actor } from "#rules/signal.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { Outcome } from "../inbox.ts";
import { stationRow, stationsView as stationsOf } from "../views/force.ts";
import type { Sight } from "../views/sight.ts";
import { whoActs } from "./acts.ts";
import { id } from "./bodies.ts";
import { outcome, refusal } from "./contract.ts";
import {
  type ReinforceBody,
  reinforceBody,
  type StatusBody,
  stationsView,
  stationView,
  statusBody,
} from "./force-contract.ts";

const none = Type.Object({}, { additionalProperties: false });
const byId = Type.Object({ id });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });
const stationOf = (request: { params: unknown }) => (request.params as { id: string }).id;

export function stationRoutes(plain: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  server.get(
    "/api/v1/stations",
    {
      schema: {
        summary: "Rescue stations: what each can do now, and advice to move up",
        querystring: none,
        response: gives(stationsView),
      },
      config: { action: "read" },
    },
    async () => stationsOf(sight(), gateway.position, gateway.clock.now()),
  );
  server.get(
    "/api/v1/stations/:id",
    {
      schema: {
        summary: "One station",
        params: byId,
        querystring: none,
        response: gives(stationView),
      },
      config: { action: "read", scope: (request) => ({ station: stationOf(request) }) },
    },
    async (request) => {
      const now = gateway.clock.now();
      const station = stationRow(sight(), known(sight(), stationOf(request)), now);
      return { position: gateway.position, at: now, station };
    },
  );
  server.post(
    "/api/v1/stations/:id/status",
    {
      schema: {
        summary: "A crew says what its station, or one of its vehicles, can do now",
        params: byId,
        body: statusBody,
        response: gives(outcome),
      },
      config: { action: "reply", acts: true },
    },
    async (request) => {
      const station = stationOf(request);
      known(sight(), station);
      const { seat, by, ...said } = request.body as StatusBody;
      const asked = { action: "reply", scope: { station }, essential: false } as const;
      const person = await whoActs(gateway, request, by ? { by } : {}, asked);
      const actor: Actor = { person: person.id, seat };
      return answer(await gateway.command(actor, { command: "note-status", station, ...said }));
    },
  );
  server.post(
    "/api/v1/orders/:id/reinforce",
    {
      schema: {
        summary: "A crew on the spot asks for further stations",
        params: byId,
        body: reinforceBody,
        response: gives(outcome),
      },
      config: { action: "reply", acts: true },
    },
    async (request) => {
      const order = gateway.committed.state.orders.get(stationOf(request));
      if (!order) throw new Refused({ code: "not-found", message: "there is no such order" });
      const { seat, by, count } = request.body as ReinforceBody;
      const scope = { station: order.station };
      const asked = { action: "reply", scope, essential: true } as const;
      const person = await whoActs(gateway, request, by ? { by } : {}, asked);
      const command: Command = {
        ...{ command: "reinforce", incident: order.incident, order: order.id },
        ...(count === undefined ? {} : { count }),
      };
      return answer(await gateway.command({ person: person.id, seat }, command));
    },
  );
}

function known({ world }: Sight, station: string): Responder {
  const responder = world.inventory.responders.get(station);
  if (responder) return responder;
  throw new Refused({ code: "not-found", message: "there is no such station" });
}

function answer({ position, events }: Outcome) {
  return { position, events: events.map((event) => ({ ...event })) };
}
