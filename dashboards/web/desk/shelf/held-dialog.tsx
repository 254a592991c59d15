/**
 * What is kept from the desk, one list for each way: put aside by a person, out of service, explained
 * by another alarm. Always one key away, whatever else stands open.
 */
import { type ReactElement, useState } from "react";
import type { AlarmRow, OutOfServiceRow } from "#gateway/api/contract.ts";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { Frame } from "../frame.tsx";
import { ActButton } from "../parts.tsx";
import { heldIn } from "../rows.ts";
import { Impairments } from "./impairments.tsx";
import { Held, HoldActs } from "./shelved.tsx";
import type { ShelfWord } from "./words/zh.ts";

export function HeldDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<ShelfWord>();
  const incidents = useLiveValue((live) => live.incidents);
  const alarms = useLiveValue((live) => live.alarms);
  const records = useLiveValue((live) => live.outOfService);
  const held = (hold: NonNullable<AlarmRow["hold"]>) => heldIn({ incidents, alarms }, hold);
  const out = held("out-of-service");
  const [shelved, explained] = [held("shelved"), held("by-design")];
  return (
    <Frame title={t("held.title")} onClose={onClose} width={820}>
      <p className="muted">{t("held.law")}</p>
      <Part of="shelved" count={shelved.length}>
        <AlarmList alarms={shelved} />
      </Part>
      <Part of="out-of-service" count={records.length}>
        <ul className="shelf">
          {records.map((record) => (
            <OutLine key={record.id} record={record} alarms={out} />
          ))}
        </ul>
      </Part>
      <Part of="by-design" count={explained.length}>
        <AlarmList alarms={explained} />
      </Part>
      <Impairments />
    </Frame>
  );
}

type PartProps = {
  readonly of: NonNullable<AlarmRow["hold"]>;
  readonly count: number;
  readonly children: ReactElement;
};

function Part({ of, count, children }: PartProps): ReactElement {
  const { t } = useWords<ShelfWord>();
  return (
    <section className="held-part" data-hold={of}>
      <h3>{t(`held.${of}`, { count })}</h3>
      {count === 0 ? <p className="muted">{t("held.none")}</p> : children}
    </section>
  );
}

function AlarmList({ alarms }: { readonly alarms: readonly AlarmRow[] }): ReactElement {
  const { text } = useWords();
  return (
    <ul className="shelf">
      {alarms.map((alarm) => (
        <li key={alarm.id}>
          <div>
            <strong>{text(alarm.what)}</strong>
            <Held alarm={alarm} />
          </div>
          <div className="shelf-acts">
            <HoldActs alarm={alarm} />
          </div>
        </li>
      ))}
    </ul>
  );
}

type OutProps = { readonly record: OutOfServiceRow; readonly alarms: readonly AlarmRow[] };

/** Ending it may order stations: it is asked once more. */
function OutLine({ record, alarms }: OutProps): ReactElement {
  const { t, text, has } = useWords<ShelfWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const [asks, setAsks] = useState(false);
  const now = Date.now() + clockOffsetMs;
  const when = (at: number): string => formatWhen(at, now, utcOffsetMin);
  const { id, place, device, points, ruleName, reason, until, since, by, byName } = record;
  const why = `out.reason.${reason}`;
  const what = points
    ? points.map(({ name }) => text(name)).join(" · ")
    : ruleName
      ? text(ruleName)
      : t("out.whole");
  const own = alarms.filter((alarm) => alarm.outOfService === id);
  return (
    <li>
      <div>
        <strong>
          {text(place)} {device}
        </strong>
        <p>{what}</p>
        <p className="held">
          <strong>{t("out.until", { time: when(until) })}</strong> ·{" "}
          {has(why) ? t(why as ShelfWord) : reason} ·{" "}
          {t("out.by", { time: when(since), name: byName ?? by })}
        </p>
        {own.length > 0 && (
          <p>
            {t("out.alarms", { count: own.length })}:{" "}
            {own.map((one) => text(one.title)).join(" · ")}
          </p>
        )}
        {asks && <p className="problem">{t("out.end-ask")}</p>}
      </div>
      {asks ? (
        <ActButton look="primary" command={{ command: "return-to-service", record: id }}>
          {t("out.end")}
        </ActButton>
      ) : (
        <button type="button" className="button plain" onClick={() => setAsks(true)}>
          {t("out.end")}
        </button>
      )}
    </li>
  );
}
