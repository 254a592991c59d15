/**
 * A person by id: name and telephone, for whoever may read contacts; and guests, who are on site today
 * and stand in no inventory. The journal has their ids only.
 */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist, ownScope } from "../identity/may.ts";
import { calledOutOf } from "../views/called.ts";
import { callsOf } from "../views/holds.ts";
import type { Sight } from "../views/sight.ts";
import { type GuestBody, guestBody, id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { calledView } from "./hold-contract.ts";
import { personContact } from "./test-contract.ts";

const none = Type.Object({}, { additionalProperties: false });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });

type Params = { readonly id: string };

/** Undefined where nobody of this id is testing now. */
function siteOfTester({ committed }: Gateway, person: string): string | undefined {
  return [...committed.state.tests.values()].find(({ tester }) => tester === person)?.site;
}

export function personRoutes(server: FastifyInstance, gateway: Gateway, sight: () => Sight): void {
  const { people } = gateway.door;
  server.get(
    "/api/v1/calls",
    {
      schema: {
        summary: "Alarms that the person of this session is called for",
        querystring: none,
        response: gives(calledView),
      },
      // Being called is the right to read it: the inventory names whoever is.
      config: { action: "read", scope: (request) => ownScope(sessionOf(request).person) },
    },
    async (request) => {
      const { person, acting } = sessionOf(request);
      const view = sight();
      const { utcOffsetMin } = view.world.settings;
      const own = new Set([person.id, acting.id]);
      const [calls, callOuts] = [callsOf(view, own), calledOutOf(view, own)];
      return { position: gateway.position, at: gateway.clock.now(), utcOffsetMin, calls, callOuts };
    },
  );
  server.get(
    "/api/v1/persons/:id",
    {
      schema: {
        summary: "Name and telephone of a person",
        params: Type.Object({ id }),
        querystring: none,
        response: gives(personContact),
      },
      // Of the district; whoever has one site may telephone the person who tests there, and nobody else.
      config: {
        action: "read-contacts",
        scope: (request) => ({ site: siteOfTester(gateway, (request.params as Params).id) }),
      },
    },
    async (request) => {
      const { id: who } = request.params as Params;
      const name = people.nameOf(who);
      if (name === null) throw new Refused({ code: "not-found", message: "nobody has this id" });
      const { person } = sessionOf(request);
      gateway.log.info({ person: person.id, of: who }, "a contact was read");
      return { id: who, name, phone: people.staffOf(who)?.phone ?? null };
    },
  );
  server.post(
    "/api/v1/guests",
    {
      schema: {
        summary: "Somebody on site whom no inventory names",
        body: guestBody,
        response: gives(personContact),
      },
      config: { action: "act", acts: true },
    },
    async (request) => {
      const { name, phone } = request.body as GuestBody;
      const { person } = sessionOf(request);
      // Judged by the role alone: a call comes in although the session has expired, and the act that
      // names the guest asks for a PIN.
      insist({ kind: "person", person, access: "full" }, "act", ownScope(person));
      return { id: people.addGuest(name, phone), name, phone };
    },
  );
}
