/** 动火作业: today's permits, the calendar, one permit. The map of them is the desk's own, beside it. */
import type { ReactElement } from "react";
import { BackButton, PageShell } from "../page-shell.tsx";
import { DemoMark } from "../parts.tsx";
import { Calendar } from "./calendar.tsx";
import { TodayList } from "./list.tsx";
import { PermitPage } from "./permit.tsx";
import "./hot-work.css";
import { usePermits } from "./use-permits.ts";
import { type ShownHotWork, showHotWork } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

type Props = { readonly shown: ShownHotWork; readonly onBack: () => void };

export function HotWorkPage({ shown, onBack }: Props): ReactElement {
  const { t } = usePermitWords();
  if (shown.what === "permit") {
    return (
      <PageShell className="permit-page" label={t("hot-work.permit")}>
        <PermitPage key={shown.permit} permit={shown.permit} onBack={() => showHotWork()} />
      </PageShell>
    );
  }
  return (
    <PageShell className="permit-page" label={t("hot-work.title")}>
      <header className="device-head">
        <BackButton onBack={onBack} />
        <h1>{t("hot-work.title")}</h1>
        <DemoMark />
        <span className="header-space" />
        {(["list", "calendar"] as const).map((what) => (
          <button
            key={what}
            type="button"
            className="button"
            aria-pressed={shown.what === what}
            onClick={() => showHotWork(what)}
          >
            {t(what === "list" ? "permit.today" : "permit.calendar")}
          </button>
        ))}
        <a className="button" href="#hot-work/wall" target="_blank" rel="noreferrer">
          {t("permit.wall")}
        </a>
      </header>
      <Body what={shown.what === "calendar" ? "calendar" : "list"} />
    </PageShell>
  );
}

function Body({ what }: { readonly what: "list" | "calendar" }): ReactElement {
  const { t } = usePermitWords();
  const { data, isError } = usePermits();
  return (
    <>
      {/* What was read last may be out of date, and is not hidden for it. */}
      {isError && <p className="problem">{t("permit.failed")}</p>}
      {!data && !isError && <p className="empty">{t("permit.loading")}</p>}
      {data && (what === "list" ? <TodayList list={data} /> : <Calendar list={data} />)}
    </>
  );
}
