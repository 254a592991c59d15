/** Devices over HTTP: every value with its quality and age, the state of the link, trends; retry. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { deviceKey } from "#rules/inventory.ts";
import { qualities } from "#rules/sample.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { LiveDevice } from "../live/devices.ts";
import { id, oneOf } from "./bodies.ts";
import { refusal } from "./contract.ts";

/** Samples of one trend; a day of a pressure that never rests is fewer. */
const mostSamples = 20_000;
const usualTrendMs = 600_000;
const longestTrendMs = 7 * 86_400_000;

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const value = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]);
const at = Type.Integer();

const linkView = Type.Object({
  state: oneOf(["starting", "live", "failing", "lost", "not-polled"]),
  failures: Type.Integer(),
  why: nullable(Type.String()),
  /** Until it is asked again, ms; null where it is asked in its turn. */
  nextTryInMs: nullable(Type.Integer()),
  /** Points that the device says it does not have. */
  holes: Type.Array(Type.String()),
  heartbeatFrozen: Type.Boolean(),
});

const pointView = Type.Object({
  id: Type.String(),
  name: text,
  type: oneOf(["boolean", "number", "text"]),
  unit: nullable(Type.String()),
  value,
  quality: oneOf([...qualities]),
  reason: nullable(Type.String()),
  /** When it was read; null where it never was. */
  at: nullable(at),
});

export const deviceView = Type.Object({
  at,
  site: Type.String(),
  device: Type.String(),
  kind: Type.String(),
  name: text,
  place: nullable(text),
  link: linkView,
  points: Type.Array(pointView),
});

const sample = Type.Object({ at, value, quality: oneOf([...qualities]) });
const trendView = Type.Object({
  point: Type.String(),
  from: at,
  to: at,
  samples: Type.Array(sample),
});
const instant = Type.String({ pattern: "^\\d{1,15}$" });
const trendQuery = Type.Object(
  {
    point: Type.String({ maxLength: 32 }),
    from: Type.Optional(instant),
    to: Type.Optional(instant),
  },
  { additionalProperties: false },
);
const none = Type.Object({}, { additionalProperties: false });
const params = Type.Object({ site: id, device: id });
type Params = { readonly site: string; readonly device: string };

const scope = (request: FastifyRequest) => ({ site: (request.params as Params).site });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });

export function deviceRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/devices/:site/:device",
    {
      schema: {
        summary: "A device: its values with quality and age, and its link",
        params,
        querystring: none,
        response: gives(deviceView),
      },
      config: { action: "read", scope },
    },
    async (request) => viewOf(gateway, deviceOf(gateway, request)),
  );
  server.get(
    "/api/v1/devices/:site/:device/trend",
    {
      schema: {
        summary:
          "Stored samples of one point, the last ten minutes where nothing else is asked for",
        params,
        querystring: trendQuery,
        response: gives(trendView),
      },
      config: { action: "read", scope },
    },
    async (request) => trendOf(gateway, deviceOf(gateway, request), request.query as TrendQuery),
  );
  server.post(
    "/api/v1/devices/:site/:device/retry",
    {
      schema: {
        summary: "Ask the device now, without waiting for the end of its pause",
        params,
        body: none,
        response: gives(none),
      },
      config: { action: "act", scope },
    },
    async (request) => {
      gateway.telemetry.devices.retry(deviceOf(gateway, request).key);
      return {};
    },
  );
}

function deviceOf(gateway: Gateway, request: FastifyRequest): LiveDevice {
  const { site, device } = request.params as Params;
  const found = gateway.telemetry.devices.get(deviceKey(site, device));
  if (found) return found;
  throw new Refused({
    code: "not-found",
    message: `${site}/${device} is no device that is asked for values`,
    allowed: "a device whose inventory says where it answers (modbus)",
  });
}

function viewOf(gateway: Gateway, { key, site, device, kind, profile, values }: LiveDevice) {
  const { inventory } = gateway.artefacts.world(gateway.committed.state);
  const link = gateway.telemetry.devices.linkOf(key);
  const nextTryAt = link?.nextTryAt ?? null;
  return {
    at: gateway.clock.now(),
    site,
    device,
    kind,
    name: profile.name,
    place: inventory.devices.get(key)?.place ?? null,
    link: {
      state: link?.state ?? "not-polled",
      failures: link?.failures ?? 0,
      why: link?.why ?? null,
      nextTryInMs:
        nextTryAt === null ? null : Math.max(0, Math.round(nextTryAt - gateway.clock.monotonic())),
      holes: [...(link?.holes ?? [])],
      heartbeatFrozen: values.isHeartbeatFrozen,
    },
    points: profile.points.map(({ id: point, name, type, unit }) => {
      const known = values.sample(point);
      const { value: is = null, quality = "stale", reason = null, at: readAt = 0 } = known ?? {};
      return {
        id: point,
        name,
        type,
        unit: unit ?? null,
        value: is,
        quality,
        reason,
        at: readAt === 0 ? null : readAt,
      };
    }),
  };
}

type TrendQuery = { readonly point: string; readonly from?: string; readonly to?: string };

async function trendOf(gateway: Gateway, device: LiveDevice, query: TrendQuery) {
  const { point } = query;
  const type = device.profile.points.find(({ id: known }) => known === point)?.type;
  if (!type) {
    throw new Refused({ code: "not-found", message: `${device.key} has no point ${point}` });
  }
  const to = query.to === undefined ? gateway.clock.now() : Number(query.to);
  const from = query.from === undefined ? to - usualTrendMs : Number(query.from);
  if (from >= to || to - from > longestTrendMs) {
    const allowed = "from before to, at most seven days";
    throw new Refused({ code: "bad-request", message: "no such time", allowed });
  }
  const { history } = gateway.telemetry;
  const stored = await history.range(device.key, point, from, to, mostSamples);
  const samples = stored.map((one) => ({
    ...one,
    value: type === "boolean" && typeof one.value === "number" ? one.value === 1 : one.value,
  }));
  return { point, from, to, samples };
}
