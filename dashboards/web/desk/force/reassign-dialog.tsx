/** 改派: one of this incident's stations goes to another incident; asked once more, for it drives on it. */
import { type ReactElement, useState } from "react";
import type { IncidentCard, OrderRow } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLive } from "../../shared/live.ts";
import { Choices } from "../choices.tsx";
import { Frame, useActHere } from "../frame.tsx";
import type { ForceWord } from "./words/zh.ts";

type Props = {
  readonly card: IncidentCard;
  readonly orders: readonly OrderRow[];
  readonly onClose: () => void;
};

export function ReassignDialog({ card, orders, onClose }: Props): ReactElement {
  const { t, text, rule } = useWords<ForceWord>();
  const act = useActHere();
  const live = useLive();
  const [order, setOrder] = useState<string | null>(null);
  const [incident, setIncident] = useState<string | null>(null);
  const others = [...live.incidents.values()].filter(
    ({ id, closedAt, mergedInto }) => id !== card.id && closedAt === null && mergedInto === null,
  );
  return (
    <Frame
      title={`${t("force.reassign")} · ${card.number}`}
      onClose={onClose}
      does={{
        label: t("force.reassign"),
        danger: true,
        ready: order !== null && incident !== null,
        run: async () => (order && incident ? act({ command: "reassign", order, incident }) : null),
      }}
    >
      <Choices
        first
        label={t("force.which-station")}
        choices={orders.map((one) => ({
          value: one.id,
          label: text(one.stationName),
          note: rule(`order-state.${one.state}`),
        }))}
        value={order}
        onChoose={setOrder}
      />
      {others.length === 0 && <p className="problem">{t("force.no-other")}</p>}
      <Choices
        label={t("force.to-which")}
        choices={others.map((one) => ({
          value: one.id,
          label: `${one.number} ${text(one.alarms[0]?.place ?? one.siteName)}`,
        }))}
        value={incident}
        onChoose={setIncident}
      />
    </Frame>
  );
}
