/** The page of the rules: what is in force, what is changed and tried out, and who adopted what. */
import { type ReactElement, useState } from "react";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { BackButton, PageShell } from "../page-shell.tsx";
import { DemoMark } from "../parts.tsx";
import { useNow } from "../use-now.ts";
import { Adoptions } from "./adoptions.tsx";
import { Change } from "./change.tsx";
import { type Draft, draft } from "./draft.ts";
import { InForce } from "./in-force.tsx";
import "./rules.css";
import { useAdoptions, useMayChange } from "./use-rules.ts";
import type { RulesWord } from "./words/zh.ts";

const tabs = ["list", "change", "history"] as const;
type Tab = (typeof tabs)[number];

export function RulesPage({ onBack }: { readonly onBack: () => void }): ReactElement {
  const { t } = useWords<RulesWord | DeviceWord>();
  const [tab, setTab] = useState<Tab>(draft.now().source === null ? "list" : "change");
  const begin = (next: Partial<Draft>): void => {
    draft.begin(next);
    setTab("change");
  };
  return (
    <PageShell className="rules" label={t("rules.title")}>
      <header className="device-head">
        <BackButton onBack={onBack} />
        <h1>{t("rules.title")}</h1>
        <DemoMark />
        <Version onHouse={() => begin({ source: { house: true }, reason: "new-version" })} />
      </header>
      <nav className="rules-tabs">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            className="button"
            aria-pressed={tab === one}
            onClick={() => setTab(one)}
          >
            {t(`rules.tab.${one}`)}
          </button>
        ))}
      </nav>
      {tab === "list" && <InForce onBegin={begin} />}
      {tab === "change" && <Change />}
      {tab === "history" && <Adoptions onBegin={begin} />}
    </PageShell>
  );
}

function Version({ onHouse }: { readonly onHouse: () => void }): ReactElement | null {
  const { t } = useWords<RulesWord>();
  const { data } = useAdoptions();
  const mayChange = useMayChange();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const now = useNow();
  if (!data) return null;
  const [last] = data.adoptions;
  if (!last) return <span className="muted">{t("rules.none")}</span>;
  const name = last.byName ?? (last.by === "P-system" ? t("rules.system") : last.by);
  const at = formatWhen(last.at, now, utcOffsetMin);
  return (
    <>
      <span className="muted">
        {t("rules.in-force", { hash: last.hash.slice(0, 8), name, at })}
      </span>
      {data.newerHouse && (
        <span className="rules-newer">
          {t("rules.newer-house")}{" "}
          {mayChange && (
            <button type="button" className="link-button" onClick={onHouse}>
              {t("rules.see-difference")}
            </button>
          )}
        </span>
      )}
    </>
  );
}
