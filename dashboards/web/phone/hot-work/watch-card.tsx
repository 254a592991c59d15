/** What the watcher waits for, in large letters: the next check-in, the end of the work, the end of the watch. */
import type { ReactElement } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { isWatched } from "#rules/hot-work/permit.ts";
import { formatLasting, formatWhen } from "../../shared/format.ts";
import { remindMs } from "./acts.ts";
import { useHotWords } from "./words.ts";

type Props = {
  readonly permit: PermitView;
  readonly now: number;
  readonly utcOffsetMin: number;
  readonly onCheckIn: (() => void) | null;
};

export function WatchCard({ permit, now, utcOffsetMin, onCheckIn }: Props): ReactElement | null {
  const { t } = useHotWords();
  if (!isWatched(permit)) return null;
  const { nextAt, checkedInAt, missed, until } = permit.watch;
  const isDue = nextAt !== null && now > nextAt - remindMs;
  const left = (at: number): string => formatLasting(Math.abs(at - now));
  return (
    <section className="watch-card" data-due={isDue}>
      {until !== null && permit.state === "fire-watch" && (
        <p className="count" data-count="fire-watch">
          {now < until ? t("hw.watch-left", { time: left(until) }) : t("hw.watch-over")}
        </p>
      )}
      {nextAt !== null && (
        <p className="count" data-count="check-in">
          {now < nextAt
            ? t("hw.check-in-in", { time: left(nextAt) })
            : t("hw.check-in-late", { time: left(nextAt) })}
        </p>
      )}
      {missed > 0 && <p className="failure">{t("hw.check-in-missed", { count: missed })}</p>}
      {checkedInAt !== null && (
        <p className="muted small">
          {t("hw.checked-in", { time: formatWhen(checkedInAt, now, utcOffsetMin) })}
        </p>
      )}
      {permit.state === "active" && (
        <p className="small">{t("hw.ends-in", { time: left(permit.report.endsAt) })}</p>
      )}
      {onCheckIn && (
        <button type="button" className="button" data-act="check-in" onClick={onCheckIn}>
          {t("hot-work.act.check-in")}
        </button>
      )}
    </section>
  );
}
