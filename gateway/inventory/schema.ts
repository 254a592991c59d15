/**
 * What an inventory file may hold, list by list: the one schema behind YAML, CSV and their checks.
 *
 * Positions stand here as a file gives them, with their datum; position.ts turns them into what the
 * rules read. `allowed` is said to whoever gave something else.
 */
import Type, { type TSchema } from "typebox";
import { areaLimitsM2 } from "#devices/sprinkler/warehouse.ts";
import { hotWorkClasses, zoneUses } from "#rules/hot-work/permit.ts";
import {
  arrivalClasses,
  authorities,
  buildingUses,
  capabilities,
  certainties,
  codeColours,
  fields,
  lifecycleStates,
  linkageCommands,
  sectors,
  vehicleKinds,
  waterKinds,
} from "#rules/inventory.ts";
import { allowedEndpoint } from "../adapters/modbus/endpoint.ts";

/** First topic levels that are no sites (DESIGN §5). */
export const reservedSites = new Set(["station", "alarm", "heartbeat"]);

function object<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

function optional<T extends TSchema>(schema: T) {
  return Type.Optional(schema);
}

const id = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$",
  allowed: "1 to 32 of A-Z a-z 0-9 _ -, the first one a letter or digit",
});
const personId = Type.String({
  pattern: "^P-[A-Za-z0-9_-]{1,30}$",
  allowed: "the id of a person, P-…; names and numbers stay out of an inventory",
});
/**
 * One line. No control and no bidirectional characters; nothing that a spreadsheet would run when
 * the export is opened in one (a cell that begins with = @ or with + - and a call).
 */
const line = (most: number) =>
  Type.String({
    minLength: 1,
    maxLength: most,
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose.
    pattern: /^(?![=@]|[+-](?:[^0-9]|.*[|!(=]))[^\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]+$/
      .source,
    allowed: `one line of at most ${most} characters that is no spreadsheet formula (begins with = @ + -)`,
  });
const text = object({ zh: line(200), en: line(200) });
const date = Type.String({
  pattern: "^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$",
  allowed: "a date, 2023-08-02, 2023-08 or 2023",
});
const oneOf = <const T extends readonly string[]>(list: T) => Type.Enum([...list]);

const lng = Type.Number({ minimum: -180, maximum: 180, allowed: "degrees, -180 to 180" });
const lat = Type.Number({ minimum: -90, maximum: 90, allowed: "degrees, -90 to 90" });
export const datums = ["WGS-84", "GCJ-02", "BD-09"] as const;
/** Recognised by identity: this is where a file's form becomes the rules' form. */
export const position = object({
  lng,
  lat,
  datum: oneOf(datums),
  accuracyM: Type.Number({ minimum: 0, maximum: 100_000, allowed: "metres, 0 to 100000" }),
  source: line(200),
  surveyed: optional(object({ by: personId, at: date })),
});

const tested = optional(date);
const channel = Type.Union(
  [
    object({ kind: Type.Literal("mqtt"), tested }),
    object({ kind: Type.Literal("webhook"), endpoint: id, tested }),
  ],
  { allowed: '{ kind: mqtt } or { kind: webhook, endpoint: NAME }, in CSV [{"kind":"mqtt"}]' },
);
const code = object({
  colour: oneOf(codeColours),
  reason: optional(line(200)),
  since: optional(date),
  setBy: optional(line(200)),
});
const access = object({ id, name: text, position: optional(position) });
const water = object({
  id,
  kind: oneOf(waterKinds),
  name: text,
  position: optional(position),
  note: optional(text),
});
const url = Type.String({
  pattern: "^(https?|rtsps?)://[^\\s@]{1,500}$",
  allowed: "an address that begins with http, https, rtsp or rtsps, without user name or password",
});

export const district = object({
  id,
  name: text,
  bounds: object({ west: lng, south: lat, east: lng, north: lat }),
  demonstration: Type.Boolean(),
  duty: optional(object({ shiftLeader: optional(personId), technician: optional(personId) })),
});

const people = Type.Integer({ minimum: 0, maximum: 200, allowed: "0 to 200 people" });
const amount = (most: number, unit: string) =>
  optional(Type.Number({ minimum: 0, maximum: most, allowed: `0 to ${most} ${unit}` }));

const responder = object({
  id,
  kind: oneOf(["rescue", "micro", "brigade"]),
  brigade: optional(oneOf(["village", "enterprise", "town"])),
  name: text,
  town: id,
  site: optional(id),
  position,
  certainty: oneOf(certainties),
  lifecycle: object({
    state: oneOf(lifecycleStates),
    since: optional(date),
    history: optional(Type.Array(object({ state: oneOf(lifecycleStates), since: date }))),
  }),
  authority: oneOf(authorities),
  firstDue: optional(
    object({
      towns: optional(Type.Array(id)),
      ring: optional(
        Type.Array(Type.Tuple([lng, lat]), {
          minItems: 4,
          maxItems: 1000,
          allowed: "4 to 1000 pairs [lng, lat] in WGS-84, the last one equal to the first",
        }),
      ),
    }),
  ),
  mutualAid: optional(Type.Boolean()),
  agreement: optional(object({ number: line(64), date })),
  capabilities: optional(Type.Array(oneOf(capabilities))),
  crew: optional(object({ onDuty: people, atLeast: people })),
  roster: optional(Type.Array(personId, { maxItems: 500 })),
  channels: Type.Array(channel, { minItems: 1, maxItems: 4 }),
});

const vehicle = object({
  id,
  station: id,
  kind: oneOf(vehicleKinds),
  name: text,
  plate: optional(line(16)),
  waterT: amount(50, "tonnes"),
  foamT: amount(50, "tonnes"),
  pumpLps: amount(500, "litres per second"),
  ladderM: amount(120, "metres"),
  seats: people,
  crewAtLeast: people,
  weightT: amount(60, "tonnes"),
  heightM: amount(6, "metres"),
  capabilities: optional(Type.Array(oneOf(capabilities))),
});

const coded = {
  sector: optional(oneOf(sectors)),
  field: optional(oneOf(fields)),
  code: optional(code),
};

const site = object({
  id,
  name: text,
  town: id,
  parent: optional(id),
  position,
  ...coded,
  gates: optional(Type.Array(access, { maxItems: 50 })),
  keyBoxes: optional(Type.Array(access, { maxItems: 50 })),
  water: optional(Type.Array(water, { maxItems: 50 })),
  arrival: optional(oneOf(arrivalClasses)),
  contact24h: optional(personId),
  safetyManager: optional(personId),
  technician: optional(personId),
  roster: optional(Type.Array(personId, { maxItems: 1000 })),
  crowded: optional(Type.Boolean()),
  address: optional(text),
});

const tenant = object({
  id,
  site: id,
  name: text,
  building: optional(id),
  ...coded,
  contact24h: optional(personId),
});

const building = object({
  id,
  site: id,
  name: text,
  floors: optional(Type.Integer({ minimum: 0, maximum: 200, allowed: "0 to 200" })),
  areaM2: optional(Type.Number({ minimum: 0, maximum: 10_000_000, allowed: "square metres" })),
  use: optional(oneOf(buildingUses)),
  heightM: amount(700, "metres"),
});

const zone = object({
  ...{ id, site: id, building: id, name: text, neighbours: Type.Array(id) },
  use: optional(oneOf(zoneUses)),
  minHotWorkClass: optional(oneOf(hotWorkClasses)),
  fixedHotWork: optional(Type.Literal(true)),
});

const above0 = (most: number, unit: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: most, allowed: `${unit}, above 0, at most ${most}` });

const device = object({
  id,
  site: id,
  kind: id,
  station: optional(id),
  zone: optional(id),
  building: optional(id),
  place: optional(text),
  position: optional(position),
  gate: optional(id),
  keyBox: optional(id),
  cameras: optional(
    Type.Array(object({ name: optional(line(100)), url }), {
      maxItems: 2,
      allowed: "at most two cameras, the nearest ones",
    }),
  ),
  modbus: optional(
    object({
      endpoint: Type.String({ maxLength: 300, allowed: allowedEndpoint }),
      unit: Type.Integer({ minimum: 0, maximum: 255, allowed: "0 to 255" }),
      timeoutMs: optional(Type.Integer({ minimum: 50, maximum: 60_000, allowed: "50 to 60000" })),
      retries: optional(Type.Integer({ minimum: 0, maximum: 5, allowed: "0 to 5" })),
    }),
  ),
  opcua: optional(
    object({
      endpoint: Type.String({
        pattern: "^opc\\.tcp://[^\\s/]+:\\d{1,5}(/\\S*)?$",
        maxLength: 300,
        allowed: "opc.tcp://HOST:PORT",
      }),
      security: oneOf(["none", "sign", "sign-and-encrypt"]),
      user: optional(line(100)),
      root: id,
      areaM2: Type.Number({
        minimum: areaLimitsM2.least,
        maximum: areaLimitsM2.most,
        allowed: `square metres, ${areaLimitsM2.least} to ${areaLimitsM2.most}`,
      }),
    }),
  ),
  stateEveryMs: optional(
    Type.Integer({
      minimum: 1000,
      maximum: 86_400_000,
      allowed: "ms, 1000 to 86400000 (a day), of a device that sends by itself",
    }),
  ),
  pool: optional(
    object({
      volumeM3: above0(10_000, "cubic metres"),
      depthM: above0(20, "metres"),
      designFlowLps: optional(above0(1000, "litres per second")),
    }),
  ),
  zones: optional(Type.Array(object({ part: id, zone: id }), { maxItems: 1000 })),
});

const point = object({
  id,
  site: id,
  device: id,
  name: text,
  type: oneOf(["boolean", "number", "enumeration", "event"]),
  unit: optional(line(20)),
});

const afterMs = (most: number) =>
  Type.Integer({ minimum: 0, maximum: most, allowed: `milliseconds, 0 to ${most}` });

const linkage = object({
  id,
  site: id,
  class: oneOf(["fire", "suppression", "supervisory", "fault"]),
  rules: optional(Type.Array(id, { minItems: 1, maxItems: 50 })),
  signals: oneOf(["one", "two"]),
  afterMs: optional(afterMs(3_600_000)),
  device: optional(id),
  endpoint: optional(id),
  command: optional(oneOf(linkageCommands)),
  say: optional(text),
  preset: optional(id),
  station: optional(id),
  people: optional(
    object({
      rosters: optional(Type.Array(id, { minItems: 1, maxItems: 100 })),
      site: optional(Type.Literal(true)),
    }),
  ),
  feedbackWithinMs: optional(afterMs(3_600_000)),
});

/** Every list of an inventory, in the order of its file. */
export const lists = {
  towns: object({
    id,
    name: text,
    position,
    arrival: optional(oneOf(arrivalClasses)),
    leader: optional(personId),
  }),
  responders: responder,
  vehicles: vehicle,
  sites: site,
  tenants: tenant,
  buildings: building,
  zones: zone,
  devices: device,
  points: point,
  linkage,
} as const;
export type ListName = keyof typeof lists;
export const listNames = Object.keys(lists) as ListName[];

/** Persons come with an inventory and go another way: into people.db, never into the journal. */
export const person = object({
  id: personId,
  name: line(64),
  role: line(64),
  phone: optional(
    Type.String({ pattern: "^\\+?[0-9][0-9 -]{2,19}$", allowed: "3 to 20 digits, spaces or -" }),
  ),
  certificate: optional(line(64)),
  certificateUntil: optional(date),
  pin: optional(Type.String({ pattern: "^[0-9]{4,8}$", allowed: "4 to 8 digits" })),
});

/** Keys of a list's items: unique in the list, and what other items name. */
export function keyOf(list: ListName, item: { readonly [key: string]: unknown }): string {
  const { id: own, site: of, device: at } = item as Record<string, string>;
  if (list === "points") return `${of}/${at}/${own}`;
  if (list === "towns" || list === "responders" || list === "sites" || list === "vehicles") {
    return String(own);
  }
  return `${of}/${own}`;
}
