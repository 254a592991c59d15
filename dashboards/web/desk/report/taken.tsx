/** Of an alarm that a person has reported: who said so, how, and who took it. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import type { ReportWord } from "./words/zh.ts";

export function Taken({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t } = useWords<ReportWord>();
  const { reported } = alarm;
  if (reported === null) return null;
  const { caller, via, byName, by } = reported;
  const of = { via: t(`report.via.${via}`), name: byName ?? by };
  return (
    <p className="reported muted">
      {t(caller === null ? "report.taken" : "report.taken.named", of)}
    </p>
  );
}
