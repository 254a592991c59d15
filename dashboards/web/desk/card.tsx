/**
 * The alarm card (警情卡): where, what, since, and what a person can do to find out. What is pressed
 * stays where it is: buttons are disabled and not taken away, and news has its own place.
 */
import { memo, type ReactElement } from "react";
import type { AlarmRow, IncidentCard } from "#gateway/api/contract.ts";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { offSite } from "#rules/incident/report.ts";
import { systemDevice } from "#rules/system.ts";
import { formatDateTime } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { PriorityShape } from "../shared/priority.tsx";
import { useDesk } from "./acts.ts";
import { Advice } from "./advice.tsx";
import { AlarmRows } from "./alarms.tsx";
import { CallBack } from "./call-back.tsx";
import { Escalation } from "./escalation.tsx";
import { ArrivalClock } from "./force/arrival.tsx";
import { PermitOfAlarm } from "./hot-work/alarm-permits.tsx";
import { Checklist } from "./incident/checklist.tsx";
import { Handling } from "./incident/handling.tsx";
import { HotWorkNear } from "./incident/hot-work-near.tsx";
import { Water } from "./incident/water.tsx";
import type { IncidentWord } from "./incident/words/zh.ts";
import { UrgencyWord } from "./list.tsx";
import { DemoMark, Lasting } from "./parts.tsx";
import { RecordButton } from "./record/record-button.tsx";
import { isSameRow, type Row, type Urgency } from "./rows.ts";
import { PanelNotes } from "./shelf/panel-notes.tsx";
import type { ShelfWord } from "./shelf/words/zh.ts";
import { IncidentSteps } from "./steps.tsx";
import { FirstActs, Verification } from "./verification.tsx";
import type { DeskWord } from "./words/zh.ts";

/** Drawn anew when something of it has changed, not with every frame of the stream. */
export const Card = memo(OneCard, (a, b) => isSameRow(a.row, b.row));

function OneCard({ row }: { readonly row: Row }): ReactElement {
  const { t } = useWords<DeskWord>();
  return (
    <section
      className="card"
      aria-label={row.kind === "incident" ? row.card.number : t("card.alarm")}
      data-priority={row.urgency}
      data-gone={row.gone}
    >
      {row.kind === "incident" ? (
        <IncidentBody card={row.card} urgency={row.urgency} gone={row.gone} />
      ) : (
        <AlarmBody alarm={row.alarm} urgency={row.urgency} gone={row.gone} />
      )}
    </section>
  );
}

type IncidentProps = {
  readonly card: IncidentCard;
  readonly urgency: Urgency;
  readonly gone: boolean;
};

function IncidentBody({ card, urgency, gone }: IncidentProps): ReactElement {
  const { t } = useWords<DeskWord>();
  const alarm = sceneAlarm(card.alarms) ?? null;
  return (
    <>
      {gone && <p className="card-over">{t(card.mergedInto ? "card.merged" : "card.closed")}</p>}
      <Head
        urgency={urgency}
        number={card.number}
        incident={card.id}
        since={card.openedAt}
        alarm={alarm}
        all={card.alarms}
      />
      <Advice alarms={card.alarms} />
      <IncidentSteps card={card} closed={gone} />
      <ArrivalClock card={card} />
      <fieldset className="card-acts" disabled={gone}>
        <FirstActs alarms={card.alarms} />
        <Handling card={card} />
        <Checklist card={card} />
        <CallBack card={card} />
        <Verification card={card} />
        <AlarmRows alarms={card.alarms} title={t("card.alarms")} />
        <Beside card={card} />
        <PanelNotes card={card} />
      </fieldset>
    </>
  );
}

function Beside({ card }: { readonly card: IncidentCard }): ReactElement {
  const { t } = useWords<IncidentWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  return (
    <>
      {/* Where there is a checklist, the water stands in its fourth row; no flood is put out with it. */}
      {card.checklist === null && card.kind === "fire" && (
        <section className="card-beside" aria-label={t("water.title")}>
          <h2>{t("water.title")}</h2>
          <Water site={card.site} />
        </section>
      )}
      <section className="card-beside" aria-label={t("hot.title")}>
        <h2>{t("hot.title")}</h2>
        <HotWorkNear works={card.hotWork} utcOffsetMin={utcOffsetMin} />
      </section>
    </>
  );
}

type AlarmProps = {
  readonly alarm: AlarmRow;
  readonly urgency: Urgency;
  readonly gone: boolean;
};

function AlarmBody({ alarm, urgency, gone }: AlarmProps): ReactElement {
  const { t } = useWords<DeskWord>();
  return (
    <>
      {gone && <p className="card-over">{t("card.closed-alarm")}</p>}
      <Head
        urgency={urgency}
        number={null}
        incident={null}
        since={alarm.raisedAt}
        alarm={alarm}
        all={[alarm]}
      />
      <PermitOfAlarm alarm={alarm} />
      <Advice alarms={[alarm]} />
      <fieldset className="card-acts" disabled={gone}>
        <FirstActs alarms={[alarm]} />
        <AlarmRows alarms={[alarm]} title={t("card.alarm")} />
      </fieldset>
    </>
  );
}

/** Else it is about a report, a permit or the platform: that is named, and its id tells nobody anything. */
const isOfDevice = ({ reported, rule, device }: AlarmRow): boolean =>
  reported === null && !/^H\d/.test(rule) && device !== systemDevice;

type HeadProps = {
  readonly urgency: Urgency;
  readonly number: string | null;
  readonly incident: string | null;
  readonly since: number;
  readonly alarm: AlarmRow | null;
  /** Of the whole card: each has its own clock. */
  readonly all: readonly AlarmRow[];
};

function Head({ urgency, number, incident, since, alarm, all }: HeadProps): ReactElement {
  const { t, text } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  return (
    <header className="card-head">
      <p className="card-line">
        <span className="priority" data-priority={urgency}>
          <PriorityShape mark={urgency} />
          <UrgencyWord urgency={urgency} isFire={alarm?.class !== "emergency"} />
        </span>
        {number && <strong className="card-number">{number}</strong>}
        <DemoMark />
        {incident !== null && <RecordButton incident={incident} />}
        <span className="card-since">
          {t("card.since", { at: formatDateTime(since, utcOffsetMin) })} <Lasting since={since} />
        </span>
      </p>
      <h1 className="card-place">
        {alarm ? (alarm.outage ? text(alarm.what) : text(alarm.place)) : (number ?? "")}
      </h1>
      {alarm && (
        <p className="card-what">
          <strong>{text(alarm.title)}</strong> · {text(alarm.siteName)}
          {isOfDevice(alarm) && ` · ${t("card.device", { device: alarm.device })}`}
          {/* In a line that is there anyway: when it goes, no button moves under the hand. */}
          <Escalation alarms={all} />
          {alarm.presses > 1 && (
            <>
              {" · "}
              {t("card.presses", {
                count: alarm.presses,
                at: formatDateTime(alarm.lastPressAt, utcOffsetMin),
              })}
            </>
          )}
        </p>
      )}
      {alarm && <Facts alarm={alarm} />}
    </header>
  );
}

/** Marks, way in, cameras and the code colour, in one line of chips. */
function Facts({ alarm }: { readonly alarm: AlarmRow }): ReactElement {
  const { t, text, rule, has } = useWords<DeskWord | ShelfWord>();
  const { open } = useDesk();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { code } = alarm;
  const why = `code.reason.${code.reasonCode}`;
  const reason = has(why) ? t(why as ShelfWord) : code.reason;
  const colour = code.known ? (`card.code-${code.colour}` as const) : "card.code-unknown";
  const codeText = [t(colour), reason, code.since && t("card.code-since", { at: code.since })];
  return (
    <ul className="facts">
      {alarm.condition === "unknown" && (
        <li className="fact warn">{t("card.condition-unknown")}</li>
      )}
      {alarm.marks.map((mark) => (
        <li className="fact warn" key={mark}>
          {rule(`mark.${mark}`)}
        </li>
      ))}
      {/* The platform itself has neither a way in nor a code. */}
      {!alarm.outage && alarm.device !== systemDevice && (
        <>
          <li className="fact">{text(alarm.access) || t("card.access-unknown")}</li>
          {/* Off every site nobody has a code. */}
          <li className="fact code" data-code={code.colour} hidden={alarm.site === offSite}>
            <button
              type="button"
              className="code-button"
              title={t("code.set")}
              onClick={() => open({ kind: "code", alarm })}
            >
              {codeText.filter(Boolean).join(" · ")}
            </button>
          </li>
        </>
      )}
      {alarm.cameras.map(({ name, url }) => (
        <li className="fact" key={url}>
          <a href={url} target="_blank" rel="noreferrer">
            {t("card.camera")} {name ?? ""}
          </a>
        </li>
      ))}
      {alarm.deviceTs !== null && (
        <li className="fact muted">
          {t("card.device-time", { at: formatDateTime(alarm.deviceTs, utcOffsetMin) })}
        </li>
      )}
    </ul>
  );
}
