/** Closed incidents (已结案警情), the newest first: the way to the record of each, and to its replay. */
import type { ReactElement } from "react";
import type { ClosedRow } from "#gateway/api/contract.ts";
import { formatDateTime, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { BackButton, PageShell } from "../page-shell.tsx";
import { DemoMark } from "../parts.tsx";
import "./record.css";
import { useClosed } from "./use-record.ts";
import { showRecord, showReplay } from "./use-shown.ts";
import type { RecordWord } from "./words/zh.ts";

export function ClosedPage({ onBack }: { readonly onBack: () => void }): ReactElement {
  const { t } = useWords<RecordWord | DeviceWord>();
  const { data, isPending, isError, hasNextPage, fetchNextPage, isFetching } = useClosed();
  const rows = data?.pages.flatMap(({ incidents }) => incidents) ?? [];
  return (
    <PageShell className="closed" label={t("record.closed-title")}>
      <header className="device-head">
        <BackButton onBack={onBack} />
        <h1>{t("record.closed-title")}</h1>
        <DemoMark />
      </header>
      {isPending && <p className="empty">{t("record.loading")}</p>}
      {isError && <p className="empty problem">{t("record.closed-failed")}</p>}
      {data && rows.length === 0 && <p className="empty">{t("record.closed-empty")}</p>}
      <ol className="closed-rows">
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ol>
      {hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={isFetching}
          onClick={() => void fetchNextPage()}
        >
          {t("record.more")}
        </button>
      )}
    </PageShell>
  );
}

function Row({ row }: { readonly row: ClosedRow }): ReactElement {
  const { t, text, rule } = useWords<RecordWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { id, number, openedAt, closedAt, verification, cause } = row;
  return (
    <li className="closed-item">
      <button type="button" className="closed-row" onClick={() => showRecord(id)}>
        <strong>{number}</strong>
        <span>{text(row.place)}</span>
        <span>
          {rule(`verification.${verification}`)}
          {cause !== null && ` · ${rule(`cause.${cause}`)}`}
        </span>
        <span className="muted">
          {formatDateTime(openedAt, utcOffsetMin)} · {t("record.lasted")}{" "}
          {formatLasting(closedAt - openedAt)}
        </span>
      </button>
      <button type="button" className="button" onClick={() => showReplay(id)}>
        {t("record.replay")}
      </button>
    </li>
  );
}
