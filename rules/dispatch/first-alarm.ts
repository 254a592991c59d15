/**
 * First-alarm plans (首次力量方案) as data: how many stations, and what they must bring, by kind of
 * incident, place and priority (domain E). The first plan that fits is the plan; more special ones
 * stand before the general ones. What cannot be met is said, and never waited for.
 */
import type { Priority } from "../alarm/alarm.ts";
import type { BuildingUse, Capability, Responder, Text, Vehicle } from "../inventory.ts";
import { engineKinds } from "./status.ts";

export const incidentKinds = ["fire", "flood", "typhoon", "rescue"] as const;
export type IncidentKind = (typeof incidentKinds)[number];

export const needKinds = ["engine", "tanker", "aerial", "foam", "rescue", "boat", "pump"] as const;

/** `atLeast`: tonnes of a tanker, metres of a ladder, litres per second of a pump. */
export type Need = {
  readonly what: (typeof needKinds)[number];
  readonly count: number;
  readonly atLeast?: number;
};

export type FirstAlarmPlan = {
  readonly id: string;
  readonly name: Text;
  readonly kind: IncidentKind;
  /** Only of this priority; absent: of any. */
  readonly priority?: "P0" | "P1";
  readonly use?: BuildingUse;
  readonly higherThanM?: number;
  /** Rescue stations at once; absent: as the settings say for the priority. */
  readonly stations?: number;
  readonly needs: readonly Need[];
  /** A national station is part of it, which only 119 sends. */
  readonly call119?: true;
};

const engines3: Need = { what: "engine", count: 3 };
const tanker8: Need = { what: "tanker", count: 1, atLeast: 8 };
const aerial: Need = { what: "aerial", count: 1 };
const name = (zh: string, en: string): Text => ({ zh, en });

export const defaultPlans: readonly FirstAlarmPlan[] = [
  {
    ...{ id: "chemicals", name: name("危险化学品火灾", "Fire with chemicals"), kind: "fire" },
    ...{ use: "chemicals", needs: [{ what: "foam", count: 1 }], call119: true },
  },
  {
    ...{ id: "warehouse-p0", name: name("仓库火灾", "Warehouse fire"), kind: "fire" },
    ...{ priority: "P0", use: "warehouse", needs: [engines3, tanker8, aerial] },
  },
  {
    ...{ id: "high-p0", name: name("高层火灾", "Fire in a high building"), kind: "fire" },
    ...{ priority: "P0", higherThanM: 24, needs: [engines3, tanker8, aerial] },
  },
  {
    ...{ id: "fire-p0", name: name("确认火警", "Confirmed fire"), kind: "fire" },
    ...{ priority: "P0", needs: [engines3, tanker8] },
  },
  {
    ...{ id: "fire", name: name("火警待核实", "Unconfirmed fire"), kind: "fire" },
    needs: [{ what: "engine", count: 1 }],
  },
  {
    ...{ id: "flood", name: name("洪涝", "Flood"), kind: "flood", stations: 2 },
    needs: [
      { what: "boat", count: 1 },
      { what: "pump", count: 1, atLeast: 40 },
    ],
  },
  {
    ...{ id: "typhoon", name: name("台风", "Typhoon"), kind: "typhoon", stations: 2 },
    needs: [
      { what: "rescue", count: 1 },
      { what: "pump", count: 1, atLeast: 40 },
    ],
  },
  {
    ...{ id: "rescue", name: name("抢险救援", "Rescue"), kind: "rescue", stations: 1 },
    needs: [{ what: "rescue", count: 1 }],
  },
];

/** Where it burns, as far as the inventory knows. */
export type Scene = {
  readonly kind: IncidentKind;
  readonly priority: Priority;
  readonly use: BuildingUse | null;
  readonly heightM: number | null;
};

export function planFor(plans: readonly FirstAlarmPlan[], scene: Scene): FirstAlarmPlan | null {
  return plans.find((plan) => fits(plan, scene)) ?? null;
}

function fits(plan: FirstAlarmPlan, { kind, priority, use, heightM }: Scene): boolean {
  const { higherThanM } = plan;
  return (
    plan.kind === kind &&
    (plan.priority === undefined || plan.priority === priority) &&
    (plan.use === undefined || plan.use === use) &&
    (higherThanM === undefined || (heightM !== null && heightM > higherThanM))
  );
}

const byCapability: Readonly<Partial<Record<Need["what"], Capability>>> = {
  aerial: "aerial",
  foam: "foam",
  rescue: "rescue",
  boat: "water-rescue",
  pump: "pumping",
};

/** How much of a need a station brings: vehicles that are as large as it takes. */
export function supply(
  need: Need,
  responder: Responder | undefined,
  vehicles: readonly Vehicle[],
): number {
  const capability = byCapability[need.what];
  const count = vehicles.filter((vehicle) => brings(need, vehicle, capability)).length;
  if (count > 0 || need.atLeast !== undefined || capability === undefined) return count;
  return responder?.capabilities?.includes(capability) ? 1 : 0;
}

function brings(need: Need, vehicle: Vehicle, capability: Capability | undefined): boolean {
  const { what, atLeast = 0 } = need;
  if (what === "engine") return engineKinds.has(vehicle.kind);
  if (what === "tanker") return engineKinds.has(vehicle.kind) && (vehicle.waterT ?? 0) >= atLeast;
  if (what === "pump") return (vehicle.pumpLps ?? 0) >= Math.max(1, atLeast);
  const able = capability !== undefined && vehicle.capabilities?.includes(capability) === true;
  if (what === "aerial") {
    return (able || vehicle.kind === "aerial") && (vehicle.ladderM ?? 0) >= atLeast;
  }
  if (what === "foam") return able || (vehicle.foamT ?? 0) > 0;
  return able || vehicle.kind === what;
}

/** A need that is not met: what there is of it; `unknown` where vehicles are not listed. */
export type Short = Need & { readonly got: number; readonly unknown?: true };
