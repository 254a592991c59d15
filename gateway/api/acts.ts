/**
 * What people do over HTTP: commands of a desk, a crew's answers, presence at a seat. Whoever acts is
 * asked for here, for it may be another person than the one who signed in: by PIN.
 */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Command } from "#rules/command.ts";
import { judgeReply, type Order } from "#rules/dispatch/order.ts";
import { deviceKey } from "#rules/inventory.ts";
import type { Actor } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { type Action, insist, type Scope } from "../identity/may.ts";
import type { Person } from "../identity/people.ts";
import { isEssential, withSecond } from "../identity/pins.ts";
import { actorOf } from "../identity/sessions.ts";
import type { Outcome } from "../inbox.ts";
import { type ActBody, actBody, id, presenceBody, type ReplyBody, replyBody } from "./bodies.ts";
import { outcome, refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";

const answers = { 200: outcome, default: refusal };
const nothing = { 204: Type.Null(), default: refusal };

export function actRoutes(plain: FastifyInstance, gateway: Gateway): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  server.post(
    "/api/v1/commands",
    {
      schema: { summary: "An act of a person", body: actBody, response: answers },
      config: { action: "act", acts: true },
    },
    async (request) => {
      const body = request.body as unknown as ActBody;
      return answer(await command(gateway, request, body));
    },
  );
  server.post(
    "/api/v1/orders/:order/reply",
    {
      schema: {
        summary: "A crew answers its order",
        params: Type.Object({ order: id }),
        body: replyBody,
        response: answers,
      },
      config: { action: "reply", acts: true },
    },
    async (request) => {
      const { order } = request.params as { order: string };
      return answer(await reply(gateway, request, order, request.body as ReplyBody));
    },
  );
  server.post(
    "/api/v1/seats/:seat",
    {
      schema: {
        summary: "A page says whether its sound runs",
        params: Type.Object({ seat: id }),
        body: presenceBody,
        response: nothing,
      },
      config: { action: "attend" },
    },
    async (request, answered) => {
      const { seat } = request.params as { seat: string };
      const { acting } = sessionOf(request);
      const { audio, stream } = request.body as { audio: boolean; stream: string };
      gateway.door.seats.attend(seat, { audio, stream, person: acting.id });
      return answered.code(204).send(null);
    },
  );
}

async function command(gateway: Gateway, request: FastifyRequest, body: ActBody): Promise<Outcome> {
  const { state } = gateway.committed;
  const wanted = body.command as Command;
  refusePress(gateway, wanted);
  refuseCaller(gateway, wanted);
  const scope = scopeOfCommand(wanted, state);
  const essential = isEssential(wanted);
  const by = await whoActs(gateway, request, body, { action: "act", scope, essential });
  const second = body.second
    ? await pinOf(gateway, request, body.second, { action: "act", scope, essential })
    : null;
  const priorityOf = (incident: string) => state.incidents.get(incident)?.priority;
  const actor: Actor = { person: by.id, seat: body.seat };
  return gateway.command(actor, withSecond(wanted, by, second, priorityOf));
}

/** Points that somebody presses: the rules would hear them all the same, and nobody may think otherwise. */
function refusePress({ telemetry }: Gateway, command: Command): void {
  if (command.command !== "take-out-of-service") return;
  const { site, device, points = [] } = command;
  const parts = telemetry.devices.get(deviceKey(site, device))?.profile.parts ?? [];
  const pressed = parts.find((part) => part.class === "call-point" && points.includes(part.as));
  if (!pressed) return;
  const message = `${pressed.as} is pressed by hand: it is never out of service`;
  throw new Refused({ code: "never-a-press", message });
}

/** The telephone of who called stands on the card: nobody else's is to be read there. */
function refuseCaller({ door }: Gateway, command: Command): void {
  if (command.command !== "report-incident" || command.caller === undefined) return;
  if (door.people.isGuest(command.caller)) return;
  throw new Refused({
    code: "unknown-caller",
    message: `${command.caller} is nobody who was taken down as a guest`,
    allowed: "the id that POST /api/v1/guests gives, or none",
  });
}

type Asked = { readonly action: Action; readonly scope: Scope; readonly essential: boolean };
type ByPin = { readonly person: string; readonly pin: string };

/** The person of the session, or who has given a PIN; throws where this person may not. */
export async function whoActs(
  gateway: Gateway,
  request: FastifyRequest,
  { by }: { readonly by?: ByPin },
  asked: Asked,
): Promise<Person> {
  const session = sessionOf(request);
  if (by) return pinOf(gateway, request, by, asked);
  insist(actorOf(session), asked.action, asked.scope);
  gateway.door.sessions.touch(session.key);
  return session.acting;
}

async function pinOf(
  gateway: Gateway,
  request: FastifyRequest,
  { person: wanted, pin }: ByPin,
  { action, scope, essential }: Asked,
): Promise<Person> {
  const session = sessionOf(request);
  const person = await gateway.door.pins.check(wanted, pin, { seat: session.key, essential });
  insist({ kind: "person", person, access: "full" }, action, scope);
  gateway.door.sessions.touch(session.key);
  return person;
}

/** The site it is about: a person of one site acts on that site alone. */
export function scopeOfCommand(command: Command, state: State): Scope {
  const incident = (known: string): string | undefined => state.incidents.get(known)?.site;
  const site = (): string | undefined => {
    switch (command.command) {
      case "acknowledge":
      case "silence":
      case "reset":
      case "close-outage":
      case "shelve":
      case "unshelve":
        return state.alarms.get(command.alarm)?.site;
      case "recall":
      case "reply-by-radio":
        return incident(state.orders.get(command.order)?.incident ?? "");
      case "reassign": {
        const from = incident(state.orders.get(command.order)?.incident ?? "");
        return from === incident(command.incident) ? from : undefined;
      }
      case "answer-call-out":
        return state.callOuts.get(command.callOut)?.site;
      case "merge": {
        const into = incident(command.into);
        // Of two sites it is an act of the district.
        return into === incident(command.from) ? into : undefined;
      }
      // Off every site it is an act of the district.
      case "report-incident":
        return command.site;
      case "open-test":
      case "open-maintenance":
      case "take-out-of-service":
      case "record-linkage":
        return command.site;
      case "return-to-service":
        return state.outOfService.get(command.record)?.site;
      case "close-maintenance":
        return state.maintenance.get(command.order)?.site;
      case "announce-press":
      case "end-test":
        return state.tests.get(command.test)?.site;
      // Who is judged by a code does not set it: an act of the district.
      case "set-site-code":
      // A station serves the whole district.
      case "note-status":
      case "adopt":
        return undefined;
      case "report-hot-work":
        return command.report.site;
      case "note-hot-work":
        return command.site;
      default:
        if ("permit" in command) return state.permits.get(command.permit)?.report.site;
        return incident(command.incident);
    }
  };
  return { command: command.command, site: site() };
}

async function reply(
  gateway: Gateway,
  request: FastifyRequest,
  id: string,
  body: ReplyBody,
): Promise<Outcome> {
  const { state } = gateway.committed;
  const order = state.orders.get(id);
  if (!order) throw new Refused({ code: "not-found", message: "there is no such order" });
  const { station } = order;
  const scope = { station };
  const by = await whoActs(gateway, request, body as { by?: ByPin }, {
    action: "reply",
    scope,
    essential: true,
  });
  judge(order, body);
  const { revision, reply: word, reason } = body;
  const signal = { kind: "reply", station, order: id, revision, reply: word } as const;
  const actor: Actor = { person: by.id, seat: body.seat };
  const told = reason === undefined ? signal : { ...signal, reason };
  return gateway.signal({ ...told, seq: null, ts: null, actor });
}

/** A crew must know that its answer meant nothing; the rules would only not move. */
function judge(order: Order, { revision, reply, reason }: ReplyBody): void {
  const refuse = (code: string, message: string, allowed: string): never => {
    throw new Refused({ code, message, allowed });
  };
  if (revision > order.revision) {
    refuse("unknown-revision", `the order has no revision ${revision}`, `${order.revision}`);
  }
  if (reply === "refused" && reason === undefined) {
    refuse("reason-needed", "a crew that cannot come says why", "reason");
  }
  const verdict = judgeReply(order.state, reply);
  if (verdict === "moves" || verdict === "answers" || verdict === "repeat") return;
  const recalled = order.state === "recalled";
  refuse(
    recalled ? "order-recalled" : "order-has-moved-on",
    `the order is ${order.state}, ${reply} no longer fits`,
    recalled ? "returned" : "a step that lies ahead",
  );
}

function answer({ position, events }: Outcome) {
  return { position, events: events.map((event) => ({ ...event })) };
}
