/**
 * One permit: its three records side by side, what it lacks, what stands against it, and what has happened.
 * What is printed is the sheet, and nothing else of the page.
 */
import type { ReactElement } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { Refused } from "../../shared/api.ts";
import { useLiveValue } from "../../shared/live.ts";
import { DemoMark, KeyCap } from "../parts.tsx";
import { Acts } from "./acts.tsx";
import { Approval, Check, ReportPart } from "./records.tsx";
import { Sheet } from "./sheet.tsx";
import { Against, Gas, History, Missing, Photos, Qr, StopPart, Watch } from "./situation.tsx";
import { CauseLine, PermitClock, StateMark, usePlace } from "./state.tsx";
import { usePermit } from "./use-permits.ts";
import { usePermitWords } from "./words.ts";

type Props = { readonly permit: string; readonly onBack: () => void };

export function PermitPage({ permit: id, onBack }: Props): ReactElement {
  const { t } = usePermitWords();
  const { data, isError, error } = usePermit(id);
  const status = error instanceof Refused ? error.status : 0;
  const why = { 403: "permit.forbidden", 404: "permit.none" } as const;
  return (
    <>
      {data ? (
        <Body permit={data} onBack={onBack} />
      ) : (
        <header className="device-head">
          <Back onBack={onBack} />
        </header>
      )}
      {isError && (
        <p className="problem">{t(why[status as keyof typeof why] ?? "permit.failed")}</p>
      )}
      {!data && !isError && <p className="empty">{t("permit.loading")}</p>}
    </>
  );
}

function Back({ onBack }: Pick<Props, "onBack">): ReactElement {
  const { t } = usePermitWords();
  return (
    <button type="button" className="button" onClick={onBack}>
      ‹ {t("hot-work.title")} <KeyCap does="hot-work" />
    </button>
  );
}

function Body({ permit, onBack }: { readonly permit: PermitView } & Pick<Props, "onBack">) {
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const part = { permit, utcOffsetMin };
  return (
    <>
      <Head permit={permit} onBack={onBack} />
      <div className="permit-records">
        <ReportPart {...part} />
        <Check {...part} />
        <Approval {...part} />
      </div>
      <div className="permit-records">
        <div>
          <Missing {...part} />
          <Against {...part} />
        </div>
        <div>
          <Gas {...part} />
          <StopPart {...part} />
          <Watch {...part} />
        </div>
        <div>
          <Acts permit={permit} />
          <Qr permit={permit} />
        </div>
      </div>
      <Photos permit={permit} />
      <History permit={permit} />
      <Sheet {...part} />
    </>
  );
}

function Head({ permit, onBack }: { readonly permit: PermitView } & Pick<Props, "onBack">) {
  const { t, of } = usePermitWords();
  const place = usePlace();
  return (
    <header className="device-head">
      <Back onBack={onBack} />
      <h1>{t("hot-work.number", { number: permit.number })}</h1>
      <DemoMark />
      <span className="header-space" />
      <button
        type="button"
        className="button primary"
        disabled={permit.state === "draft"}
        onClick={() => print()}
      >
        {t("permit.print")}
      </button>
      <p className="permit-line">
        <StateMark permit={permit} />
        <strong>{place(permit)}</strong>
        <span>{of("class", permit.class)}</span>
        <PermitClock permit={permit} />
      </p>
      <CauseLine permit={permit} />
    </header>
  );
}
