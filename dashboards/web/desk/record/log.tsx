/** The time line (经过): who did what, when it was received, and when the device says it was. */
import type { ReactElement } from "react";
import type { LogRow, RecordView } from "#gateway/api/contract.ts";
import { localDay } from "#rules/calendar.ts";
import { formatClock, formatDateTime } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { Part } from "./parts.tsx";
import type { RecordWord } from "./words/zh.ts";

/** Lines of either end of a very long one (gateway/record/log.ts). */
const mostOfEnd = 1000;

export function TimeLine({ record }: { readonly record: RecordView }): ReactElement {
  const { t } = useWords<RecordWord>();
  const { log, logLeftOut, utcOffsetMin } = record;
  return (
    <Part title={t("record.log")} className="record-log">
      <table>
        <thead>
          <tr>
            <th>{t("record.log-at")}</th>
            <th>{t("record.log-device-at")}</th>
            <th>{t("record.log-who")}</th>
            <th>{t("record.log-what")}</th>
          </tr>
        </thead>
        <tbody>
          {log.map((row, index) => (
            <Line
              // One event may give two lines.
              key={`${row.position} ${row.text.en}`}
              row={row}
              before={log[index - 1]?.at ?? null}
              utcOffsetMin={utcOffsetMin}
              leftOut={index === mostOfEnd ? logLeftOut : 0}
            />
          ))}
        </tbody>
      </table>
    </Part>
  );
}

type LineProps = {
  readonly row: LogRow;
  readonly before: number | null;
  readonly utcOffsetMin: number;
  /** Lines that are left out before this one. */
  readonly leftOut: number;
};

function Line({ row, before, utcOffsetMin, leftOut }: LineProps): ReactElement {
  const { t, text } = useWords<RecordWord>();
  const { at, deviceAt, who, name, seat } = row;
  return (
    <>
      {leftOut > 0 && (
        <tr>
          <td colSpan={4} className="muted">
            {t("record.log-left", { count: leftOut })}
          </td>
        </tr>
      )}
      <tr data-who={who}>
        <td>{whenOf(at, before, utcOffsetMin)}</td>
        <td className="muted">{deviceAt === null ? "" : formatClock(deviceAt, utcOffsetMin)}</td>
        <td>
          {name === null ? <span className="muted">{t("record.system")}</span> : text(name)}
          {seat !== null && <span className="muted"> {seat}</span>}
        </td>
        <td>{text(row.text)}</td>
      </tr>
    </>
  );
}

/** With its date where another day begins; nothing where it is the instant of the line before. */
function whenOf(at: number, before: number | null, utcOffsetMin: number): string {
  if (at === before) return "";
  const isSameDay =
    before !== null && localDay(at, utcOffsetMin) === localDay(before, utcOffsetMin);
  return isSameDay ? formatClock(at, utcOffsetMin) : formatDateTime(at, utcOffsetMin);
}
