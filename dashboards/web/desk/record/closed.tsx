/** Closed incidents (已结案警情), the newest first: the way to the record of each, and to its replay. */
import { type ReactElement, useEffect, useRef } from "react";
import type { ClosedRow } from "#gateway/api/contract.ts";
import { formatDateTime, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { DemoMark, KeyCap } from "../parts.tsx";
import "./record.css";
import { useClosed } from "./use-record.ts";
import { showRecord, showReplay } from "./use-shown.ts";
import type { RecordWord } from "./words/zh.ts";

export function ClosedPage({ onBack }: { readonly onBack: () => void }): ReactElement {
  const { t } = useWords<RecordWord | DeviceWord>();
  const { data, isPending, isError, hasNextPage, fetchNextPage, isFetching } = useClosed();
  const page = useRef<HTMLElement>(null);
  useEffect(() => page.current?.focus({ preventScroll: true }), []);
  const rows = data?.pages.flatMap(({ incidents }) => incidents) ?? [];
  return (
    <section
      className="device closed"
      aria-label={t("record.closed-title")}
      ref={page}
      tabIndex={-1}
    >
      <header className="device-head">
        <button type="button" className="button" onClick={onBack}>
          {t("device.back")} <KeyCap does="back" />
        </button>
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
    </section>
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
