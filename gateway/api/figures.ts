/**
 * The figures of alarm management over HTTP. They are of the whole district: whoever has one site gets
 * none. No request reads the journal (gateway/figures/).
 */
import { stringify } from "csv-stringify/sync";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { systemSite } from "#rules/system.ts";
import { FigureKeeper } from "../figures/keeper.ts";
import { figuresView as viewOf } from "../figures/view.ts";
import type { Gateway } from "../gateway.ts";
import type { Sight } from "../views/sight.ts";
import { refusal } from "./contract.ts";
import { figuresView } from "./figures-contract.ts";
import { type StationMonth, stationMonth } from "./force-contract.ts";

const none = Type.Object({}, { additionalProperties: false });

/** Begins to read with the website, and follows what is committed from then on. */
export function keepFigures(gateway: Gateway): FigureKeeper {
  const { committed, clock, artefacts, reader, metrics, log } = gateway;
  const keeper = new FigureKeeper({
    read: (request) => reader.figures(request),
    now: () => clock.now(),
    utcOffsetMin: () => artefacts.world(committed.state).settings.utcOffsetMin,
    failed: (error) => {
      metrics.failures.inc({ part: "figures" });
      log.warn({ part: "figures", err: error }, "an effect failed");
    },
  });
  committed.addReader("figures", (events) => keeper.committed(events));
  void keeper.start();
  return keeper;
}

export function figureRoutes(
  server: FastifyInstance,
  gateway: Gateway,
  sight: () => Sight,
  keeper: () => FigureKeeper | null,
): void {
  stationFigureRoutes(server, gateway, sight);
  server.get(
    "/api/v1/figures",
    {
      schema: {
        summary: "The figures of alarm management, each beside its target (IEC 62682)",
        querystring: none,
        response: { 200: figuresView, default: refusal },
      },
      // Of the district: no site is asked for that a person could have.
      config: { action: "read", scope: () => ({ site: systemSite }) },
    },
    async () => {
      const known = keeper();
      void known?.start();
      const now = gateway.clock.now();
      const { figures, complete } = known?.now ?? { figures: null, complete: false };
      return viewOf(figures, sight(), now, complete);
    },
  );
}

const ofMonth = Type.Object(
  { month: Type.String({ pattern: "^\\d{4}-(0[1-9]|1[0-2])$" }) },
  { additionalProperties: false },
);

/** The 1-3-5 figures of a month; the reader's thread reads them out of the journal. */
function stationFigureRoutes(server: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  const read = async (request: FastifyRequest): Promise<StationMonth> => {
    const { month } = request.query as { month: string };
    const { inventory, settings } = sight().world;
    const { utcOffsetMin } = settings;
    const rows = await gateway.reader.stations({ month, utcOffsetMin });
    const nameOf = (id: string) => inventory.responders.get(id)?.name ?? { zh: id, en: id };
    return {
      month,
      utcOffsetMin,
      stations: rows.map((row) => ({ ...row, name: nameOf(row.station) })),
    };
  };
  const config = { action: "read", scope: () => ({ site: systemSite }) } as const;
  server.get(
    "/api/v1/figures/stations",
    {
      schema: {
        summary: "A month's orders, station by station: accepted, turned out and on scene in time",
        querystring: ofMonth,
        response: { 200: stationMonth, default: refusal },
      },
      config,
    },
    read,
  );
  server.get(
    "/api/v1/figures/stations.csv",
    {
      schema: {
        summary: "The same as a table (RFC 4180)",
        querystring: ofMonth,
        response: {
          200: {
            description: "One row for each station",
            content: { "text/csv": { schema: Type.String() } },
          },
          default: refusal,
        },
      },
      config,
    },
    async (request, reply) => {
      const { month, stations } = await read(request);
      const rows = stations.map(({ name, ...row }) => ({ ...row, name: name.zh }));
      reply.header("content-disposition", `attachment; filename="stations-${month}.csv"`);
      return reply.type("text/csv; charset=utf-8").send(
        // A mark of byte order, or a spreadsheet reads the names as something else.
        `\ufeff${stringify(rows, { header: true, columns: csvColumns })}`,
      );
    },
  );
}

const csvColumns = [
  "station",
  "name",
  "orders",
  "accepted",
  "turnedOut",
  "onScene",
  "arrivals",
  "refused",
  "acceptMedianMs",
  "turnoutMedianMs",
  "arrivalMedianMs",
];
