/** Parts of a record's page: steps and orders with their times, candidates with reasons, water and access. */
import type { ReactElement, ReactNode } from "react";
import type { CandidateView, RecordView } from "#gateway/api/contract.ts";
import { formatClock, formatDistance, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { HotWorkNear } from "../incident/hot-work-near.tsx";
import { isLate, type StepTime, stepTimes } from "./times.ts";
import type { RecordWord } from "./words/zh.ts";

type Props = { readonly record: RecordView };
type Order = RecordView["orders"][number];

export function Part(props: {
  readonly title: string;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className={`record-part ${props.className ?? ""}`} aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

export function Times({ record }: Props): ReactElement {
  const { t } = useWords<RecordWord>();
  return (
    <Part title={t("record.times")} className="record-times">
      <table>
        <thead>
          <tr>
            {(["step", "at", "since", "took", "limit"] as const).map((name) => (
              <th key={name}>{t(`record.${name}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stepTimes(record).map((time) => (
            <TimeRow key={time.step} time={time} utcOffsetMin={record.utcOffsetMin} />
          ))}
        </tbody>
      </table>
      <p className="muted">{t("record.limits-note")}</p>
      <Arrival record={record} />
    </Part>
  );
}

type RowProps = { readonly time: StepTime; readonly utcOffsetMin: number };

function TimeRow({ time, utcOffsetMin }: RowProps): ReactElement {
  const { t, text } = useWords<RecordWord>();
  const { step, at, sinceMs, tookMs, limitMs, by, late } = time;
  return (
    <tr data-late={late}>
      <th scope="row">{t(`record.step.${step}`)}</th>
      {at === null ? (
        <td colSpan={4} className="muted">
          {t("record.not-reached")}
        </td>
      ) : (
        <>
          <td>{formatClock(at, utcOffsetMin)}</td>
          <td>+{formatLasting(sinceMs ?? 0)}</td>
          <td>
            {tookMs !== null && `+${formatLasting(tookMs)}`} {by && text(by.stationName)}
          </td>
          <td>{limitMs !== null && <Limit ms={limitMs} late={late} />}</td>
        </>
      )}
    </tr>
  );
}

function Limit({ ms, late }: { readonly ms: number; readonly late: boolean }): ReactElement {
  const { t } = useWords<RecordWord>();
  return (
    <>
      ≤ {formatLasting(ms)}{" "}
      <strong className={late ? "problem" : "held"}>
        {t(late ? "record.late" : "record.held")}
      </strong>
    </>
  );
}

/** The 1-3-5 clock of the area, where the rules of the day had one. */
function Arrival({ record }: Props): ReactElement | null {
  const { t, text } = useWords<RecordWord>();
  const { arrival } = record.incident;
  if (!arrival) return null;
  const clock = (at: number | null): string =>
    at === null ? "" : formatClock(at, record.utcOffsetMin);
  return (
    <table>
      <caption>{t("record.arrival")}</caption>
      <tbody>
        {arrival.steps.map(({ step, label, limitAt, reachedAt, verdict }) => (
          <tr key={step} data-late={verdict === "late"}>
            <th scope="row">{text(label)}</th>
            <td>{clock(reachedAt) || t("record.not-reached")}</td>
            <td>{limitAt !== null && `≤ ${clock(limitAt)}`}</td>
            <td>
              {verdict !== null && verdict !== "late" && t(`record.${verdict}`)}
              {verdict === "late" && <strong className="problem">{t("record.late")}</strong>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const marks = [
  ...(["delivered", "accepted", "refused", "turned-out"] as const),
  ...(["on-scene", "controlled", "returned", "recalled"] as const),
];

function atOf(order: Order, mark: (typeof marks)[number]): number | null {
  if (mark === "turned-out") return order.turnedOutAt;
  if (mark === "on-scene") return order.onSceneAt;
  return order[`${mark}At`];
}

/** Each order with its steps, and why a person chose it. */
export function Orders({ record }: Props): ReactElement {
  const { t } = useWords<RecordWord>();
  return (
    <Part title={t("record.orders")} className="record-orders">
      {record.orders.length === 0 && <p className="muted">{t("record.orders-none")}</p>}
      <ul>
        {record.orders.map((order) => (
          <OrderLine key={order.order} order={order} record={record} />
        ))}
      </ul>
    </Part>
  );
}

function OrderLine({ order, record }: Props & { readonly order: Order }): ReactElement {
  const { t, text, rule } = useWords<RecordWord>();
  const state = record.incident.orders.find(({ id }) => id === order.order)?.state;
  const limitOf = (mark: (typeof marks)[number]): number | null => {
    if (mark === "turned-out") return order.turnOutLimitMs;
    return mark === "on-scene" ? order.onSceneLimitMs : null;
  };
  return (
    <li>
      <p>
        <strong>{text(order.stationName)}</strong> {state && rule(`order-state.${state}`)}{" "}
        <span className="muted">
          {rule(`order-kind.${order.kind}`)} {formatClock(order.issuedAt, record.utcOffsetMin)} ·{" "}
          {text(order.why)} · <Way of={order} />
        </span>
      </p>
      {order.byName !== null && (
        <p className="record-override">
          {t("record.by-person-why", {
            name: order.byName,
            reason: order.reason ? text(order.reason) : t("record.no-reason"),
          })}
        </p>
      )}
      <ol className="record-marks">
        {marks.map((mark) => {
          const at = atOf(order, mark);
          if (at === null) return null;
          const limitMs = limitOf(mark);
          const late = isLate(at - order.issuedAt, limitMs);
          return (
            <li key={mark} data-late={late}>
              {t(`record.${mark}`)} +{formatLasting(at - order.issuedAt)}
              {limitMs !== null && ` / ${formatLasting(limitMs)}`}
              {late && ` ${t("record.late")}`}
            </li>
          );
        })}
      </ol>
    </li>
  );
}

type Way = Pick<CandidateView, "distanceM" | "estimateMs" | "travel">;

/** A travel time never stands without the word for its kind. */
export function Way({ of: { distanceM, estimateMs, travel } }: { readonly of: Way }): ReactElement {
  const { t } = useWords<RecordWord>();
  const kind = t(`record.way-${travel}`);
  const parts = [
    estimateMs !== null && t("record.way", { minutes: Math.round(estimateMs / 60_000), kind }),
    distanceM !== null && t("record.straight", { km: formatDistance(distanceM) }),
  ];
  return <>{parts.filter(Boolean).join(" · ")}</>;
}

export function Candidates({ record }: Props): ReactElement {
  const { t, text } = useWords<RecordWord>();
  return (
    <Part title={t("record.candidates")} className="record-candidates">
      {record.choices.length === 0 && <p className="muted">{t("record.candidates-none")}</p>}
      {record.choices.map(({ position, at, candidates }) => (
        <div key={position}>
          <h3>{t("record.candidates-at", { at: formatClock(at, record.utcOffsetMin) })}</h3>
          <ol>
            {candidates.map((one) => (
              <li key={one.station} data-verdict={one.verdict}>
                <strong>{text(one.name)}</strong> {text(one.why)}{" "}
                <span className="muted">
                  <Way of={one} />
                  {text(one.terms) && ` = ${text(one.terms)}`}
                </span>
              </li>
            ))}
          </ol>
        </div>
      ))}
    </Part>
  );
}

export function Water({ record: { site } }: Props): ReactElement {
  const { t, text, rule } = useWords<RecordWord>();
  const access = [
    ...site.gates.map((gate) => ({ ...gate, kind: t("record.gate") })),
    ...site.keyBoxes.map((box) => ({ ...box, kind: t("record.key-box") })),
  ];
  return (
    <Part title={t("record.water")} className="record-water">
      {site.water.length === 0 && <p className="muted">{t("record.water-none")}</p>}
      <ul>
        {site.water.map((water) => (
          <li key={water.id}>
            {rule(`water.${water.kind}`)} · <strong>{text(water.name)}</strong>
            {water.note && ` · ${text(water.note)}`}
          </li>
        ))}
        {access.map(({ id, name, kind }) => (
          <li key={id}>
            {kind} · <strong>{text(name)}</strong>
          </li>
        ))}
      </ul>
      {access.length === 0 && <p className="muted">{t("record.access-none")}</p>}
    </Part>
  );
}

export function HotWork({ record }: Props): ReactElement {
  const { t } = useWords<RecordWord>();
  return (
    <Part title={t("record.hot-work")}>
      <HotWorkNear works={record.hotWork} utcOffsetMin={record.utcOffsetMin} />
    </Part>
  );
}
