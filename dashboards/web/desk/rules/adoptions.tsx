/** Who adopted which rules when, and why; an earlier set comes back from here. */
import type { ReactElement } from "react";
import type { AdoptionList } from "#gateway/api/contract.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import type { Draft } from "./draft.ts";
import { useAdoptions, useMayChange } from "./use-rules.ts";
import type { RulesWord } from "./words/zh.ts";

type Props = { readonly onBegin: (draft: Partial<Draft>) => void };

export function Adoptions({ onBegin }: Props): ReactElement {
  const { t } = useWords<RulesWord>();
  const { data, isError } = useAdoptions();
  if (!data) return <p className="empty">{t(isError ? "rules.failed" : "rules.loading")}</p>;
  return (
    <div className="rules-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("rules.when")}</th>
            <th scope="col">{t("rules.who")}</th>
            <th scope="col">{t("rules.version")}</th>
            <th scope="col">{t("rules.what")}</th>
            <th scope="col">{t("rules.reason")}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {data.adoptions.map((one, i) => (
            <Row
              key={one.position}
              one={one}
              isLast={i === 0}
              inForce={data.hash}
              {...{ onBegin }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = Props & {
  readonly one: AdoptionList["adoptions"][number];
  readonly isLast: boolean;
  readonly inForce: string | null;
};

function Row({ one, isLast, inForce, onBegin }: RowProps): ReactElement {
  const { t } = useWords<RulesWord>();
  const mayChange = useMayChange();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { at, by, byName, hash, summary, isHouse, reason } = one;
  const { packs = 0, rules = 0, added, changed = 0, gone = 0 } = summary;
  return (
    <tr data-hash={hash}>
      <td data-label={t("rules.when")}>{formatDateTime(at, utcOffsetMin)}</td>
      <td data-label={t("rules.who")}>{byName ?? (by === "P-system" ? t("rules.system") : by)}</td>
      <td data-label={t("rules.version")}>
        {hash.slice(0, 8)} {isLast && <strong>{t("rules.is-in-force")}</strong>}{" "}
        {isHouse && <span className="muted">{t("rules.house")}</span>}
      </td>
      <td data-label={t("rules.what")}>
        {t("rules.summary", { packs, rules })}
        {added !== undefined && ` · ${t("rules.summary-changes", { added, changed, gone })}`}
      </td>
      <td data-label={t("rules.reason")}>{reason && t(`rules.reason.${reason}`)}</td>
      <td>
        {mayChange && hash !== inForce && (
          <button
            type="button"
            className="button small"
            onClick={() => onBegin({ source: { adopted: hash }, reason: "undo" })}
          >
            {t("rules.roll-back")}
          </button>
        )}
      </td>
    </tr>
  );
}
