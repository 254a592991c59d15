/** 检修单: one press opens one for a point; it is closed with what was done, and counted 30 days later. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { ActBody, FiguresView } from "#gateway/api/contract.ts";
import { maintenanceResults } from "#rules/maintenance/maintenance.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useDesk } from "../acts.ts";
import type { FiguresWord } from "./words/zh.ts";

type Point = { readonly site: string; readonly device: string; readonly point: string };
type Order = FiguresView["orders"][number];
type Command = ActBody["command"];
type Result = Extract<Command, { command: "close-maintenance" }>["result"];

/** Acts, and reads the figures again: they say what has become of it. */
function useOrderAct(): (command: Command) => Promise<void> {
  const { act } = useDesk();
  const queries = useQueryClient();
  return async (command) => {
    await act(command);
    await queries.invalidateQueries({ queryKey: ["figures"] });
  };
}

type OpenProps = {
  readonly of: Point;
  readonly orders: readonly Order[];
  readonly reason: Order["reason"];
};

/** The button of a point, or that its order is open already. */
export function OpenOrder({ of, orders, reason }: OpenProps): ReactElement {
  const { t } = useWords<FiguresWord>();
  const act = useOrderAct();
  const isOpen = orders.some(
    ({ site, device, point, closed }) =>
      closed === null && site === of.site && device === of.device && point === of.point,
  );
  if (isOpen) return <strong>{t("order.opened")}</strong>;
  return (
    <button
      type="button"
      className="button"
      onClick={() => void act({ command: "open-maintenance", ...of, reason })}
    >
      {t("order.open")}
    </button>
  );
}

export function Orders({ view }: { readonly view: FiguresView }): ReactElement {
  const { t } = useWords<FiguresWord>();
  return (
    <section>
      <h3>{t("order.title")}</h3>
      {view.orders.length === 0 ? (
        <p className="muted">{t("figures.none")}</p>
      ) : (
        <ul className="figures-list orders-list">
          {view.orders.map((order) => (
            <OrderLine key={order.id} order={order} utcOffsetMin={view.utcOffsetMin} />
          ))}
        </ul>
      )}
    </section>
  );
}

type LineProps = { readonly order: Order; readonly utcOffsetMin: number };

function OrderLine({ order, utcOffsetMin }: LineProps): ReactElement {
  const { t, text } = useWords<FiguresWord>();
  const when = (at: number): string => formatDateTime(at, utcOffsetMin);
  const { before, after, closed, openedAt, reviewAt, reason } = order;
  return (
    <li>
      <span>
        {text(order.place)} · {text(order.what)} · {t(`order.reason.${reason}`)}
      </span>
      <span className="muted">
        {t("order.by", { name: order.byName ?? "–", at: when(openedAt) })}
        {closed &&
          ` · ${t("order.closed", {
            name: closed.byName ?? "–",
            at: when(closed.at),
            result: t(`order.result.${closed.result}`),
          })}`}
      </span>
      <span>
        {after === null
          ? t("order.waiting", { before, at: when(reviewAt) })
          : t("order.count", { before, after })}
      </span>
      {closed === null && <CloseOrder order={order.id} />}
    </li>
  );
}

function CloseOrder({ order }: { readonly order: string }): ReactElement {
  const { t } = useWords<FiguresWord>();
  const act = useOrderAct();
  const [result, setResult] = useState<Result | "">("");
  return (
    <span className="order-close">
      <select
        aria-label={t("order.result")}
        value={result}
        onChange={(event) => setResult(event.target.value as Result)}
      >
        <option value="" disabled>
          {t("order.result")}
        </option>
        {maintenanceResults.map((one) => (
          <option key={one} value={one}>
            {t(`order.result.${one}`)}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button"
        disabled={result === ""}
        onClick={() => result && void act({ command: "close-maintenance", order, result })}
      >
        {t("order.close")}
      </button>
    </span>
  );
}
