/**
 * Hot work of one site on a phone: for the park manager who reports, the watcher who stands beside it, and
 * whoever else may. The address behind the # says which page: a permit, its check-in, a new report.
 */
import { type ReactElement, useCallback, useEffect } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { Account, SignedOut } from "../account.tsx";
import { Notices } from "../notices.tsx";
import { elapsed } from "../phone-link.ts";
import { useSecond, useWakeLock } from "../use-crew.ts";
import { failureText } from "../words.ts";
import { arrangePermits, urgencyOf } from "./acts.ts";
import { FormPage } from "./form-page.tsx";
import { PermitList, PermitsOver } from "./permit-list.tsx";
import { PermitPage } from "./permit-page.tsx";
import { type Route, useRoute } from "./route.ts";
import { StopScreen } from "./stop-screen.tsx";
import { stopKey, usePermitSound } from "./use-permit-sound.ts";
import { useForm, useOnePermit, usePermits } from "./use-permits.ts";
import { useHotWords } from "./words.ts";

type Props = {
  readonly site: string;
  readonly session: SessionView;
  readonly onSignedOut: () => void;
  readonly onLeave: () => void;
  readonly onOtherSite: (() => void) | null;
};

/** The gateway refuses a report whose sender's clock is further off. */
const clockOffMs = 300_000;

export function HotWorkPage(props: Props): ReactElement {
  const { site, session, onSignedOut, onLeave } = props;
  const words = useHotWords();
  const { t } = words;
  const { linked, link } = usePermits(site, session.access);
  const { form } = useForm(site);
  const [route, go] = useRoute();
  useWakeLock();
  const now = Math.max(useSecond(), linked.heardAt) + linked.clockOffsetMs;
  const permits = arrangePermits(linked.view?.permits ?? []);
  const person = { id: session.acting.id, role: session.person.role };
  const sound = usePermitSound({ permits, person: person.id, lost: linked.link === "lost", now });
  const readOnly = linked.access === "read-only";
  const utcOffsetMin = linked.view?.utcOffsetMin ?? form?.settings.utcOffsetMin ?? 480;
  const isMine = (permit: PermitView): boolean => permit.report.watcher.id === person.id;
  const stopped = permits.find(
    (permit) =>
      urgencyOf(permit, now) === "stop" && (isMine(permit) || !sound.seen.has(stopKey(permit))),
  );
  const onDone = useCallback(() => void link.read(), [link]);
  const offMs = Date.now() - now;
  const isClockOff = linked.view !== null && Math.abs(offMs) > clockOffMs;

  if (linked.link === "signed-out") return <SignedOut onSignIn={onSignedOut} />;
  return (
    <main className="page hot-work">
      <Notices crew={linked} sound={sound} readOnly={readOnly} now={elapsed()} />
      {readOnly && (
        <button type="button" className="button primary" onClick={onLeave}>
          {t("hw.sign-in-again")}
        </button>
      )}
      {isClockOff && (
        <p className="failure" role="alert" data-clock-off="true">
          {t("hw.clock-off", { minutes: Math.round(Math.abs(offMs) / 60_000) })}
        </p>
      )}
      {linked.link === "refused" && (
        <p className="failure pad">{failureText(words, linked.refusal)}</p>
      )}
      {route.page === "list" && (
        <ListPage
          {...{ props, form, permits, now, utcOffsetMin, isMine, go }}
          isRead={linked.view !== null}
          isLost={linked.link === "lost"}
        />
      )}
      {route.page === "new" && form && linked.view !== null && (
        <FormPage
          form={form}
          now={now}
          last={permits.find(({ state }) => state !== "draft") ?? null}
          onSubmitted={(permit) => {
            void link.read();
            go({ page: "permit", permit: permit.id, code: null });
          }}
          onBack={() => go({ page: "list" })}
        />
      )}
      {route.page === "permit" && (
        <Opened
          route={route}
          go={go}
          listed={permits.find(({ id }) => id === route.permit)}
          {...{ form, person, now, utcOffsetMin, onDone }}
          may={form?.may ?? []}
        />
      )}
      {stopped && (
        <StopScreen
          key={stopKey(stopped)}
          permit={stopped}
          {...{ now, utcOffsetMin, onDone }}
          isWatcher={isMine(stopped)}
          onSeen={() => sound.markSeen(stopKey(stopped))}
        />
      )}
    </main>
  );
}

type ListProps = {
  readonly props: Props;
  readonly form: HotWorkForm | null;
  readonly permits: readonly PermitView[];
  readonly now: number;
  readonly utcOffsetMin: number;
  readonly isMine: (permit: PermitView) => boolean;
  readonly isRead: boolean;
  readonly isLost: boolean;
  readonly go: (route: Route) => void;
};

/** What is open at the site, what is over, and the way to a new report for whoever reports. */
function ListPage({ props, form, permits, isRead, isLost, go, ...of }: ListProps): ReactElement {
  const { site, session, onLeave, onOtherSite } = props;
  const { t, text } = useHotWords();
  const { now, utcOffsetMin, isMine } = of;
  const onOpen = (id: string): void => go({ page: "permit", permit: id, code: null });
  return (
    <>
      <header className="bar">
        <h1>{t("hw.today")}</h1>
        <span className="muted">{form ? text(form.site.name) : site}</span>
      </header>
      {form?.may.includes("report-hot-work") && (
        <button
          type="button"
          className="button answer primary"
          data-does="new"
          onClick={() => go({ page: "new" })}
        >
          {t("hw.new")}
        </button>
      )}
      {!isRead && !isLost && <p className="lead">{t("hw.loading")}</p>}
      {isRead && <PermitList {...{ permits, now, utcOffsetMin, isMine, onOpen }} />}
      <PermitsOver {...{ site, now, utcOffsetMin, onOpen }} />
      <Account {...{ session, onLeave }} onOther={onOtherSite} otherLabel={t("hw.other-site")} />
    </>
  );
}

type OpenedProps = Omit<Parameters<typeof PermitPage>[0], "permit" | "code" | "onCodeUsed"> & {
  readonly route: Extract<Route, { page: "permit" }>;
  readonly go: (route: Route) => void;
  readonly listed: PermitView | undefined;
};

function Opened({ route, go, listed, ...of }: OpenedProps): ReactElement {
  const { t } = useHotWords();
  const { permit, gone } = useOnePermit(route.permit, listed);
  useEffect(() => {
    scrollTo(0, 0);
  }, []);
  return (
    <>
      <button type="button" className="button quiet back" onClick={() => go({ page: "list" })}>
        ‹ {t("hw.back")}
      </button>
      {gone && <p className="failure lead">{t("hw.gone")}</p>}
      {permit && (
        <PermitPage
          key={permit.id}
          permit={permit}
          {...of}
          code={route.code}
          onCodeUsed={() => go({ page: "permit", permit: route.permit, code: null })}
        />
      )}
      {permit?.check && (
        <a className="button link" href={`/desk#hot-work/permit/${permit.id}`}>
          {t("hw.print")}
        </a>
      )}
    </>
  );
}
