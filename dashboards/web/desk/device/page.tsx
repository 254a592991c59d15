/**
 * The page of a device, a pump room first of all: its alarms, its picture, its curves and every value
 * with quality and age. The list of incidents stays beside it.
 */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo, useRef, useState } from "react";
import type { AlarmRow, DeviceView, LinkView } from "#gateway/api/contract.ts";
import { getJson, postJson, Refused } from "../../shared/api.ts";
import type { DeviceNow } from "../../shared/device-now.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useDeviceNow, useLive, useLiveValue } from "../../shared/live.ts";
import { PriorityShape } from "../../shared/priority.tsx";
import { useDesk } from "../acts.ts";
import { Advice } from "../advice.tsx";
import { BackButton, PageShell } from "../page-shell.tsx";
import { DemoMark } from "../parts.tsx";
import { toRefusal } from "../refusal.ts";
import { urgencies, urgencyOfAlarm } from "../rows.ts";
import { DeviceOut } from "../shelf/device-out.tsx";
import type { TrendsWord } from "../trends/words/zh.ts";
import { useNow } from "../use-now.ts";
import type { DeskWord } from "../words/zh.ts";
import "./device.css";
import { LinkState } from "./link-state.tsx";
import { Mimic } from "./mimic.tsx";
import { type Cut, type Known, known, type Speech } from "./reading.ts";
import { Tiles } from "./tiles.tsx";
import { Trend } from "./trend.tsx";
import { Untrusted } from "./untrusted.tsx";
import { deviceOf, useDevices } from "./use-devices.ts";
import { Values } from "./values.tsx";
import { Warehouse } from "./warehouse.tsx";
import type { DeviceWord } from "./words/zh.ts";

type Props = {
  /** SITE/DEVICE. */
  readonly device: string;
  readonly onBack: () => void;
};

const mostDrawn = 4;
/** A watched device has a frame every two seconds, whatever it says. */
const silentAfterMs = 6000;
const firstDrawn = [
  ...["sprinkler_header_pressure", "hydrant_header_pressure", "pool_level"],
  "battery_pct",
];

export function DevicePage({ device, onBack }: Props): ReactElement {
  const { t } = useWords<DeskWord | DeviceWord>();
  const view = useQuery({
    queryKey: ["device", device],
    queryFn: ({ signal }) => getJson<DeviceView>(`/api/v1/devices/${device}`, signal),
    refetchInterval: (query) => (query.state.status === "error" ? 3000 : false),
  });
  const isNone = view.error instanceof Refused && view.error.status === 404;
  return (
    <PageShell label={device}>
      {view.data ? (
        <Body device={device} view={view.data} onBack={onBack} />
      ) : (
        <header className="device-head">
          <BackButton onBack={onBack} />
          <p className="empty">
            {t(isNone ? "device.none" : view.isError ? "device.failed" : "device.loading")}
          </p>
        </header>
      )}
    </PageShell>
  );
}

function Body({ device, view, onBack }: Props & { readonly view: DeviceView }): ReactElement {
  const words = useWords<DeviceWord | DeskWord | TrendsWord>();
  const { t, text } = words;
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const speech = useMemo(() => ({ ...words, utcOffsetMin }), [words, utcOffsetMin]);
  const told = useDeviceNow(device);
  const now = useNow();
  const cut = useCut(told);
  const points = view.points.map((point) => known(point, told?.points.get(point.id), cut));
  const byId = new Map(points.map((point) => [point.id, point] as const));
  const link = told ? told.link : view.link;
  const [zone, setZone] = useState<string | null>(null);
  const nameOf = (id: string): string => text(byId.get(id)?.name ?? { zh: id, en: id });
  return (
    <>
      <header className="device-head">
        <BackButton onBack={onBack} />
        <h1>
          {text(view.siteName)} · {text(view.name)} <span className="muted">{view.device}</span>
        </h1>
        <DemoMark />
        {view.place && <span className="muted">{text(view.place)}</span>}
        {cut === "gateway-lost" || cut === "no-frames" ? (
          <strong className="link-state" data-link-state="lost">
            {t(cut === "no-frames" ? "device-link.no-frames" : "device-link.cut")}
          </strong>
        ) : (
          <Link device={device} link={link} at={told?.at ?? view.at} now={now} />
        )}
        <DeviceOut device={device} />
      </header>
      {link && link.holes.length > 0 && (
        <p className="device-note">
          {t("device.holes", { points: link.holes.map(nameOf).join(", ") })}
        </p>
      )}
      {link && link.unfit.length > 0 && (
        <p className="device-note">
          {t("device.unfit", { points: link.unfit.map(nameOf).join(", ") })}
        </p>
      )}
      <Blind device={device} />
      {link?.fault === "untrusted-certificate" && <Untrusted />}
      <OpenAlarms device={device} />
      {view.kind === "pump-room" && (
        <>
          <Mimic points={byId} speech={speech} />
          <Tiles points={byId} speech={speech} />
        </>
      )}
      {view.parts.length > 0 && (
        <Warehouse parts={view.parts} points={byId} speech={speech} zone={zone} onZone={setZone} />
      )}
      {link?.revised && <Revised revised={link.revised} />}
      <Curves
        key={zone}
        device={device}
        points={view.parts.length > 0 ? points.filter((one) => one.zone === zone) : points}
        now={now}
        speech={speech}
        isSubscribed={view.parts.length > 0}
      />
    </>
  );
}

/** What the server made of our wishes: a pulse shorter than two samplings may be lost. */
function Revised({
  revised,
}: {
  readonly revised: NonNullable<LinkView["revised"]>;
}): ReactElement {
  const { t } = useWords<DeviceWord>();
  const { publishingMs, samplingMs, queue } = revised;
  const span = (of: readonly [number, number] | null): string =>
    of === null ? "" : [...new Set(of)].join("–");
  return (
    <p className="muted">
      {t("device.revised", {
        publishing: publishingMs,
        sampling: span(samplingMs),
        queue: span(queue),
      })}
    </p>
  );
}

/** Values nobody may rely on, and rules that cannot tell for minutes, although the device answers: nobody is warned by them. */
function Blind({ device }: { readonly device: string }): ReactElement | null {
  const { t, text } = useWords<DeviceWord>();
  const { data } = useDevices(10_000);
  const own = data?.devices.find((one) => deviceOf(one) === device);
  if (!own) return null;
  const doubted = own.uncertain.map(({ name }) => text(name)).join(", ");
  const rules = own.blindRules.slice(0, alarmsAtMost);
  const names = rules.map(({ rule, each }) => (each === null ? rule : `${rule} ${each}`));
  const count = own.blindRules.length;
  return (
    <>
      {doubted && <p className="device-note">{t("device.uncertain", { points: doubted })}</p>}
      {count > 0 && (
        <p className="device-note">{t("device.blind", { count, rules: names.join(", ") })}</p>
      )}
    </>
  );
}

/** Whether this screen itself still hears of the device. */
function useCut(told: DeviceNow | null): Cut {
  const link = useLiveValue((live) => live.link);
  const openedAt = useRef(Date.now());
  // Draws again while nothing comes.
  useNow();
  if (link !== "live") return "gateway-lost";
  if (told?.link === null) return "device-gone";
  const heardAt = told?.heardAt ?? openedAt.current;
  return Date.now() - heardAt > silentAfterMs ? "no-frames" : null;
}

type CurvesProps = {
  readonly device: string;
  readonly points: readonly Known[];
  readonly now: number;
  readonly speech: Speech;
  readonly isSubscribed: boolean;
};

function Curves({ device, points, now, speech, isSubscribed }: CurvesProps): ReactElement {
  const [drawn, draw] = useState<readonly string[]>(firstDrawn);
  const remove = (id: string): void => draw((all) => all.filter((one) => one !== id));
  const toggle = (id: string): void =>
    draw((all) =>
      all.includes(id) ? all.filter((one) => one !== id) : [...all, id].slice(-mostDrawn),
    );
  return (
    <>
      <section className="trends" aria-label={speech.t("device.trend")}>
        {points
          .filter(({ id }) => drawn.includes(id))
          .map((point) => (
            <Trend key={point.id} {...{ device, point, now, speech }} onRemove={remove} />
          ))}
      </section>
      <Values {...{ points, speech, now, drawn, isSubscribed }} onDraw={toggle} />
      <p className="muted">{speech.t("watchesOnly")}</p>
    </>
  );
}

type LinkProps = {
  readonly device: string;
  readonly link: LinkView | null;
  /** When `link` was true, gateway time. */
  readonly at: number;
  readonly now: number;
};

/** The state of the link, how long the device is left alone, and the button that does not wait. */
function Link({ device, link, at, now }: LinkProps): ReactElement {
  const { t } = useWords<DeviceWord>();
  const { refuse } = useDesk();
  const [busy, setBusy] = useState(false);
  if (link === null) return <strong className="link-state">{t("device.gone")}</strong>;
  const retry = async (): Promise<void> => {
    setBusy(true);
    try {
      await postJson(`/api/v1/devices/${device}/retry`, {});
    } catch (error) {
      refuse(toRefusal(error));
    }
    setBusy(false);
  };
  const isDown = link.state === "lost" || link.state === "failing";
  return (
    <div className="device-link" role="status">
      <LinkState link={link} sinceMs={now - at} />
      {isDown && (
        <button type="button" className="button" disabled={busy} onClick={() => void retry()}>
          {t("device.retry")}
        </button>
      )}
    </div>
  );
}

/** A fire has as many alarms as detectors: the list of incidents has them all. */
const alarmsAtMost = 6;
const byUrgency = (alarm: AlarmRow): number => urgencies.indexOf(urgencyOfAlarm(alarm));

const holdWord = {
  shelved: "shelf.act",
  "by-design": "suppressed-by-design",
  "out-of-service": "out-of-service",
} as const;

/** Alarms of this device that stand, with what is to be done. */
function OpenAlarms({ device }: { readonly device: string }): ReactElement | null {
  const { t, text, rule } = useWords<DeviceWord | DeskWord>();
  const { alarms, incidents, utcOffsetMin } = useLive();
  const all = [...alarms.values(), ...[...incidents.values()].flatMap((card) => card.alarms)];
  const own = all.filter((alarm) => deviceOf(alarm) === device);
  const open = own
    .filter(({ state }) => state !== "normal")
    .sort((a, b) => byUrgency(a) - byUrgency(b) || b.raisedAt - a.raisedAt);
  if (open.length === 0) return null;
  return (
    <>
      <ul className="device-alarms" aria-label={t("device.alarms")}>
        {open.slice(0, alarmsAtMost).map((alarm) => (
          <li key={alarm.id} data-priority={urgencyOfAlarm(alarm)}>
            <PriorityShape mark={urgencyOfAlarm(alarm)} />
            <strong>{text(alarm.title)}</strong>
            <span className="muted">
              {alarm.condition === "unknown" && `${t("quality.unknown")} · `}
              {rule(`alarm-state.${alarm.state}`)}
              {alarm.hold !== null && ` · ${t(holdWord[alarm.hold])}`} ·{" "}
              {formatClock(alarm.raisedAt, utcOffsetMin)}
            </span>
          </li>
        ))}
        {open.length > alarmsAtMost && (
          <li className="muted">{t("plan.more", { count: open.length - alarmsAtMost })}</li>
        )}
      </ul>
      <Advice alarms={open.filter(({ hold }) => hold === null)} />
    </>
  );
}
