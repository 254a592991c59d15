/** What panels have said since the incident was opened: reset, muted, disabled, AUTO or manual. */
import type { ReactElement } from "react";
import type { IncidentCard, PanelRow } from "#gateway/api/contract.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import type { ShelfWord } from "./words/zh.ts";

export function PanelNotes({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t, text } = useWords<ShelfWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  if (card.panel.length === 0) return null;
  return (
    <section className="panel-notes" aria-label={t("panel.title")}>
      <h2>{t("panel.title")}</h2>
      <ul>
        {card.panel.map((row) => (
          <li key={`${row.device} ${row.point}`} data-note={row.note}>
            {/* A device has one panel, and several pumps with an AUTO position of their own. */}
            {formatClock(row.at, utcOffsetMin)} {row.device} {row.note === "auto" && text(row.name)}{" "}
            <strong>{said(row, t)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

function said(
  { note, value }: PanelRow,
  t: (word: ShelfWord, of?: Record<string, number>) => string,
): string {
  switch (note) {
    case "reset":
      return t("panel.reset");
    case "muted":
      return t(value ? "panel.muted" : "panel.not-muted");
    case "disabled":
      return value ? t("panel.disabled", { count: Number(value) }) : t("panel.not-disabled");
    case "running":
      return t(value ? "panel.running" : "panel.not-running");
    case "auto":
      return t(value ? "panel.auto" : "panel.manual");
    default:
      return note satisfies never;
  }
}
