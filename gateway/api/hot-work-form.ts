/**
 * What a form for hot work needs to know of a site: where, who may watch, which detectors may be
 * isolated, what is allowed, and what the asker may do. Names are for those who report.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { capacities, hotWorkClasses, zoneUses } from "#rules/hot-work/permit.ts";
import { isDetector } from "#rules/hot-work/report.ts";
import type { HotWorkSettings } from "#rules/hot-work/settings.ts";
import type { Device, Position, Zone } from "#rules/inventory.ts";
import type { Lookup } from "#rules/inventory-index.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { may } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import { id, oneOf } from "./bodies.ts";
import { refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { type PermitAct, permitActs } from "./hot-work-contract.ts";

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const text = Type.Object({ zh: Type.String(), en: Type.String() });
/** WGS-84 degrees. */
const spot = Type.Object({ lng: Type.Number(), lat: Type.Number() });
const ofEachClass = <T extends Type.TSchema>(of: T) =>
  Type.Object({ special: of, first: of, second: of });
const hour = Type.Integer({ minimum: 0, maximum: 24 });

export const formSchema = Type.Object({
  ...{ position: Type.Integer(), at: Type.Integer() },
  site: Type.Object({ id: Type.String(), name: text, spot }),
  zones: Type.Array(
    Type.Object({
      ...{ id: Type.String(), name: text, use: nullable(oneOf(zoneUses)) },
      minHotWorkClass: nullable(oneOf(hotWorkClasses)),
      fixedHotWork: Type.Boolean(),
      /** Of a device in it; null where nobody has measured one. */
      spot: nullable(spot),
    }),
  ),
  /** Who signs in as a watcher of this site. */
  watchers: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  /** Detectors that a permit may name as isolated. */
  detectors: Type.Array(
    Type.Object({ id: Type.String(), zone: nullable(Type.String()), place: nullable(text) }),
  ),
  /** What the class is made of, as the rules read it (`classOf`). */
  settings: Type.Object({
    utcOffsetMin: Type.Integer(),
    dispatch: Type.Object({ nightFromHour: hour, nightUntilHour: hour }),
    hotWork: Type.Object({
      longestMs: ofEachClass(Type.Integer()),
      approvers: ofEachClass(Type.Array(oneOf(capacities))),
      holidays: Type.Array(Type.String()),
      ...{ windBeaufort: Type.Integer(), signNearM: Type.Number() },
      ...{ apartM: Type.Number(), paintingApartM: Type.Number() },
    }),
  }),
  /** What the asker may do with a permit of this site. */
  may: Type.Array(Type.String()),
});
export type HotWorkForm = Static<typeof formSchema>;

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
    zones: [...ofSite(inventory.zones, wanted)].map((zone) => zoneView(zone, devices)),
    watchers: gateway.door.people
      .users()
      .filter(({ role, scope }) => role === "watcher" && (scope === "*" || scope === wanted))
      .map(({ id: person, name }) => ({ id: person, name })),
    detectors: devices
      .filter(({ id: device }) => isDetector({ world }, wanted, device))
      .map(({ id: device, zone = null, place = null }) => ({ id: device, zone, place })),
    settings: {
      utcOffsetMin,
      dispatch: { nightFromHour: dispatch.nightFromHour, nightUntilHour: dispatch.nightUntilHour },
      hotWork: limitsOf(hotWork),
    },
    may: Object.keys(permitActs).filter(
      (command) => may(asker, "hot-work", { site: wanted, command: command as PermitAct }).may,
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
