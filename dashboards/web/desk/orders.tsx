/** Who was ordered, why this one, and how far each is; and what the desk must do where one is silent. */
import { memo, type ReactElement } from "react";
import type { IncidentCard, OrderRow } from "#gateway/api/contract.ts";
import { formatClock } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { useDesk } from "./acts.ts";
import { CalledOut } from "./called/called-out.tsx";
import { Linkage } from "./called/linkage.tsx";
import { EnteredNote } from "./called/reporter.tsx";
import { Candidates } from "./force/candidates.tsx";
import type { ForceWord } from "./force/words/zh.ts";
import type { IncidentWord } from "./incident/words/zh.ts";
import { ActButton, DemoMark, OpenButton } from "./parts.tsx";
import { isOpenOrder, orderSteps } from "./progress.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = { readonly card: IncidentCard; readonly gone: boolean };

/** Drawn anew when its card is another, not with every frame of the stream. */
export const OrdersPanel = memo(Panel);

function Panel({ card, gone }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  // Open ones first: what has ended needs nobody.
  const orders = [...card.orders].sort((a, b) => Number(isOpenOrder(b)) - Number(isOpenOrder(a)));
  return (
    <section className="orders" aria-label={`${t("orders.title")} ${card.number}`}>
      <header className="panel-head">
        <h2>{t("orders.title")}</h2>
        <span className="muted">{card.number}</span>
      </header>
      <fieldset disabled={gone}>
        <Prompts card={card} />
        {orders.length === 0 && <p className="problem">{t("orders.none")}</p>}
        <ul>
          {orders.map((order) => (
            <OrderCard key={order.id} order={order} />
          ))}
        </ul>
        <OrderActs
          card={card}
          running={orders.filter(isOpenOrder)}
          heard={orders.filter((order) => isOpenOrder(order) || order.recallAwaited)}
        />
        <Candidates card={card} />
        <CalledOut card={card} />
        <Linkage card={card} />
      </fieldset>
    </section>
  );
}

/** What the rules ask of a person now: mostly a station that does not answer. */
function Prompts({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t, text } = useWords<DeskWord>();
  if (card.prompts.length === 0) return null;
  const stations = new Map(card.orders.map((order) => [order.id, text(order.stationName)]));
  return (
    <div className="prompts" role="status">
      <h3>{t("card.prompts")}</h3>
      <ul>
        {card.prompts.map((prompt) => (
          <li key={`${prompt.at} ${prompt.code} ${prompt.order}`}>
            {prompt.order && stations.has(prompt.order) && (
              <strong>{stations.get(prompt.order)} </strong>
            )}
            {text(prompt.text)}
          </li>
        ))}
      </ul>
    </div>
  );
}

type ActsProps = {
  readonly card: IncidentCard;
  readonly running: readonly OrderRow[];
  /** With those whose recall nobody has answered. */
  readonly heard: readonly OrderRow[];
};

function OrderActs({ card, running, heard }: ActsProps): ReactElement {
  const { t } = useWords<DeskWord | ForceWord>();
  const { open } = useDesk();
  return (
    <div className="order-acts">
      <OpenButton does="order" onClick={() => open({ kind: "order", card })}>
        {t("act.order")}
      </OpenButton>
      <OpenButton does="everybody" onClick={() => open({ kind: "everybody", card })}>
        {t("act.everybody")}
      </OpenButton>
      <OpenButton does="call-out" onClick={() => open({ kind: "call-out", card })}>
        {t("key.call-out")}
      </OpenButton>
      <ActButton command={{ command: "reinforce", incident: card.id, count: 1 }}>
        {t("force.reinforce")}
      </ActButton>
      <OpenButton
        disabled={running.length === 0}
        onClick={() => open({ kind: "reassign", card, orders: running })}
      >
        {t("force.reassign")}
      </OpenButton>
      <OpenButton
        does="radio"
        disabled={heard.length === 0}
        onClick={() => open({ kind: "radio", orders: heard })}
      >
        {t("act.radio")}
      </OpenButton>
      <OpenButton
        does="recall"
        disabled={running.length === 0}
        onClick={() => open({ kind: "recall", orders: running })}
      >
        {t("act.recall")}
      </OpenButton>
    </div>
  );
}

function OrderCard({ order }: { readonly order: OrderRow }): ReactElement {
  const { t, text, rule } = useWords<DeskWord | IncidentWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const open = isOpenOrder(order);
  const undelivered = open && order.state === "issued" && !order.delivered;
  const clock = (at: number): string => formatClock(at, utcOffsetMin);
  const facts = [
    order.station,
    t(`orders.${order.stationKind}`),
    order.roster > 0 && t("orders.people", { count: order.roster }),
    text(order.why),
    order.distanceM !== null && t("orders.distance", { km: (order.distanceM / 1000).toFixed(1) }),
  ];
  return (
    <li className="order" data-open={open} data-state={order.state}>
      <p className="order-head">
        <strong>{text(order.stationName)}</strong>
        <strong className={undelivered ? "order-state problem" : "order-state"}>
          {undelivered ? t("orders.not-delivered") : rule(`order-state.${order.state}`)}
        </strong>
      </p>
      <p className="order-why">
        {facts.filter(Boolean).join(" · ")} <DemoMark />
      </p>
      <OrderSteps order={order} />
      <p className="order-times muted">
        {t("orders.at", { at: clock(order.issuedAt), kind: rule(`order-kind.${order.kind}`) })}
        {order.acceptedAt !== null && ` · ${t("orders.accepted")} ${clock(order.acceptedAt)}`}
        {order.recallAwaited && ` · ${t("orders.recall-awaited")}`}
        {order.channel > 0 && ` · ${t("orders.second-channel", { channel: order.channel + 1 })}`}
      </p>
      <EnteredNote order={order} />
    </li>
  );
}

/** A bar for the eye; each of its parts has its word for whoever does not see it or points at it. */
function OrderSteps({ order }: { readonly order: OrderRow }): ReactElement {
  const { t } = useWords<DeskWord>();
  return (
    <ol className="order-steps">
      {orderSteps(order).map(({ name, state }) => {
        const word = t(`orders.${name}` as DeskWord);
        return (
          <li key={name} data-state={state} title={word}>
            <span className="visually-hidden">{state === "ahead" ? `(${word})` : word}</span>
          </li>
        );
      })}
    </ol>
  );
}
