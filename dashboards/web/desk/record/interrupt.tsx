/**
 * What goes on while something else is replayed: one line that is always there, and an alarm that takes
 * the screen's attention when something new comes. Its sound is the desk's own, which never stops.
 */
import { type ReactElement, useEffect, useMemo, useRef } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLive } from "../../shared/live.ts";
import { PriorityShape } from "../../shared/priority.tsx";
import { UrgencyWord } from "../list.tsx";
import { KeyCap } from "../parts.tsx";
import { mostUrgent, type Row, rowsOf } from "../rows.ts";
import type { ReplayStore } from "./replay-store.ts";
import { showNone } from "./use-shown.ts";
import type { RecordWord } from "./words/zh.ts";

export type Interruption = {
  readonly isLost: boolean;
  /** Rows of now that nobody has acknowledged. */
  readonly waiting: readonly Row[];
  /** One that has come since the replay was opened. */
  readonly fresh: Row | null;
};

/** Reads the live state around the replay: call it outside of the replay's own context. */
export function useInterrupt(store: ReplayStore): Interruption {
  const live = useLive();
  const waiting = useMemo(
    () => rowsOf(live).filter(({ needsSomeone, gone }) => needsSomeone && !gone),
    [live],
  );
  const first = useRef<ReadonlySet<string> | null>(null);
  if (first.current === null && live.complete) {
    first.current = new Set(waiting.flatMap(alarmIds));
  }
  const known = first.current;
  // Also a further alarm of an incident that stood open before.
  const fresh = mostUrgent(
    waiting.filter((row) => known !== null && alarmIds(row).some((id) => !known.has(id))),
  );
  const key = fresh?.key ?? null;
  useEffect(() => {
    if (key !== null) store.play(false);
  }, [key, store]);
  return { isLost: live.link === "lost", waiting, fresh };
}

function alarmsOf(row: Row): readonly AlarmRow[] {
  return row.kind === "alarm" ? [row.alarm] : row.card.alarms;
}

const alarmIds = (row: Row): string[] => alarmsOf(row).map(({ id }) => id);

export function Interrupt({ of }: { readonly of: Interruption }): ReactElement {
  const { t, text } = useWords<RecordWord>();
  const { isLost, waiting, fresh } = of;
  if (fresh) {
    const scene = sceneAlarm(alarmsOf(fresh));
    return (
      <div className="status-bar replay-interrupt" role="alert" data-priority={fresh.urgency}>
        <PriorityShape mark={fresh.urgency} />
        <strong>
          <UrgencyWord urgency={fresh.urgency} /> ·{" "}
          {t("replay.live-new", { place: scene ? text(scene.place) : "" })}
        </strong>
        <Leave look="primary" />
      </div>
    );
  }
  const isQuiet = waiting.length === 0;
  return (
    <div className="status-bar" data-alarm={isLost} role={isLost ? "alert" : "status"}>
      {isLost ? <strong>{t("replay.live-lost")}</strong> : null}
      {!isLost && isQuiet && <span>{t("replay.live-calm")}</span>}
      {!isLost && !isQuiet && (
        <strong>{t("replay.live-waiting", { count: waiting.length })}</strong>
      )}
      <span>{t("replay.read-only")}</span>
      <Leave look="plain" />
    </div>
  );
}

function Leave({ look }: { readonly look: "primary" | "plain" }): ReactElement {
  const { t } = useWords<RecordWord>();
  return (
    <button type="button" className={`button small ${look}`} data-does="leave" onClick={showNone}>
      {t("replay.leave")} <KeyCap does="most-urgent" />
    </button>
  );
}
