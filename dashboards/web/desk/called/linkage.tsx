/** 联动: what followed the alarm by the table of its site, and whether it was confirmed. */
import type { ReactElement } from "react";
import type { IncidentCard, LinkageView } from "#gateway/api/contract.ts";
import { formatClock, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useNow } from "../use-now.ts";
import type { CalledWord } from "./words/zh.ts";

export function Linkage({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t } = useWords<CalledWord>();
  if (card.linkage.length === 0) return null;
  return (
    <section className="linkage" aria-label={t("linkage.title")}>
      <h3>{t("linkage.title")}</h3>
      <ul>
        {card.linkage.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      <p className="muted">{t("linkage.law")}</p>
    </section>
  );
}

function Row({ row }: { readonly row: LinkageView }): ReactElement {
  const { t, text } = useWords<CalledWord>();
  const isProblem = row.state === "refused" || (row.state === "due" && isMissing(row));
  return (
    <li data-linkage={row.id} data-state={row.state} data-feedback={row.feedback ?? "none-yet"}>
      <span>
        {text(row.name)} <span className="muted">{t(`linkage.${row.signals}`)}</span>
      </span>
      <strong className={isProblem ? "problem" : ""}>
        {row.state === "waits" ? <Waits at={row.dueAt} /> : <State row={row} />}
      </strong>
    </li>
  );
}

function isMissing({ feedback }: LinkageView): boolean {
  return feedback === "none" || feedback === "failed";
}

function Waits({ at }: { readonly at: number }): ReactElement {
  const { t } = useWords<CalledWord>();
  return <>{t("linkage.waits", { time: formatLasting(Math.max(0, at - useNow())) })}</>;
}

function State({ row }: { readonly row: LinkageView }): ReactElement {
  const { t } = useWords<CalledWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  if (row.state === "cancelled") return <>{t("linkage.cancelled")}</>;
  if (row.state === "refused") {
    const reason = t(`linkage.refused.${row.reason ?? "other"}` as CalledWord);
    return <>{t("linkage.refused", { reason })}</>;
  }
  if (row.state === "ended") return <>{t("linkage.ended")}</>;
  if (row.feedback === "done" && row.doneAt !== null) {
    return <>{t("linkage.done", { at: formatClock(row.doneAt, utcOffsetMin) })}</>;
  }
  if (isMissing(row)) return <>{t("linkage.no-feedback")}</>;
  return <>{t(row.awaitsFeedback ? "linkage.sent" : "linkage.no-feedback-asked")}</>;
}
