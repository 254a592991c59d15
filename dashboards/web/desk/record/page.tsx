/**
 * The page of one incident (警情记录), open, closed or archived: time line, times beside their limits,
 * candidates with reasons, who is where, water and access. It prints on A4.
 */
import type { ReactElement } from "react";
import type { RecordView } from "#gateway/api/contract.ts";
import { Refused } from "../../shared/api.ts";
import { formatDateTime, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { PriorityTag } from "../../shared/priority.tsx";
import type { DeviceWord } from "../device/words/zh.ts";
import { BackButton, PageShell } from "../page-shell.tsx";
import { DemoMark } from "../parts.tsx";
import { useNow } from "../use-now.ts";
import "./record.css";
import { TimeLine } from "./log.tsx";
import { Candidates, HotWork, Orders, Times, Water } from "./parts.tsx";
import { Sketch } from "./sketch.tsx";
import { useRecord } from "./use-record.ts";
import { showReplay } from "./use-shown.ts";
import type { RecordWord } from "./words/zh.ts";

type Props = { readonly incident: string; readonly onBack: () => void };

export function RecordPage({ incident, onBack }: Props): ReactElement {
  const { t } = useWords<RecordWord | DeviceWord>();
  const { data, isError, error } = useRecord(incident);
  return (
    <PageShell className="record" label={t("record.title")}>
      {data ? (
        <Body record={data} onBack={onBack} />
      ) : (
        <header className="device-head">
          <BackButton onBack={onBack} />
          <p className="empty">{isError ? <Failure of={error} /> : t("record.loading")}</p>
        </header>
      )}
    </PageShell>
  );
}

export function Failure({ of }: { readonly of: unknown }): ReactElement {
  const { t } = useWords<RecordWord>();
  const status = of instanceof Refused ? of.status : 0;
  const key =
    status === 404 ? "record.none" : status === 403 ? "record.forbidden" : "record.failed";
  return <>{t(key)}</>;
}

function Body({ record, onBack }: { readonly record: RecordView } & Pick<Props, "onBack">) {
  return (
    <>
      <Head record={record} onBack={onBack} />
      <div className="record-grid">
        <div>
          <Times record={record} />
          <Orders record={record} />
          <Candidates record={record} />
        </div>
        <div>
          <Sketch record={record} />
          <Water record={record} />
          <HotWork record={record} />
        </div>
      </div>
      <TimeLine record={record} />
      <Stamp record={record} />
    </>
  );
}

function Head({ record, onBack }: { readonly record: RecordView } & Pick<Props, "onBack">) {
  const { t, text, rule } = useWords<RecordWord>();
  const { incident, utcOffsetMin } = record;
  const { id, number, openedAt, closedAt, priority, verification, cause, alarms } = incident;
  const scene = alarms.findLast((alarm) => alarm.class === "fire") ?? alarms.at(-1);
  const isOpen = closedAt === null;
  const facts = [
    `${t("record.opened")} ${formatDateTime(openedAt, utcOffsetMin)}`,
    isOpen
      ? t("record.still-open")
      : `${t("record.closed")} ${formatDateTime(closedAt, utcOffsetMin)} · ${t("record.lasted")} ${formatLasting(closedAt - openedAt)}`,
    rule(`verification.${verification}`),
    cause && rule(`cause.${cause}`),
  ];
  return (
    <header className="device-head record-head">
      <BackButton onBack={onBack} />
      <h1>
        {t("record.title")} {number}
      </h1>
      <PriorityTag priority={priority} class={scene?.class ?? "fire"} />
      <DemoMark />
      <span className="header-space" />
      <button
        type="button"
        className="button primary no-print"
        disabled={isOpen}
        title={isOpen ? t("record.replay-later") : undefined}
        onClick={() => showReplay(id)}
      >
        {t("record.replay")}
      </button>
      <button type="button" className="button no-print" onClick={() => print()}>
        {t("record.print")}
      </button>
      <p className="record-place">
        {/* The site's name of the incident: off every site there is a town to be named. */}
        {scene && <strong>{text(scene.place)} · </strong>}
        {text(incident.siteName)}
      </p>
      <p className="record-facts">{facts.filter(Boolean).join(" · ")}</p>
    </header>
  );
}

/** What tells two prints apart. */
function Stamp({ record }: { readonly record: RecordView }): ReactElement {
  const { t } = useWords<RecordWord>();
  const at = formatDateTime(useNow(), record.utcOffsetMin);
  return (
    <p className="muted print-only">{t("record.print-stamp", { at, position: record.position })}</p>
  );
}
