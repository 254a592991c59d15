/** Who sits here decides what is shown: the sign-in page, or the desk. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useEffect } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import { getJson, Refused } from "../shared/api.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveStore, useLiveValue } from "../shared/live.ts";
import { Desk } from "./desk.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { useShownHotWork } from "./hot-work/use-shown.ts";
import { useShownIncident } from "./record/use-shown.ts";
import { SignIn } from "./sign-in.tsx";
import type { DeskSound } from "./use-sound.ts";
import type { DeskWord } from "./words/zh.ts";

const Replay = lazy(() => import("./record/replay.tsx").then((m) => ({ default: m.Replay })));

const Wall = lazy(() => import("./hot-work/wall.tsx").then((m) => ({ default: m.Wall })));

type Props = { readonly seat: string; readonly sound: DeskSound };

export function App({ seat, sound }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const link = useLiveValue((live) => live.link);
  const store = useLiveStore();
  const queries = useQueryClient();
  const shown = useShownIncident();
  const hotWork = useShownHotWork();
  const session = useQuery({
    queryKey: ["session"],
    queryFn: readSession,
    // Somebody may be signed in by the time the gateway answers again.
    refetchInterval: (query) => (query.state.status === "error" ? 2000 : false),
  });

  useEffect(() => {
    if (link === "signed-out") void queries.invalidateQueries({ queryKey: ["session"] });
  }, [link, queries]);

  const signedIn = (next: SessionView): void => {
    queries.setQueryData(["session"], next);
    store.again();
  };

  if (session.data && shown?.what === "replay") {
    const { incident } = shown;
    return (
      <ErrorBoundary key={incident}>
        <Suspense fallback={<main className="whole-page">{t("status.connecting")}</main>}>
          <Replay key={incident} incident={incident} sound={sound} session={session.data} />
        </Suspense>
      </ErrorBoundary>
    );
  }
  if (session.data && hotWork?.what === "wall") {
    return (
      <ErrorBoundary>
        <Suspense fallback={<main className="whole-page">{t("status.connecting")}</main>}>
          <Wall />
        </Suspense>
      </ErrorBoundary>
    );
  }
  if (session.data) return <Desk seat={seat} sound={sound} session={session.data} />;
  if (session.isPending) return <main className="whole-page">{t("status.connecting")}</main>;
  return <SignIn unreachable={session.isError} onSignedIn={signedIn} />;
}

/** Null where nobody is signed in: that is an answer and no error. */
async function readSession(): Promise<SessionView | null> {
  try {
    return await getJson<SessionView>("/api/v1/session");
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
}
