/** The three records of a permit: the firm reports, the station checks, the firm approves. */
import type { ReactElement, ReactNode } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { formatDateTime } from "../../shared/format.ts";
import { formatSpan } from "./permits.ts";
import { usePermitWords } from "./words.ts";

export type PartProps = { readonly permit: PermitView; readonly utcOffsetMin: number };

export function Part(props: {
  readonly title: string;
  readonly name: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="permit-part" data-part={props.name} aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

type Fact = readonly [label: string, value: ReactNode];

/** Facts without a value are left out: an empty line says nothing. */
export function Facts({ facts }: { readonly facts: readonly (Fact | false | null)[] }) {
  const shown = facts.filter((fact) => fact !== false && fact !== null && fact[1]) as Fact[];
  return (
    <dl className="permit-dl">
      {shown.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function ReportPart({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { t, of, text } = usePermitWords();
  const { report, sender } = permit;
  const named = (one: { readonly id: string; readonly name: string | null }) => one.name ?? one.id;
  const where = [text(report.siteName), report.zoneName && text(report.zoneName), report.floor];
  const until = formatDateTime(report.certificateUntil, utcOffsetMin).slice(0, 10);
  const work = `${of("kind", report.kind)} · ${of("object", report.object)}`;
  return (
    <Part title={t("permit.report")} name="report">
      <Facts
        facts={[
          [t("permit.place"), where.filter(Boolean).join(" ")],
          [t("permit.times"), spanOf(permit, utcOffsetMin)],
          [t("hot-work.kind"), report.outdoors ? `${work} · ${t("permit.outdoors")}` : work],
          report.class !== permit.class && [
            t("hot-work.class"),
            t("permit.declared", { class: of("class", report.class) }),
          ],
          [t("permit.firm"), report.firm],
          [t("permit.contractor"), report.contractor],
          [t("hot-work.worker"), named(report.worker)],
          [
            t("permit.certificate"),
            `${report.certificate ?? ""} ${t("permit.certificate-until", { at: until })}`,
          ],
          [t("hot-work.watcher"), named(report.watcher)],
          [t("permit.tools"), report.tools.map((tool) => of("tool", tool)).join("、")],
          [t("permit.chip"), report.chip],
          [t("permit.isolations"), report.isolations.join("、")],
        ]}
      />
      <p className={report.combustiblesCleared ? "" : "problem"}>
        {t(report.combustiblesCleared ? "permit.cleared" : "permit.not-cleared")} ·{" "}
        {t("permit.extinguishers", { count: report.extinguishers })}
      </p>
      {sender && <p className="muted">{t("permit.sender", { ...sender })}</p>}
    </Part>
  );
}

export function spanOf({ report: { startsAt, endsAt } }: PermitView, utcOffsetMin: number): string {
  // Never without its date here: a permit is looked at on other days too.
  const date = formatDateTime(startsAt, utcOffsetMin).slice(0, 10);
  return `${date} ${formatSpan(startsAt, endsAt, startsAt, utcOffsetMin)}`;
}

export function Check({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { t, of, text } = usePermitWords();
  const { check } = permit;
  if (!check) {
    return (
      <Part title={t("permit.check")} name="check">
        <p className="muted">{t("hot-work.no-check")}</p>
      </Part>
    );
  }
  const isNeeded = check.need !== "not-drawn";
  const station = check.stationName ? text(check.stationName) : t("permit.no-station");
  const isBefore = ["matched", "checked", "gas-tested"].includes(permit.state);
  const isWaiting = isNeeded && check.done === null && permit.state === "matched";
  return (
    <Part title={t("permit.check")} name="check">
      <Facts
        facts={[
          [t("permit.station"), station],
          [of("need", check.need), check.done ? of("done", check.done) : " "],
        ]}
      />
      {check.station !== null && isBefore && (
        <p className={check.delivered ? "muted" : "problem"}>
          {t(check.delivered ? "permit.delivered" : "permit.not-delivered")}
          {isWaiting && ` · ${t(check.accepted ? "permit.accepted" : "permit.not-accepted")}`}
        </p>
      )}
      {isWaiting && check.expectedAt !== null && (
        <p>
          {t("hot-work.expected", {
            time: formatDateTime(check.expectedAt, utcOffsetMin).slice(11, 16),
          })}
        </p>
      )}
      {isWaiting && check.remoteAsked && <p className="problem">{t("permit.remote-asked")}</p>}
      {isNeeded && (
        <ul className="permit-parties">
          {check.parties.map((one) => (
            <Party key={one.party} one={one} utcOffsetMin={utcOffsetMin} />
          ))}
        </ul>
      )}
    </Part>
  );
}

type One = NonNullable<PermitView["check"]>["parties"][number];

function Party({ one, utcOffsetMin }: { readonly one: One; readonly utcOffsetMin: number }) {
  const { t, of } = usePermitWords();
  const { party, result, at, by, reason } = one;
  const name = by ? (by.name ?? by.id) : "";
  return (
    <li data-result={result ?? "none"}>
      <span>{of("party", party)}</span>
      {result === "waived" ? (
        <span className="muted">
          {t("permit.waived", { reason: of("reason", reason ?? ""), name })}
        </span>
      ) : (
        <strong>{of("result", result ?? "none")}</strong>
      )}
      {result !== "waived" && by && (
        <span className="muted">
          {name} {at !== null && formatDateTime(at, utcOffsetMin).slice(11, 16)}
        </span>
      )}
    </li>
  );
}

export function Approval({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { t, of } = usePermitWords();
  const { approval, extension } = permit;
  const when = (at: number): string => formatDateTime(at, utcOffsetMin).slice(0, 16);
  return (
    <Part title={t("permit.approval")} name="approval">
      {approval ? (
        <>
          <p>
            <strong>{t("hot-work.approved")}</strong>
          </p>
          <Facts
            facts={[
              [t("hot-work.approver"), approval.by.name ?? approval.by.id],
              [t("permit.as"), of("capacity", approval.as)],
              [
                t("permit.times"),
                `${when(approval.at)} ${t("permit.until", { at: when(approval.endsAt) })}`,
              ],
            ]}
          />
        </>
      ) : (
        <p className="problem">{t("permit.not-approved")}</p>
      )}
      {extension !== null && (
        <p className="problem">{t("permit.extension", { at: when(extension) })}</p>
      )}
    </Part>
  );
}
