/** Who is here and for which station: sign-in, choice of the station, then its orders. */
import { type ReactElement, useCallback, useEffect, useState } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import { deleteJson, getJson, Refused } from "../shared/api.ts";
import { stationOf } from "./crew.ts";
import { CrewPage } from "./crew-page.tsx";
import { SignIn } from "./sign-in.tsx";
import { StationPicker } from "./station-picker.tsx";
import { failureText, usePhoneWords } from "./words.ts";

type Who =
  | { readonly kind: "asking"; readonly failure: unknown }
  | { readonly kind: "nobody" }
  | { readonly kind: "person"; readonly session: SessionView };

const askAgainMs = 2000;

export function App(): ReactElement {
  const [who, setWho] = useState<Who>({ kind: "asking", failure: null });
  const [station, setStation] = useState<string | null>(null);

  const ask = useCallback(async (): Promise<void> => {
    try {
      const session = await getJson<SessionView>("/api/v1/session");
      setWho({ kind: "person", session });
      setStation((chosen) => chosen ?? stationOf(location.search, session.person));
    } catch (failure) {
      const nobody = failure instanceof Refused && failure.status === 401;
      setWho(nobody ? { kind: "nobody" } : { kind: "asking", failure });
    }
  }, []);

  useEffect(() => void ask(), [ask]);
  useEffect(() => {
    if (who.kind !== "asking" || who.failure === null) return;
    const timer = setTimeout(() => void ask(), askAgainMs);
    return () => clearTimeout(timer);
  }, [who, ask]);

  const choose = (id: string | null): void => {
    setStation(id);
    const query = id === null ? "" : `?station=${id}`;
    history.replaceState(null, "", `${location.pathname}${query}`);
  };
  const leave = async (): Promise<void> => {
    await deleteJson("/api/v1/session").catch(() => undefined);
    await ask();
  };

  if (who.kind === "asking") return <Waiting failure={who.failure} />;
  if (who.kind === "nobody") return <SignIn onSignedIn={() => void ask()} />;
  const { session } = who;
  if (station === null) return <StationPicker onChoose={choose} onLeave={() => void leave()} />;
  const other = session.person.role === "station" ? null : () => choose(null);
  return (
    <CrewPage
      key={station}
      station={station}
      session={session}
      onSignedOut={() => void ask()}
      onLeave={() => void leave()}
      onOtherStation={other}
    />
  );
}

function Waiting({ failure }: { readonly failure: unknown }): ReactElement {
  const words = usePhoneWords();
  return (
    <main className="page centred">
      <p className="lead">{words.t("link.connecting")}</p>
      {failure !== null && <p className="muted">{failureText(words, failure)}</p>}
    </main>
  );
}
