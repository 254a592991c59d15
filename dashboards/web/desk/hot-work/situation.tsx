/** How a permit stands now: what it lacks, what is against it, gas, stop, watch, photos, code, history. */
import { lazy, type ReactElement, Suspense } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import { Facts, Part, type PartProps } from "./records.tsx";
import { useCheckInAddress, usePermitHistory } from "./use-permits.ts";
import { usePermitWords } from "./words.ts";

// The code is drawn for whoever prints, and for nobody else.
const Code = lazy(() => import("./code.tsx").then((m) => ({ default: m.Code })));

const short = (at: number, utcOffsetMin: number): string =>
  formatDateTime(at, utcOffsetMin).slice(5, 16);

export function Missing({ permit }: PartProps): ReactElement | null {
  const { t, of } = usePermitWords();
  const { missing, faults, state } = permit;
  const isWaiting = ["draft", "matched", "checked", "gas-tested", "suspended"].includes(state);
  if (!isWaiting) return null;
  const all = state === "draft" ? faults : missing;
  return (
    <Part title={t("permit.missing")} name="missing">
      {all.length === 0 && <p>{t("permit.missing-none")}</p>}
      <ul className="permit-lacks">
        {all.map((fault) => (
          <li key={fault}>{of("fault", fault)}</li>
        ))}
      </ul>
    </Part>
  );
}

/** Alarms that stand against it, each with the way to its card; records and tests in words. */
export function Against({ permit }: PartProps): ReactElement {
  const { t } = usePermitWords();
  const { impaired, alarms, stop } = permit;
  const all = [
    ...impaired,
    ...alarms.map((by) => ({ cause: "fire" as const, by })),
    ...(stop?.by ?? []).map((by) => ({ cause: stop?.cause ?? ("person" as const), by })),
  ];
  const each = [...new Map(all.map((one) => [one.by, one])).values()];
  return (
    <Part title={t("permit.against")} name="against">
      {each.length === 0 && <p className="muted">{t("permit.against-none")}</p>}
      <ul>
        {each.map((one) => (
          <AgainstLine key={one.by} one={one} />
        ))}
      </ul>
    </Part>
  );
}

type Against = Pick<PermitView["impaired"][number], "cause" | "by">;

function AgainstLine({ one }: { readonly one: Against }): ReactElement {
  const { of, text } = usePermitWords();
  const { select } = useDesk();
  const found = useLiveValue((live) => live.alarms.get(one.by)) ?? null;
  const incident = useLiveValue((live) => incidentOf(live.incidents, one.by));
  const alarm = found ?? incident?.alarm ?? null;
  const key = incident ? incident.id : (found?.id ?? null);
  return (
    <li>
      {of("cause", one.cause)}
      {alarm && key !== null ? (
        <>
          {": "}
          <button type="button" className="link" onClick={() => select(key)}>
            {text(alarm.what)}
          </button>
        </>
      ) : (
        <span className="muted"> {one.by}</span>
      )}
    </li>
  );
}

type Incidents = ReadonlyMap<string, { readonly id: string; readonly alarms: readonly AlarmRow[] }>;

const known = new WeakMap<AlarmRow, { readonly id: string; readonly alarm: AlarmRow }>();

/** The same object for the same alarm: what is picked of the live state is compared by it. */
function incidentOf(incidents: Incidents, id: string) {
  for (const card of incidents.values()) {
    const alarm = card.alarms.find((one) => one.id === id);
    if (!alarm) continue;
    const before = known.get(alarm);
    if (before?.id === card.id) return before;
    const made = { id: card.id, alarm };
    known.set(alarm, made);
    return made;
  }
  return null;
}

export function Gas({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { t, of } = usePermitWords();
  const { gas, gasWaiver, wind, empty, dust } = permit;
  const at = (when: number): string => short(when, utcOffsetMin);
  return (
    <Part title={t("permit.gas")} name="gas">
      {gas && (
        <Facts
          facts={[
            [
              t("permit.gas-at", { at: at(gas.takenAt) }),
              [
                ...gas.readings.map(
                  (one) => `${of("substance", one.substance)} ${one.value} ${one.unit}`,
                ),
                ...(gas.oxygen === null ? [] : [t("permit.oxygen", { value: gas.oxygen })]),
              ].join(" · "),
            ],
            [
              " ",
              t("permit.meter", {
                meter: gas.meter,
                at: formatDateTime(gas.calibratedAt, utcOffsetMin).slice(0, 10),
              }),
            ],
          ]}
        />
      )}
      {!gas && gasWaiver && (
        <p>
          {t("permit.gas-waived", {
            reason: of("reason", gasWaiver.reason),
            name: gasWaiver.by.name ?? gasWaiver.by.id,
          })}
        </p>
      )}
      {!gas && !gasWaiver && <p className="muted">{t("permit.gas-none")}</p>}
      {wind && <p>{t("permit.wind", { beaufort: wind.beaufort, at: at(wind.at) })}</p>}
      {empty && <p>{t("permit.empty-photo")}</p>}
      {dust && <p>{t("permit.dust-photo")}</p>}
    </Part>
  );
}

export function StopPart({ permit, utcOffsetMin }: PartProps): ReactElement | null {
  const { t, of } = usePermitWords();
  const { stop } = permit;
  if (!stop) return null;
  return (
    <Part title={t("permit.stop")} name="stop">
      <p>
        <strong className="problem">{of("cause", stop.cause)}</strong>{" "}
        {short(stop.at, utcOffsetMin)}
      </p>
      <p className={stop.confirmed ? "" : "problem"}>
        {t(stop.confirmed ? "permit.confirmed" : "permit.not-confirmed")}
      </p>
      <p className={stop.looked ? "" : "problem"}>
        {t(stop.looked ? "permit.looked" : "permit.not-looked")}
      </p>
    </Part>
  );
}

export function Watch({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { t } = usePermitWords();
  const { watch, report } = permit;
  return (
    <Part title={t("permit.watch")} name="watch">
      <p>
        {t("hot-work.watcher")} <strong>{report.watcher.name ?? report.watcher.id}</strong>
      </p>
      <p className={watch.missed > 0 ? "problem" : ""}>
        {watch.checkedInAt === null
          ? t("permit.never-checked-in")
          : t("permit.checked-in", { at: short(watch.checkedInAt, utcOffsetMin) })}
        {watch.missed > 0 && ` · ${t("permit.missed", { count: watch.missed })}`}
      </p>
      {watch.until !== null && (
        <p>{t("permit.watch-until", { at: short(watch.until, utcOffsetMin) })}</p>
      )}
    </Part>
  );
}

export function Qr({ permit }: { readonly permit: PermitView }): ReactElement {
  const { t } = usePermitWords();
  const { data: address } = useCheckInAddress(permit.id, permit.state !== "draft");
  return (
    <Part title={t("permit.qr")} name="qr">
      {address ? (
        <Suspense fallback={null}>
          <Code text={address} label={t("permit.qr")} />
        </Suspense>
      ) : (
        <p className="muted">{t("permit.qr-none")}</p>
      )}
      <p className="muted">{t("permit.qr-law")}</p>
    </Part>
  );
}

type Photo = { readonly label: string; readonly photo: string | null };

export function Photos({ permit }: { readonly permit: PermitView }): ReactElement | null {
  const { t, of } = usePermitWords();
  const { report, empty, dust, watch, check } = permit;
  const signed = check?.parties ?? [];
  const all: readonly Photo[] = [
    { label: t("permit.photo-place"), photo: report.photo },
    { label: t("permit.photo-empty"), photo: empty },
    { label: t("permit.photo-dust"), photo: dust },
    ...signed.map(({ party, photo }) => ({ label: of("party", party), photo })),
    { label: t("permit.photo-final"), photo: watch.finalPhoto },
  ];
  const there = all.filter(({ photo }) => photo !== null);
  if (there.length === 0) return null;
  return (
    <Part title={t("permit.photos")} name="photos">
      <ul className="permit-photos">
        {there.map(({ label, photo }) => (
          <li key={`${label} ${photo}`}>
            <a href={`/api/v1/photos/${photo}`} target="_blank" rel="noreferrer">
              <img src={`/api/v1/photos/${photo}`} alt={label} loading="lazy" />
              {label}
            </a>
          </li>
        ))}
      </ul>
    </Part>
  );
}

export function History({ permit }: { readonly permit: PermitView }): ReactElement {
  const { t, text } = usePermitWords();
  const { data, isError } = usePermitHistory(permit.id);
  return (
    <Part title={t("permit.history")} name="history">
      {isError && <p className="problem">{t("permit.failed")}</p>}
      {data?.lines.length === 0 && <p className="muted">{t("permit.history-none")}</p>}
      <ol className="permit-history">
        {[...(data?.lines ?? [])].reverse().map(({ position, at, by, text: what }) => (
          <li key={position}>
            <time>{formatDateTime(at, data?.utcOffsetMin ?? 480)}</time>
            <span>{text(what)}</span>
            {by && <span className="muted">{by.name ?? by.id}</span>}
          </li>
        ))}
      </ol>
    </Part>
  );
}
