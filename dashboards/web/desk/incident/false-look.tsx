/** Who looked on the spot before a fire is called false, when they came, and what they found. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { type ReactElement, useId } from "react";
import type { Contacts, IncidentCard, PersonContact } from "#gateway/api/contract.ts";
import { foundCodes, type Look, lookWays } from "#rules/incident/incident.ts";
import { getJson, postJson } from "../../shared/api.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { Choices } from "../choices.tsx";
import { Field } from "../field.tsx";
import { useNow } from "../use-now.ts";
import type { IncidentWord } from "./words/zh.ts";

/** In the list of witnesses: somebody whom no inventory names. */
const somebodyElse = "else";
/** Minutes since they came, as an operator hears it on the telephone. */
const agoMin = [0, 1, 2, 5, 10, 20] as const;
const beyondCamera = ["F03", "F04"];

export type LookDraft = {
  readonly how: Look["how"] | null;
  readonly found: Look["found"] | null;
  readonly person: string | null;
  readonly name: string;
  readonly phone: string;
  readonly ago: number | null;
};

export const noLook: LookDraft = {
  how: null,
  found: null,
  person: null,
  name: "",
  phone: "",
  ago: null,
};

export function isWhole({ how, found, person, name, phone, ago }: LookDraft): boolean {
  if (how === null || found === null || how === "hot-work-crew") return false;
  if (how === "camera") return true;
  const isNamed = person === somebodyElse ? name !== "" && phone !== "" : person !== null;
  return isNamed && ago !== null;
}

/** As the rules take it; whoever is not listed is made a person of people.db first. */
export async function lookOf(draft: LookDraft, now: number): Promise<Look> {
  const { how, found, person, name, phone, ago } = draft;
  if (how === null || found === null) throw new Error("the look is not whole");
  if (how !== "on-site") return { how, found };
  const guest =
    person === somebodyElse
      ? (await postJson<PersonContact>("/api/v1/guests", { name, phone })).id
      : (person ?? "");
  return { how, found, person: guest, arrivedAt: now - (ago ?? 0) * 60_000 };
}

type Props = {
  readonly card: IncidentCard;
  readonly look: LookDraft;
  readonly onChange: (look: LookDraft) => void;
};

export function FalseLook({ card, look, onChange }: Props): ReactElement {
  const { t, rule } = useWords<IncidentWord>();
  const noCamera = card.alarms.some((alarm) => beyondCamera.includes(alarm.rule));
  return (
    <>
      <Choices
        label={t("false.how")}
        columns={3}
        choices={lookWays.map((value) => ({
          value,
          label: rule(`look.${value}`),
          disabled: value === "camera" && noCamera,
        }))}
        value={look.how}
        onChoose={(how) => onChange({ ...look, how: how as Look["how"] })}
      />
      {noCamera && <p className="muted">{t("false.camera-not")}</p>}
      {look.how === "hot-work-crew" && <p className="problem">{t("false.hot-work")}</p>}
      {look.how === "on-site" && <Witness card={card} look={look} onChange={onChange} />}
      <Choices
        label={t("false.found")}
        columns={3}
        choices={foundCodes.map((value) => ({ value, label: rule(`found.${value}`) }))}
        value={look.found}
        onChoose={(found) => onChange({ ...look, found: found as Look["found"] })}
      />
    </>
  );
}

function Witness({ card, look, onChange }: Props): ReactElement {
  const { t, text } = useWords<IncidentWord>();
  const inventoryRevision = useLiveValue((live) => live.inventoryRevision);
  const contacts = useQuery({
    queryKey: ["contacts", card.id, inventoryRevision, "witness"],
    queryFn: ({ signal }) =>
      getJson<Contacts>(`/api/v1/incidents/${encodeURIComponent(card.id)}/contacts`, signal),
    staleTime: 60_000,
  });
  const people = contacts.data?.contacts ?? [];
  const personId = useId();
  const now = useNow();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  return (
    <>
      <div className="field">
        <label htmlFor={personId}>{t("false.witness")}</label>
        <Select<string>
          id={personId}
          size="large"
          showSearch={{ optionFilterProp: "label" }}
          value={look.person}
          onChange={(person) => onChange({ ...look, person })}
          options={[
            ...people.map(({ person, name, of }) => ({
              value: person,
              label: `${name} · ${text(of)}`,
            })),
            { value: somebodyElse, label: t("false.other-person") },
          ]}
        />
      </div>
      {look.person === somebodyElse && (
        <div className="test-fields">
          <Field
            label={t("false.name")}
            value={look.name}
            onChange={(name) => onChange({ ...look, name })}
          />
          <Field
            label={t("false.phone")}
            value={look.phone}
            onChange={(phone) => onChange({ ...look, phone })}
          />
        </div>
      )}
      <Choices
        label={t("false.arrived")}
        columns={3}
        choices={agoMin.map((count) => ({
          value: String(count),
          label: t("false.arrived-at", {
            count,
            at: formatClock(now - count * 60_000, utcOffsetMin),
          }),
        }))}
        value={look.ago === null ? null : String(look.ago)}
        onChoose={(ago) => onChange({ ...look, ago: Number(ago) })}
      />
    </>
  );
}

type SecondProps = {
  readonly how: "here" | "remote";
  readonly onChange: (how: "here" | "remote") => void;
};

/** A P0 is called false by two: with a PIN at this desk, or the shift leader from elsewhere. */
export function SecondWay({ how, onChange }: SecondProps): ReactElement {
  const { t } = useWords<IncidentWord>();
  return (
    <Choices
      label={t("false.second-how")}
      columns={2}
      choices={[
        { value: "here", label: t("false.second-here") },
        { value: "remote", label: t("false.second-remote") },
      ]}
      value={how}
      onChoose={(way) => onChange(way === "here" ? "here" : "remote")}
    />
  );
}
