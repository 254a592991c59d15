/** The alarms of a card: each with its state, and with its own acknowledgement, silence and reset. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { formatClock, formatWhen } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { PriorityShape } from "../shared/priority.tsx";
import { ShowDevice } from "./device/show-device.tsx";
import { ActButton, DemoMark } from "./parts.tsx";
import { Taken } from "./report/taken.tsx";
import { isUnacknowledged, mayShelve, mayTakeOut, urgencyOfAlarm } from "./rows.ts";
import { Why } from "./rules/why.tsx";
import { Called } from "./shelf/escalation.tsx";
import { Held, HoldActs } from "./shelf/shelved.tsx";
import type { ShelfWord } from "./shelf/words/zh.ts";
import type { DeskWord } from "./words/zh.ts";

const shownAtMost = 100;

type Props = { readonly alarms: readonly AlarmRow[]; readonly title: string };

export function AlarmRows({ alarms, title }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const newestFirst = [...alarms].reverse();
  const keyed = newestFirst.find((alarm) => mayShelve(alarm) || mayTakeOut(alarm));
  return (
    <section className="alarms">
      <h2>
        {title} {alarms.length > 1 && <span className="muted">{alarms.length}</span>}
      </h2>
      <ul>
        {newestFirst.slice(0, shownAtMost).map((alarm) => (
          <AlarmLine key={alarm.id} alarm={alarm} keyed={alarm === keyed} />
        ))}
      </ul>
      {alarms.length > shownAtMost && (
        <p className="muted">{t("call.more", { count: alarms.length - shownAtMost })}</p>
      )}
    </section>
  );
}

type LineProps = { readonly alarm: AlarmRow; readonly keyed: boolean };

function AlarmLine({ alarm, keyed }: LineProps): ReactElement {
  const { t, text, rule } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const mark = urgencyOfAlarm(alarm);
  return (
    <li className="alarm" data-priority={mark}>
      <PriorityShape mark={mark} />
      <div className="alarm-text">
        <p>
          <strong>{text(alarm.what)}</strong> <DemoMark />
        </p>
        <p className="muted">
          {rule(`alarm-state.${alarm.state}`)}
          {" · "}
          {formatWhen(alarm.raisedAt, Date.now() + clockOffsetMs, utcOffsetMin)}
          {alarm.acknowledgedAt !== null && (
            <>
              {" · "}
              {t("card.acknowledged-by", {
                name: alarm.acknowledgedByName ?? alarm.acknowledgedBy ?? "",
                at: formatClock(alarm.acknowledgedAt, utcOffsetMin),
              })}
            </>
          )}
          {!alarm.sounding && ` · ${t("card.silent")}`}
        </p>
        {alarm.incident === null && <Called alarm={alarm} />}
        <Taken alarm={alarm} />
        <Held alarm={alarm} />
        <Why alarm={alarm} />
        <Outage alarm={alarm} />
        <Latched alarm={alarm} />
      </div>
      <div className="alarm-acts">
        {isUnacknowledged(alarm) && (
          <ActButton command={{ command: "acknowledge", alarm: alarm.id }}>
            {t("act.acknowledge")}
          </ActButton>
        )}
        {alarm.sounding && (
          <ActButton command={{ command: "silence", alarm: alarm.id }}>
            {t("act.silence")}
          </ActButton>
        )}
        <HoldActs alarm={alarm} keyed={keyed} />
        <EndAct alarm={alarm} />
        {/* Last: a button that comes later moves no other under the hand. */}
        {alarm.reported === null && <ShowDevice of={alarm} />}
      </div>
    </li>
  );
}

/** A held alarm ends at the panel first; the button only says that it was done there. */
function EndAct({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeskWord | ShelfWord>();
  if (alarm.outage) {
    return (
      <ActButton command={{ command: "close-outage", alarm: alarm.id, checkedAtPanel: true }}>
        {t("act.close-outage")}
      </ActButton>
    );
  }
  if (!alarm.latched) return null;
  return (
    <ActButton
      command={{ command: "reset", alarm: alarm.id }}
      disabled={isUnacknowledged(alarm) || alarm.condition !== "inactive"}
    >
      {t(alarm.class === "fire" ? "act.reset" : "act.looked-into")}
    </ActButton>
  );
}

/** firelink resets nothing on site: it says what has to be done there, and when somebody did it. */
function Latched({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeskWord | ShelfWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { latched, condition, panelResetAt } = alarm;
  if (!latched || alarm.class !== "fire") return null;
  const reset = panelResetAt !== null && formatClock(panelResetAt, utcOffsetMin);
  return (
    <p className="muted">
      {t("card.latched")} · {t(condition === "inactive" ? "card.reset-at-panel" : "card.not-reset")}
      {condition === "active" && ` · ${t("card.condition-active")}`}
      {condition === "unknown" && ` · ${t("card.condition-unknown")}`}
      {reset && ` · ${t("panel.reset-since", { at: reset })}`}
    </p>
  );
}

function Outage({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const { outage } = alarm;
  if (!outage) return null;
  const now = Date.now() + clockOffsetMs;
  const from = formatWhen(outage.from, now, utcOffsetMin);
  const to = formatWhen(outage.to, now, utcOffsetMin);
  const devices = outage.unheard.slice(0, 12).join(" ");
  return (
    <>
      <p className="muted">{t("card.outage", { from, to })}</p>
      {outage.unheardCount > 0 && (
        <p className="muted">{t("card.unheard", { count: outage.unheardCount, devices })}</p>
      )}
    </>
  );
}
