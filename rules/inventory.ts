/**
 * What stands in the district, as the rules read it: towns, responders, sites and what is in them.
 *
 * An inventory is an immutable artefact named by its content hash. Nothing here is ever changed in
 * place: a new inventory is a new artefact, adopted by an event. Persons are not in it, only their
 * ids (`P-…`).
 */
import type { ModbusAccess, OpcuaAccess } from "./access.ts";

import type { AlarmClass } from "./alarm/alarm.ts";
import type { HotWorkClass, ZoneUse } from "./hot-work/permit.ts";

/** A text in both languages of the screen; `zh` is the one that is spoken on the radio. */
export type Text = { readonly zh: string; readonly en: string };

/** WGS-84 degrees. `accuracyM` is the radius the source claims, metres. */
export type Position = {
  readonly lng: number;
  readonly lat: number;
  readonly accuracyM: number;
  readonly source: string;
  /** Who has measured it on the spot, and when (YYYY-MM-DD); absent of what is only believed. */
  readonly surveyed?: { readonly by: string; readonly at: string };
  /** As the file gave it, where that was another datum; `lng` and `lat` are converted from it. */
  readonly given?: {
    readonly datum: "GCJ-02" | "BD-09";
    readonly lng: number;
    readonly lat: number;
  };
};

export type District = {
  readonly id: string;
  readonly name: Text;
  /** Every position of the inventory lies within, WGS-84 degrees. */
  readonly bounds: {
    readonly west: number;
    readonly south: number;
    readonly east: number;
    readonly north: number;
  };
  /** Nothing real: every screen and every order says so (演示). */
  readonly demonstration: boolean;
  /** Person ids of those whom escalation calls for the whole district (rule E01). */
  readonly duty?: { readonly shiftLeader?: string; readonly technician?: string };
};

/** Minutes after which a rescue station is late (1-3-5); `best-effort`: far hills promise nothing. */
export const arrivalClasses = ["5", "10", "15", "best-effort"] as const;
export type ArrivalClass = (typeof arrivalClasses)[number];

export type Town = {
  readonly id: string;
  readonly name: Text;
  readonly position: Position;
  readonly arrival?: ArrivalClass;
  /** 镇街负责人: person id. */
  readonly leader?: string;
};

/**
 * How an order reaches a responder. The first channel is used first, the second after silence.
 * `tested`: when somebody heard it ring (YYYY-MM-DD).
 */
export type Channel =
  | { readonly kind: "mqtt"; readonly tested?: string }
  | { readonly kind: "webhook"; readonly endpoint: string; readonly tested?: string };

export type ResponderKind = "rescue" | "micro" | "brigade";

/** Only who is `in-service` is ordered. */
export const lifecycleStates = ["planned", "building", "in-service", "down", "closed"] as const;
export type LifecycleState = (typeof lifecycleStates)[number];

/** May firelink order, only tell (警情通报), or must a person go by 119? */
export const authorities = ["order", "notify", "via-119"] as const;
export type Authority = (typeof authorities)[number];

/** `assumed`: name or place is an assumption. `placeholder`: nobody knows yet who it is. */
export const certainties = ["confirmed", "assumed", "placeholder"] as const;
export type Certainty = (typeof certainties)[number];

/** What a crew or a vehicle can do beside fighting a fire with water. */
export const capabilities = [
  "foam",
  "aerial",
  "chemicals",
  "rescue",
  "water-rescue",
  "pumping",
  "storm",
] as const;
export type Capability = (typeof capabilities)[number];

/** A rescue station, micro station or brigade: whoever can be ordered. */
export type Responder = {
  readonly id: string;
  readonly kind: ResponderKind;
  /** Of a brigade: who keeps it. */
  readonly brigade?: "village" | "enterprise" | "town";
  readonly name: Text;
  readonly town: string;
  readonly site?: string;
  readonly position: Position;
  /** Carried to every screen and order. */
  readonly certainty: Certainty;
  readonly lifecycle: {
    readonly state: LifecycleState;
    /** Date (YYYY-MM-DD, or what is known of it); absent where nobody knows. */
    readonly since?: string;
    readonly history?: readonly { readonly state: LifecycleState; readonly since: string }[];
  };
  readonly authority: Authority;
  /** 首到责任区: whole towns, or a ring of WGS-84 [lng, lat]. */
  readonly firstDue?: {
    readonly towns?: readonly string[];
    readonly ring?: readonly (readonly [number, number])[];
  };
  /** Comes from a neighbouring district by agreement. */
  readonly mutualAid?: boolean;
  /** On which an order rests (调派协议). */
  readonly agreement?: { readonly number: string; readonly date: string };
  readonly capabilities?: readonly Capability[];
  /** People on duty in a shift, and how many it takes to turn out. */
  readonly crew?: { readonly onDuty: number; readonly atLeast: number };
  /** Person ids of its people. */
  readonly roster?: readonly string[];
  readonly channels: readonly Channel[];
};

export const vehicleKinds = [
  "engine",
  "tanker",
  "foam",
  "aerial",
  "rescue",
  "boat",
  "command",
  "light",
] as const;
export type VehicleKind = (typeof vehicleKinds)[number];

/** A vehicle (消防车) of a station; its id is what is said on the radio. */
export type Vehicle = {
  readonly id: string;
  readonly station: string;
  readonly kind: VehicleKind;
  readonly name: Text;
  readonly plate?: string;
  readonly waterT?: number;
  readonly foamT?: number;
  readonly pumpLps?: number;
  readonly ladderM?: number;
  readonly seats: number;
  /** People without whom it does not leave. */
  readonly crewAtLeast: number;
  readonly weightT?: number;
  readonly heightM?: number;
  readonly capabilities?: readonly Capability[];
};

export const codeColours = ["red", "yellow", "green", "unknown"] as const;

/** 赋码: red = close or suspend, yellow = fix by a deadline, green = accepted. */
export type CodeColour = {
  readonly colour: (typeof codeColours)[number];
  readonly reason?: string;
  readonly since?: string;
  readonly setBy?: string;
};

/** 八大领域. */
export const sectors = [
  "road-traffic",
  "fire",
  "hazardous-chemicals",
  "construction",
  "industry",
  "culture-tourism",
  "city-operation",
  "special-equipment",
] as const;

/** 消防五大场所. */
export const fields = [
  "village-property",
  "street-shops",
  "industrial-firms",
  "villagers-houses",
  "rental-housing",
] as const;

/** Something at a site that a crew has to find: a gate, a key box. */
export type Access = { readonly id: string; readonly name: Text; readonly position?: Position };

/** 市政/室外消火栓, 消防水池, 取水口 of a canal or river. */
export const waterKinds = ["hydrant", "pool", "suction"] as const;

/** Where a crew gets water at a site, with what it must know there (gate, key, depth, side). */
export type Water = Access & {
  readonly kind: (typeof waterKinds)[number];
  readonly note?: Text;
};

export type Site = {
  readonly id: string;
  readonly name: Text;
  readonly town: string;
  /** The park this unit stands in. */
  readonly parent?: string;
  readonly position: Position;
  readonly sector?: (typeof sectors)[number];
  readonly field?: (typeof fields)[number];
  readonly code?: CodeColour;
  readonly gates?: readonly Access[];
  readonly keyBoxes?: readonly Access[];
  readonly water?: readonly Water[];
  /** Its own, where it differs from its town's. */
  readonly arrival?: ArrivalClass;
  /** Person id of who answers at any hour. */
  readonly contact24h?: string;
  /** 消防安全管理人, and 维保人员 of its own: person ids. */
  readonly safetyManager?: string;
  readonly technician?: string;
  /** Person ids of all who are called out at once: safety officers, guards, volunteers. */
  readonly roster?: readonly string[];
  /** 人员密集场所: nobody stands by, who would goes at once. */
  readonly crowded?: boolean;
  /** The road address as 119 asks for it. */
  readonly address?: Text;
};

export type Tenant = {
  readonly id: string;
  readonly site: string;
  readonly name: Text;
  readonly building?: string;
  readonly sector?: (typeof sectors)[number];
  readonly field?: (typeof fields)[number];
  readonly code?: CodeColour;
  readonly contact24h?: string;
};

/** What a building is used for, where that changes whom its fire needs. */
export const buildingUses = ["factory", "warehouse", "chemicals", "crowded", "dwelling"] as const;
export type BuildingUse = (typeof buildingUses)[number];

export type Building = {
  readonly id: string;
  readonly site: string;
  readonly name: Text;
  readonly floors?: number;
  readonly areaM2?: number;
  readonly use?: BuildingUse;
  readonly heightM?: number;
};

/** A fire compartment. `neighbours` are zone ids of the same site that share a wall or a door. */
export type Zone = {
  readonly id: string;
  readonly site: string;
  readonly building: string;
  readonly name: Text;
  readonly neighbours: readonly string[];
  readonly use?: ZoneUse;
  /** Hot work here is of this class at least. */
  readonly minHotWorkClass?: HotWorkClass;
  /** 固定动火区: listed, and what is done there needs no permit. */
  readonly fixedHotWork?: true;
};

/** A fire water pool (消防水池). */
export type Pool = {
  /** Usable water when it stands at `depthM`, m³ and m of the level sensor. */
  readonly volumeM3: number;
  readonly depthM: number;
  /** What the fire systems are designed to draw together (GB 50974 3.1), L/s. */
  readonly designFlowLps?: number;
};

export type Device = {
  readonly id: string;
  readonly site: string;
  readonly kind: string;
  /** The responder whose box this is. */
  readonly station?: string;
  readonly zone?: string;
  readonly building?: string;
  /** The place in the words of the radio; an import names devices that have none. */
  readonly place?: Text;
  readonly position?: Position;
  /** Ids of the site's gate and key box that are nearest. */
  readonly gate?: string;
  readonly keyBox?: string;
  readonly cameras?: readonly { readonly name?: string; readonly url: string }[];
  /** Where it answers on Modbus: the line, and its unit (slave address) there. */
  readonly modbus?: ModbusAccess;
  readonly opcua?: OpcuaAccess;
  /** How often it sends its state by itself, ms, where that is not what its kind does: on a battery hours. */
  readonly stateEveryMs?: number;
  /** Of a pump room: the pool it draws from. */
  readonly pool?: Pool;
  /** Of a device that covers several zones: by its own count ("C07"), the zone of the site. */
  readonly zones?: readonly { readonly part: string; readonly zone: string }[];
};

export type Point = {
  readonly id: string;
  readonly site: string;
  readonly device: string;
  readonly name: Text;
  readonly type: "boolean" | "number" | "enumeration" | "event";
  readonly unit?: string;
};

/** What a device may be told to do. Nothing here moves water, air or a door (law 1). */
export const linkageCommands = [
  "locate",
  "test",
  "silence",
  "siren",
  "speak",
  "display",
  "camera-preset",
] as const;
export type LinkageCommand = (typeof linkageCommands)[number];

/** One line of a site's linkage table (联动): what follows an alarm of a class, by one of four means. */
export type LinkageRow = {
  readonly id: string;
  readonly site: string;
  readonly class: AlarmClass;
  /** Only alarms of these rules. */
  readonly rules?: readonly string[];
  /** One signal, or two independent ones (GB 50116 4.1.6). */
  readonly signals: "one" | "two";
  readonly afterMs?: number;
  /** A device of the site, or a webhook: told by a command. */
  readonly device?: string;
  readonly endpoint?: string;
  readonly command?: LinkageCommand;
  /** What is spoken or shown; `{place}` and `{rule}` are filled in. */
  readonly say?: Text;
  readonly preset?: string;
  /** A station or brigade that is ordered. */
  readonly station?: string;
  /** People who are called out. */
  readonly people?: { readonly rosters?: readonly string[]; readonly site?: true };
  /** How long the word that it was done is awaited. */
  readonly feedbackWithinMs?: number;
};

export type Inventory = {
  readonly v: 2;
  readonly district: District;
  readonly towns: readonly Town[];
  readonly responders: readonly Responder[];
  readonly vehicles: readonly Vehicle[];
  readonly sites: readonly Site[];
  readonly tenants: readonly Tenant[];
  readonly buildings: readonly Building[];
  readonly zones: readonly Zone[];
  readonly devices: readonly Device[];
  readonly points: readonly Point[];
  readonly linkage: readonly LinkageRow[];
};

export const emptyInventory: Inventory = {
  v: 2,
  district: {
    id: "none",
    name: { zh: "未导入", en: "nothing imported" },
    bounds: { west: -180, south: -90, east: 180, north: 90 },
    demonstration: false,
  },
  towns: [],
  responders: [],
  vehicles: [],
  sites: [],
  tenants: [],
  buildings: [],
  zones: [],
  devices: [],
  points: [],
  linkage: [],
};

/** A device's key across the district: device ids are unique within a site only. */
export function deviceKey(site: string, device: string): string {
  return `${site}/${device}`;
}

export function zoneKey(site: string, zone: string): string {
  return `${site}/${zone}`;
}

export function isInService(responder: Responder): boolean {
  return responder.lifecycle.state === "in-service";
}

/** In service and real: a placeholder has nobody who could come. */
export function canBeOrdered(responder: Responder): boolean {
  return isInService(responder) && responder.certainty !== "placeholder";
}

/** Unknown is unknown, and treated as yellow. */
export function colourInForce(code: CodeColour | undefined): "red" | "yellow" | "green" {
  return code === undefined || code.colour === "unknown" ? "yellow" : code.colour;
}
