/** 站点状态: what the crew has said of its station and vehicles, how old that is, and a new word of it. */
import { type ReactElement, useState } from "react";
import { stationStatuses } from "#rules/dispatch/status.ts";
import { formatLasting } from "../shared/format.ts";
import { Sheet } from "./sheet.tsx";
import type { StationWord } from "./use-station.ts";
import { failureText, usePhoneWords } from "./words.ts";

type Props = { readonly word: StationWord; readonly now: number };

/** One line under the name of the station; pressed, the sheet. */
export function StationStatusBar({ word, now }: Props): ReactElement | null {
  const { t, text } = usePhoneWords();
  const [open, setOpen] = useState(false);
  const station = word.view?.station;
  if (!station) return null;
  const age =
    station.heardAt === null
      ? ""
      : ` · ${t("station.ago", { time: formatLasting(Math.max(0, now - station.heardAt)) })}`;
  return (
    <>
      <button
        type="button"
        className="button station-status"
        data-standing={station.standing}
        onClick={() => setOpen(true)}
      >
        {t("station.status")} <strong>{text(station.statusText)}</strong>
        {age}
        {station.standing === "ask" && ` · ${t("station.ask")}`}
      </button>
      {open && <StatusSheet word={word} onBack={() => setOpen(false)} />}
    </>
  );
}

type SheetProps = { readonly word: StationWord; readonly onBack: () => void };

function StatusSheet({ word, onBack }: SheetProps): ReactElement {
  const words = usePhoneWords();
  const { t, text, rule } = words;
  const station = word.view?.station;
  const [vehicle, setVehicle] = useState<string | null>(null);
  const [crew, setCrew] = useState<number | null>(station?.crew ?? null);
  const say = async (status: (typeof stationStatuses)[number]): Promise<void> => {
    const of = vehicle !== null ? { vehicle } : crew === null ? {} : { crew };
    if (await word.say({ status, ...of })) onBack();
  };
  return (
    <Sheet title={t("station.title")} onBack={onBack}>
      <p className="muted">{t("station.hint")}</p>
      {(station?.vehicles.length ?? 0) > 0 && (
        <div className="field">
          <select
            aria-label={t("station.whole")}
            value={vehicle ?? ""}
            onChange={(event) => setVehicle(event.target.value || null)}
          >
            <option value="">{t("station.whole")}</option>
            {station?.vehicles.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id} {text(one.name)} · {text(one.statusText)}
              </option>
            ))}
          </select>
        </div>
      )}
      {vehicle === null && (
        <p className="stepper">
          <button
            type="button"
            className="button"
            aria-label={t("station.fewer")}
            onClick={() => setCrew(Math.max(0, (crew ?? 0) - 1))}
          >
            −
          </button>
          <strong data-crew={crew ?? ""}>
            {crew === null ? t("station.crew-unknown") : t("station.crew", { count: crew })}
          </strong>
          <button
            type="button"
            className="button"
            aria-label={t("station.more")}
            onClick={() => setCrew(Math.min(200, (crew ?? 0) + 1))}
          >
            +
          </button>
        </p>
      )}
      {word.failure !== null && (
        <p className="failure" role="alert">
          {t("station.unsent")} {failureText(words, word.failure)}
        </p>
      )}
      {stationStatuses.map((status) => (
        <button
          key={status}
          type="button"
          className="button answer"
          data-status={status}
          disabled={word.busy}
          onClick={() => void say(status)}
        >
          {rule(`station-status.${status}`)}
        </button>
      ))}
    </Sheet>
  );
}
