/** What a form for hot work is told of a site. */
import Type, { type Static } from "typebox";
import { capacities, hotWorkClasses, zoneUses } from "#rules/hot-work/permit.ts";
import { oneOf } from "./bodies.ts";

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
