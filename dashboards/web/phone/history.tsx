/** Orders that ended in the last 12 hours: one line each, folded away. */
import type { ReactElement } from "react";
import type { CrewOrder } from "#gateway/api/contract.ts";
import { formatWhen } from "../shared/format.ts";
import { usePhoneWords } from "./words.ts";

type Props = {
  readonly ended: readonly CrewOrder[];
  readonly now: number;
  readonly utcOffsetMin: number;
};

export function HistoryList({ ended, now, utcOffsetMin }: Props): ReactElement {
  const { t, rule, text } = usePhoneWords();
  return (
    <details className="history">
      <summary>{t("phone.ended", { count: ended.length })}</summary>
      <ul>
        {ended.map(({ order, incident, place }) => (
          <li key={order.id}>
            <strong>{rule(`order-state.${order.state}`)}</strong> {text(place)}
            <span className="muted">
              {incident.number} · {formatWhen(order.issuedAt, now, utcOffsetMin)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
