/** 按区域召集: village and enterprise brigades of a town, or around the place. */
import type { ReactElement } from "react";
import type { RosterView } from "#gateway/api/contract.ts";
import { type CallArea, isWithin, ringAround } from "#rules/call-out/call-out.ts";
import { useWords } from "../../shared/i18n.ts";
import { Choices } from "../choices.tsx";
import type { CalledWord } from "./words/zh.ts";

type Brigade = RosterView["brigades"][number];
export type Area = {
  readonly key: string;
  readonly area: CallArea;
  /** Those that have no order of the incident yet. */
  readonly brigades: readonly Brigade[];
  readonly name: RosterView["towns"][number]["name"] | null;
  readonly km: number | null;
};

const radiiKm = [1, 2, 5] as const;

/** What may be chosen: around the place, then by town; an area that reaches nobody is left out. */
export function areasFrom({ at, towns, brigades }: RosterView): Area[] {
  const fresh = brigades.filter(({ ordered }) => !ordered);
  const around = at === null ? [] : radiiKm.map((km) => ({ km, ring: ringAround(at, km) }));
  return [
    ...around.map(({ km, ring }) => ({
      ...{ key: `km-${km}`, km, name: null, area: { ring } },
      brigades: fresh.filter((one) => isWithin(one.at, ring)),
    })),
    ...towns.map(({ id, name }) => ({
      ...{ key: `town-${id}`, km: null, name, area: { town: id } },
      brigades: fresh.filter(({ town }) => town === id),
    })),
  ].filter((one) => one.brigades.length > 0);
}

type Props = {
  readonly areas: readonly Area[];
  readonly chosen: Area | null;
  readonly onChoose: (area: Area | null) => void;
};

export function AreaChoice({ areas, chosen, onChoose }: Props): ReactElement {
  const { t, text } = useWords<CalledWord>();
  if (areas.length === 0) return <p className="muted">{t("called.area.nobody")}</p>;
  const nameOf = ({ name, km }: Area): string =>
    name === null ? t("called.area.within", { km: km ?? 0 }) : text(name);
  return (
    <>
      <Choices
        label={t("called.area")}
        columns={2}
        choices={[
          { value: "", label: t("called.area.none") },
          ...areas.map((area) => ({
            value: area.key,
            label: nameOf(area),
            note: t("called.area.brigades", { count: area.brigades.length }),
          })),
        ]}
        value={chosen?.key ?? ""}
        onChoose={(key) => onChoose(areas.find((area) => area.key === key) ?? null)}
      />
      {chosen && (
        <p className="muted" data-area={chosen.key}>
          {t("called.area.who", {
            names: chosen.brigades.map(({ name }) => text(name)).join("、"),
          })}
        </p>
      )}
    </>
  );
}
