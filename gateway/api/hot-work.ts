/**
 * Hot work over HTTP: reports of park managers and of other platforms, acts on a permit, evidence, and
 * what stands. The rules decide; here is asked who acts, and what is personal stays in people.db.
 */
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { HotWorkCommand, PermitCommand } from "#rules/hot-work/command.ts";
import { isOver } from "#rules/hot-work/lifecycle.ts";
import type { Party, Permit } from "#rules/hot-work/permit.ts";
import type { Zone } from "#rules/inventory.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist, may, type Scope } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import { permitHistory, permitView } from "../views/permits.ts";
import type { Sight } from "../views/sight.ts";
import { whoActs } from "./acts.ts";
import { id } from "./bodies.ts";
import { outcome, refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import * as contract from "./hot-work-contract.ts";
import { photoIn, reportIn, sameOf, spotIn } from "./hot-work-in.ts";
import { problem } from "./problems.ts";

const none = Type.Object({}, { additionalProperties: false });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });
const byId = Type.Object({ id });
/** A query is text; nothing is made of what is no number. */
const instant = Type.String({ pattern: "^[0-9]{1,15}$" });
const listQuery = Type.Object(
  {
    site: Type.Optional(id),
    station: Type.Optional(id),
    /** `open`: what is not over yet. */
    state: Type.Optional(Type.Union([Type.Literal("open"), Type.Literal("all")])),
    /** Of work between two instants, ms UTC, as it is planned. */
    from: Type.Optional(instant),
    until: Type.Optional(instant),
  },
  { additionalProperties: false },
);
/** Of one list. */
const mostListed = 500;

export function hotWorkRoutes(server: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  writeRoutes(server, gateway, sight);
  readRoutes(server, gateway, sight);
}

function writeRoutes(server: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  server.post(
    "/api/v1/hot-work",
    {
      schema: {
        summary: "A report of hot work: a draft, or submitted; the same number is the same report",
        body: contract.reportBody,
        response: gives(contract.permitAnswer),
      },
      config: { action: "hot-work", acts: true },
    },
    async (request, reply) => {
      const permit = await report(gateway, request);
      // What is wrong with a report is told with its draft, which is kept.
      const [first] = permit.faults;
      const isDraft = (request.body as contract.ReportBody).submit && permit.state === "draft";
      if (!isDraft || first === undefined) return answer(gateway, request, sight(), permit);
      const faults = [...permit.faults];
      const told = problem(first, `the report is kept as a draft: ${faults.join(", ")}`);
      return reply
        .code(told.status)
        .type("application/problem+json")
        .serializer(JSON.stringify)
        .send({ ...told, permit: permit.id, faults });
    },
  );
  server.post(
    "/api/v1/hot-work/:id/acts",
    {
      schema: {
        summary: "An act on a permit for hot work",
        params: byId,
        body: contract.permitActBody,
        response: gives(contract.permitAnswer),
      },
      config: { action: "hot-work", acts: true },
    },
    async (request) => act(gateway, request, sight),
  );
  server.post(
    "/api/v1/hot-work/seen",
    {
      schema: {
        summary: "Evidence of hot work: a chip, a camera, heat, a grid member's report",
        body: contract.seenBody,
        response: gives(outcome),
      },
      config: { action: "hot-work", acts: true },
    },
    async (request) => seen(gateway, request),
  );
}

function readRoutes(server: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  server.get(
    "/api/v1/hot-work",
    {
      schema: {
        summary: "Permits for hot work: of what the asker may see, the newest first",
        querystring: listQuery,
        response: gives(contract.permitList),
      },
      config: { action: "read" },
    },
    async (request) => list(gateway, request, sight()),
  );
  server.get(
    "/api/v1/hot-work/:id",
    {
      schema: {
        summary: "One permit: its three records, what it lacks, and what stands against it",
        params: byId,
        querystring: none,
        response: gives(contract.permitAnswer),
      },
      config: { action: "read" },
    },
    async (request) => {
      const permit = permitOf(gateway, (request.params as { id: string }).id);
      insist(readerOf(sessionOf(request)), "read", scopeOf(permit));
      return answer(gateway, request, sight(), permit);
    },
  );
  server.get(
    "/api/v1/hot-work/:id/code",
    {
      schema: {
        summary: "What the QR at the work point says: for the print, and for nobody's telephone",
        params: byId,
        querystring: none,
        response: gives(contract.permitCode),
      },
      config: { action: "hot-work", acts: true },
    },
    async (request) => {
      const permit = permitOf(gateway, (request.params as { id: string }).id);
      const scope = { site: permit.report.site, command: "report-hot-work" } as const;
      insist(readerOf(sessionOf(request)), "hot-work", scope);
      const { id: of, checkCode: code } = permit;
      if (code === null) {
        throw new Refused({ code: "not-now", message: "a draft has no code yet" });
      }
      const home = gateway.channels.publicUrl ?? `${request.protocol}://${request.host}`;
      // Behind the #, so that no log and no proxy on the way reads the code.
      return { permit: of, code, address: `${home}/phone#permit/${of}/check-in/${code}` };
    },
  );
  server.get(
    "/api/v1/hot-work/:id/history",
    {
      schema: {
        summary: "What has happened with a permit, out of the journal, the oldest first",
        params: byId,
        querystring: none,
        response: gives(contract.permitHistory),
      },
      config: { action: "read" },
    },
    async (request) => {
      const permit = permitOf(gateway, (request.params as { id: string }).id);
      insist(readerOf(sessionOf(request)), "read", scopeOf(permit));
      const events = await gateway.reader.permit(permit.id);
      const now = sight();
      return {
        ...{ position: gateway.position, utcOffsetMin: now.world.settings.utcOffsetMin },
        lines: permitHistory(now, events, isNamed(request, permit)),
      };
    },
  );
  server.get(
    "/api/v1/hot-work/fixed-areas",
    {
      schema: {
        summary: "Fixed hot-work areas of the sites the asker may see",
        querystring: none,
        response: gives(contract.fixedAreas),
      },
      config: { action: "read" },
    },
    async (request) => areas(gateway, request, sight()),
  );
}

async function report(gateway: Gateway, request: FastifyRequest): Promise<Permit> {
  const body = request.body as contract.ReportBody;
  const { seat, permit, sender, submit, sentAt, by } = body;
  const scope = { site: body.report.site, command: "report-hot-work" } as const;
  const person = await whoActs(gateway, request, by ? { by } : {}, hotWork(scope));
  const command: HotWorkCommand = {
    command: "report-hot-work",
    report: reportIn(gateway, body),
    submit,
    checkCode: randomBytes(9).toString("base64url"),
    ...(permit === undefined ? {} : { permit }),
    ...(sender === undefined ? {} : { sender }),
    ...(sentAt === undefined ? {} : { sentAt }),
  };
  const { events } = await gateway.signal({
    ...{ kind: "command", actor: { person: person.id, seat }, command },
  });
  const refused = events.find(({ type }) => type === "signal-refused");
  const drafted = events.find(({ type }) => type === "permit-drafted");
  if (refused?.type === "signal-refused" && drafted === undefined) {
    const { reason, what } = refused;
    throw new Refused({ code: reason, message: `${what}: ${reason}` });
  }
  const known = drafted?.type === "permit-drafted" ? drafted.permit : sameOf(gateway, body)?.id;
  return permitOf(gateway, known ?? "");
}

async function act(gateway: Gateway, request: FastifyRequest, sight: () => Sight) {
  const { seat, act: wanted, by } = request.body as contract.PermitActBody;
  const permit = permitOf(gateway, (request.params as { id: string }).id);
  const station = permit.inspection?.station ?? undefined;
  const party = wanted.party as Party | undefined;
  const scope = { site: permit.report.site, station, command: wanted.command, party };
  const person = await whoActs(gateway, request, by ? { by } : {}, hotWork(scope));
  const command = actIn(gateway, permit, wanted);
  await gateway.command({ person: person.id, seat }, command);
  return answer(gateway, request, sight(), permitOf(gateway, permit.id));
}

/** Photos become what the journal may know of them, positions the datum it is in. */
function actIn(gateway: Gateway, permit: Permit, wanted: contract.PermitActBody["act"]) {
  const { photo, position, ...rest } = wanted;
  if (wanted.command === "hand-over-watch") insistKnown(gateway, String(wanted.to));
  return {
    ...rest,
    permit: permit.id,
    ...(typeof photo === "string" ? { photo: photoIn(gateway, photo, permit.report.site) } : {}),
    ...(position === undefined ? {} : { spot: spotIn(position as contract.PositionBody) }),
  } as unknown as PermitCommand;
}

/** A watch that nobody takes up is none. */
function insistKnown({ door: { people } }: Gateway, person: string): void {
  if (people.nameOf(person) !== null) return;
  throw new Refused({
    code: "unknown-person",
    message: "to: nobody has this id",
    allowed: "an id",
  });
}

async function seen(gateway: Gateway, request: FastifyRequest) {
  const { seat, by, position, ...of } = request.body as contract.SeenBody;
  const scope = { site: of.site, command: "note-hot-work" } as const;
  const person = await whoActs(gateway, request, by ? { by } : {}, hotWork(scope));
  const spot = position === undefined ? {} : { spot: spotIn(position) };
  const command: HotWorkCommand = { command: "note-hot-work", ...of, ...spot };
  const done = await gateway.command({ person: person.id, seat }, command);
  return { position: done.position, events: done.events.map((event) => ({ ...event })) };
}

const hotWork = (scope: Scope) => ({ action: "hot-work", scope, essential: false }) as const;

function list(gateway: Gateway, request: FastifyRequest, sight: Sight) {
  const { site, station, state = "open", from = 0, until } = request.query as Static;
  const before = until === undefined ? Number.POSITIVE_INFINITY : Number(until);
  const asker = readerOf(sessionOf(request));
  const seenBy = [...sight.state.permits.values()]
    .filter((permit) => state === "all" || !isOver(permit.state))
    .filter(({ report }) => report.endsAt > Number(from) && report.startsAt < before)
    .filter((permit) => site === undefined || permit.report.site === site)
    .filter((permit) => station === undefined || permit.inspection?.station === station)
    .filter((permit) => may(asker, "read", scopeOf(permit)).may)
    .sort((a, b) => b.report.startsAt - a.report.startsAt || (a.id < b.id ? 1 : -1));
  const at = gateway.clock.now();
  return {
    ...{ position: gateway.position, at, utcOffsetMin: sight.world.settings.utcOffsetMin },
    permits: seenBy
      .slice(0, mostListed)
      .map((permit) => permitView(sight, permit, at, isNamed(request, permit))),
    more: Math.max(0, seenBy.length - mostListed),
  };
}

type Static = {
  readonly site?: string;
  readonly station?: string;
  readonly state?: string;
  readonly from?: string;
  readonly until?: string;
};

/** Of an inventory: it changes seldom, and a district has thousands of zones. */
const fixedIn = new WeakMap<object, readonly Zone[]>();

function areas(gateway: Gateway, request: FastifyRequest, { world }: Sight): contract.FixedAreas {
  const { zones, sites } = world.inventory;
  const known = fixedIn.get(zones) ?? [...zones.values()].filter((zone) => zone.fixedHotWork);
  fixedIn.set(zones, known);
  const asker = readerOf(sessionOf(request));
  const seen = known.filter(({ site }) => may(asker, "read", { site }).may);
  return {
    position: gateway.position,
    areas: seen.slice(0, mostListed).map(({ id: zone, site, name }) => {
      return {
        site,
        siteName: sites.get(site)?.name ?? { zh: site, en: site },
        zone,
        zoneName: name,
      };
    }),
    more: Math.max(0, seen.length - mostListed),
  };
}

/** A station sees what it is asked to inspect, a park what is in it. */
function scopeOf({ report, inspection }: Permit): Scope {
  return { site: report.site, station: inspection?.station ?? undefined };
}

function permitOf({ committed }: Gateway, wanted: string): Permit {
  const permit = committed.state.permits.get(wanted);
  if (permit) return permit;
  throw new Refused({ code: "not-found", message: "there is no such permit" });
}

function answer(gateway: Gateway, request: FastifyRequest, sight: Sight, permit: Permit) {
  const { position, clock } = gateway;
  return { position, permit: permitView(sight, permit, clock.now(), isNamed(request, permit)) };
}

/** Names are for those who stand at the place, or send somebody there: least data shown (PIPL). */
function isNamed(request: FastifyRequest, permit: Permit): boolean {
  const asker = readerOf(sessionOf(request));
  const acts = ["check-in", "sign-inspection"] as const;
  return acts.some((command) => may(asker, "hot-work", { ...scopeOf(permit), command }).may);
}
