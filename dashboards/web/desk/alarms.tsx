/** The alarms of a card: each with its state, and with its own acknowledgement, silence and reset. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { formatClock, formatWhen } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { PriorityShape } from "../shared/priority.tsx";
import { ShowDevice } from "./device/show-device.tsx";
import { ActButton, DemoMark } from "./parts.tsx";
import { isUnacknowledged, urgencyOfAlarm } from "./rows.ts";
import { Why } from "./rules/why.tsx";
import { ShelveAct, Shelved } from "./shelf/shelved.tsx";
import type { DeskWord } from "./words/zh.ts";

const shownAtMost = 100;

type Props = { readonly alarms: readonly AlarmRow[]; readonly title: string };

export function AlarmRows({ alarms, title }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const newestFirst = [...alarms].reverse();
  return (
    <section className="alarms">
      <h2>
        {title} {alarms.length > 1 && <span className="muted">{alarms.length}</span>}
      </h2>
      <ul>
        {newestFirst.slice(0, shownAtMost).map((alarm) => (
          <AlarmLine key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      {alarms.length > shownAtMost && (
        <p className="muted">{t("call.more", { count: alarms.length - shownAtMost })}</p>
      )}
    </section>
  );
}

function AlarmLine({ alarm }: { readonly alarm: AlarmRow }): ReactElement {
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
        <Shelved alarm={alarm} />
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
        <ShelveAct alarm={alarm} />
        <EndAct alarm={alarm} />
        {/* Last: a button that comes later moves no other under the hand. */}
        <ShowDevice of={alarm} />
      </div>
    </li>
  );
}

/** A held alarm ends at the panel first; the button only says that it was done there. */
function EndAct({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeskWord>();
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
      {t("act.reset")}
    </ActButton>
  );
}

function Latched({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeskWord>();
  if (!alarm.latched) return null;
  const why =
    alarm.condition === "active"
      ? t("card.condition-active")
      : alarm.condition === "unknown"
        ? t("card.condition-unknown")
        : null;
  return (
    <p className="muted">
      {t("card.latched")} · {t("card.reset-at-panel")}
      {why && ` · ${why}`}
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
