/** What screens read: the overview, a card, whom to phone, a station's orders, the map, the people. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Incident } from "#rules/incident/incident.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist, may } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import { incidentCard as cardOf, ordersOfStation } from "../views/cards.ts";
import { contactsOf } from "../views/contacts.ts";
import { explanationOf } from "../views/explanation.ts";
import { call119Of } from "../views/handling.ts";
import { mapOf } from "../views/map.ts";
import { overviewView } from "../views/overview.ts";
import type { Sight } from "../views/sight.ts";
import { id, streamQuery, watchBody } from "./bodies.ts";
import {
  crewOrders,
  deskPeople,
  districtMap,
  incidentCard,
  overview,
  refusal,
} from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { call119View, contacts } from "./incident-contract.ts";
import { personRoutes } from "./persons.ts";
import { explanation } from "./rules-contract.ts";
import type { StreamQuery, Streams } from "./stream.ts";

const none = Type.Object({}, { additionalProperties: false });
const byId = Type.Object({ id });
const card = Type.Object({ position: Type.Integer(), incident: incidentCard });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });

export function readRoutes(
  plain: FastifyInstance,
  gateway: Gateway,
  sight: () => Sight,
  streams: Streams,
): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  server.get(
    "/api/v1/overview",
    {
      schema: { summary: "What stands open", querystring: none, response: gives(overview) },
      config: { action: "read" },
    },
    async (request) => {
      const asker = readerOf(sessionOf(request));
      const { recording, door, clock, telemetry } = gateway;
      const around = {
        recording: recording.state(),
        seats: door.seats.state(),
        timeSeries: telemetry.influx.view(),
      };
      return overviewView(sight(), clock.now(), around, (site) => may(asker, "read", { site }).may);
    },
  );
  server.get(
    "/api/v1/incidents/:id",
    {
      schema: {
        summary: "One incident",
        params: byId,
        querystring: none,
        response: gives(card),
      },
      config: { action: "read" },
    },
    async (request) => {
      const incident = incidentOf(gateway, request);
      insist(readerOf(sessionOf(request)), "read", { site: incident.site });
      return { position: gateway.position, incident: cardOf(sight(), incident) };
    },
  );
  server.get(
    "/api/v1/incidents/:id/contacts",
    {
      schema: {
        summary: "Whom to telephone about it",
        params: byId,
        querystring: none,
        response: gives(contacts),
      },
      config: { action: "read-contacts" },
    },
    async (request) => {
      const incident = incidentOf(gateway, request);
      const { person } = sessionOf(request);
      insist(readerOf(sessionOf(request)), "read-contacts", { site: incident.site });
      // Telephone numbers are personal data: who has read which stands in the log (PIPL).
      gateway.log.info({ person: person.id, incident: incident.id }, "contacts were read");
      return contactsOf(sight(), incident, (known) => gateway.door.people.staffOf(known));
    },
  );
  server.get(
    "/api/v1/incidents/:id/call-119",
    {
      schema: {
        summary: "What to say to 119; the gateway dials nobody",
        params: byId,
        querystring: none,
        response: gives(call119View),
      },
      config: { action: "read-contacts" },
    },
    async (request) => {
      const incident = incidentOf(gateway, request);
      const session = sessionOf(request);
      insist(readerOf(session), "read-contacts", { site: incident.site });
      const { id: person, name } = session.acting;
      const phone = gateway.door.people.staffOf(person)?.phone ?? null;
      return call119Of(sight(), incident, { name, phone });
    },
  );
  server.get(
    "/api/v1/alarms/:id/explanation",
    {
      schema: {
        summary:
          "Why there is an alarm: what its rule read, which version of it, and how long it took",
        params: byId,
        querystring: none,
        response: gives(explanation),
      },
      config: { action: "read" },
    },
    async (request) => {
      const alarm = gateway.committed.state.alarms.get((request.params as { id: string }).id);
      if (!alarm) throw new Refused({ code: "not-found", message: "there is no such open alarm" });
      insist(readerOf(sessionOf(request)), "read", { site: alarm.site });
      return explanationOf(sight(), alarm);
    },
  );
  server.get(
    "/api/v1/stations/:id/orders",
    {
      schema: {
        summary: "The orders of a station, as its crew reads them",
        params: byId,
        querystring: none,
        response: gives(crewOrders),
      },
      config: {
        action: "read",
        scope: (request) => ({ station: (request.params as { id: string }).id }),
      },
    },
    async (request) => stationOrders(gateway, sight(), (request.params as { id: string }).id),
  );
  server.get(
    "/api/v1/map",
    {
      schema: { summary: "What the map draws", querystring: none, response: gives(districtMap) },
      config: { action: "read" },
    },
    async (request) => {
      const asker = readerOf(sessionOf(request));
      return mapOf(sight(), (site) => may(asker, "read", { site }).may);
    },
  );
  server.get(
    "/api/v1/people",
    {
      schema: {
        summary: "Who may act at a desk by PIN",
        querystring: none,
        response: gives(deskPeople),
      },
      config: { action: "read-contacts" },
    },
    async () => ({ people: gateway.door.people.peopleWithPin() }),
  );
  personRoutes(plain, gateway, sight);
  server.get(
    "/api/v1/stream",
    {
      schema: {
        summary: "Server-sent events: hello, change, telemetry, reset, heartbeat, end",
        querystring: streamQuery,
        response: {
          200: {
            description: "Frames; the id of a change is its journal position",
            content: { "text/event-stream": { schema: Type.String() } },
          },
          default: refusal,
        },
      },
      config: {
        action: "stream",
        // The stream asks for what its query names, and again for each frame.
        scope: (request) => request.query as StreamQuery,
      },
    },
    (request, reply) => {
      streams.open(request, reply, sessionOf(request), request.query as StreamQuery);
    },
  );
  server.put(
    "/api/v1/streams/:stream/devices",
    {
      schema: {
        summary: "Devices whose values this stream is told; an empty list ends it",
        params: Type.Object({ stream: id }),
        body: watchBody,
        response: { 204: Type.Null(), default: refusal },
      },
      config: { action: "stream" },
    },
    async (request, answered) => {
      const { stream } = request.params;
      streams.watch(sessionOf(request), stream, request.body.devices);
      return answered.code(204).send(null);
    },
  );
}

function incidentOf(gateway: Gateway, request: FastifyRequest): Incident {
  const { id: wanted } = request.params as { id: string };
  const incident = gateway.committed.state.incidents.get(wanted);
  if (incident) return incident;
  throw new Refused({ code: "not-found", message: "there is no such open incident" });
}

function stationOrders(gateway: Gateway, sight: Sight, station: string) {
  const { inventory, settings } = sight.world;
  const responder = inventory.responders.get(station);
  if (!responder) throw new Refused({ code: "not-found", message: "there is no such station" });
  const now = gateway.clock.now();
  return {
    position: gateway.position,
    at: now,
    utcOffsetMin: settings.utcOffsetMin,
    demonstration: inventory.district.demonstration,
    recording: gateway.recording.state().recording,
    station: { id: station, name: responder.name },
    orders: ordersOfStation(sight, station, now),
  };
}
