/** Under the chart, by time: alarms that can be opened, and bars of hot work, tests and what was out of service. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { formatClock, formatDateTime } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLive } from "../../shared/live.ts";
import { markOf, type PriorityMark, PriorityShape } from "../../shared/priority.tsx";
import { showRecord } from "../record/use-shown.ts";
import type { SiteMark } from "./use-trends.ts";
import type { TrendsWord } from "./words/zh.ts";

type Props = {
  readonly marks: readonly SiteMark[];
  /** SITE/DEVICE of the points that are shown. */
  readonly devices: ReadonlySet<string>;
  readonly from: number;
  readonly to: number;
  readonly utcOffsetMin: number;
  readonly onAlarm: (row: string) => void;
};

/** More stand on each other. */
const mostShown = 200;

export function Lane({ marks, devices, from, to, utcOffsetMin, onAlarm }: Props): ReactElement {
  const { t, text } = useWords<TrendsWord>();
  const { alarms, incidents } = useLive();
  const share = (at: number): number => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const within = marks
    .filter(({ at, until }) => at < to && (until ?? to) >= from)
    .slice(-mostShown);
  const points = within.filter(({ kind, at }) => kind === "alarm" && at >= from);
  const bars = within.filter(({ kind }) => kind !== "alarm");
  const open = (mark: SiteMark): void => {
    if (mark.incident !== null && incidents.has(mark.incident)) return onAlarm(mark.incident);
    if (alarms.has(mark.id)) return onAlarm(mark.id);
    if (mark.incident !== null) showRecord(mark.incident);
  };
  const isOpenable = ({ id, incident }: SiteMark): boolean => incident !== null || alarms.has(id);
  const said = (mark: SiteMark): string => {
    const of = mark.ruleName ? text(mark.ruleName) : (mark.number ?? "");
    const when = formatDateTime(mark.at, utcOffsetMin).slice(5);
    const end = mark.until === null ? "" : ` – ${formatClock(mark.until, utcOffsetMin)}`;
    return [t(`trends.mark.${mark.kind}`), mark.device, of, `${when}${end}`]
      .filter(Boolean)
      .join(" · ");
  };
  return (
    <div className="trends-lane">
      {bars.map((mark) => (
        <span
          key={mark.id}
          className="trends-bar"
          data-kind={mark.kind}
          title={said(mark)}
          style={{
            insetInlineStart: `${share(mark.at) * 100}%`,
            width: `${Math.max(0.4, (share(mark.until ?? to) - share(mark.at)) * 100)}%`,
          }}
        >
          {t(`trends.mark.${mark.kind}`)}
        </span>
      ))}
      {points.map((mark) => (
        <button
          key={mark.id}
          type="button"
          className="trends-mark"
          data-alarm={mark.id}
          data-own={devices.has(`${mark.site}/${mark.device}`)}
          data-priority={urgencyOf(mark)}
          disabled={!isOpenable(mark)}
          title={said(mark)}
          aria-label={said(mark)}
          style={{ insetInlineStart: `${share(mark.at) * 100}%` }}
          onClick={() => open(mark)}
        >
          <PriorityShape mark={urgencyOf(mark)} />
        </button>
      ))}
    </div>
  );
}

/** Of an alarm; as it was raised. */
function urgencyOf({ priority, class: of }: SiteMark): PriorityMark {
  return markOf((priority ?? "P3") as AlarmRow["priority"], of as AlarmRow["class"]);
}
