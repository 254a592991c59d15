/**
 * Call-outs over HTTP: whom an incident may call, how a person answers (on the page, under the own id,
 * or by the link of the message), and what providers say of their calls.
 */
import formbody from "@fastify/formbody";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import {
  answersBound,
  type CallAnswer,
  callAnswers,
  judgeAnswer,
} from "#rules/call-out/call-out.ts";
import { say } from "#rules/text/render.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist, ownScope } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import { receiptStates } from "../outbox/channels.ts";
import { answerPageOf, areasOf, peopleOf, rostersOf } from "../views/called.ts";
import type { Sight } from "../views/sight.ts";
import { id, oneOf, personId } from "./bodies.ts";
import { calledPeople, rosterView } from "./called-contract.ts";
import { outcome, refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { escapeHtml, layout } from "./page.ts";
import { problemCodes } from "./problems.ts";

const none = Type.Object({}, { additionalProperties: false });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });
const answerBody = Type.Object(
  { person: personId, answer: oneOf(callAnswers) },
  { additionalProperties: false },
);
const receiptBody = Type.Object(
  { key: Type.String({ maxLength: 200 }), status: oneOf(receiptStates) },
  { additionalProperties: true },
);

export function calledRoutes(plain: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  server.get(
    "/api/v1/incidents/:id/rosters",
    {
      schema: {
        summary: "Rosters that an incident may call out",
        params: Type.Object({ id }),
        querystring: none,
        response: gives(rosterView),
      },
      config: { action: "read" },
    },
    async (request) => {
      const { id: wanted } = request.params as { id: string };
      const incident = gateway.committed.state.incidents.get(wanted);
      if (!incident) throw new Refused({ code: "not-found", message: "no such open incident" });
      insist(readerOf(sessionOf(request)), "read", { site: incident.site });
      const now = sight();
      const rosters = rostersOf(now, incident);
      return { position: gateway.position, rosters, ...areasOf(now, incident) };
    },
  );
  server.get(
    "/api/v1/incidents/:id/called",
    {
      schema: {
        summary: "Who is called out, by name, and what each has answered",
        params: Type.Object({ id }),
        querystring: none,
        response: gives(calledPeople),
      },
      config: { action: "read-contacts" },
    },
    async (request) => {
      const { id: wanted } = request.params as { id: string };
      const incident = gateway.committed.state.incidents.get(wanted);
      if (!incident) throw new Refused({ code: "not-found", message: "no such open incident" });
      const session = sessionOf(request);
      insist(readerOf(session), "read-contacts", { site: incident.site });
      // Names of private people: who has read them stands in the log (PIPL).
      gateway.log.info({ person: session.person.id, incident: wanted }, "who is called was read");
      return { position: gateway.position, people: peopleOf(sight(), incident) };
    },
  );
  server.post(
    "/api/v1/call-outs/:id/answer",
    {
      schema: {
        summary: "Somebody who is called answers, under the own id",
        params: Type.Object({ id }),
        body: answerBody,
        response: gives(outcome),
      },
      // Being called is the right to answer, as it is the right to read it.
      config: { action: "read", scope: (request) => ownScope(sessionOf(request).person) },
    },
    async (request) => {
      const { id: callOut } = request.params as { id: string };
      const { person, answer } = request.body as { person: string; answer: CallAnswer };
      const { person: own, acting } = sessionOf(request);
      if (person !== own.id && person !== acting.id) {
        const allowed = "the id of whoever is signed in";
        throw new Refused({ code: "forbidden", message: "this is somebody else", allowed });
      }
      return answerFor(gateway, { callOut, person, answer, via: "page" });
    },
  );
}

type Answered = {
  readonly callOut: string;
  readonly person: string;
  readonly answer: CallAnswer;
  readonly via: "page" | "link";
};

/** Throws `Refused` where it is no answer any more. What is said again is nothing new, and no event. */
async function answerFor(gateway: Gateway, answered: Answered) {
  const { is, why, inMs } = judgeAnswer(gateway.committed.state, answered, gateway.clock.now());
  if (is === "same") return { position: gateway.position, events: [] };
  if (is === "refused") throw refusedAnswer(why, inMs);
  const { position, events } = await gateway.signal({ kind: "call-answer", ...answered });
  const refused = events.find((event) => event.type === "signal-refused");
  if (refused?.type === "signal-refused") {
    throw refusedAnswer(refused.reason);
  }
  return { position, events: events.map((event) => ({ ...event })) };
}

function refusedAnswer(code: string, retryAfterMs?: number): Refused {
  const { freely, most, pauseMs } = answersBound;
  const allowed =
    code === "too-many-answers"
      ? `${freely} changes, then one every ${pauseMs / 1000} s, ${most} in all; the desk may enter any`
      : undefined;
  const refused = new Refused({
    ...{ code, message: `the answer is refused: ${code}` },
    ...(allowed === undefined ? {} : { allowed }),
  });
  return retryAfterMs === undefined ? refused : Object.assign(refused, { retryAfterMs });
}

type LinkParams = { readonly callOut: string; readonly person: string; readonly token: string };
type LinkRequest = FastifyRequest<{ Params: LinkParams; Body: { answer?: string } | undefined }>;

const enter = { schema: { hide: true }, config: { action: "enter" } } as const;
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'";

/** In a context of its own: the page of a message's link, without a script and a sign-in. */
export async function linkRoutes(
  server: FastifyInstance,
  { gateway, sight }: { readonly gateway: Gateway; readonly sight: () => Sight },
): Promise<void> {
  await server.register(formbody);
  const path = "/c/:callOut/:person/:token";
  server.get<{ Params: LinkParams }>(path, enter, async (request, reply) => {
    const of = genuine(gateway, request.params);
    return html(reply, linkPage(sight(), of));
  });
  server.post<{ Params: LinkParams; Body: { answer?: string } | undefined }>(
    path,
    enter,
    async (request: LinkRequest, reply) => {
      const { callOut, person } = genuine(gateway, request.params);
      const answer = callAnswers.find((one) => one === request.body?.answer);
      if (!answer) {
        const allowed = callAnswers.join(", ");
        throw new Refused({ code: "invalid", message: "no such answer", allowed });
      }
      try {
        await answerFor(gateway, { callOut, person, answer, via: "link" });
      } catch (error) {
        // Whoever stands there with a telephone reads words, and no problem details.
        const code = error instanceof Refused ? error.code : "";
        if (!saidOnThePage.has(code)) throw error;
        return html(
          reply.code(problemCodes[code]?.status ?? 409),
          linkPage(sight(), request.params, code),
        );
      }
      return reply.redirect(request.url, 303);
    },
  );
}

/** A link that is not ours says nothing about whether there is such a call. */
function genuine({ channels }: Gateway, params: LinkParams): LinkParams {
  if (channels.links.isGenuine(params.callOut, params.person, params.token)) return params;
  throw new Refused({ code: "not-found", message: "there is no such address" });
}

const saidOnThePage: ReadonlySet<string> = new Set(["has-arrived", "too-many-answers", "closed"]);

function linkPage(sight: Sight, { callOut, person }: LinkParams, refused?: string): string {
  const title = say("zh", "call-out.title");
  const of = answerPageOf(sight, callOut, person);
  if (of === null)
    return layout("zh", title, `<main><h1>${say("zh", "call-out.over")}</h1></main>`);
  const { demonstration } = sight.world.inventory.district;
  const demo = demonstration ? say("zh", "mark.demo") : "";
  const buttons = callAnswers.map((answer) => {
    const pressed = of.answer === answer ? ' aria-pressed="true"' : "";
    const label = say("zh", `call-answer.${answer}`);
    return `<form method="post"><input type="hidden" name="answer" value="${answer}"><button${pressed}>${label}</button></form>`;
  });
  const now =
    of.answer === null
      ? ""
      : `<p><strong>${say("zh", "call-out.answered", { answer: say("zh", `call-answer.${of.answer}`) })}</strong></p>`;
  const no = refused === undefined ? "" : `<p role="alert">${say("zh", `call-out.${refused}`)}</p>`;
  const body = `<main><h1>${title}</h1><p>${escapeHtml(demo + of.what)}</p>${no}${now}<div class="answers">${buttons.join("")}</div></main>`;
  return layout("zh", title, body);
}

function html(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .header("content-security-policy", policy)
    .type("text/html; charset=utf-8")
    .send(text);
}

type RawRequest = FastifyRequest & { rawBody?: string };

/** In a context of its own: a receipt is signed over its bytes, so they are kept as they came. */
export async function receiptRoutes(
  server: FastifyInstance,
  { gateway }: { readonly gateway: Gateway },
): Promise<void> {
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    (request as RawRequest).rawBody = String(body);
    try {
      done(null, JSON.parse(String(body)));
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }));
    }
  });
  server.post(
    "/api/v1/receipts/:endpoint",
    {
      schema: {
        summary: "A provider says what became of a call; signed, X-Firelink-Signature",
        security: [],
        params: Type.Object({ endpoint: id }),
        body: receiptBody,
        response: { 204: Type.Null(), default: refusal },
      },
      config: { action: "enter" },
    },
    async (request, reply) => {
      const { endpoint } = request.params as { endpoint: string };
      const signature = String(request.headers["x-firelink-signature"] ?? "");
      gateway.channels.receipt(endpoint, (request as RawRequest).rawBody ?? "", signature);
      return reply.code(204).send(null);
    },
  );
}
