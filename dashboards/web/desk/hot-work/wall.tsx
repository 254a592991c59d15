/**
 * The wall (大屏): hot work of now in letters that are read from five metres, at an address of its own. It
 * acts on nothing; when the list is longer than the wall it turns its pages, what stands still always first.
 */
import { type ReactElement, useEffect, useState } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useLiveValue } from "../../shared/live.ts";
import { DemoMark } from "../parts.tsx";
import { useNow } from "../use-now.ts";
import "./hot-work.css";
import "./wall.css";
import { formatSpan, groupOf, permitsOf } from "./permits.ts";
import { CauseLine, PermitClock, StateMark, usePlace } from "./state.tsx";
import { useFollowPermits, usePermits } from "./use-permits.ts";
import { showHotWork } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

/** Of the lines that fit on a screen of 16:9. */
const rowsOfPage = 7;
const turnEveryMs = 12_000;

export function Wall(): ReactElement {
  const { t } = usePermitWords();
  useFollowPermits();
  const { data, isError } = usePermits();
  const link = useLiveValue((live) => live.link);
  const utcOffsetMin = data?.utcOffsetMin ?? 480;
  const now = useNow();
  const open = data ? permitsOf(data.permits, now, { utcOffsetMin, days: 1 }) : [];
  const permits = open.filter((one) => groupOf(one) !== "over");
  const { page, pages, rows } = usePages(permits);
  const isLost = isError || link === "lost";
  return (
    <main className="wall" data-lost={isLost}>
      <header>
        <h1>{t("permit.wall-title")}</h1>
        <DemoMark />
        <time>{formatDateTime(now, utcOffsetMin)}</time>
        <button type="button" className="button quiet" onClick={() => showHotWork()}>
          {t("permit.wall-back")}
        </button>
      </header>
      {isLost && <p className="wall-lost">{t("permit.wall-lost")}</p>}
      {!data && !isError && <p className="wall-empty">{t("permit.loading")}</p>}
      {data && permits.length === 0 && <p className="wall-empty">{t("permit.wall-none")}</p>}
      <ul>
        {rows.map((permit) => (
          <WallRow key={permit.id} permit={permit} now={now} utcOffsetMin={utcOffsetMin} />
        ))}
      </ul>
      {pages > 1 && <footer>{t("permit.wall-page", { page: page + 1, pages })}</footer>}
    </main>
  );
}

type RowProps = {
  readonly permit: PermitView;
  readonly now: number;
  readonly utcOffsetMin: number;
};

function WallRow({ permit, now, utcOffsetMin }: RowProps): ReactElement {
  const { t, of } = usePermitWords();
  const place = usePlace();
  const { report, alarms } = permit;
  return (
    <li data-group={groupOf(permit)}>
      <div>
        <strong>{place(permit)}</strong>
        <StateMark permit={permit} />
        {alarms.length > 0 && (
          <span className="permit-alarms">{t("permit.alarms", { count: alarms.length })}</span>
        )}
      </div>
      <div>
        <CauseLine permit={permit} />
        <span>{of("class", permit.class)}</span>
        <span>{of("kind", report.kind)}</span>
        <span>{formatSpan(report.startsAt, report.endsAt, now, utcOffsetMin)}</span>
        <PermitClock permit={permit} />
      </div>
    </li>
  );
}

/** What stands still is on every page; the others turn. */
function usePages(permits: readonly PermitView[]) {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((now) => now + 1), turnEveryMs);
    return () => clearInterval(timer);
  }, []);
  const stopped = permits.filter((one) => groupOf(one) === "stopped").slice(0, rowsOfPage - 1);
  const others = permits.filter((one) => !stopped.includes(one));
  const size = rowsOfPage - stopped.length;
  const pages = Math.max(1, Math.ceil(others.length / size));
  const page = turn % pages;
  return { page, pages, rows: [...stopped, ...others.slice(page * size, (page + 1) * size)] };
}
