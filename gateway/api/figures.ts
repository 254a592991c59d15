/**
 * The figures of alarm management over HTTP. They are of the whole district: whoever has one site gets
 * none. No request reads the journal (gateway/figures/).
 */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { systemSite } from "#rules/system.ts";
import { FigureKeeper } from "../figures/keeper.ts";
import { figuresView as viewOf } from "../figures/view.ts";
import type { Gateway } from "../gateway.ts";
import type { Sight } from "../views/sight.ts";
import { refusal } from "./contract.ts";
import { figuresView } from "./figures-contract.ts";

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
