/** What a back-test has found: three columns side by side, and in a word what would be otherwise. */
import type { ReactElement } from "react";
import type { BacktestView } from "#gateway/api/contract.ts";
import { formatDateTime, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import type { RulesWord } from "./words/zh.ts";

type Result = NonNullable<BacktestView["result"]>;
type Row = Result["rows"][number];
type Span = Row["tried"][number];

export function BacktestResult({ result }: { readonly result: Result }): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const at = (ms: number): string => formatDateTime(ms, utcOffsetMin);
  const { from, to, totals, devices, rows, more, pack, rule, name } = result;
  return (
    <div className="backtest-result">
      <p role="status">
        <strong>
          {pack}/{rule} {text(name)}
        </strong>{" "}
        {t("rules.result", { from: at(from), to: at(to), ...totals })}
      </p>
      <ul className="muted">
        {devices.map(({ device, samples, firstAt, blindMs }) => (
          <li key={device}>
            {firstAt === null
              ? t("rules.nothing-stored", { device })
              : t("rules.samples", { device, count: samples })}
            {blindMs > 0 && ` · ${t("rules.blind", { time: formatLasting(blindMs) })}`}
          </li>
        ))}
      </ul>
      {rows.length === 0 ? (
        <p className="rules-note">{t("rules.no-alarms")}</p>
      ) : (
        <div className="rules-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("rules.device")}</th>
                <th scope="col">{t("rules.tried")}</th>
                {result.inForce === "other" && <th scope="col">{t("rules.rule-in-force")}</th>}
                <th scope="col">{t("rules.journal")}</th>
                <th scope="col">{t("rules.verdict")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <OneRow
                  key={`${row.device} ${row.point} ${row.from}`}
                  row={row}
                  hasOther={result.inForce === "other"}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more > 0 && <p>{t("rules.more-rows", { count: more })}</p>}
    </div>
  );
}

function verdictOf({ tried, inForce, journal }: Row): "same" | "new" | "gone" {
  if (tried.length === 0) return "gone";
  return inForce.length === 0 && journal.length === 0 ? "new" : "same";
}

type RowProps = { readonly row: Row; readonly hasOther: boolean };

function OneRow({ row, hasOther }: RowProps): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const verdict = verdictOf(row);
  return (
    <tr data-verdict={verdict}>
      <th scope="row">
        {row.device} {row.thing ? text(row.thing) : ""}
      </th>
      <Spans spans={row.tried} word="rules.tried" />
      {hasOther && <Spans spans={row.inForce} word="rules.rule-in-force" />}
      <Spans spans={row.journal} word="rules.journal" />
      <td>
        <strong>{t(`rules.verdict.${verdict}`)}</strong>
      </td>
    </tr>
  );
}

const mostSpans = 5;

type SpansProps = { readonly spans: readonly Span[]; readonly word: RulesWord };

function Spans({ spans, word }: SpansProps): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const when = (ms: number): string => formatDateTime(ms, utcOffsetMin);
  const line = ({ from, to, worseAt, unknownMs }: Span): string =>
    [
      to === null
        ? t("rules.still", { from: when(from) })
        : t("rules.span", { from: when(from), to: when(to), time: formatLasting(to - from) }),
      ...(worseAt === null ? [] : [t("rules.became-worse", { at: when(worseAt) })]),
      ...(unknownMs === 0 ? [] : [t("rules.unknown-for", { time: formatLasting(unknownMs) })]),
    ].join(" · ");
  return (
    <td data-label={t(word)}>
      {spans.length === 0 && t("rules.absent")}
      {spans.slice(0, mostSpans).map((span) => (
        <p key={span.from}>
          {line(span)}
          {span.why && <small className="muted"> {text(span.why)}</small>}
        </p>
      ))}
      {spans.length > mostSpans && t("rules.more-faults", { count: spans.length - mostSpans })}
    </td>
  );
}
