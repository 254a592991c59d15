/** District, time of the platform, who acts, and the few things that are no incident. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, type ReactElement } from "react";
import type { TourView } from "#gateway/api/contract.ts";
import { deleteJson, getJson, postJson } from "../shared/api.ts";
import { formatDateTime } from "../shared/format.ts";
import { setLanguage, useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { useDesk } from "./acts.ts";
import type { DeviceWord } from "./device/words/zh.ts";
import type { FiguresWord } from "./figures/words/zh.ts";
import { useStations } from "./force/use-stations.ts";
import type { ForceWord } from "./force/words/zh.ts";
import { HotWorkButton } from "./hot-work/button.tsx";
import { DemoMark, KeyCap } from "./parts.tsx";
import { showClosed } from "./record/use-shown.ts";
import type { RecordWord } from "./record/words/zh.ts";
import { toRefusal } from "./refusal.ts";
import type { ReportWord } from "./report/words/zh.ts";
import type { RoadsWord } from "./roads/words/zh.ts";
import { showRules } from "./rules/use-rules.ts";
import type { RulesWord } from "./rules/words/zh.ts";
import type { TestsWord } from "./tests/words/zh.ts";
import { showTrends } from "./trends/address.ts";
import type { TrendsWord } from "./trends/words/zh.ts";
import { useNow } from "./use-now.ts";
import { toggleTheme, useDark } from "./use-theme.ts";
import type { DeskWord } from "./words/zh.ts";

/** Drawn anew for reasons of its own only. */
export const Header = memo(OneHeader);

function OneHeader(): ReactElement {
  const { t, text } = useWords<DeskWord | DeviceWord | RecordWord | ReportWord | TrendsWord>();
  const district = useLiveValue((live) => live.district);
  const { session, open } = useDesk();
  return (
    <header className="header">
      <h1>
        {district ? text(district.name) : "firelink"} <span>{t("title")}</span>
      </h1>
      <DemoMark />
      <Clock />
      <span className="header-space" />
      <button type="button" className="button" onClick={() => open({ kind: "report" })}>
        {t("report.button")} <KeyCap does="report" />
      </button>
      {session.demo && <Tour />}
      <button type="button" className="button quiet" onClick={() => open({ kind: "devices" })}>
        {t("devices.title")} <KeyCap does="devices" />
      </button>
      <button type="button" className="button quiet" onClick={() => showTrends([])}>
        {t("trends.title")} <KeyCap does="trends" />
      </button>
      <StationsButton />
      <HotWorkButton />
      <button type="button" className="button quiet" onClick={showClosed}>
        {t("record.button")} <KeyCap does="closed-incidents" />
      </button>
      <button type="button" className="button person" onClick={() => open({ kind: "person" })}>
        <span className="muted">{t("person.acting")}</span> <strong>{session.acting.name}</strong>{" "}
        <KeyCap does="person" />
      </button>
    </header>
  );
}

/** What nobody needs while it burns, and the screen itself: in the line below, where there is room. */
export function Tools(): ReactElement {
  const { t, language } = useWords<
    DeskWord | FiguresWord | RoadsWord | RulesWord | TestsWord | TrendsWord
  >();
  const { open } = useDesk();
  const dark = useDark();
  return (
    <nav className="tools" aria-label={t("head.tools")}>
      <button type="button" className="button quiet" onClick={() => open({ kind: "tests" })}>
        {t("tests.title")} <KeyCap does="tests" />
      </button>
      <button type="button" className="button quiet" onClick={showRules}>
        {t("rules.title")} <KeyCap does="rules" />
      </button>
      <button type="button" className="button quiet" onClick={() => open({ kind: "figures" })}>
        {t("figures.button")} <KeyCap does="figures" />
      </button>
      <button type="button" className="button quiet" onClick={() => open({ kind: "completeness" })}>
        {t("completeness.title")} <KeyCap does="completeness" />
      </button>
      <button type="button" className="button quiet" onClick={() => open({ kind: "roads" })}>
        {t("roads.title")}
      </button>
      <a className="button quiet" href="/print/emergency-card" target="_blank" rel="noreferrer">
        {t("head.card")} <KeyCap does="card" />
      </a>
      <button
        type="button"
        className="button quiet"
        lang={language === "zh" ? "en" : "zh-CN"}
        onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
      >
        {t("head.language")} <KeyCap does="language" />
      </button>
      <button type="button" className="button quiet" onClick={toggleTheme}>
        {t(dark ? "head.light" : "head.dark")} <KeyCap does="theme" />
      </button>
      <button type="button" className="button quiet" onClick={() => open({ kind: "help" })}>
        {t("head.help")} <KeyCap does="help" />
      </button>
    </nav>
  );
}

/** Where an area lies bare the button says so: advice waits behind it. */
function StationsButton(): ReactElement {
  const { t } = useWords<ForceWord>();
  const { open } = useDesk();
  const count = useStations().data?.moveUp.length ?? 0;
  return (
    <button type="button" className="button quiet" onClick={() => open({ kind: "stations" })}>
      {t("force.button")}
      {count > 0 && <strong> · {t("force.move-up-count", { count })}</strong>}{" "}
      <KeyCap does="stations" />
    </button>
  );
}

function Clock(): ReactElement {
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const isKnown = useLiveValue((live) => live.district !== null);
  const now = useNow();
  // Before the gateway has spoken its time is not known, and ours is not shown for it.
  if (!isKnown) return <span className="clock" />;
  return (
    <time className="clock" data-offset={Math.round(clockOffsetMs)}>
      {formatDateTime(now, utcOffsetMin)}
    </time>
  );
}

/** 播放演示: five minutes on the real simulators, with the step that is under way. */
function Tour(): ReactElement | null {
  const { t, rule } = useWords<DeskWord>();
  const { refuse } = useDesk();
  const queries = useQueryClient();
  const tour = useQuery({
    queryKey: ["tour"],
    queryFn: ({ signal }) => getJson<TourView>("/api/v1/demo/tour", signal),
    refetchInterval: (query) => (query.state.data?.running ? 2000 : 30_000),
  });
  if (!tour.data?.demo) return null;
  const { running, step } = tour.data;
  const toggle = async (): Promise<void> => {
    try {
      if (running) await deleteJson("/api/v1/demo/tour");
      else await postJson("/api/v1/demo/tour", {});
    } catch (error) {
      refuse(toRefusal(error));
    }
    await queries.invalidateQueries({ queryKey: ["tour"] });
  };
  return (
    <>
      {running && step !== null && (
        <span className="tour-step">{t("tour.step", { step: rule(`tour.${step}`) })}</span>
      )}
      <button type="button" className="button tour" onClick={() => void toggle()}>
        {t(running ? "tour.stop" : "tour.play")}
      </button>
    </>
  );
}
