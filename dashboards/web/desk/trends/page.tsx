/**
 * Trends (趋势): curves of several points over any time that is stored, with limits, gaps and what stood
 * then. What is shown stands in the address; finer rows are asked for as somebody looks closer.
 */
import { type KeyboardEvent, type ReactElement, useState } from "react";
import { formatDateTime } from "../../shared/format.ts";
import { useWords, type Words } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { BackButton, PageShell } from "../page-shell.tsx";
import { DemoMark } from "../parts.tsx";
import { useNow } from "../use-now.ts";
import {
  addressOf,
  mostPoints,
  panned,
  presets,
  replaceView,
  spanOf,
  useShownTrends,
  type View,
  zoomed,
} from "./address.ts";
import { Chart } from "./chart.tsx";
import { Lane } from "./lane.tsx";
import { Legend, useGapWords } from "./legend.tsx";
import { Picker } from "./picker.tsx";
import "./trends.css";
import { Refused } from "../../shared/api.ts";
import { unitText } from "../device/reading.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { useCourses, useMarks, useSettled } from "./use-trends.ts";
import type { TrendsWord } from "./words/zh.ts";

type Props = {
  readonly onBack: () => void;
  /** Shows the card of an alarm or an incident. */
  readonly onAlarm: (row: string) => void;
};

const usualRows = 600;
const settledMs = 120;
const chartHeightPx = 420;
const closer = 0.5;

export function TrendsPage({ onBack, onAlarm }: Props): ReactElement | null {
  const { t } = useWords<TrendsWord | DeviceWord>();
  const view = useShownTrends();
  const now = useNow();
  if (!view) return null;
  const show = (next: View): void => {
    location.hash = addressOf(next);
  };
  return (
    <PageShell
      className="trends-page"
      label={t("trends.title")}
      onKeyDown={(event) => byKey(event, view, now, show)}
    >
      <header className="device-head">
        <BackButton onBack={onBack} />
        <h1>{t("trends.title")}</h1>
        <DemoMark />
        <Picker
          chosen={view.points}
          onAdd={(id) => show({ ...view, points: [...view.points, id].slice(0, mostPoints) })}
          onRemove={(id) => show(without(view, id))}
        />
      </header>
      <Times view={view} now={now} show={show} />
      {view.points.length === 0 ? (
        <p className="empty">
          {t("trends.empty")}
          <br />
          <span className="muted">{t("trends.empty-hint")}</span>
        </p>
      ) : (
        <Curves view={view} now={now} show={show} onAlarm={onAlarm} />
      )}
    </PageShell>
  );
}

const without = (view: View, id: string): View => ({
  ...view,
  points: view.points.filter((one) => one !== id),
});

function byKey(
  event: KeyboardEvent<HTMLElement>,
  view: View,
  now: number,
  show: (view: View) => void,
): void {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  const next = {
    "+": () => zoomed(view, now, closer, null),
    "=": () => zoomed(view, now, closer, null),
    "-": () => zoomed(view, now, 1 / closer, null),
    ArrowLeft: () => panned(view, now, -0.25),
    ArrowRight: () => panned(view, now, 0.25),
    Home: () => following(view, now),
  }[event.key];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  show(next());
}

function following(view: View, now: number): View {
  const { from, to } = spanOf(view, now);
  return { ...view, time: { last: to - from } };
}

type TimesProps = {
  readonly view: View;
  readonly now: number;
  readonly show: (view: View) => void;
};

function Times({ view, now, show }: TimesProps): ReactElement {
  const { t } = useWords<TrendsWord>();
  const [isCopied, copied] = useState(false);
  const last = "last" in view.time ? view.time.last : null;
  const { from, to } = spanOf(view, now);
  const points = view.points.join(",");
  const copy = async (): Promise<void> => {
    const fixed = addressOf({ points: view.points, time: { from, to } });
    await navigator.clipboard.writeText(new URL(fixed, location.href).href);
    copied(true);
    setTimeout(() => copied(false), 2000);
  };
  const button = (word: TrendsWord, shown: string, next: View): ReactElement => (
    <button
      type="button"
      className="button"
      aria-label={t(word)}
      title={t(word)}
      onClick={() => show(next)}
    >
      {shown}
    </button>
  );
  return (
    <div className="trends-times">
      <fieldset className="trends-presets" aria-label={t("trends.title")}>
        {presets.map(([name, ms]) => (
          <button
            key={name}
            type="button"
            className="button"
            aria-pressed={last === ms}
            onClick={() => show({ ...view, time: { last: ms } })}
          >
            {t(`trends.last-${name}`)}
          </button>
        ))}
      </fieldset>
      {button("trends.earlier", "◀", panned(view, now, -0.5))}
      {button("trends.later", "▶", panned(view, now, 0.5))}
      {button("trends.zoom-in", "+", zoomed(view, now, closer, null))}
      {button("trends.zoom-out", "−", zoomed(view, now, 1 / closer, null))}
      <button
        type="button"
        className="button"
        aria-pressed={last !== null}
        onClick={() => show(following(view, now))}
      >
        {t("trends.live")}
      </button>
      <span className="header-space" />
      {view.points.length > 0 && (
        <>
          <button type="button" className="button quiet" onClick={() => void copy()}>
            {t(isCopied ? "trends.link-done" : "trends.link")}
          </button>
          <a
            className="button"
            href={`/api/v1/trends.csv?points=${points}&from=${from}&to=${to}`}
            download
          >
            {t("trends.csv")}
          </a>
        </>
      )}
    </div>
  );
}

type CurvesProps = TimesProps & { readonly onAlarm: (row: string) => void };

function Curves({ view, now, show, onAlarm }: CurvesProps): ReactElement {
  const { t, text } = useWords<TrendsWord | DeviceWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const [limits, setLimits] = useState(true);
  const [marked, setMarked] = useState(true);
  const [cursor, setCursor] = useState<number | null>(null);
  const gapWords = useGapWords();
  const unitWord = (unit: string): string => unitText(unit, { t });
  const settled = useSettled(view, settledMs);
  const courses = useCourses(settled, usualRows);
  const marks = useMarks(settled, marked);
  const { data, error } = courses;
  // A live range ends where its data end, so that nothing jumps between two readings.
  const { from, to } =
    "last" in view.time && data ? liveSpan(data, view.time.last) : spanOf(view, now);
  const series = data?.series.filter(({ id }) => view.points.includes(id)) ?? [];
  const devices = new Set(view.points.map((id) => id.split("/").slice(0, 2).join("/")));
  const own = marked ? marks.marks : [];
  const remove = (id: string): void => show(without(view, id));
  const ofLegend = { utcOffsetMin, onRemove: remove };
  if (error instanceof Refused && error.code === "not-found") {
    // None of them is there.
    return <Legend series={[]} missing={view.points} at={to} read={{ from, to }} {...ofLegend} />;
  }
  const state = <State courses={courses} points={view.points} onRemove={remove} />;
  if (series.length === 0 || !data) {
    return state;
  }
  const names = series.map(({ name }) => text(name)).join(", ");
  const when = (at: number): string => formatDateTime(at, utcOffsetMin);
  return (
    <>
      <Legend
        series={series}
        missing={data.missing.filter((id) => view.points.includes(id))}
        at={cursor ?? to - 1}
        read={data}
        {...ofLegend}
      />
      <div className="trends-plot" aria-busy={courses.isFetching}>
        {courses.isError && state}
        <Chart
          series={series}
          gapWords={gapWords}
          unitWord={unitWord}
          from={from}
          to={to}
          marks={own.filter(({ site, device }) => devices.has(`${site}/${device}`))}
          showLimits={limits}
          utcOffsetMin={utcOffsetMin}
          heightPx={chartHeightPx}
          label={t("trends.chart", { names, from: when(from), to: when(to) })}
          onSpan={(a, b) => show(zoomed({ ...view, time: { from: a, to: b } }, now, 1, null))}
          onWheel={(zoom, pan, around) =>
            replaceView(
              zoom === 0
                ? panned(view, now, pan)
                : zoomed(view, now, zoom < 0 ? 0.8 : 1.25, around),
            )
          }
          onCursor={setCursor}
        />
        {marked && (
          <Lane
            marks={own}
            devices={devices}
            from={from}
            to={to}
            utcOffsetMin={utcOffsetMin}
            onAlarm={onAlarm}
          />
        )}
      </div>
      <Foot
        series={series}
        cursor={cursor}
        marks={marked ? marks : null}
        from={from}
        toggles={
          <>
            <Toggle word="trends.limits" on={limits} set={setLimits} />
            <Toggle word="trends.marks" on={marked} set={setMarked} />
          </>
        }
      />
      <p className="muted">{t("trends.keys")}</p>
    </>
  );
}

function liveSpan({ to }: { readonly to: number }, last: number) {
  return { from: to - last, to };
}

type StateProps = {
  readonly courses: ReturnType<typeof useCourses>;
  readonly points: readonly string[];
  readonly onRemove: (id: string) => void;
};

/** Why there are no curves. */
function State({ courses, points, onRemove }: StateProps): ReactElement {
  const { t } = useWords<TrendsWord>();
  const { error } = courses;
  if (!(error instanceof Refused) || error.code === "starting") {
    if (error && !(error instanceof Refused))
      return <p className="empty problem">{t("trends.failed")}</p>;
    return <p className="empty">{t("trends.loading")}</p>;
  }
  const { code } = error;
  return (
    <div className="empty">
      <p className="problem">{t("trends.refused", { code })}</p>
      {points.map((id) => (
        <button key={id} type="button" className="button" onClick={() => onRemove(id)}>
          {t("trends.remove", { name: id })}
        </button>
      ))}
    </div>
  );
}

type ToggleProps = {
  readonly word: "trends.limits" | "trends.marks";
  readonly on: boolean;
  readonly set: (on: boolean) => void;
};

function Toggle({ word, on, set }: ToggleProps): ReactElement {
  const { t } = useWords<TrendsWord>();
  return (
    <label className="trends-toggle">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} />
      {t(word)}
    </label>
  );
}

type FootProps = {
  readonly series: Parameters<typeof Legend>[0]["series"];
  readonly cursor: number | null;
  readonly marks: ReturnType<typeof useMarks> | null;
  readonly from: number;
  readonly toggles: ReactElement;
};

/** How fine it is, where the cursor stands, and what the marks do not have. */
function Foot({ series, cursor, marks, from, toggles }: FootProps): ReactElement {
  const { t } = useWords<TrendsWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const [first] = series;
  const when = (at: number): string => formatDateTime(at, utcOffsetMin);
  const notes = [
    first && t(`trends.resolution.${first.resolution}`),
    first && first.bucketMs > 0 && t("trends.step", { step: lengthText(first.bucketMs, t) }),
    marks?.failed && t("trends.mark-failed"),
    marks?.isRead && marks.marks.length === 0 && !marks.failed && t("trends.mark-none"),
    marks && marks.since > from && t("trends.mark-since", { at: when(marks.since) }),
    marks?.more && t("trends.mark-more"),
  ].filter(Boolean);
  return (
    <div className="trends-foot">
      <span className="muted">{notes.join(" · ")}</span>
      <span className="header-space" />
      {cursor !== null && <time>{when(cursor)}</time>}
      {toggles}
    </div>
  );
}

/** "2 h", "15 min", "30 s". */
function lengthText(ms: number, t: Words<TrendsWord>["t"]): string {
  const s = ms / 1000;
  if (s % 86_400 === 0) return t("trends.days", { n: s / 86_400 });
  if (s % 3600 === 0) return t("trends.hours", { n: s / 3600 });
  return s % 60 === 0 ? t("trends.minutes", { n: s / 60 }) : t("trends.seconds", { n: s });
}
