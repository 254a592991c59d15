/** 未应答升级 at the head of a card: whoever looks at it sees what happens while nobody acknowledges. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { formatClock, formatLasting } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { furthestCalled } from "./rows.ts";
import { useNow } from "./use-now.ts";
import type { DeskWord } from "./words/zh.ts";

/** Who is called because no desk acknowledges, and until the next one is. */
export function Escalation({ alarms }: { readonly alarms: readonly AlarmRow[] }) {
  const { t, rule } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const escalation = furthestCalled(alarms)?.escalation;
  if (!escalation) return null;
  return (
    <span className="escalation">
      {escalation.steps.map(({ to, at }) => (
        <strong key={to}>
          {rule(`escalation.${to}`)} {formatClock(at, utcOffsetMin)}
        </strong>
      ))}
      {escalation.nextAt !== null && (
        <span>
          {t("escalation.next")} <Left until={escalation.nextAt} />{" "}
          {escalation.nextTo.map((to) => rule(`escalation.${to}`)).join("、")}
        </span>
      )}
    </span>
  );
}

function Left({ until }: { readonly until: number }): ReactElement {
  return <span className="lasting">{formatLasting(until - useNow())}</span>;
}
