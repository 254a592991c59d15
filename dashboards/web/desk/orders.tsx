/** Who was ordered, why this one, and how far each is. */
import type { ReactElement } from "react";
import type { IncidentCard, OrderRow } from "#gateway/api/contract.ts";
import { formatClock } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLive } from "../shared/live.ts";
import { useDesk } from "./acts.ts";
import { DemoMark, OpenButton } from "./parts.tsx";
import { isOpenOrder, orderSteps } from "./progress.ts";
import type { DeskWord } from "./words/zh.ts";

export function Orders({ card }: { readonly card: IncidentCard }): ReactElement {
  const { t } = useWords<DeskWord>();
  const { open } = useDesk();
  // Open ones first: what has ended needs nobody.
  const orders = [...card.orders].sort((a, b) => Number(isOpenOrder(b)) - Number(isOpenOrder(a)));
  const running = orders.filter(isOpenOrder);
  return (
    <section className="orders">
      <h2>{t("orders.title")}</h2>
      {orders.length === 0 && <p className="problem">{t("orders.none")}</p>}
      <ul>
        {orders.map((order) => (
          <OrderCard key={order.id} order={order} />
        ))}
      </ul>
      <div className="order-acts">
        <OpenButton does="order" onClick={() => open({ kind: "order", card })}>
          {t("act.order")}
        </OpenButton>
        <OpenButton does="everybody" onClick={() => open({ kind: "everybody", card })}>
          {t("act.everybody")}
        </OpenButton>
        {running.length > 1 && (
          <>
            <OpenButton does="recall" onClick={() => open({ kind: "recall", orders: running })}>
              {t("act.recall")}
            </OpenButton>
            <OpenButton does="radio" onClick={() => open({ kind: "radio", orders: running })}>
              {t("act.radio")}
            </OpenButton>
          </>
        )}
      </div>
    </section>
  );
}

function OrderCard({ order }: { readonly order: OrderRow }): ReactElement {
  const { t, text, rule } = useWords<DeskWord>();
  const { utcOffsetMin } = useLive();
  const { open } = useDesk();
  const steps = orderSteps(order);
  const silent = isOpenOrder(order) && order.state === "issued" && !order.delivered;
  return (
    <li className="order" data-open={isOpenOrder(order)} data-state={order.state}>
      <p className="order-head">
        <strong>{text(order.stationName)}</strong>
        <span className="muted">
          {order.station} · {t(`orders.${order.stationKind}`)}
          {order.roster > 0 && ` · ${t("orders.people", { count: order.roster })}`}
        </span>
        <DemoMark />
      </p>
      <p className="order-why">
        {rule(`order-kind.${order.kind}`)} · {text(order.why)}
        {order.distanceM !== null &&
          ` · ${t("orders.distance", { km: (order.distanceM / 1000).toFixed(1) })}`}
      </p>
      <ol className="steps order-steps">
        {steps.map((step) => (
          <li key={step.name} data-state={step.state}>
            {t(`orders.${step.name}` as DeskWord)}
          </li>
        ))}
      </ol>
      <p className="order-foot">
        <span className={silent ? "problem" : "muted"}>
          {formatClock(order.issuedAt, utcOffsetMin)} {t("orders.issued")}
          {order.acceptedAt !== null &&
            ` · ${formatClock(order.acceptedAt, utcOffsetMin)} ${t("orders.accepted")}`}
          {silent && ` · ${t("orders.not-delivered")}`}
          {order.channel > 0 && ` · ${t("orders.second-channel", { channel: order.channel + 1 })}`}
        </span>
        {isOpenOrder(order) && (
          <span className="order-buttons">
            <button
              type="button"
              className="button small"
              onClick={() => open({ kind: "radio", orders: [order] })}
            >
              {t("act.radio")}
            </button>
            <button
              type="button"
              className="button small"
              onClick={() => open({ kind: "recall", orders: [order] })}
            >
              {t("act.recall")}
            </button>
          </span>
        )}
      </p>
    </li>
  );
}
