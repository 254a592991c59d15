/** Why there is this alarm: the sentence, and behind a press what it rests on and how long it took. */
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useState } from "react";
import type { AlarmRow, Explanation } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import type { TrendsWord } from "../trends/words/zh.ts";
import type { RulesWord } from "./words/zh.ts";

// Charts come when somebody looks at one.
const BeforeAlarm = lazy(() =>
  import("../trends/before-alarm.tsx").then((m) => ({ default: m.BeforeAlarm })),
);

export function Why({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t, text } = useWords<RulesWord | TrendsWord>();
  const [isOpen, open] = useState(false);
  const [isBefore, openBefore] = useState(false);
  if (text(alarm.why) === "") return null;
  return (
    <div className="alarm-why">
      <p>
        <span className="muted">{text(alarm.why)}</span>{" "}
        <button
          type="button"
          className="link-button"
          aria-expanded={isOpen}
          onClick={() => open((now) => !now)}
        >
          {t("why.rests-on")}
        </button>{" "}
        <button
          type="button"
          className="link-button"
          aria-expanded={isBefore}
          onClick={() => openBefore((now) => !now)}
        >
          {t("trends.before")}
        </button>
      </p>
      {isOpen && <Inputs alarm={alarm.id} />}
      {isBefore && (
        <Suspense fallback={<p className="muted">{t("trends.loading")}</p>}>
          <BeforeAlarm alarm={alarm} />
        </Suspense>
      )}
    </div>
  );
}

function Inputs({ alarm }: { readonly alarm: string }): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const { data, isError } = useQuery({
    queryKey: ["explanation", alarm],
    queryFn: ({ signal }) => getJson<Explanation>(`/api/v1/alarms/${alarm}/explanation`, signal),
  });
  if (!data) return <p className="muted">{t(isError ? "why.failed" : "why.loading")}</p>;
  return (
    <>
      <ul className="why-inputs">
        {data.inputs.map(({ point, quality, text: input }) => (
          <li key={point} data-quality={quality}>
            {text(input)}
          </li>
        ))}
      </ul>
      <p className="muted">{text(data.trace)}</p>
      {data.packs !== null && (
        <p className="muted">{t("why.version", { hash: data.packs.slice(0, 16) })}</p>
      )}
    </>
  );
}
