/**
 * 火警处置单 on the card: six rows, each with its key, who has noted it and when. Rows of signals tick
 * themselves. Nothing here dials 119: a person does, and logs it.
 */
import type { ReactElement } from "react";
import type { ChecklistView, IncidentCard } from "#gateway/api/contract.ts";
import { formatClock, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import type { DeskAction } from "../keys.ts";
import { ActButton, OpenButton } from "../parts.tsx";
import { useNow } from "../use-now.ts";
import { command119Of } from "./command-119.ts";
import { noteOf, rowKeys } from "./rows.ts";
import { Water } from "./water.tsx";
import type { IncidentWord } from "./words/zh.ts";

type Row = ChecklistView["rows"][number];

export function Checklist({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t, text } = useWords<IncidentWord>();
  const { open } = useDesk();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { checklist } = card;
  if (!checklist) return null;
  const at = formatClock(checklist.openedAt, utcOffsetMin);
  return (
    <section className="checklist" aria-label={t("list119.title")}>
      <header className="part-head">
        <h2>{t("list119.title")}</h2>
        <span className="muted">
          {t("list119.opened", { at, why: t(`list119.why.${checklist.why}`) })}
        </span>
        <OpenButton does="call-119" look="danger" onClick={() => open({ kind: "call-119", card })}>
          {t("act.call-119")}
        </OpenButton>
        {card.command119 === null && (
          <ActButton does="command-119" command={command119Of(card)}>
            {t("command119.begin")}
          </ActButton>
        )}
      </header>
      <Overdue checklist={checklist} />
      <ol className="checklist-rows">
        {checklist.rows.map((row) => (
          <OneRow key={row.row} card={card} row={row} />
        ))}
      </ol>
      {checklist.via119.length > 0 && (
        <p className="problem">
          {t("list119.via", { names: checklist.via119.map((name) => text(name)).join(" · ") })}
        </p>
      )}
    </section>
  );
}

function Overdue({ checklist }: { readonly checklist: ChecklistView }): ReactElement | null {
  const { t } = useWords<IncidentWord>();
  const now = useNow();
  const { overdue, overdueAt, rows } = checklist;
  const isOpen = rows.some(({ row, state }) => row === "call-119" && state === "open");
  if (!isOpen) return null;
  if (overdue) {
    const name = overdue.name ?? overdue.person ?? "";
    return (
      <p className="problem" role="alert">
        {t("list119.overdue", { name })}
      </p>
    );
  }
  if (overdueAt === null) return null;
  return <p>{t("list119.overdue-in", { for: formatLasting(Math.max(0, overdueAt - now)) })}</p>;
}

function OneRow({ card, row }: { readonly card: IncidentCard; readonly row: Row }): ReactElement {
  const { t, rule } = useWords<IncidentWord>();
  const { open } = useDesk();
  const does: DeskAction = rowKeys[row.row];
  const label = row.row === "call-119" ? t("list119.log") : t("list119.done");
  return (
    <li data-row={row.row} data-state={row.state}>
      <span className="checklist-what">
        <strong>{rule(`checklist.${row.row}`)}</strong>
        <Noted row={row} />
        {row.row === "pump" && <Water site={card.site} />}
      </span>
      <span className="checklist-acts">
        <ActButton
          does={does}
          command={noteOf(card, row.row, "done")}
          disabled={row.state !== "open"}
        >
          {label}
        </ActButton>
        {row.state === "open" ? (
          <OpenButton onClick={() => open({ kind: "not-possible", card, row: row.row })}>
            {t("list119.impossible")}
          </OpenButton>
        ) : (
          <ActButton command={noteOf(card, row.row, "open")} disabled={row.bySignal}>
            {t("list119.undo")}
          </ActButton>
        )}
      </span>
    </li>
  );
}

function Noted({ row }: { readonly row: Row }): ReactElement {
  const { t, rule } = useWords<IncidentWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  if (row.at === null) return <span className="muted">{rule("checklist-state.open")}</span>;
  const at = formatClock(row.at, utcOffsetMin);
  const name = row.byName ?? row.by ?? "";
  if (row.row === "call-119" && row.state === "done") {
    return <span>{t("act.called-119", { time: at, name })}</span>;
  }
  const who = row.bySignal ? t("list119.by-signal", { at }) : t("list119.by", { at, name });
  const why = row.reason === null ? "" : `(${rule(`not-possible.${row.reason}`)})`;
  return (
    <span>
      {rule(`checklist-state.${row.state}`)}
      {why} {who}
    </span>
  );
}
