/** A small district for scenarios and simulations: two sites, six buttons, four rescue stations. */
import type { RuleSource } from "../detect/pack.ts";
import type { Inventory, Position, Responder, ResponderKind } from "../inventory.ts";
import type { Packs } from "../rulebook.ts";

const at = (lng: number, lat: number): Position => ({ lng, lat, accuracyM: 50, source: "made" });
const text = (name: string) => ({ zh: name, en: name });

function responder(id: string, kind: ResponderKind, position: Position, site?: string): Responder {
  return {
    id,
    kind,
    name: text(id),
    town: "T1",
    ...(site === undefined ? {} : { site }),
    position,
    certainty: "assumed",
    lifecycle: { state: "in-service" },
    authority: "order",
    channels:
      kind === "rescue"
        ? [{ kind: "mqtt" }, { kind: "webhook", endpoint: "voice" }]
        : [{ kind: "mqtt" }],
  };
}

const buttons = ["b1", "b2", "b3"];

/** The rules throw on this one. */
export const poisonedDevice = "s1/poisoned";

export const districtInventory: Inventory = {
  v: 2,
  district: {
    id: "made",
    name: text("made"),
    bounds: { west: 120, south: 29, east: 121, north: 31 },
    demonstration: false,
    duty: { shiftLeader: "P-shift", technician: "P-tech" },
  },
  towns: [{ id: "T1", name: text("T1"), position: at(120.48, 30.08), leader: "P-town" }],
  responders: [
    responder("R1", "rescue", at(120.47, 30.08)),
    responder("R2", "rescue", at(120.5, 30.1)),
    responder("R3", "rescue", at(120.55, 30.05)),
    responder("R4", "rescue", at(120.6, 30.12)),
    responder("M1", "micro", at(120.48, 30.081), "s1"),
    responder("B1", "brigade", at(120.49, 30.09)),
  ],
  vehicles: [],
  sites: [
    {
      ...{ id: "s1", name: text("s1"), town: "T1", position: at(120.48, 30.08) },
      ...{ safetyManager: "P-safety" },
    },
    { id: "s2", name: text("s2"), town: "T1", position: at(120.52, 30.07) },
  ],
  tenants: [],
  buildings: [{ id: "h1", site: "s1", name: text("h1") }],
  points: [],
  linkage: [],
  zones: [
    { id: "z1", site: "s1", building: "h1", name: text("z1"), neighbours: ["z2"] },
    { id: "z2", site: "s1", building: "h1", name: text("z2"), neighbours: ["z1"] },
  ],
  devices: ["s1", "s2"].flatMap((site) =>
    [...buttons, "poisoned"].map((id, i) => ({
      id,
      site,
      kind: "button",
      ...(site === "s1" && i < 2 ? { zone: `z${i + 1}`, building: "h1" } : {}),
      place: text(`${site} ${id}`),
    })),
  ),
};

function rule(id: string, point: string, more: Partial<RuleSource> = {}): RuleSource {
  const name = text(id);
  const of = { class: "fire", priority: "P1" } as const;
  const holds = { when: "x", setAfterMs: 0, clearAfterMs: 0 };
  return { id, name, ...of, point, ...holds, act: name, basis: "made", ...more };
}

const suppression = { class: "suppression", whileFire: "P0" } as const;

/** What a device of the district can report beside a press. */
export const districtPacks: Packs = [
  {
    v: 1,
    pack: "made",
    kind: "button",
    rules: [
      // One signal, and two of them.
      rule("F02", "one"),
      rule("F03", "two", { priority: "P0" }),
      rule("P03", "auto", suppression),
      rule("P15", "running", { class: "test", priority: "P4", notes: "running" }),
      rule("P05", "leak", { class: "supervisory", priority: "P2" }),
      rule("P13", "due", {
        class: "fault",
        priority: "P3",
        whenWorse: "P2",
        seenWithin: "manualRunMs",
      }),
      rule("S03", "stuck", { class: "fault", priority: "P3", suppressedBy: ["S02"] }),
    ],
  },
];
