/** Which station's orders: for people whose scope is wider than one. */
import { type ReactElement, useEffect, useState } from "react";
import type { DistrictMap } from "#gateway/api/contract.ts";
import { getJson } from "../shared/api.ts";
import { CalledList } from "./called.tsx";
import { CalledOutList } from "./called-out.tsx";
import { useHotWords } from "./hot-work/words.ts";
import { SettingsBar } from "./settings.tsx";
import { SoundGate } from "./sound-gate.tsx";
import { useCalls } from "./use-calls.ts";
import { useCrewSound } from "./use-crew-sound.ts";
import { failureText } from "./words.ts";

type Props = {
  readonly onChoose: (station: string) => void;
  /** To the hot work of a site instead. */
  readonly onHotWork: () => void;
  readonly onLeave: () => void;
};

/** Before a station is chosen there is no stream that could be lost, and there are no orders. */
const noStation = { link: "live", view: null } as const;

/** More than fit on a screen are found by their name. */
const shownAtMost = 60;

export function StationPicker({ onChoose, onHotWork, onLeave }: Props): ReactElement {
  const words = useHotWords();
  const { t, text } = words;
  const calls = useCalls();
  const sound = useCrewSound(noStation, 0, calls.view?.calls ?? [], calls.view?.callOuts ?? []);
  const [map, setMap] = useState<DistrictMap | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [search, setSearch] = useState("");
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt reads again
  useEffect(() => {
    getJson<DistrictMap>("/api/v1/map").then(setMap, setFailure);
  }, [attempt]);

  const word = search.trim().toLowerCase();
  const found = (map?.stations ?? []).filter(({ id, name }) =>
    [id, name.zh, name.en].some((part) => part.toLowerCase().includes(word)),
  );
  return (
    <main className="page">
      <header className="bar">
        <h1>{t("phone.choose")}</h1>
      </header>
      <SoundGate sound={sound} />
      <CalledList calls={calls} sound={sound} />
      <button type="button" className="button" data-does="hot-work" onClick={onHotWork}>
        {t("hot-work.title")}
      </button>
      <CalledOutList calls={calls} sound={sound} />
      {!sound.running && (
        <button type="button" className="banner muffled" onClick={sound.turnOn}>
          {t("sound.off")}
        </button>
      )}
      <label className="search">
        <span className="visually-hidden">{t("phone.search")}</span>
        <input
          type="search"
          placeholder={t("phone.search")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </label>
      {failure !== null && map === null && (
        <button type="button" className="notice" onClick={() => setAttempt(attempt + 1)}>
          {failureText(words, failure)} · {t("link.again")}
        </button>
      )}
      <ul className="choices">
        {found.slice(0, shownAtMost).map(({ id, name }) => (
          <li key={id}>
            <button type="button" className="choice" onClick={() => onChoose(id)}>
              <strong>{text(name)}</strong>
              <span className="muted">{id}</span>
            </button>
          </li>
        ))}
      </ul>
      {map !== null && found.length === 0 && <p className="muted pad">{t("phone.no-match")}</p>}
      <SettingsBar />
      <button type="button" className="button quiet" onClick={onLeave}>
        {t("sign-out")}
      </button>
    </main>
  );
}
