/**
 * The replay (回放): the parts of the desk itself, fed by what was journalled. Nothing can be done from
 * it, it is silent unless asked, and what goes on meanwhile interrupts it: banner, sound, one key back.
 */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  lazy,
  type ReactElement,
  Suspense,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { RecordView, SessionView } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import { LiveContext, useLive } from "../../shared/live.ts";
import { DeskContext, type DeskContextValue } from "../acts.ts";
import { Card } from "../card.tsx";
import { IncidentList } from "../list.tsx";
import { OrdersPanel } from "../orders.tsx";
import { type Row, rowsOf } from "../rows.ts";
import { useHeldRows } from "../use-held-rows.ts";
import type { DeskSound } from "../use-sound.ts";
import type { DeskWord } from "../words/zh.ts";
import "./record.css";
import { Interrupt, useInterrupt } from "./interrupt.tsx";
import { Failure } from "./page.tsx";
import { ReplayBar } from "./replay-bar.tsx";
import { useReplayKeys } from "./replay-keys.ts";
import { useReplaySound } from "./replay-sound.ts";
import { ReplayStore } from "./replay-store.ts";
import { ReplayContext } from "./replaying.ts";
import { useRecord } from "./use-record.ts";
import { showNone, showRecord } from "./use-shown.ts";
import type { RecordWord } from "./words/zh.ts";

const DistrictMap = lazy(() => import("../map.tsx").then((m) => ({ default: m.DistrictMapPanel })));

type Props = {
  readonly incident: string;
  readonly sound: DeskSound;
  readonly session: SessionView;
};

export function Replay({ incident, sound, session }: Props): ReactElement {
  const { t } = useWords<RecordWord>();
  const { data, isError, error } = useRecord(incident);
  const isOpen = data?.incident.closedAt === null;
  if (data && !isOpen && data.frames.length > 0) {
    return <Screen key={data.position} record={data} sound={sound} session={session} />;
  }
  return (
    <main className="whole-page replay-wait">
      <span className="replay-mark">{t("mark.replay")}</span>
      <p>
        {isError && <Failure of={error} />}
        {data
          ? t(isOpen ? "record.replay-later" : "replay.empty")
          : !isError && t("record.loading")}
      </p>
      <button type="button" className="button" onClick={() => showRecord(incident)}>
        {t("replay.record")}
      </button>
      <button type="button" className="button" onClick={showNone}>
        {t("replay.leave")}
      </button>
    </main>
  );
}

type ScreenProps = Omit<Props, "incident"> & { readonly record: RecordView };

function Screen({ record, sound, session }: ScreenProps): ReactElement {
  const store = useMemo(() => new ReplayStore(record), [record]);
  useEffect(() => store.start(), [store]);
  const queries = useMemo(() => clientOf(record), [record]);
  const interrupt = useInterrupt(store);
  const audible = useReplaySound(store, sound);
  useReplayKeys(store);
  const desk = useMemo(() => deskOf(session, sound), [session, sound]);
  const state = useSyncExternalStore(store.subscribe, store.state);
  return (
    <ReplayContext value={true}>
      <QueryClientProvider client={queries}>
        <LiveContext value={store}>
          <DeskContext value={desk}>
            <div className="desk" data-replay="true" data-link="replay">
              <ReplayBar record={record} store={store} state={state} audible={audible} />
              <Interrupt of={interrupt} />
              <Parts />
            </div>
          </DeskContext>
        </LiveContext>
      </QueryClientProvider>
    </ReplayContext>
  );
}

/** The list, the card, the map and the orders of the desk; whatever acts in them is disabled. */
function Parts(): ReactElement {
  const { t } = useWords<DeskWord>();
  const { incidents, alarms } = useLive();
  const rows = useMemo(() => rowsOf({ incidents, alarms }).map(asThen), [incidents, alarms]);
  const list = useHeldRows(rows);
  const [wholeMap, setWholeMap] = useState(false);
  const [mapWords, setMapWords] = useState(false);
  const [mapAreas, setMapAreas] = useState(false);
  const row = rows[0] ?? null;
  return (
    <>
      <IncidentList
        list={list}
        selected={row?.key ?? null}
        onSelect={nothing}
        onMostUrgent={nothing}
      />
      <fieldset className="replay-locked" disabled>
        {row && <Card row={row} />}
      </fieldset>
      <aside className="side">
        <section className="map" aria-label={t("map.title")}>
          <Suspense fallback={<p className="empty">{t("map.loading")}</p>}>
            <DistrictMap
              hotWork="none"
              row={row}
              rows={rows}
              whole={wholeMap}
              onWhole={setWholeMap}
              words={mapWords}
              onWords={setMapWords}
              areas={mapAreas}
              onAreas={setMapAreas}
              onSelect={nothing}
            />
          </Suspense>
        </section>
        {row?.kind === "incident" && (
          <fieldset className="replay-locked" disabled>
            <OrdersPanel card={row.card} gone={row.gone} />
          </fieldset>
        )}
      </aside>
    </>
  );
}

/** What is closed leaves the list of a desk; here it stays, marked so. */
function asThen(row: Row): Row {
  return row.kind === "incident" ? { ...row, gone: row.card.closedAt !== null } : row;
}

/** Its own, with the map of the day in it: a part that asks the gateway would show today's. */
function clientOf({ map }: RecordView): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false },
    },
  });
  client.setQueryData(["map", 0], map);
  return client;
}

const nothing = (): void => {};

/** The gateway refuses this seat too (gateway/api/guard.ts). */
function deskOf(session: SessionView, sound: DeskSound): DeskContextValue {
  const refusal = { code: "replay", title: "", allowed: null, retryAfterMs: null };
  return {
    seat: "replay",
    ...{ session, sound },
    act: async () => refusal,
    isPending: () => false,
    ...{ open: nothing, refuse: nothing, showDevice: nothing, select: nothing },
  };
}
