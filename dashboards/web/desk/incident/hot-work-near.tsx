/** Hot work beside the alarm: what burns may be a weld, and the crew must know. None known is not none. */
import type { ReactElement } from "react";
import type { IncidentCard } from "#gateway/api/contract.ts";
import { formatClock, formatDistance } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useIsReplay } from "../record/replaying.ts";
import type { IncidentWord } from "./words/zh.ts";

type Work = IncidentCard["hotWork"][number];
type Props = { readonly works: readonly Work[]; readonly utcOffsetMin: number };

export function HotWorkNear({ works, utcOffsetMin }: Props): ReactElement {
  const { t, text } = useWords<IncidentWord>();
  // What is replayed is over; the page of a permit is of now.
  const isReplay = useIsReplay();
  if (works.length === 0) return <p className="muted">{t("hot.none")}</p>;
  const stateOf = ({ state, startedAt, workEndedAt }: Work): string => {
    if (workEndedAt !== null) return t("hot.ended", { at: formatClock(workEndedAt, utcOffsetMin) });
    const at = formatClock(startedAt, utcOffsetMin);
    if (state === "active") return t("hot.active", { at });
    return t(state === "suspended" ? "hot.suspended" : "hot.begun", { at });
  };
  return (
    <ul className="hot-work-near">
      {works.map((work) => (
        <li key={work.permit} data-how={work.how}>
          <strong>{text(work.what)}</strong> · {text(work.where)} · {stateOf(work)} ·{" "}
          {t(`hot.${work.how}`)}
          {work.distanceM !== null && ` ${formatDistance(work.distanceM)}`}{" "}
          {isReplay ? (
            <span className="muted">{work.number}</span>
          ) : (
            <a className="link" href={`#hot-work/permit/${work.permit}`}>
              {work.number}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}
