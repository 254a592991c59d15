/** The list in a flood: fires one by one, then a line for each site that opens and closes. */
import { type ReactElement, useState } from "react";
import { useWords } from "../../shared/i18n.ts";
import { PriorityShape } from "../../shared/priority.tsx";
import { type Row, urgencies } from "../rows.ts";
import { type Group, partsOf, urgencyOf } from "./groups.ts";
import type { FloodWord } from "./words/zh.ts";

type Props = {
  readonly shown: readonly Row[];
  readonly selected: string | null;
  readonly draw: (row: Row) => ReactElement;
};

export function FloodRows({ shown, selected, draw }: Props): ReactElement {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { loose, groups } = partsOf(shown);
  const toggle = (key: string): void => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    <>
      {loose.map(draw)}
      {groups.map((group) => (
        <SiteGroup
          key={`site-${group.key}`}
          group={group}
          open={open.has(group.key)}
          selected={selected}
          onToggle={() => toggle(group.key)}
          draw={draw}
        />
      ))}
    </>
  );
}

type GroupProps = {
  readonly group: Group;
  readonly open: boolean;
  readonly selected: string | null;
  readonly onToggle: () => void;
  readonly draw: Props["draw"];
};

/** Closed it still shows the row that is selected: keys walk through it, and the card is about it. */
function SiteGroup({ group, open, selected, onToggle, draw }: GroupProps): ReactElement {
  const { t, text } = useWords<FloodWord>();
  const { rows, devices } = group;
  const urgency = urgencies[urgencyOf(group)] ?? "P4";
  const waiting = rows.filter((row) => row.needsSomeone && !row.gone).length;
  const first = rows[0];
  const name = first?.kind === "incident" ? first.card.siteName : first?.alarm.siteName;
  const visible = open ? rows : rows.filter(({ key }) => key === selected);
  return (
    <>
      <li className="group" data-priority={urgency} data-count={rows.length}>
        <button type="button" className="group-head" aria-expanded={open} onClick={onToggle}>
          <PriorityShape mark={urgency} />
          <strong className="group-name">{name ? text(name) : group.key}</strong>
          <span>{t("flood.group", { count: rows.length, devices })}</span>
          {waiting > 0 && <span className="muted">{t("flood.waiting", { count: waiting })}</span>}
          <span className="group-mark" aria-hidden="true">
            {open ? "−" : "+"}
          </span>
        </button>
      </li>
      {visible.map(draw)}
    </>
  );
}
