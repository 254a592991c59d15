/**
 * First-alarm plans (首次力量方案) of the house: a YAML file that takes the place of the plans that the
 * program brings. They become part of the settings, so that a replay goes by the plans of the day.
 */
import Type from "typebox";
import { type FirstAlarmPlan, incidentKinds, needKinds } from "#rules/dispatch/first-alarm.ts";
import { buildingUses } from "#rules/inventory.ts";
import { object, oneOf, readYamlFile, text } from "./yaml-file.ts";

const planId = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]{0,31}$",
  allowed: "1 to 32 of a-z 0-9 -",
});
const need = object({
  what: oneOf(needKinds),
  count: Type.Integer({ minimum: 1, maximum: 20, allowed: "1 to 20" }),
  atLeast: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1000, allowed: "tonnes, metres or litres per second" }),
  ),
});
const plan = object({
  id: planId,
  name: text,
  kind: oneOf(incidentKinds),
  priority: Type.Optional(oneOf(["P0", "P1"])),
  use: Type.Optional(oneOf(buildingUses)),
  higherThanM: Type.Optional(Type.Number({ minimum: 0, maximum: 700, allowed: "0 to 700 metres" })),
  stations: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, allowed: "1 to 20" })),
  needs: Type.Array(need, { maxItems: 10 }),
  call119: Type.Optional(Type.Literal(true)),
});
const file = object({
  v: Type.Literal(1),
  plans: Type.Array(plan, { minItems: 1, maxItems: 100, allowed: "1 to 100 plans" }),
});

/** Throws `Refused` (bad-file) with every line that is wrong. */
export function readPlans(path: string): readonly FirstAlarmPlan[] {
  const { value, refuse } = readYamlFile<{ readonly plans: FirstAlarmPlan[] }>(path, file);
  const ids = value.plans.map(({ id }) => id);
  refuse(
    ids.flatMap((id, i) =>
      ids.indexOf(id) < i
        ? [{ path: ["plans", i, "id"], message: `${id} stands here twice; allowed: once` }]
        : [],
    ),
  );
  // A fire that no plan fits would go by none.
  const general = value.plans.some(
    ({ kind, priority, use, higherThanM }) =>
      kind === "fire" && !priority && !use && higherThanM === undefined,
  );
  if (!general) {
    const message = "has no plan for every fire; allowed: one of kind fire without conditions";
    refuse([{ path: ["plans"], message }]);
  }
  return value.plans;
}
