/** Above a station's orders: what this very person is called for, because no desk acknowledges. */
import type { ReactElement } from "react";
import type { CalledRow } from "#gateway/api/contract.ts";
import { formatClock } from "../shared/format.ts";
import { markOf, PriorityTag } from "../shared/priority.tsx";
import { callKey } from "./crew.ts";
import type { Calls } from "./use-calls.ts";
import type { PhoneSound } from "./use-crew-sound.ts";
import { failureText, usePhoneWords } from "./words.ts";

type Props = { readonly calls: Calls; readonly sound: PhoneSound };

export function CalledList({ calls: { view, failure }, sound }: Props): ReactElement {
  const words = usePhoneWords();
  return (
    <>
      {failure !== null && <p className="failure pad">{failureText(words, failure)}</p>}
      {view?.calls.map((row) => (
        <CallCard key={row.alarm} row={row} utcOffsetMin={view.utcOffsetMin} sound={sound} />
      ))}
    </>
  );
}

type CardProps = {
  readonly row: CalledRow;
  readonly utcOffsetMin: number;
  readonly sound: PhoneSound;
};

function CallCard({ row, utcOffsetMin, sound }: CardProps): ReactElement {
  const { t, rule, text } = usePhoneWords();
  const { acknowledgedAt, at, number, to } = row;
  const key = callKey(row);
  const access = text(row.access);
  return (
    <article
      className={acknowledgedAt === null ? "order waits" : "order"}
      data-call={row.alarm}
      data-priority={markOf(row.priority, row.class)}
    >
      <div className="tags">
        <PriorityTag priority={row.priority} class={row.class} />
        {number !== null && <span className="number">{t("order.number", { number })}</span>}
      </div>
      <h2 className="kind">
        <span>{t(acknowledgedAt === null ? "called.title" : "called.over")}</span>
        <span className="state">
          {acknowledgedAt === null
            ? `${rule(`escalation.${to}`)} ${formatClock(at, utcOffsetMin)}`
            : formatClock(acknowledgedAt, utcOffsetMin)}
        </span>
      </h2>
      {acknowledgedAt === null && <p className="hint">{t("called.hint")}</p>}
      <p className="place">{text(row.place)}</p>
      <p className="what">
        {text(row.what)}
        {row.others > 0 && (
          <span className="muted"> {t("called.others", { count: row.others })}</span>
        )}
      </p>
      <ul className="facts">
        <li>{access === "" ? t("order.access-unknown") : access}</li>
        <li className="muted">
          {text(row.siteName)} · {formatClock(row.raisedAt, utcOffsetMin)}
        </li>
      </ul>
      {sound.now?.keys.includes(key) && (
        <button type="button" className="button" onClick={() => sound.silence([key])}>
          {t("act.silence")}
        </button>
      )}
    </article>
  );
}
