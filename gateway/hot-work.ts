/**
 * Numbers of hot work of the house (`rules.hot-work-file`): who approves, holidays, samples, distances. What
 * the file does not name keeps its default; nothing may be laxer than GB 30871-2022 has it.
 */
import Type from "typebox";
import { capacities } from "#rules/hot-work/permit.ts";
import { defaultHotWork, type HotWorkSettings } from "#rules/hot-work/settings.ts";
import { object, oneOf, readYamlFile } from "./yaml-file.ts";

const within = (least: number, most: number) =>
  Type.Optional(Type.Integer({ minimum: least, maximum: most, allowed: `${least} to ${most}` }));
const upTo = (most: number) => within(1, most);
const classes = <T extends Type.TSchema>(of: T) =>
  Type.Optional(
    object({ special: Type.Optional(of), first: Type.Optional(of), second: Type.Optional(of) }),
  );
const approvers = Type.Array(oneOf(capacities), { minItems: 1, uniqueItems: true });
const { longestMs: longest } = defaultHotWork;
const minute = 60_000;

const file = object({
  v: Type.Literal(1),
  longestMs: Type.Optional(
    object({
      special: upTo(longest.special),
      first: upTo(longest.first),
      second: upTo(longest.second),
    }),
  ),
  approvers: classes(approvers),
  samplePercent: Type.Optional(
    object({ red: within(100, 100), yellow: within(0, 100), green: within(0, 100) }),
  ),
  acceptWithinMs: within(minute, 60 * minute),
  decideBeforeMs: within(5 * minute, 240 * minute),
  mostInspections: within(1, 20),
  stopWithinMs: within(5000, 2 * minute),
  windBeaufort: within(3, 5),
  windOldestMs: within(minute, 120 * minute),
  apartM: within(15, 500),
  paintingApartM: within(10, 500),
  signNearM: within(20, 2000),
  holidays: Type.Optional(
    Type.Array(
      Type.String({
        pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        allowed: "YYYY-MM-DD",
      }),
      { maxItems: 200, uniqueItems: true },
    ),
  ),
  blindAfterStartMs: within(0, 10 * minute),
  keepMs: within(24 * 60 * minute, 31 * 24 * 60 * minute),
});

/** Throws `Refused` (bad-file) with every line that is wrong. */
export function readHotWork(path: string): HotWorkSettings {
  const { value } = readYamlFile<Partial<HotWorkSettings>>(path, file);
  const { longestMs, approvers: who, samplePercent } = defaultHotWork;
  const { v: _v, ...own } = value as Partial<HotWorkSettings> & { readonly v: 1 };
  return {
    ...defaultHotWork,
    ...own,
    longestMs: { ...longestMs, ...own.longestMs },
    approvers: { ...who, ...own.approvers },
    samplePercent: { ...samplePercent, ...own.samplePercent },
  };
}
