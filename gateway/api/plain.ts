/**
 * The plain page (`/plain`) and its forms: rendered by the server, without a script, for the day on
 * which nothing else works. Its forms carry a token that another site cannot know.
 */
import formbody from "@fastify/formbody";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Language } from "#rules/text/render.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist } from "../identity/may.ts";
import { withSecond } from "../identity/pins.ts";
import { actorOf, type Session } from "../identity/sessions.ts";
import { overviewOf } from "../views/overview.ts";
import { scopeOfCommand } from "./acts.ts";
import { readCommand } from "./command-schema.ts";
import { cookieName } from "./guard.ts";
import { falseAlarmPage, type PageOptions, signInPage, statusPage, style } from "./page.ts";
import { setCookie } from "./session.ts";
import type { SignIns } from "./sign-ins.ts";
import { words } from "./words.ts";

type Query = { readonly lang?: string; readonly refusal?: string; readonly incident?: string };
type Fields = Record<string, string>;

const hide = { hide: true } as const;
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'";

/** In a context of its own: forms are read here and nowhere else. */
export async function plainRoutes(
  server: FastifyInstance,
  { gateway, signIns }: { readonly gateway: Gateway; readonly signIns: SignIns },
): Promise<void> {
  await server.register(formbody);
  const enter = { schema: hide, config: { action: "enter" } } as const;
  server.get("/style.css", enter, async (_request, reply) => reply.type("text/css").send(style));
  server.get<{ Querystring: Query }>("/sign-in", enter, async (request, reply) =>
    html(reply, signInPage(languageOf(request), null)),
  );
  server.post<{ Body: Fields; Querystring: Query }>("/sign-in", enter, (request, reply) =>
    signIn(signIns, request, reply),
  );
  // Who has no session is shown the way in: the handler asks, not the door.
  server.get<{ Querystring: Query }>("/plain", enter, async (request, reply) => {
    const { session } = request;
    const language = languageOf(request);
    if (!session) return reply.redirect(`/sign-in?lang=${language}`, 303);
    insist(request.asker, "read", { ...mayAll(session) });
    reply.setCookie("firelink-lang", language, { path: "/", sameSite: "strict" });
    const refusal = request.query.refusal ?? null;
    return html(reply, statusPage(pageOptions(gateway, session, language, refusal)));
  });
  server.get<{ Querystring: Query }>("/false-alarm", enter, async (request, reply) => {
    const { session } = request;
    if (!session) return reply.redirect("/sign-in", 303);
    insist(request.asker, "read", { ...mayAll(session) });
    const options = pageOptions(gateway, session, languageOf(request), null);
    return html(reply, falseAlarmPage(options, request.query.incident ?? ""));
  });
  const forms = { schema: hide, config: { action: "act", acts: true } } as const;
  server.post<{ Body: Fields }>("/sign-out", forms, async (request, reply) => {
    formOf(request);
    gateway.door.sessions.close(request.cookies[cookieName] ?? "");
    return reply.clearCookie(cookieName, { path: "/" }).redirect("/sign-in", 303);
  });
  server.post<{ Body: Fields }>("/command", forms, async (request, reply) => {
    const { session, fields } = formOf(request);
    try {
      await command(gateway, session, fields);
      return reply.redirect("/plain", 303);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return reply.redirect(`/plain?refusal=${encodeURIComponent(error.message)}`, 303);
    }
  });
}

/** The plain page shows everything or nothing: it is for people whose scope is the district. */
function mayAll({ person }: Session) {
  return person.scope === "*" ? {} : { site: "*" };
}

async function command(gateway: Gateway, session: Session, fields: Fields): Promise<void> {
  const wanted = readCommand(fromForm(fields, gateway.clock.now()));
  insist(actorOf(session), "act", scopeOfCommand(wanted, gateway.committed.state));
  gateway.door.sessions.touch(session.key);
  const { incidents } = gateway.committed.state;
  const priorityOf = (incident: string) => incidents.get(incident)?.priority;
  // There is no PIN on this page: what takes two people takes the desk.
  const alone = withSecond(wanted, session.acting, null, priorityOf);
  await gateway.command({ person: session.acting.id, seat: "plain" }, alone);
}

function pageOptions(
  { committed, recording, clock, artefacts }: Gateway,
  session: Session,
  language: Language,
  refusal: string | null,
): PageOptions {
  return {
    language,
    session,
    overview: overviewOf(committed.state),
    world: artefacts.world(committed.state),
    recording: recording.state(),
    now: clock.now(),
    refusal,
  };
}

async function signIn(
  signIns: SignIns,
  request: FastifyRequest<{ Body: Fields; Querystring: Query }>,
  reply: FastifyReply,
): Promise<unknown> {
  const language = languageOf(request);
  const w = words[language];
  const { name = "", password = "" } = request.body ?? {};
  try {
    setCookie(reply, await signIns.tryTo(name, password, request.ip));
    return reply.redirect(`/plain?lang=${language}`, 303);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const isTooOften = error.code === "too-many-tries";
    const message = isTooOften ? w.tooOften : w.wrongPassword;
    return html(reply.code(isTooOften ? 429 : 401), signInPage(language, message));
  }
}

/** The fields of a form that one of our own pages has sent. */
function formOf({ session, body }: FastifyRequest<{ Body: Fields }>) {
  const { token, ...fields } = body ?? {};
  if (session && token === session.formToken) return { session, fields };
  throw new Refused({ code: "unauthorized", message: "sign in again" });
}

/** Forms know only texts; a field that was left empty was not filled in. */
/** Who looked on the spot: a camera names nobody. */
function lookOf(
  { how, found, witness, arrivedMinAgo = "0" }: Partial<Record<string, string>>,
  now: number,
) {
  if (how !== "on-site" || !witness) return { how, found };
  return { how, found, person: witness, arrivedAt: now - Number(arrivedMinAgo) * 60_000 };
}

function fromForm(fields: Fields, now: number): Record<string, unknown> {
  const { checkedAtPanel, second, how, found, witness, arrivedMinAgo, ask, ...others } = fields;
  const rest = {
    ...others,
    ...(second ? { second } : {}),
    ...(ask ? { ask: true } : {}),
    ...(how ? { look: lookOf(fields, now) } : {}),
  };
  return checkedAtPanel === undefined
    ? rest
    : { ...rest, checkedAtPanel: checkedAtPanel === "true" };
}

function languageOf(request: FastifyRequest<{ Querystring: Query }>): Language {
  const asked = request.query.lang ?? request.cookies["firelink-lang"];
  return asked === "en" ? "en" : "zh";
}

function html(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .header("content-security-policy", policy)
    .type("text/html; charset=utf-8")
    .send(text);
}
