/** Hot work that an alarm lies within, or is about: on the alarm's own line, because a crew must know it first. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { useIsReplay } from "../record/replaying.ts";
import { usePermitsOfAlarm } from "./use-permits.ts";
import { showPermit } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

type Props = { readonly alarm: Pick<AlarmRow, "id" | "device"> };

export function PermitsOfAlarm({ alarm }: Props): ReactElement | null {
  const { t, of } = usePermitWords();
  const permits = usePermitsOfAlarm(alarm);
  // What is replayed is over; the list is of now.
  if (useIsReplay()) return null;
  return (
    <>
      {permits.map(({ id, number, report, alarms }) => (
        <p key={id} className="alarm-permit">
          <button type="button" className="link" onClick={() => showPermit(id)}>
            {t(alarms.includes(alarm.id) ? "permit.alarm-here" : "permit.alarm-about", {
              number,
              kind: of("kind", report.kind),
              floor: report.floor ?? "",
            })}
          </button>
        </p>
      ))}
    </>
  );
}
