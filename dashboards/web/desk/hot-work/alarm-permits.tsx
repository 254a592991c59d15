/** Hot work that the alarms of a card lie within, or are about: near its head, for a crew must know it first. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { useIsReplay } from "../record/replaying.ts";
import { usePermits } from "./use-permits.ts";
import { showPermit } from "./use-shown.ts";
import { usePermitWords } from "./words.ts";

type Props = { readonly alarms: readonly Pick<AlarmRow, "id" | "device">[] };

export function PermitsOfAlarms({ alarms }: Props): ReactElement | null {
  const { t, of } = usePermitWords();
  const { data } = usePermits();
  // What is replayed is over; the list is of now.
  if (useIsReplay()) return null;
  const ids = new Set(alarms.map(({ id }) => id));
  // An alarm of H01 to H07 has the permit for its device.
  const devices = new Set(alarms.map(({ device }) => device));
  const permits = data?.permits ?? [];
  return (
    <>
      {permits.map(({ id, number, report, alarms: inside }) => {
        const isInside = inside.some((alarm) => ids.has(alarm));
        if (!isInside && !devices.has(id)) return null;
        const said = { number, kind: of("kind", report.kind), floor: report.floor ?? "" };
        return (
          <p key={id} className="alarm-permit">
            <button type="button" className="link" onClick={() => showPermit(id)}>
              {t(isInside ? "permit.alarm-here" : "permit.alarm-about", said)}
            </button>
          </p>
        );
      })}
    </>
  );
}
