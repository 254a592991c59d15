/** Who reported a crew's step, and how it came: a step that is entered says both. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { ActBody, Contacts, OrderRow } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { Choices } from "../choices.tsx";
import type { CalledWord } from "./words/zh.ts";

type Radio = Extract<ActBody["command"], { command: "reply-by-radio" }>;
export type Reported = { readonly via: NonNullable<Radio["via"]>; readonly by: string | null };

type Props = {
  readonly order: OrderRow;
  readonly reported: Reported;
  readonly onChange: (reported: Reported) => void;
};

export function Reporter({ order, reported, onChange }: Props): ReactElement {
  const { t, text } = useWords<CalledWord>();
  const contacts = useQuery({
    queryKey: ["contacts", order.incident, "reporter"],
    queryFn: ({ signal }) =>
      getJson<Contacts>(`/api/v1/incidents/${encodeURIComponent(order.incident)}/contacts`, signal),
  });
  const known = (contacts.data?.contacts ?? []).filter(
    ({ of }) => text(of) === text(order.stationName),
  );
  const station = text(order.stationName);
  return (
    <>
      <Choices
        label={t("radio.via")}
        columns={2}
        choices={(["radio", "phone"] as const).map((value) => ({
          value,
          label: t(`radio.via.${value}`),
        }))}
        value={reported.via}
        onChoose={(via) => onChange({ ...reported, via: via as Reported["via"] })}
      />
      <Choices
        label={t("radio.reporter")}
        choices={[
          { value: order.station, label: t("radio.station-itself", { station }) },
          ...known.map(({ person, name }) => ({ value: person, label: name })),
        ]}
        value={reported.by ?? order.station}
        onChoose={(by) => onChange({ ...reported, by })}
      />
    </>
  );
}

/** 代录: the last answer of an order, where a person entered it. */
export function EnteredNote({ order }: { readonly order: OrderRow }): ReactElement | null {
  const { t, text } = useWords<CalledWord>();
  const { entered } = order;
  if (entered === null) return null;
  const reporter = entered.reporterName ?? text(order.stationName);
  const via = t(`radio.via.${entered.via}`);
  return (
    <p className="order-entered muted">
      {t("radio.entered", { by: entered.byName ?? entered.by, reporter, via })}
    </p>
  );
}
