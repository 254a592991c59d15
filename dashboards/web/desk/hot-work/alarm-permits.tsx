/** The permit that an alarm is about (H02 to H07): the way to it, on the card of that alarm. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { useIsReplay } from "../record/replaying.ts";
import { usePermits } from "./use-permits.ts";
import { showPermit } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

export function PermitOfAlarm({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t, of } = usePermitWords();
  const { data } = usePermits();
  const permit = data?.permits.find(({ id }) => id === alarm.device);
  // What is replayed is over; the list is of now.
  if (useIsReplay() || !permit) return null;
  const { id, number, report } = permit;
  return (
    <p className="alarm-permit">
      <button type="button" className="link" onClick={() => showPermit(id)}>
        {t("permit.alarm-about", {
          number,
          kind: of("kind", report.kind),
          floor: report.floor ?? "",
        })}
      </button>
    </p>
  );
}
