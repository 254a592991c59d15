/** Permits of a day or a week, a line for each site: bars where they are planned. */
import { type CSSProperties, type ReactElement, useState } from "react";
import type { PermitList, PermitView } from "#gateway/api/hot-work-contract.ts";
import { formatDateTime } from "../../shared/format.ts";
import { dayOf, formatSpan, groupOf, permitsOf } from "./permits.ts";
import { usePlace } from "./state.tsx";
import { showPermit } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const lengths = { day: 1, week: 7 } as const;
type Length = keyof typeof lengths;

export function Calendar({ list }: { readonly list: PermitList }): ReactElement {
  const { t, text } = usePermitWords();
  const { at, utcOffsetMin, permits } = list;
  const [length, setLength] = useState<Length>("day");
  const [from, setFrom] = useState(() => dayOf(at, utcOffsetMin));
  const days = lengths[length];
  const shown = permitsOf(permits, from, { utcOffsetMin, days });
  const sites = [...new Map(shown.map((one) => [one.report.site, one.report.siteName]))].sort(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  const scale = { from, ms: days * dayMs, utcOffsetMin };
  return (
    <>
      <div className="permit-days">
        {(["day", "week"] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="button small"
            aria-pressed={length === one}
            onClick={() => setLength(one)}
          >
            {t(`permit.${one}`)}
          </button>
        ))}
        <button type="button" className="button small" onClick={() => setFrom(from - days * dayMs)}>
          ‹ {t("permit.before")}
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => setFrom(dayOf(at, utcOffsetMin))}
        >
          {t("permit.to-today")}
        </button>
        <button type="button" className="button small" onClick={() => setFrom(from + days * dayMs)}>
          {t("permit.after")} ›
        </button>
        <strong>{dates(from, days, utcOffsetMin)}</strong>
      </div>
      {shown.length === 0 ? (
        <p className="empty">{t("permit.calendar-empty")}</p>
      ) : (
        <div className="calendar" style={{ "--lines": days === 1 ? 12 : 7 } as CSSProperties}>
          <Ruler {...scale} days={days} />
          {sites.map(([site, name]) => (
            <section key={site} className="calendar-site">
              <h2>{text(name)}</h2>
              <ul>
                {shown
                  .filter((one) => one.report.site === site)
                  .map((permit) => (
                    <Bar key={permit.id} permit={permit} {...scale} />
                  ))}
              </ul>
            </section>
          ))}
          {at > from && at < from + days * dayMs && (
            <i
              className="calendar-now"
              style={{ "--at": (at - from) / (days * dayMs) } as CSSProperties}
            />
          )}
        </div>
      )}
    </>
  );
}

function dates(from: number, days: number, utcOffsetMin: number): string {
  const date = (when: number): string => formatDateTime(when, utcOffsetMin).slice(0, 10);
  return days === 1 ? date(from) : `${date(from)} – ${date(from + (days - 1) * dayMs)}`;
}

type Scale = { readonly from: number; readonly ms: number; readonly utcOffsetMin: number };

function Ruler({ from, utcOffsetMin, days }: Scale & { readonly days: number }): ReactElement {
  const step = days === 1 ? 2 * hourMs : dayMs;
  const ticks = Array.from({ length: days === 1 ? 12 : 7 }, (_, i) => from + i * step);
  return (
    <div className="calendar-ruler" aria-hidden="true">
      {ticks.map((tick) => {
        const said = formatDateTime(tick, utcOffsetMin);
        return <span key={tick}>{days === 1 ? said.slice(11, 16) : said.slice(5, 10)}</span>;
      })}
    </div>
  );
}

function Bar({
  permit,
  from,
  ms,
  utcOffsetMin,
}: Scale & { readonly permit: PermitView }): ReactElement {
  const { of } = usePermitWords();
  const place = usePlace();
  const { startsAt, endsAt } = permit.report;
  const until = Math.max(endsAt, permit.watch.until ?? 0);
  const start = Math.max(0, (startsAt - from) / ms);
  const width = Math.min(1, (until - from) / ms) - start;
  const times = formatSpan(startsAt, endsAt, from, utcOffsetMin);
  return (
    <li style={{ "--start": start, "--width": width } as CSSProperties}>
      <button
        type="button"
        className="calendar-bar"
        data-group={groupOf(permit)}
        onClick={() => showPermit(permit.id)}
      >
        <strong>{times}</strong> {of("state", permit.state)} · {of("class", permit.class)} ·{" "}
        {place(permit)}
      </button>
    </li>
  );
}
