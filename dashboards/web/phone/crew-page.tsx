/**
 * A station's orders on a phone. What is wrong with the page itself (link lost, sound off, session
 * expired, not recording) stands above everything, in words.
 */
import type { ReactElement } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import { formatClock } from "../shared/format.ts";
import { Account, SignedOut } from "./account.tsx";
import { CalledList } from "./called.tsx";
import { CalledOutList } from "./called-out.tsx";
import { arrange } from "./crew.ts";
import { HistoryList } from "./history.tsx";
import { Tasks } from "./hot-work/tasks.tsx";
import { Notices } from "./notices.tsx";
import { OrderCard } from "./order-card.tsx";
import { elapsed } from "./phone-link.ts";
import { PinSheet } from "./pin-sheet.tsx";
import { SoundGate } from "./sound-gate.tsx";
import { StationStatusBar } from "./status-sheet.tsx";
import { useAnswers } from "./use-answers.ts";
import { useCalls } from "./use-calls.ts";
import { useCrew, useSecond, useWakeLock } from "./use-crew.ts";
import { useCrewSound } from "./use-crew-sound.ts";
import { useStation } from "./use-station.ts";
import { failureText, usePhoneWords } from "./words.ts";

type Props = {
  readonly station: string;
  readonly session: SessionView;
  readonly onSignedOut: () => void;
  readonly onLeave: () => void;
  readonly onOtherStation: (() => void) | null;
};

export function CrewPage(props: Props): ReactElement {
  const { station, session, onSignedOut, onLeave, onOtherStation } = props;
  const words = usePhoneWords();
  const { t, text } = words;
  const { crew, link } = useCrew(station, session.access);
  const steady = useSecond();
  const awake = useWakeLock();
  const now = Math.max(steady, crew.heardAt) + crew.clockOffsetMs;
  const calls = useCalls();
  const sound = useCrewSound(crew, now, calls.view?.calls ?? [], calls.view?.callOuts ?? []);
  const readOnly = crew.access === "read-only";
  const answers = useAnswers(link, crew.view, readOnly);
  const { view } = crew;
  const word = useStation(station, view?.position ?? null);
  const utcOffsetMin = view?.utcOffsetMin ?? 480;

  if (crew.link === "signed-out") return <SignedOut onSignIn={onSignedOut} />;
  const { open, ended } = arrange(view?.orders ?? []);
  const tail = (
    <Account
      {...{ session, onLeave }}
      onOther={onOtherStation}
      otherLabel={t("phone.other-station")}
    >
      {awake && ` · ${t("phone.stays-awake")}`}
    </Account>
  );
  if (crew.link === "refused") {
    return (
      <main className="page">
        <p className="failure pad">{failureText(words, crew.refusal)}</p>
        {tail}
      </main>
    );
  }
  return (
    <main className="page">
      <SoundGate sound={sound} />
      <Notices crew={crew} sound={sound} readOnly={readOnly} now={elapsed()} />
      <header className="bar">
        <h1>{view ? text(view.station.name) : station}</h1>
        <span className="muted">{station}</span>
        {view?.demonstration && <span className="demo-mark">{t("mark.demo")}</span>}
      </header>
      {crew.link === "live" && view && (
        <p className="muted small status">
          {t("phone.connected")} {formatClock(now, utcOffsetMin)}
          {sound.running && ` · ${t("sound.on")}`}
        </p>
      )}
      {crew.link === "lost" && view && (
        <p className="muted small status">
          {t("phone.as-of", { time: formatClock(view.at, utcOffsetMin) })}
        </p>
      )}
      <StationStatusBar word={word} now={now} />
      <CalledList calls={calls} sound={sound} />
      <CalledOutList calls={calls} sound={sound} />
      {view === null && crew.link !== "lost" && <p className="lead pad">{t("phone.loading")}</p>}
      {view !== null && open.length === 0 && (
        <section className="calm">
          <p className="lead">{t("phone.none")}</p>
          <p className="muted">{t("phone.none-hint")}</p>
        </section>
      )}
      {open.map((one) => (
        <OrderCard
          key={one.order.id}
          one={one}
          utcOffsetMin={utcOffsetMin}
          demonstration={view?.demonstration ?? false}
          now={now}
          lost={crew.link === "lost"}
          answers={answers}
          sound={sound}
        />
      ))}
      <Tasks
        station={station}
        position={view?.position ?? null}
        person={{ id: session.acting.id, role: session.person.role }}
        now={now}
        utcOffsetMin={utcOffsetMin}
        hasOrders={open.length > 0}
      />
      {ended.length > 0 && <HistoryList ended={ended} now={now} utcOffsetMin={utcOffsetMin} />}
      {tail}
      {answers.asks && <PinSheet answers={answers} asks={answers.asks} session={session} />}
    </main>
  );
}
