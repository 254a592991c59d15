/** Today's permits: what stands still on top, then what burns, is watched, is to come, and is over. */
import type { ReactElement } from "react";
import type { PermitList, PermitView } from "#gateway/api/hot-work-contract.ts";
import { useMinutesSince } from "../use-now.ts";
import { formatSpan, type Group, groupOf, groups, permitsOf } from "./permits.ts";
import { CauseLine, PermitClock, StateMark, usePlace } from "./state.tsx";
import { useFixedAreas } from "./use-permits.ts";
import { showPermit } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

type Props = { readonly list: PermitList };

export function TodayList({ list }: Props): ReactElement {
  const { t } = usePermitWords();
  const { at, utcOffsetMin, permits, more } = list;
  // Its own time is that of the list: a page left open over midnight shows the new day.
  const minutes = useMinutesSince(at);
  const now = at + Math.max(0, minutes) * 60_000;
  const today = permitsOf(permits, now, { utcOffsetMin, days: 1 });
  return (
    <>
      {today.length === 0 && <p className="empty">{t("permit.empty")}</p>}
      {groups.map((group) => (
        <GroupOf
          key={group}
          group={group}
          permits={today.filter((one) => groupOf(one) === group)}
          now={now}
          utcOffsetMin={utcOffsetMin}
        />
      ))}
      {more > 0 && <p className="muted">{t("permit.more", { count: more })}</p>}
      <FixedAreas />
    </>
  );
}

type GroupProps = {
  readonly group: Group;
  readonly permits: readonly PermitView[];
  readonly now: number;
  readonly utcOffsetMin: number;
};

function GroupOf({ group, permits, now, utcOffsetMin }: GroupProps): ReactElement | null {
  const { t } = usePermitWords();
  if (permits.length === 0) return null;
  return (
    <section className="permit-group" data-group={group}>
      <h2>
        {t(`permit.group.${group}`)} <span className="muted">{permits.length}</span>
      </h2>
      <ul>
        {permits.map((permit) => (
          <PermitRow key={permit.id} permit={permit} now={now} utcOffsetMin={utcOffsetMin} />
        ))}
      </ul>
    </section>
  );
}

type RowProps = Pick<GroupProps, "now" | "utcOffsetMin"> & { readonly permit: PermitView };

function PermitRow({ permit, now, utcOffsetMin }: RowProps): ReactElement {
  const { t, of, text } = usePermitWords();
  const place = usePlace();
  const { number, report, check, alarms } = permit;
  const station = check?.stationName ? text(check.stationName) : t("permit.no-station");
  return (
    <li>
      <button
        type="button"
        className="permit-row"
        data-permit={permit.id}
        onClick={() => showPermit(permit.id)}
      >
        <span className="permit-main">
          <StateMark permit={permit} />
          <strong>{place(permit)}</strong>
          {alarms.length > 0 && (
            <span className="permit-alarms">{t("permit.alarms", { count: alarms.length })}</span>
          )}
        </span>
        <CauseLine permit={permit} />
        <span className="permit-facts">
          <span>{of("class", permit.class)}</span>
          <span>{of("kind", report.kind)}</span>
          <span>{formatSpan(report.startsAt, report.endsAt, now, utcOffsetMin)}</span>
          <span>
            {t("permit.station")} {station}
          </span>
          <span>
            {t("hot-work.watcher")} {report.watcher.name ?? report.watcher.id}
          </span>
          <span className="muted">{number}</span>
        </span>
        <PermitClock permit={permit} />
      </button>
    </li>
  );
}

function FixedAreas(): ReactElement | null {
  const { t, text } = usePermitWords();
  const { data } = useFixedAreas();
  if (!data) return null;
  return (
    <details className="permit-fixed">
      <summary>
        {t("permit.fixed")} <span className="muted">{data.areas.length + data.more}</span>
      </summary>
      <p className="muted">{t("permit.fixed-law")}</p>
      {data.areas.length === 0 && <p className="muted">{t("permit.fixed-none")}</p>}
      <ul>
        {data.areas.map(({ site, zone, siteName, zoneName }) => (
          <li key={`${site}/${zone}`}>
            {text(siteName)} {text(zoneName)}
          </li>
        ))}
      </ul>
      {data.more > 0 && <p className="muted">{t("permit.more", { count: data.more })}</p>}
    </details>
  );
}
