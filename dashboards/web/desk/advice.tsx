/** What a person does about the conditions that stand, where their rules say so; the same once. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { compareUrgency } from "#rules/alarm/alarm.ts";
import { useWords } from "../shared/i18n.ts";
import type { DeviceWord } from "./device/words/zh.ts";

/** Thirty detectors of one fire are one piece of advice, and no list of thirty names. */
const namedAtMost = 2;

export function Advice({ alarms }: { readonly alarms: readonly AlarmRow[] }): ReactElement {
  const { t, text } = useWords<DeviceWord>();
  const titles = new Map<string, Set<string>>();
  // A fire first: what is done about it is read before the rest.
  for (const { advice, condition, title, state } of alarms.toSorted(compareUrgency)) {
    // What has returned is not to be done any more, though its link is lost since.
    if (text(advice) === "" || condition === "inactive") continue;
    if (state === "returned-unacknowledged") continue;
    const known = titles.get(text(advice)) ?? new Set();
    titles.set(text(advice), known.add(text(title)));
  }
  return (
    <>
      {[...titles].map(([advice, of]) => (
        <p className="card-advice" key={advice}>
          <strong>
            {[...of].slice(0, namedAtMost).join(" / ")}
            {of.size > namedAtMost && ` ${t("plan.more", { count: of.size - namedAtMost })}`}
          </strong>{" "}
          {advice}
        </p>
      ))}
    </>
  );
}
