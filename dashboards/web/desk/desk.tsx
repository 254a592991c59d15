/**
 * The desk (值班台): list, card, and beside it map and orders; the keys, and what lies over them. It
 * decides which card is shown; what a card can do stands in its parts.
 */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useCallback, useMemo, useState } from "react";
import type { AlarmRow, SessionView } from "#gateway/api/contract.ts";
import { deleteJson } from "../shared/api.ts";
import { useWords } from "../shared/i18n.ts";
import { useLive, useLiveStore } from "../shared/live.ts";
import { DeskContext, type Dialog, useActs } from "./acts.ts";
import { ArmedContext } from "./armed.ts";
import { Card } from "./card.tsx";
import { deviceOf } from "./device/use-devices.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { listOf } from "./flood/groups.ts";
import { Header, Tools } from "./header.tsx";
import { useShownHotWork } from "./hot-work/use-shown.ts";
import { IncidentList } from "./list.tsx";
import { OrdersPanel } from "./orders.tsx";
import { type Shown, useShownIncident } from "./record/use-shown.ts";
import type { Refusal } from "./refusal.ts";
import { RefusalNote } from "./refusal-note.tsx";
import type { Row } from "./rows.ts";
import { useShownRules } from "./rules/use-rules.ts";
import { SoundGate } from "./sound-gate.tsx";
import { StatusBar } from "./status-bar.tsx";
import { useShownTrends } from "./trends/address.ts";
import { useDeskKeys } from "./use-desk-keys.ts";
import { useHeldRows } from "./use-held-rows.ts";
import { useSelection } from "./use-selection.ts";
import { useShownDevice } from "./use-shown-device.ts";
import type { DeskSound } from "./use-sound.ts";
import type { DeskWord } from "./words/zh.ts";

// The map and the dialogs come after the first look: 350 kB are for what is needed at once.
const DistrictMap = lazy(() => import("./map.tsx").then((m) => ({ default: m.DistrictMapPanel })));
const DevicePage = lazy(() => import("./device/page.tsx").then((m) => ({ default: m.DevicePage })));
const RulesPage = lazy(() => import("./rules/page.tsx").then((m) => ({ default: m.RulesPage })));
const RecordPage = lazy(() => import("./record/page.tsx").then((m) => ({ default: m.RecordPage })));
const ClosedPage = lazy(() =>
  import("./record/closed.tsx").then((m) => ({ default: m.ClosedPage })),
);
const TrendsPage = lazy(() => import("./trends/page.tsx").then((m) => ({ default: m.TrendsPage })));
const HotWorkPage = lazy(() =>
  import("./hot-work/page.tsx").then((m) => ({ default: m.HotWorkPage })),
);
const Dialogs = lazy(() => import("./dialogs.tsx").then((m) => ({ default: m.Dialogs })));

type Props = {
  readonly seat: string;
  readonly sound: DeskSound;
  readonly session: SessionView;
};

export function Desk({ seat, sound, session }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const live = useLive();
  const signOut = useSignOut();
  const [dialog, open] = useState<Dialog | null>(null);
  const [refusal, refuse] = useState<Refusal | null>(null);
  const [wholeMap, setWholeMap] = useState(false);
  const [mapWords, setMapWords] = useState(false);
  const [mapAreas, setMapAreas] = useState(false);

  const rows = useMemo(() => listOf(live), [live]);
  const list = useHeldRows(rows);
  const [device, showDevice] = useShownDevice();
  const isRules = useShownRules();
  const record = useShownIncident();
  const isTrends = useShownTrends() !== null;
  const hotWork = useShownHotWork();
  const isCovered = device !== null || isRules || isTrends || record !== null || hotWork !== null;
  const toCard = useCallback(() => showDevice(null), [showDevice]);
  const selection = useSelection(list, {
    busy: dialog !== null,
    covered: isCovered,
    isAbout: useCallback((row: Row) => isAbout(row, device, record), [device, record]),
    uncover: toCard,
  });
  const { select } = selection;
  const { act, isPending } = useActs({ seat, open, refuse });
  const desk = useMemo(
    () => ({ ...{ seat, session, sound, act, isPending, open, refuse, showDevice }, select }),
    [seat, session, sound, act, isPending, showDevice, select],
  );

  const back = useCallback(() => {
    open(null);
    refuse(null);
    list.release();
    if (dialog === null) toCard();
  }, [list.release, dialog, toCard]);
  const armed = useDeskKeys({
    // A key acts on the card in sight.
    row: isCovered ? null : selection.row,
    dialog: dialog !== null,
    page: isCovered,
    desk,
    step: selection.step,
    mostUrgent: selection.mostUrgent,
    settled: selection.settled,
    toggleMap: () => setWholeMap((now) => !now),
    toggleMapWords: () => setMapWords((now) => !now),
    toggleMapAreas: () => setMapAreas((now) => !now),
    back,
  });

  return (
    <DeskContext value={desk}>
      <ArmedContext value={armed}>
        <div
          className="desk"
          data-link={live.link}
          data-calm={selection.row === null}
          data-device={isCovered}
          data-hot-work={hotWork !== null}
        >
          <Header />
          <div className="status-line">
            <StatusBar />
            <Tools />
          </div>
          <IncidentList
            list={list}
            selected={selection.row?.key ?? null}
            onSelect={selection.select}
            onMostUrgent={selection.mostUrgent}
          />
          {device !== null && (
            <ErrorBoundary key={device}>
              <Suspense fallback={null}>
                <DevicePage key={device} device={device} onBack={toCard} />
              </Suspense>
            </ErrorBoundary>
          )}
          {record !== null && (
            <ErrorBoundary key={location.hash}>
              <Suspense fallback={null}>
                {record.what === "closed" ? (
                  <ClosedPage onBack={toCard} />
                ) : (
                  <RecordPage incident={record.incident} onBack={toCard} />
                )}
              </Suspense>
            </ErrorBoundary>
          )}
          {isTrends && (
            <ErrorBoundary>
              <Suspense fallback={null}>
                <TrendsPage onBack={toCard} onAlarm={selection.select} />
              </Suspense>
            </ErrorBoundary>
          )}
          {hotWork !== null && (
            <ErrorBoundary key={location.hash}>
              <Suspense fallback={null}>
                <HotWorkPage shown={hotWork} onBack={toCard} />
              </Suspense>
            </ErrorBoundary>
          )}
          {isRules && (
            <ErrorBoundary>
              <Suspense fallback={null}>
                <RulesPage onBack={toCard} />
              </Suspense>
            </ErrorBoundary>
          )}
          {selection.row && (
            <ErrorBoundary key={selection.row.key}>
              <Card row={selection.row} />
            </ErrorBoundary>
          )}
          <aside className="side">
            {/* Always in the same place of the tree: a map that is made anew takes half a second. */}
            <section className="map" aria-label={t("map.title")}>
              <Suspense fallback={<p className="empty">{t("map.loading")}</p>}>
                <DistrictMap
                  row={hotWork === null ? selection.row : null}
                  rows={rows}
                  hotWork={hotWork === null ? "drawn" : "framed"}
                  whole={wholeMap}
                  onWhole={setWholeMap}
                  words={mapWords}
                  onWords={setMapWords}
                  areas={mapAreas}
                  onAreas={setMapAreas}
                  onSelect={selection.select}
                />
              </Suspense>
            </section>
            {hotWork === null && selection.row?.kind === "incident" && (
              <OrdersPanel card={selection.row.card} gone={selection.row.gone} />
            )}
          </aside>
          {refusal && <RefusalNote refusal={refusal} onClose={() => refuse(null)} />}
          <Suspense fallback={null}>
            <Dialogs dialog={dialog} onClose={() => open(null)} onSignOut={signOut} />
          </Suspense>
          <SoundGate waiting={rows.filter((row) => row.needsSomeone).length} />
        </div>
      </ArmedContext>
    </DeskContext>
  );
}

/** A page that is about this very row stays when it needs somebody. */
function isAbout(row: Row, device: string | null, record: Shown | null): boolean {
  if (record !== null) return record.what !== "closed" && record.incident === row.key;
  return alarmsOf(row).some((of) => deviceOf(of) === device);
}

const alarmsOf = (row: Row): readonly AlarmRow[] =>
  row.kind === "incident" ? row.card.alarms : [row.alarm];

function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const store = useLiveStore();
  return useCallback(async () => {
    try {
      await deleteJson("/api/v1/session");
    } finally {
      queries.clear();
      store.again();
      await queries.invalidateQueries({ queryKey: ["session"] });
    }
  }, [queries, store]);
}
