/** The contract, continued: open tests (试验), and the person one telephones about them. */
import Type, { type Static } from "typebox";
import { linkageModes } from "#rules/test-window/test-window.ts";
import { oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();

/** An open test (试验): a list of expected signals; whatever is not listed is real. */
export const testRow = Type.Object({
  id: Type.String(),
  site: Type.String(),
  siteName: text,
  /** The person on site: whom to telephone is `GET /api/v1/persons/{id}`. */
  tester: Type.String(),
  testerName: nullable(Type.String()),
  openedBy: Type.String(),
  openedByName: nullable(Type.String()),
  linkage: oneOf(linkageModes),
  openedAt: at,
  endsAt: at,
  expected: Type.Array(
    Type.Object({
      device: Type.String(),
      point: Type.String(),
      name: text,
      came: Type.Boolean(),
      announcedAt: nullable(at),
    }),
  ),
});
export type TestRow = Static<typeof testRow>;

/** `GET /api/v1/persons/{id}`: a name and a telephone, out of people.db. */
export const personContact = Type.Object({
  id: Type.String(),
  name: Type.String(),
  phone: nullable(Type.String()),
});
export type PersonContact = Static<typeof personContact>;
