/** Closed incidents over HTTP: the list of them, and the record of any, open or archived, with its frames. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { placeText } from "#rules/text/render.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist, ownScope } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import type { ArchivedIncident, ArchiveQuery } from "../journal/archive.ts";
import { both, type Sight } from "../views/sight.ts";
import { id } from "./bodies.ts";
import { type ClosedList, type ClosedRow, refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { type ClosedQuery, closedList, closedQuery, recordView } from "./record-contract.ts";

const pageOf = 50;
const none = Type.Object({}, { additionalProperties: false });

export function recordRoutes(server: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  server.get(
    "/api/v1/incidents",
    {
      schema: {
        summary: "Closed incidents, the newest first, 50 a page",
        querystring: closedQuery,
        response: { 200: closedList, default: refusal },
      },
      config: { action: "read" },
    },
    async (request) => closedPage(gateway, sight, request),
  );
  server.get(
    "/api/v1/incidents/:id/record",
    {
      schema: {
        summary:
          "The record of an incident, open, closed or archived: time line, orders, candidates, and the frames of its replay",
        params: Type.Object({ id }),
        querystring: none,
        response: { 200: recordView, default: refusal },
      },
      config: { action: "read" },
    },
    async (request, reply) => {
      const { id: wanted } = request.params as { id: string };
      const opening = await gateway.reader.opening(wanted);
      if (!opening) throw new Refused({ code: "not-found", message: "there is no such incident" });
      insist(readerOf(sessionOf(request)), "read", { site: opening.site });
      reply.type("application/json; charset=utf-8");
      // The reader has made it text; nothing on this thread looks into it again.
      return Buffer.from(await gateway.reader.record(opening));
    },
  );
}

/** Those of the last day are in the state, the others in the archive; some are in both for a while. */
async function closedPage(
  gateway: Gateway,
  sight: () => Sight,
  request: FastifyRequest,
): Promise<ClosedList> {
  const { before, site } = request.query as ClosedQuery;
  const { person } = sessionOf(request);
  const own = ownScope(person);
  const wanted = site ?? own.site;
  // A station has orders, and no list of incidents.
  insist(readerOf(sessionOf(request)), "read", wanted === undefined ? {} : { site: wanted });
  const query: ArchiveQuery = {
    site: wanted ?? null,
    before: before === undefined ? null : cursorOf(before),
    limit: pageOf + 1,
  };
  const kept = await gateway.reader.closedIncidents(query);
  const now = sight();
  const rows = new Map<string, ClosedRow>();
  for (const incident of kept) rows.set(incident.id, closedRow(now, incident));
  for (const incident of now.state.incidents.values()) {
    if (isWanted(incident, query)) rows.set(incident.id, closedRow(now, withParts(now, incident)));
  }
  const all = [...rows.values()].sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1));
  const page = all.slice(0, pageOf);
  const last = page.at(-1);
  return {
    position: gateway.position,
    incidents: page,
    next: all.length > pageOf && last ? `${last.openedAt}-${last.id}` : null,
  };
}

function cursorOf(text: string): NonNullable<ArchiveQuery["before"]> {
  const at = text.indexOf("-");
  return { at: Number(text.slice(0, at)), id: text.slice(at + 1) };
}

function isWanted(incident: Incident, { site, before }: ArchiveQuery): boolean {
  const { closedAt, openedAt, id: own } = incident;
  if (closedAt === null || (site !== null && incident.site !== site)) return false;
  if (before === null) return true;
  return openedAt < before.at || (openedAt === before.at && own < before.id);
}

type Parts = Pick<ArchivedIncident, "alarmsThen" | "ordersThen">;

function withParts({ state }: Sight, incident: Incident): Incident & Parts {
  return {
    ...incident,
    alarmsThen: incident.alarms.flatMap((one) => state.alarms.get(one) ?? []),
    ordersThen: incident.orders.flatMap((one) => state.orders.get(one) ?? []),
  };
}

function closedRow({ world }: Sight, incident: Omit<ArchivedIncident, "zones"> & Parts): ClosedRow {
  const { id: own, number, site, openedAt, closedAt, priority, verification, cause } = incident;
  const alarm = sceneAlarm(incident.alarmsThen);
  const siteName = world.inventory.sites.get(site)?.name ?? both(() => site);
  return {
    ...{ id: own, number, site, siteName, openedAt, priority, verification, cause },
    place: alarm ? both((language) => placeText(language, alarm, world)) : siteName,
    closedAt: closedAt ?? openedAt,
    orders: incident.ordersThen.length,
  };
}
