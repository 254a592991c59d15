/** 中途返回 with its reason, and 电台(电话)代录: what a crew said by radio, entered by the desk. */
import { type ReactElement, useState } from "react";
import type { ActBody, OrderRow } from "#gateway/api/contract.ts";
import { useWords } from "../shared/i18n.ts";
import { type Reported, Reporter } from "./called/reporter.tsx";
import { Choices } from "./choices.tsx";
import { Frame, useActHere } from "./frame.tsx";
import type { DeskWord } from "./words/zh.ts";

type Recall = Extract<ActBody["command"], { command: "recall" }>["reason"];
type Radio = Extract<ActBody["command"], { command: "reply-by-radio" }>;
type Refuse = NonNullable<Radio["reason"]>;

const recallReasons: readonly Recall[] = [
  "false-alarm",
  "test",
  "not-needed",
  "wrong-place",
  "other",
];
const refusalReasons: readonly Refuse[] = [
  "engine-out",
  "crew-out",
  "no-route",
  "wrong-address",
  "other",
];
const replies: readonly Radio["reply"][] = [
  "accepted",
  "refused",
  "turned-out",
  "on-scene",
  "controlled",
  "returned",
];
/** What can still be said, by the state the order is in: replies only move forward. */
const rank: Readonly<Record<string, number>> = {
  issued: 0,
  accepted: 1,
  "turned-out": 2,
  "on-scene": 3,
  controlled: 4,
  returned: 5,
};

type Props = { readonly orders: readonly OrderRow[]; readonly onClose: () => void };

export function RecallDialog({ orders, onClose }: Props): ReactElement {
  const { t, text } = useWords<DeskWord>();
  const act = useActHere();
  const [order, setOrder] = useChosenOrder(orders);
  const [reason, setReason] = useState<string | null>(null);
  const station = order ? text(order.stationName) : "";
  return (
    <Frame
      title={order ? t("orders.recall-ask", { station }) : t("act.recall")}
      onClose={onClose}
      does={{
        label: t("act.recall"),
        danger: true,
        ready: order !== null && reason !== null,
        run: async () =>
          order && reason
            ? act({ command: "recall", order: order.id, reason: reason as Recall })
            : null,
      }}
    >
      <OrderChoice orders={orders} chosen={order} onChoose={setOrder} />
      {order && (
        <Choices
          label={t("orders.reason")}
          choices={recallReasons.map((value) => ({
            value,
            label: t(`recall.${value}` as DeskWord),
          }))}
          value={reason}
          onChoose={setReason}
          first
        />
      )}
    </Frame>
  );
}

export function RadioDialog({ orders, onClose }: Props): ReactElement {
  const { t, text } = useWords<DeskWord>();
  const act = useActHere();
  const [order, setOrder] = useChosenOrder(orders);
  const [reply, setReply] = useState<string | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [reported, setReported] = useState<Reported>({ via: "radio", by: null });
  const refused = reply === "refused";
  const reached = order ? (rank[order.state] ?? 0) : 0;
  return (
    <Frame
      title={order ? t("orders.radio-ask", { station: text(order.stationName) }) : t("act.radio")}
      onClose={onClose}
      does={{
        label: t("act.radio"),
        ready: order !== null && reply !== null && (!refused || reason !== null),
        run: async () => {
          if (!order || !reply) return null;
          return act({
            command: "reply-by-radio",
            order: order.id,
            reply: reply as Radio["reply"],
            reportedBy: reported.by ?? order.station,
            via: reported.via,
            ...(refused && reason ? { reason: reason as Refuse } : {}),
          });
        },
      }}
    >
      <OrderChoice orders={orders} chosen={order} onChoose={setOrder} />
      {order && (
        <Choices
          label={t("orders.radio-reply")}
          columns={2}
          choices={replies.map((value) => ({
            value,
            label: t(`orders.${value}` as DeskWord),
            disabled: value === "refused" ? reached > 1 : (rank[value] ?? 0) <= reached,
          }))}
          value={reply}
          onChoose={setReply}
          first
        />
      )}
      {order && <Reporter order={order} reported={reported} onChange={setReported} />}
      {refused && (
        <Choices
          label={t("orders.reason")}
          choices={refusalReasons.map((value) => ({
            value,
            label: t(`refusal.${value}` as DeskWord),
          }))}
          value={reason}
          onChoose={setReason}
          first
        />
      )}
    </Frame>
  );
}

/** One order needs no choosing. */
function useChosenOrder(orders: readonly OrderRow[]): [OrderRow | null, (id: string) => void] {
  const [id, setId] = useState<string | null>(orders.length === 1 ? (orders[0]?.id ?? null) : null);
  return [orders.find((order) => order.id === id) ?? null, setId];
}

type OrderChoiceProps = {
  readonly orders: readonly OrderRow[];
  readonly chosen: OrderRow | null;
  readonly onChoose: (id: string) => void;
};

function OrderChoice({ orders, chosen, onChoose }: OrderChoiceProps): ReactElement | null {
  const { t, text, rule } = useWords<DeskWord>();
  if (orders.length === 1) return null;
  return (
    <Choices
      label={t("orders.which")}
      choices={orders.map((order) => ({
        value: order.id,
        label: text(order.stationName),
        note: rule(`order-state.${order.state}`),
      }))}
      value={chosen?.id ?? null}
      onChoose={onChoose}
      first={chosen === null}
    />
  );
}
