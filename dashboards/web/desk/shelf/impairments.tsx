/** Suppression that does not work, each with the hours it has been so and when it must be reported. */
import type { ReactElement } from "react";
import type { ImpairmentRow } from "#gateway/api/contract.ts";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useNow } from "../use-now.ts";
import type { ShelfWord } from "./words/zh.ts";

const hourMs = 3_600_000;

export function Impairments(): ReactElement {
  const { t } = useWords<ShelfWord>();
  const rows = useLiveValue((live) => live.impairments);
  const running = rows.filter(({ since }) => since !== null);
  return (
    <section className="held-part" data-hold="impairments">
      <h3>{t("held.impairments", { count: running.length })}</h3>
      <p className="muted">{t("impairment.law")}</p>
      {rows.length === 0 ? (
        <p className="muted">{t("held.none")}</p>
      ) : (
        <ul className="shelf">
          {rows.map((row) => (
            <Line key={`${row.site}/${row.device}`} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ row }: { readonly row: ImpairmentRow }): ReactElement {
  const { t, text } = useWords<ShelfWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const now = useNow();
  const { place, device, since, sumMs, reportAt, reported } = row;
  const lasted = sumMs + (since === null ? 0 : now - since);
  const hours = (lasted / hourMs).toFixed(1);
  return (
    <li>
      <div>
        <strong>
          {text(place)} {device}
        </strong>
        <p className="held">
          <strong>{t("impairment.hours", { hours })}</strong>{" "}
          {since === null && <span className="muted">{t("impairment.whole")}</span>}
          {reportAt !== null && (
            <span>
              {t("impairment.report-at", { time: formatWhen(reportAt, now, utcOffsetMin) })}
            </span>
          )}
          {reported && since !== null && (
            <span className="problem">{t("impairment.reported")}</span>
          )}
        </p>
      </div>
    </li>
  );
}
