/** How the ordered stations of an incident come: lines by road for the map, asked for when a screen looks. */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { orderAtEnd } from "#rules/dispatch/order.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { whereOf } from "#rules/place.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { type WaysView, waysView } from "./roads-contract.ts";

/** More stations for one incident have no lines of their own. */
const mostLines = 24;

export function wayRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/incidents/:id/ways",
    {
      schema: {
        summary: "How its ordered stations come by road, as a map draws it; at most 2 s",
        params: Type.Object({ id }),
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: waysView, default: refusal },
      },
      config: { action: "read" },
    },
    async (request) => {
      const wanted = (request.params as { id: string }).id;
      const incident = gateway.committed.state.incidents.get(wanted);
      if (!incident) throw new Refused({ code: "not-found", message: "there is no such incident" });
      insist(readerOf(sessionOf(request)), "read", { site: incident.site });
      return { position: gateway.position, ways: await waysOf(gateway, incident) };
    },
  );
}

async function waysOf(gateway: Gateway, incident: Incident): Promise<WaysView["ways"]> {
  const { artefacts, committed, roads } = gateway;
  const { state } = committed;
  const { inventory } = artefacts.world(state);
  const placed = incident.alarms
    .flatMap((alarm) => state.alarms.get(alarm) ?? [])
    .filter((alarm) => whereOf(inventory, alarm).position !== null);
  const scene = sceneAlarm(placed);
  const place = scene && whereOf(inventory, scene).position;
  if (!place) return [];
  const under = incident.orders.flatMap((order) => state.orders.get(order) ?? []);
  const open = under.filter((order) => !orderAtEnd(order.state)).map(({ station }) => station);
  const stations = [...new Set(open)]
    .flatMap((station) => inventory.responders.get(station) ?? [])
    .slice(0, mostLines);
  const lines = await roads.lines(
    stations.map(({ position }) => position),
    place,
  );
  return stations.flatMap(({ id: station }, i) => {
    const { shape = null, why = null, avoids = false, passes = [] } = lines[i] ?? {};
    const line = shape?.map(([lng, lat]) => [lng, lat]) ?? null;
    return { station, line, why, avoids, passes: [...passes] };
  });
}
