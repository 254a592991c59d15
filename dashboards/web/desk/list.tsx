/** The list of incidents and alarms. It holds still while somebody is in it (rows.ts). */
import { memo, type ReactElement, useEffect, useRef } from "react";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { floodOf } from "../shared/flood.ts";
import { formatWhen } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { PriorityShape } from "../shared/priority.tsx";
import { FloodRows } from "./flood/rows.tsx";
import type { FloodWord } from "./flood/words/zh.ts";
import { DemoMark, KeyCap, LastingMinutes } from "./parts.tsx";
import { isOfFire, isSameRow, type Row, type Urgency } from "./rows.ts";
import { LastCall } from "./shelf/escalation.tsx";
import type { HeldRows } from "./use-held-rows.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = {
  readonly list: HeldRows;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
  readonly onMostUrgent: () => void;
};

export function IncidentList({ list, selected, onSelect, onMostUrgent }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const complete = useLiveValue((live) => live.complete);
  const flooded = useLiveValue((live) => floodOf(live) !== null);
  const { shown, fresh, held } = list;
  const draw = (row: Row): ReactElement => (
    <ListRow key={row.key} row={row} selected={row.key === selected} onSelect={onSelect} />
  );
  return (
    <section className="list" aria-label={t("list.title")} data-held={held}>
      <header className="panel-head">
        <h2>{t("list.title")}</h2>
        <span className="muted">{t("list.count", { count: shown.length + fresh.length })}</span>
      </header>
      <Announce list={list} onMostUrgent={onMostUrgent} />
      {shown.length === 0 ? (
        <p className="empty">{complete ? t("list.empty") : t("list.loading")}</p>
      ) : (
        <ol className="rows" {...list.handlers}>
          {flooded ? <FloodRows shown={shown} selected={selected} draw={draw} /> : shown.map(draw)}
        </ol>
      )}
    </section>
  );
}

/** Always as high as when it has news: what appears must not push the rows down. */
function Announce({ list, onMostUrgent }: Pick<Props, "list" | "onMostUrgent">): ReactElement {
  const { t } = useWords<DeskWord>();
  const [first] = list.fresh;
  if (!first) {
    return <p className="announce muted">{t(list.held ? "list.held" : "list.order")}</p>;
  }
  return (
    <button
      type="button"
      className="announce news"
      data-priority={first.urgency}
      onClick={onMostUrgent}
    >
      <PriorityShape mark={first.urgency} />
      <strong>{t("list.new", { count: list.fresh.length })}</strong>
      <span className="announce-word">
        <UrgencyWord urgency={first.urgency} isFire={isOfFire(first)} />
      </span>
      <span>{t("list.show")}</span>
      <KeyCap does="most-urgent" />
    </button>
  );
}

type RowProps = {
  readonly row: Row;
  readonly selected: boolean;
  readonly onSelect: (key: string) => void;
};

/** Of a hundred rows only those are drawn anew of which something has changed. */
const ListRow = memo(OneRow, (a, b) => {
  return a.selected === b.selected && a.onSelect === b.onSelect && isSameRow(a.row, b.row);
});

function OneRow({ row, selected, onSelect }: RowProps): ReactElement {
  const { t, text } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (selected) button.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const alarm = row.kind === "alarm" ? row.alarm : sceneAlarm(row.card.alarms);
  const where = alarm ? text(alarm.place) : row.kind === "incident" ? text(row.card.siteName) : "";
  return (
    <li>
      <button
        type="button"
        ref={button}
        className="row"
        data-key={row.key}
        data-priority={row.urgency}
        data-needs={row.needsSomeone && !row.gone}
        data-gone={row.gone}
        aria-current={selected}
        onClick={() => onSelect(row.key)}
      >
        <span className="row-head">
          <PriorityShape mark={row.urgency} />
          <strong>
            <UrgencyWord urgency={row.urgency} isFire={isOfFire(row)} />
          </strong>
          {row.kind === "incident" && <span className="row-number">{row.card.number}</span>}
          <DemoMark />
        </span>
        <span className="row-where">{alarm?.outage ? text(alarm.what) : where}</span>
        <span className="row-foot">
          <RowState row={row} />
          <LastCall alarms={row.kind === "alarm" ? [row.alarm] : row.card.alarms} />
          <span className="row-when">
            {formatWhen(row.at, Date.now() + clockOffsetMs, utcOffsetMin)}{" "}
            {row.gone ? t("list.gone") : <LastingMinutes since={row.at} />}
          </span>
        </span>
        {alarm && row.kind === "alarm" && !alarm.outage && (
          <span className="row-rule">{text(alarm.title)}</span>
        )}
      </button>
    </li>
  );
}

function RowState({ row }: { readonly row: Row }): ReactElement {
  const { t, rule } = useWords<FloodWord>();
  if (row.kind === "alarm") {
    const state = rule(`alarm-state.${row.alarm.state}`);
    return <span>{row.alarm.chatters ? `${state} · ${t("flood.chatters")}` : state}</span>;
  }
  const { verification, response } = row.card;
  return (
    <span>
      {rule(`verification.${verification}`)} · {rule(`response.${response}`)}
    </span>
  );
}

type UrgencyProps = { readonly urgency: Urgency; readonly isFire?: boolean };

/** A flood or a rescue has words of its own under the marks of a fire. */
export function UrgencyWord({ urgency, isFire = true }: UrgencyProps): ReactElement {
  const { rule } = useWords<DeskWord>();
  if (!isFire && (urgency === "P0" || urgency === "P1-fire")) {
    return <>{rule(`priority.${urgency.slice(0, 2)}.emergency`)}</>;
  }
  const key =
    urgency === "P1-fire" ? "P1.fire" : urgency === "P1-suppression" ? "P1.suppression" : urgency;
  return <>{rule(`priority.${key}`)}</>;
}
