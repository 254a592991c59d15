/**
 * What a form for hot work needs to know of a site: where, who may watch, which detectors may be
 * isolated, what is allowed, and what the asker may do. Names are for those who report.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { zoneOf } from "#rules/hot-work/matching.ts";
import { isDetector } from "#rules/hot-work/report.ts";
import type { HotWorkSettings } from "#rules/hot-work/settings.ts";
import type { Device, Position, Zone } from "#rules/inventory.ts";
import type { Lookup } from "#rules/inventory-index.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { may } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { type PermitAct, permitActs } from "./hot-work-contract.ts";
import { formSchema, type HotWorkForm } from "./hot-work-form-contract.ts";

const query = Type.Object({ site: id }, { additionalProperties: false });

export function formRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/hot-work/form",
    {
      schema: {
        summary: "What a form for hot work needs to know of a site, and what the asker may do",
        querystring: query,
        response: { 200: formSchema, default: refusal },
      },
      config: { action: "hot-work", scope: (request) => ({ site: siteIn(request) }) },
    },
    async (request) => formOf(gateway, request),
  );
}

function formOf(gateway: Gateway, request: FastifyRequest): HotWorkForm {
  const wanted = siteIn(request);
  const asker = readerOf(sessionOf(request));
  const world = gateway.artefacts.world(gateway.committed.state);
  const { inventory, settings } = world;
  const site = inventory.sites.get(wanted);
  if (!site) throw new Refused({ code: "not-found", message: "there is no such site" });
  const devices = [...ofSite(inventory.devices, wanted)];
  const { utcOffsetMin, dispatch, hotWork } = settings;
  return {
    ...{ position: gateway.position, at: gateway.clock.now() },
    site: { id: site.id, name: site.name, spot: spotOf(site.position) },
    zones: [...ofSite(inventory.zones, wanted)].map((zone) =>
      // Used as its building is, where nobody has said more.
      zoneView(zoneOf({ world }, { site: wanted, zone: zone.id }) ?? zone, devices),
    ),
    watchers: gateway.door.people
      .users()
      .filter(({ role, scope }) => role === "watcher" && (scope === "*" || scope === wanted))
      .map(({ id: person, name }) => ({ id: person, name })),
    detectors: devices
      // A button is pressed by a person: nothing of the work sets it off.
      .filter(({ id: device, kind, zone }) => {
        return zone && kind !== "button" && isDetector({ world }, wanted, device);
      })
      .map(({ id: device, zone = null, place = null }) => ({ id: device, zone, place })),
    settings: {
      utcOffsetMin,
      dispatch: { nightFromHour: dispatch.nightFromHour, nightUntilHour: dispatch.nightUntilHour },
      hotWork: limitsOf(hotWork),
    },
    may: ["report-hot-work" as const, ...(Object.keys(permitActs) as PermitAct[])].filter(
      (command) => may(asker, "hot-work", { site: wanted, command }).may,
    ),
  };
}

const siteIn = (request: FastifyRequest): string => (request.query as { site: string }).site;

/** Keys begin with the site. */
function* ofSite<T>(table: Lookup<T>, site: string): Generator<T> {
  for (const key of table.keys()) {
    const one = key.startsWith(`${site}/`) ? table.get(key) : undefined;
    if (one) yield one;
  }
}

function zoneView(zone: Zone, devices: readonly Device[]): HotWorkForm["zones"][number] {
  const { id: of, name, use = null, minHotWorkClass = null, fixedHotWork = false } = zone;
  const known = devices.find((device) => device.zone === of && device.position)?.position;
  return { id: of, name, use, minHotWorkClass, fixedHotWork, spot: known ? spotOf(known) : null };
}

function limitsOf(all: HotWorkSettings): HotWorkForm["settings"]["hotWork"] {
  const { longestMs, approvers, holidays, windBeaufort, signNearM, apartM, paintingApartM } = all;
  const { special, first, second } = approvers;
  return {
    longestMs: { ...longestMs },
    approvers: { special: [...special], first: [...first], second: [...second] },
    ...{ holidays: [...holidays], windBeaufort, signNearM, apartM, paintingApartM },
  };
}

const spotOf = ({ lng, lat }: Position) => ({ lng, lat });
