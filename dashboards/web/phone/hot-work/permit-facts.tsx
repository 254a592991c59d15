/** What stands in a permit: place, times, people, the station's check, the firm's approval, gas, photos. */
import type { ReactElement, ReactNode } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { formatDateTime, formatPosition } from "../../shared/format.ts";
import { planTime } from "./times.ts";
import { codeWord, type HotWords, useHotWords } from "./words.ts";

type Props = {
  readonly permit: PermitView;
  readonly form: HotWorkForm | null;
  readonly now: number;
  readonly utcOffsetMin: number;
};

export function placeOf({ text, t }: HotWords, { report }: PermitView): string {
  const zone = report.zoneName ? text(report.zoneName) : null;
  const outdoors = report.outdoors ? t("hw.field.outdoors") : null;
  return [text(report.siteName), zone, report.floor, outdoors].filter(Boolean).join(" · ");
}

function Line({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function PermitFacts({ permit, now, utcOffsetMin }: Props): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const { report, approval, gas, gasWaiver, wind, extension, alarms } = permit;
  const when = (at: number): string => planTime(at, now, utcOffsetMin);
  return (
    <dl className="permit-facts">
      <Check permit={permit} when={when} />
      <Line label={t("hw.step.place")}>
        {placeOf(words, permit)}
        <span className="muted small block">{formatPosition(report.position)}</span>
      </Line>
      <Line label={t("hw.step.work")}>
        {codeWord(words, "kind", report.kind)} · {codeWord(words, "object", report.object)}
        <span className="block">
          {t("hw.from-to", { from: when(report.startsAt), until: when(report.endsAt) })}
        </span>
        {report.tools.length > 0 && (
          <span className="block">
            {t("hw.field.tools")}:{" "}
            {report.tools.map((tool) => codeWord(words, "tool", tool)).join(", ")}
          </span>
        )}
        {report.chip !== null && (
          <span className="block">{t("hw.facts.chip", { chip: report.chip })}</span>
        )}
        {extension !== null && (
          <span className="block strong">{t("hw.extension", { time: when(extension) })}</span>
        )}
      </Line>
      <Line label={t("hw.step.people")}>
        {t("hot-work.worker")} {report.worker.name ?? report.worker.id}
        {report.certificate !== null && (
          <span className="block muted">
            {t("hw.facts.certificate", {
              certificate: report.certificate,
              until: formatDateTime(report.certificateUntil, utcOffsetMin).slice(0, 10),
            })}
          </span>
        )}
        <span className="block" data-watcher={report.watcher.id}>
          {t("hot-work.watcher")} {report.watcher.name ?? report.watcher.id}
        </span>
        <span className="block muted">{t("hw.facts.firm", { firm: report.firm })}</span>
        {report.contractor !== null && (
          <span className="block muted">
            {t("hw.facts.contractor", { firm: report.contractor })}
          </span>
        )}
      </Line>
      {report.kind !== "painting" && (
        <Line label={t("hw.step.measures")}>
          {t("hw.facts.extinguishers", { count: report.extinguishers })}
          {report.combustiblesCleared && ` · ${t("hw.field.combustibles")}`}
          {report.isolations.length > 0 && (
            <span className="block">
              {t("hw.field.isolations")}: {report.isolations.join(", ")}
            </span>
          )}
        </Line>
      )}
      {approval && (
        <Line label={t("hot-work.approved")}>
          {codeWord(words, "capacity", approval.as)} · {approval.by.name ?? approval.by.id} ·{" "}
          {when(approval.at)}
        </Line>
      )}
      {(gas || gasWaiver) && (
        <Line label={t("hw.gas")}>
          {gas && `${readingsOf(words, gas)} · ${t("hw.gas-at", { time: when(gas.takenAt) })}`}
          {gas && <span className="block muted">{t("hw.facts.meter", { meter: gas.meter })}</span>}
          {gasWaiver && (
            <span className="block">
              {t("hw.gas-waived", {
                reason: codeWord(words, "reason", gasWaiver.reason),
                name: gasWaiver.by.name ?? gasWaiver.by.id,
              })}
            </span>
          )}
        </Line>
      )}
      {wind && (
        <Line label={t("hw.wind")}>
          {t("hw.wind-at", { beaufort: wind.beaufort, time: when(wind.at) })}
        </Line>
      )}
      {alarms.length > 0 && (
        <Line label={t("hw.protection")}>
          <span className="failure">{t("hw.alarms", { count: alarms.length })}</span>
        </Line>
      )}
      <Photos permit={permit} />
    </dl>
  );
}

function readingsOf(words: HotWords, { readings, oxygen }: NonNullable<PermitView["gas"]>): string {
  const said = readings.map(
    ({ substance, value, unit }) => `${codeWord(words, "substance", substance)} ${value} ${unit}`,
  );
  return [...said, ...(oxygen === null ? [] : [`O₂ ${oxygen} %`])].join(" · ");
}

/** 现场检查: who comes and when, and who has signed. */
function Check({
  permit: { check, state },
  when,
}: {
  readonly permit: PermitView;
  readonly when: (at: number) => string;
}): ReactElement | null {
  const words = useHotWords();
  const { t, text } = words;
  if (check === null) return null;
  const isNeeded = check.need !== "not-drawn";
  const station = check.stationName ? text(check.stationName) : check.station;
  return (
    <Line label={t("hw.station")}>
      <span data-station={check.station ?? ""}>{station ?? t("hot-work.nobody-comes")}</span>
      {!isNeeded && <span className="block">{t("hot-work.no-check")}</span>}
      {isNeeded && state === "matched" && (
        <span className="block strong" data-expected={check.expectedAt ?? ""}>
          {check.expectedAt === null
            ? t("hot-work.nobody-comes")
            : t("hot-work.expected", { time: when(check.expectedAt) })}
          {" · "}
          {t(check.accepted ? "hw.accepted" : "hw.asked")}
        </span>
      )}
      {check.remoteAsked && state === "matched" && (
        <span className="block failure">{t("hw.remote-asked")}</span>
      )}
      {isNeeded && (
        <ul className="parties" aria-label={t("hw.parties")}>
          {check.parties.map(({ party, result, at }) => (
            <li key={party} data-party={party} data-result={result ?? "none"}>
              <span>{codeWord(words, "party", party)}</span>
              <span>
                {codeWord(words, "result", result ?? "none")}
                {at !== null && ` ${when(at)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {check.done && <span className="block strong">{codeWord(words, "done", check.done)}</span>}
    </Line>
  );
}

function Photos({ permit }: Pick<Props, "permit">): ReactElement | null {
  const words = useHotWords();
  const { t } = words;
  const { report, dust, empty, watch } = permit;
  const photos = [
    [report.photo, t("hw.photo-of-place")],
    [empty, t("hot-work.act.declare-empty")],
    [dust, t("hot-work.act.declare-dust-cleared")],
    [watch.finalPhoto, t("hot-work.act.take-final-photo")],
  ] as const;
  const shown = photos.filter(([file]) => file !== null);
  if (shown.length === 0) return null;
  return (
    <Line label={t("hw.field.photo")}>
      <span className="photos">
        {shown.map(([file, label]) => (
          <a key={file} href={`/api/v1/photos/${file}`} target="_blank" rel="noreferrer">
            <img src={`/api/v1/photos/${file}`} alt={label} loading="lazy" />
            <span className="small">{label}</span>
          </a>
        ))}
      </span>
    </Line>
  );
}
