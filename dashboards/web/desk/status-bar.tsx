/**
 * One line under the header, always there: grey while all is well, red when the link or the record
 * is lost. It has its place beforehand, so that no row moves when it speaks up.
 */
import { memo, type ReactElement } from "react";
import { formatClock, formatLasting } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue, useSharedAudio } from "../shared/live.ts";
import { isUpgraded } from "../shared/live-state.ts";
import { useDesk } from "./acts.ts";
import { FloodBanner } from "./flood/banner.tsx";
import { heldIn } from "./rows.ts";
import type { ShelfWord } from "./shelf/words/zh.ts";
import type { TestsWord } from "./tests/words/zh.ts";
import { useNow } from "./use-now.ts";
import type { DeskWord } from "./words/zh.ts";

/** Drawn anew for reasons of its own only. */
export const StatusBar = memo(OneStatusBar);

function OneStatusBar(): ReactElement {
  const { t } = useWords<DeskWord>();
  const link = useLiveValue((live) => live.link);
  const lostSince = useLiveValue((live) => live.lostSince);
  const notRecording = useLiveValue((live) => !live.recording.recording);
  const complete = useLiveValue((live) => live.complete);
  const stale = useLiveValue((live) => !live.complete && live.district !== null);
  const readOnly = useLiveValue((live) => live.access === "read-only");
  const upgraded = useLiveValue(isUpgraded);
  const alarm = link === "lost" || notRecording;
  const calm = link === "live" ? "status.connected" : "status.connecting";
  return (
    <div className="status-bar" data-alarm={alarm} role={alarm ? "alert" : "status"}>
      {link === "lost" && lostSince !== null && <Lost since={lostSince} />}
      {notRecording && <NotRecording />}
      {!alarm && (
        <>
          <span>{t(calm)}</span>
          {complete && <span>{t("status.recording")}</span>}
          <Seats />
          <TimeSeries />
          <Sound />
          {stale && <span>{t("banner.stale")}</span>}
        </>
      )}
      <FloodBanner />
      <Shelf />
      <UnderTest />
      {readOnly && <span className="notice">{t("banner.read-only")}</span>}
      {upgraded && (
        <button type="button" className="notice" onClick={() => location.reload()}>
          {t("banner.upgraded")}
        </button>
      )}
    </div>
  );
}

/** What is kept from the desk, each way with its count: the list is always one press away. */
function Shelf(): ReactElement | null {
  const { t } = useWords<ShelfWord>();
  const { open } = useDesk();
  const shelved = useLiveValue((live) => heldIn(live, "shelved").length);
  const explained = useLiveValue((live) => heldIn(live, "by-design").length);
  const out = useLiveValue((live) => live.outOfService.length);
  if (shelved + explained + out === 0) return null;
  const parts = [
    shelved > 0 && t("held.shelved", { count: shelved }),
    out > 0 && t("held.out-of-service", { count: out }),
    explained > 0 && t("held.by-design", { count: explained }),
  ];
  return (
    <button type="button" className="notice shelf-notice" onClick={() => open({ kind: "shelved" })}>
      {parts.filter(Boolean).join(" · ")}
    </button>
  );
}

/** Whatever stands open now may be a test: the desk must know where, and until when. */
function UnderTest(): ReactElement | null {
  const { t, text } = useWords<TestsWord>();
  const { open } = useDesk();
  const tests = useLiveValue((live) => live.tests);
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const last = tests.at(-1);
  if (!last) return null;
  const at = formatClock(last.endsAt, utcOffsetMin);
  const sites = [...new Set(tests.map(({ siteName }) => text(siteName)))].slice(0, 3).join(" ");
  return (
    <button type="button" className="notice test-notice" onClick={() => open({ kind: "tests" })}>
      {sites} {t("tests.status", { count: tests.length, at })}
    </button>
  );
}

/** By this machine's own clock on both ends: the gateway's cannot be asked now. */
function Lost({ since }: { readonly since: number }): ReactElement {
  const { t } = useWords<DeskWord>();
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const lasting = useNow() - clockOffsetMs - since;
  return <strong>{t("banner.lost", { for: formatLasting(lasting) })}</strong>;
}

function NotRecording(): ReactElement {
  const { t } = useWords<DeskWord>();
  const recording = useLiveValue((live) => live.recording);
  return (
    <strong>
      {t("banner.not-recording", { reason: recording.reason ?? "-" })}
      {recording.unrecordedCount > 0 && (
        <>
          {" · "}
          {t("banner.unrecorded", { count: recording.unrecordedCount })}:{" "}
          {recording.unrecorded
            .slice(0, 5)
            .map(({ site, device }) => `${site}/${device}`)
            .join(" ")}
        </>
      )}
    </strong>
  );
}

function Seats(): ReactElement {
  const { t } = useWords<DeskWord>();
  const seats = useLiveValue((live) => live.seats);
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  if (seats.unattendedSince === null) {
    return <span>{t("status.attended", { count: seats.attended })}</span>;
  }
  const at = formatClock(seats.unattendedSince, utcOffsetMin);
  return <strong className="problem">{t("status.unattended", { at })}</strong>;
}

/** Which database it is while all is well; how far behind it is, and why, while it is not. */
function TimeSeries(): ReactElement | null {
  const { t } = useWords<DeskWord>();
  const now = useLiveValue((live) => live.timeSeries);
  if (!now) return null;
  const server = now.server ?? "";
  if (now.state === "writing" && now.lagSeconds === 0) {
    return <span>{t("status.series", { server })}</span>;
  }
  const lag = formatLasting(now.lagSeconds * 1000);
  const why = t(`status.series.${now.state}`);
  return (
    <strong className="problem">
      {t("status.series.behind", { lag, count: now.lagPoints, why })}
    </strong>
  );
}

function Sound(): ReactElement | null {
  const { t } = useWords<DeskWord>();
  const { anywhere, here } = useSharedAudio();
  if (!anywhere) return null;
  return <span>{t(here ? "status.sound" : "status.sound-elsewhere")}</span>;
}
