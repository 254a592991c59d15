/** Another station, or everybody: asked once more, because crews drive on the answer. */
import { Input } from "antd";
import { type ReactElement, useMemo, useState } from "react";
import type { DistrictMap, IncidentCard } from "#gateway/api/contract.ts";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { type OrderByReason, orderReasons } from "#rules/reasons.ts";
import { useWords } from "../shared/i18n.ts";
import { Choices } from "./choices.tsx";
import { distanceM } from "./distance.ts";
import { Frame, useActHere } from "./frame.tsx";
import { isOpenOrder } from "./progress.ts";
import type { RecordWord } from "./record/words/zh.ts";
import { useDistrictMap } from "./use-district-map.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = { readonly card: IncidentCard; readonly onClose: () => void };
type Station = DistrictMap["stations"][number];

const shownAtMost = 9;

export function OrderDialog({ card, onClose }: Props): ReactElement {
  const { t, text, language } = useWords<DeskWord>();
  const act = useActHere();
  const map = useDistrictMap();
  const [search, setSearch] = useState("");
  const [station, setStation] = useState<string | null>(null);
  const [reason, setReason] = useState<OrderByReason | null>(null);
  const from = sceneAlarm(card.alarms)?.position ?? null;
  const busy = useMemo(
    () => new Set(card.orders.filter(isOpenOrder).map((order) => order.station)),
    [card.orders],
  );
  const found = (map.data?.stations ?? [])
    .filter((one) => matches(one, search))
    .map((one) => ({ one, away: from ? distanceM(from, one.at) : null }))
    .sort((a, b) => (a.away ?? 0) - (b.away ?? 0))
    .slice(0, shownAtMost);
  const chosen = map.data?.stations.find(({ id }) => id === station) ?? null;
  const note = (one: Station, away: number | null): string =>
    [
      one.id,
      away === null ? "" : t("orders.distance", { km: (away / 1000).toFixed(1) }),
      ...one.doubts[language],
      busy.has(one.id) ? t("orders.already") : "",
      one.inService ? "" : t("orders.out-of-service"),
    ]
      .filter(Boolean)
      .join(" · ");
  return (
    <Frame
      title={
        chosen
          ? t("orders.order-ask", { station: text(chosen.name) })
          : `${t("orders.which")} · ${card.number}`
      }
      width={640}
      onClose={onClose}
      does={{
        label: t("orders.order-yes"),
        ready: chosen !== null,
        run: async () =>
          chosen
            ? act({
                ...{ command: "order", incident: card.id, station: chosen.id },
                ...(reason === null ? {} : { reason }),
              })
            : null,
      }}
    >
      {map.isPending && <p className="muted">{t("dialog.loading")}</p>}
      {map.isError && <p className="problem">{t("map.failed")}</p>}
      {map.data && (
        <>
          <Input
            size="large"
            allowClear
            placeholder={t("orders.search")}
            aria-label={t("orders.search")}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          {found.length === 0 && <p className="problem">{t("orders.no-match")}</p>}
          <Choices
            label={t("orders.which")}
            first
            choices={found.map(({ one, away }) => ({
              value: one.id,
              label: text(one.name),
              note: note(one, away),
              disabled: busy.has(one.id),
            }))}
            value={station}
            onChoose={setStation}
          />
          {chosen && <Reasons value={reason} onChoose={setReason} />}
        </>
      )}
    </Frame>
  );
}

type ReasonProps = {
  readonly value: OrderByReason | null;
  readonly onChoose: (reason: OrderByReason) => void;
};

/** Asked for once a station is chosen; nobody has to say it before a crew may go. */
function Reasons({ value, onChoose }: ReasonProps): ReactElement {
  const { t } = useWords<RecordWord>();
  return (
    <Choices
      label={t("order.reason")}
      columns={2}
      choices={orderReasons.map((one) => ({ value: one, label: t(`order.reason.${one}`) }))}
      value={value}
      onChoose={(one) => onChoose(one as OrderByReason)}
    />
  );
}

function matches(station: Station, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [station.id, station.name.zh, station.name.en].some((name) =>
    name.toLowerCase().includes(wanted),
  );
}

export function EverybodyDialog({ card, onClose }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const act = useActHere();
  return (
    <Frame
      title={`${t("act.everybody")} · ${card.number}`}
      onClose={onClose}
      does={{
        label: t("orders.everybody-yes"),
        danger: true,
        ready: true,
        run: () => act({ command: "order-everybody", incident: card.id }),
      }}
    >
      <p className="ask">{t("orders.everybody-ask")}</p>
    </Frame>
  );
}
