/**
 * Who is here, and for what: a crew for the orders of its station, a park manager or a watcher for the hot
 * work of their site; whoever has the district chooses.
 */
import { type ReactElement, useCallback, useEffect, useState } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import { deleteJson, getJson, Refused } from "../shared/api.ts";
import { stationOf } from "./crew.ts";
import { CrewPage } from "./crew-page.tsx";
import { HotWorkPage } from "./hot-work/hot-work-page.tsx";
import { addressOf, routeOf } from "./hot-work/route.ts";
import { SitePicker } from "./hot-work/site-picker.tsx";
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
  const [chosen, setChosen] = useState<Chosen>(null);

  const ask = useCallback(async (): Promise<void> => {
    try {
      const session = await getJson<SessionView>("/api/v1/session");
      setWho({ kind: "person", session });
      setChosen((before) => before ?? chosenBy(location.search, session.person));
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

  const choose = (next: Chosen): void => {
    setChosen(next);
    const query = next?.id ? `?${next.kind}=${next.id}` : "";
    const hash = next?.kind === "site" ? addressOf(routeOf(location.hash)) : "";
    history.replaceState(null, "", `${location.pathname}${query}${hash}`);
  };
  const leave = async (): Promise<void> => {
    await deleteJson("/api/v1/session").catch(() => undefined);
    await ask();
  };

  if (who.kind === "asking") return <Waiting failure={who.failure} />;
  if (who.kind === "nobody") return <SignIn onSignedIn={() => void ask()} />;
  const { session } = who;
  const common = { session, onSignedOut: () => void ask(), onLeave: () => void leave() };
  if (chosen === null) {
    return (
      <StationPicker
        onChoose={(id) => choose({ kind: "station", id })}
        onHotWork={() => choose({ kind: "site", id: null })}
        onLeave={common.onLeave}
      />
    );
  }
  const isFixed = session.person.role === "station" || session.person.scope !== "*";
  const other = isFixed ? null : () => choose(null);
  if (chosen.kind === "station") {
    return <CrewPage key={chosen.id} station={chosen.id} {...common} onOtherStation={other} />;
  }
  if (chosen.id === null) {
    return (
      <SitePicker onChoose={(id) => choose({ kind: "site", id })} onBack={() => choose(null)} />
    );
  }
  return <HotWorkPage key={chosen.id} site={chosen.id} {...common} onOtherSite={other} />;
}

type Chosen =
  | { readonly kind: "station"; readonly id: string }
  /** Null: hot work, of a site that is still to be chosen. */
  | { readonly kind: "site"; readonly id: string | null }
  | null;

/** By the address, or by what the person is for. A printed QR names a permit and no site. */
function chosenBy(search: string, person: SessionView["person"]): Chosen {
  const site = new URLSearchParams(search).get("site");
  if (site !== null && /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(site))
    return { kind: "site", id: site };
  const isOfHotWork = person.role === "park" || person.role === "watcher";
  if (isOfHotWork) return { kind: "site", id: person.scope === "*" ? null : person.scope };
  const station = stationOf(search, person);
  return station === null ? null : { kind: "station", id: station };
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
