/**
 * Trends over HTTP: points found by words, their course in one shape whatever answers, the same as a
 * table, and the marks beside it. The reader's thread reads; every length has a named limit.
 */
import { stringify } from "csv-stringify/sync";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { deviceKey } from "#rules/inventory.ts";
import type { ProfilePoint } from "#rules/profile.ts";
import { ruleName } from "#rules/text/render.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { type Asked, csvColumns } from "../history/course-text.ts";
import { standingAt } from "../history/marks.ts";
import { insist, may } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import type { KnownDevice } from "../live/devices.ts";
import { both } from "../views/sight.ts";
import { findPoints, seriesHead, silentAfter } from "../views/trend-points.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import * as contract from "./trend-contract.ts";

/** Points of one question. */
export const mostPoints = 8;
/** Longer than a year, so that the same month of the last one is there. */
const longestMs = 400 * 86_400_000;
const [fewestRows, usualRows, mostRows] = [10, 600, 2000];
/** Of a table for people to take away, of each point. */
const mostCsvRows = 20_000;

const instant = Type.String({ pattern: "^\\d{1,15}$" });
const points = Type.String({
  pattern: "^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(,[^,]+){0,7}$",
  maxLength: 1200,
  description: `SITE/DEVICE/POINT, 1 to ${mostPoints} of them, with commas between`,
});
const closed = { additionalProperties: false } as const;
const range = { from: instant, to: instant };
const trendQuery = Type.Object(
  { points, ...range, rows: Type.Optional(Type.String({ pattern: "^\\d{1,4}$" })) },
  closed,
);
const csvQuery = Type.Object({ points, ...range }, closed);
const findQuery = Type.Object({ q: Type.Optional(Type.String({ maxLength: 100 })) }, closed);
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });

type Query = { readonly points: string; readonly from: string; readonly to: string };

export function trendRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/trends/points",
    {
      schema: {
        summary: "Points that can be drawn, by words of site, device and point",
        querystring: findQuery,
        response: gives(contract.trendPoints),
      },
      config: { action: "read" },
    },
    async (request) => {
      const asker = readerOf(sessionOf(request));
      const { q = "" } = request.query as { q?: string };
      return findPoints(gateway, q, (site) => may(asker, "read", { site }).may);
    },
  );
  server.get(
    "/api/v1/trends",
    {
      schema: {
        summary:
          "The course of up to 8 points: least, most, mean, last and count by time, gaps, limits; at most 400 days, 2,000 rows of each",
        querystring: trendQuery,
        response: gives(contract.trendsView),
      },
      config: { action: "read" },
    },
    // A text goes out as it is.
    async (request, reply) => {
      const { rows } = request.query as { rows?: string };
      const most = Number(rows ?? usualRows);
      if (most < fewestRows || most > mostRows) {
        throw wrong("no such number of rows", `rows from ${fewestRows} to ${mostRows}`);
      }
      const asked = await ask(gateway, request, most, () => ({ as: "json" }));
      const series = asked.of.map(({ device, point }, i) => {
        const head = JSON.stringify(seriesHead(gateway, device, point));
        return `${head.slice(0, -1)},${asked.texts[i]?.slice(1)}`;
      });
      reply.type("application/json; charset=utf-8");
      const missing = JSON.stringify(asked.missing);
      return `{"from":${asked.from},"to":${asked.to},"series":[${series.join()}],"missing":${missing}}`;
    },
  );
  server.get(
    "/api/v1/trends.csv",
    {
      schema: {
        summary: "The same as a table (RFC 4180), at most 20,000 rows of each point",
        querystring: csvQuery,
        response: {
          200: {
            description:
              "One row for each sample or bucket, with its quality (good, uncertain, bad, stale), for each gap, with its reason (none: nothing was stored), and for each point that is missing",
            content: { "text/csv": { schema: Type.String() } },
          },
          default: refusal,
        },
      },
      config: { action: "read" },
    },
    async (request, reply) => {
      const { utcOffsetMin } = gateway.artefacts.world(gateway.committed.state).settings;
      const asked = await ask(gateway, request, mostCsvRows, (of) => {
        const heads = of.map(({ device, point }) => [
          ...[device.site, device.device, point.id, point.name.zh, point.unit ?? ""],
        ]);
        return { as: "csv", heads, utcOffsetMin };
      });
      const name = `firelink-trend-${asked.from}-${asked.to}.csv`;
      reply.header("content-disposition", `attachment; filename="${name}"`);
      const head = stringify([csvHead]);
      const gone = stringify(asked.missing.map(missingRow), { escape_formulas: true });
      // A mark of byte order, or a spreadsheet reads the names as something else.
      return reply
        .type("text/csv; charset=utf-8")
        .send(`\ufeff${head}${asked.texts.join("")}${gone}`);
    },
  );
  markRoute(server, gateway);
}

const markParams = Type.Object({ site: id });

function markRoute(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/trends/marks/:site",
    {
      schema: {
        summary: "Alarms, permits, tests and what was out of service at a site in a time",
        params: markParams,
        querystring: Type.Object(range, closed),
        response: gives(contract.trendMarks),
      },
      config: {
        action: "read",
        scope: (request) => ({ site: (request.params as { site: string }).site }),
      },
    },
    async (request): Promise<contract.TrendMarks> => {
      const { site } = request.params as { site: string };
      const { from, to } = rangeOf(request.query as Query);
      const { state } = gateway.committed;
      const standing = standingAt(state, site);
      const { marks, ...rest } = await gateway.reader.marks({ site, from, to, standing });
      const world = gateway.artefacts.world(state);
      const nameOf = (rule: string | null, device: string | null) => {
        return rule === null
          ? null
          : both((language) => ruleName(language, { site, device: device ?? "", rule }, world));
      };
      return {
        ...rest,
        marks: marks.map((mark) => ({ ...mark, ruleName: nameOf(mark.rule, mark.device) })),
      };
    },
  );
}

const csvHead = ["site", "device", "point", "name", "unit", ...csvColumns];

/** A table says too that it lacks a point that was asked for. */
function missingRow(of: string): string[] {
  const start = of.split("/").slice(0, 3);
  return [...start, ...csvHead.slice(start.length, -1).map(() => ""), "missing"];
}

type Of = { readonly device: KnownDevice; readonly point: ProfilePoint };

async function ask(
  gateway: Gateway,
  request: FastifyRequest,
  most: number,
  as: (of: readonly Of[]) => Asked,
) {
  const query = request.query as Query;
  const { from, to } = rangeOf(query);
  const asker = readerOf(sessionOf(request));
  const { of, missing } = pointsOf(gateway, [...new Set(query.points.split(","))]);
  for (const { device } of of) insist(asker, "read", { site: device.site });
  const points = of.map(({ device, point }) => ({
    device: device.key,
    point: point.id,
    silentAfterMs: silentAfter(gateway, device, point),
  }));
  const end = Math.max(from + 1, Math.min(to, gateway.clock.now()));
  const texts = await gateway.reader.courses({ points, from, to: end, most, ...as(of) });
  return { from, to, of, missing, texts };
}

function rangeOf(query: Query): { from: number; to: number } {
  const [from, to] = [Number(query.from), Number(query.to)];
  if (from < to && to - from <= longestMs) return { from, to };
  throw wrong("no such time", "from before to, at most 400 days, ms UTC");
}

/** An old link may name a point that is gone: it keeps nobody from the others. Without any it is refused. */
function pointsOf(gateway: Gateway, asked: readonly string[]) {
  const found = asked.map((one) => pointOf(gateway, one));
  const of = found.filter((one) => one !== null);
  const missing = asked.filter((_, i) => found[i] === null);
  if (of.length > 0) return { of, missing };
  throw new Refused({
    code: "not-found",
    message: `${missing.join(", ")}: no point that has values`,
    allowed: "SITE/DEVICE/POINT of /api/v1/trends/points",
  });
}

function pointOf(gateway: Gateway, of: string): Of | null {
  const [site = "", device = "", id = ""] = of.split("/");
  const { telemetry } = gateway;
  const key = deviceKey(site, device);
  const found = telemetry.devices.known(key);
  if (!found) telemetry.insistReady(key);
  const point = found?.profile.points.find((one) => one.id === id);
  return found && point ? { device: found, point } : null;
}

function wrong(message: string, allowed: string): Refused {
  return new Refused({ code: "bad-request", message, allowed });
}
