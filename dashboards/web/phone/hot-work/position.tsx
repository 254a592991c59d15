/** Where the work is: by the phone, its compartment, its site, or typed with its datum. Always with the datum. */
import { type ReactElement, useState } from "react";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { formatPosition } from "../../shared/format.ts";
import { Chips } from "./fields.tsx";
import type { Spot } from "./form.ts";
import { type HereFault, here } from "./here.ts";
import { useHotWords } from "./words.ts";

type Props = {
  readonly form: HotWorkForm | null;
  readonly zone: string;
  readonly spot: Spot | null;
  readonly onSpot: (spot: Spot | null) => void;
};

const datums = ["WGS-84", "GCJ-02", "BD-09"] as const;
const wgs84 = { datum: "WGS-84", accuracyM: null } as const;
const sources: Readonly<Record<Spot["from"], "here" | "zone" | "site" | "typed">> = {
  phone: "here",
  zone: "zone",
  site: "site",
  typed: "typed",
};

export function PositionInput({ form, zone, spot, onSpot }: Props): ReactElement {
  const { t } = useHotWords();
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<HereFault | null>(null);
  const [typing, setTyping] = useState(false);
  const zoneSpot = form?.zones.find(({ id }) => id === zone)?.spot ?? null;

  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      onSpot({ ...(await here()), datum: "WGS-84", from: "phone" });
    } catch (error) {
      setFault(error as HereFault);
    } finally {
      setAsking(false);
    }
  };
  const choose = (from: string): void => {
    setFault(null);
    setTyping(from === "typed");
    if (from === "phone") void ask();
    if (from === "zone" && zoneSpot) onSpot({ ...zoneSpot, ...wgs84, from });
    if (from === "site" && form) onSpot({ ...form.site.spot, ...wgs84, from });
  };
  const choices = [
    { value: "phone", label: t(asking ? "hw.spot.asking" : "hw.spot.here") },
    ...(zoneSpot ? [{ value: "zone", label: t("hw.spot.zone") }] : []),
    ...(form ? [{ value: "site", label: t("hw.spot.site") }] : []),
    { value: "typed", label: t("hw.spot.typed") },
  ];
  const chosen = typing ? "typed" : (spot?.from ?? "");
  return (
    <div className="position">
      <Chips label={t("hw.field.spot")} choices={choices} value={[chosen]} onChange={choose} />
      {typing && <Typed spot={spot} onSpot={onSpot} />}
      {fault && (
        <p className="failure small" role="alert">
          {t(`hw.spot.fault.${fault}`)}
        </p>
      )}
      {spot && (
        <p className="strong small" data-spot={spot.from}>
          {spot.datum === "WGS-84"
            ? formatPosition(spot)
            : `${spot.lat}, ${spot.lng} (${spot.datum})`}
          {` · ${t(`hw.spot.${sources[spot.from]}`)}`}
          {spot.accuracyM !== null && ` · ${t("hw.spot.accuracy", { m: spot.accuracyM })}`}
        </p>
      )}
    </div>
  );
}

/** A map of another platform gives GCJ-02 or BD-09, which are 400 m off here: the datum is never guessed. */
function Typed({ spot, onSpot }: Pick<Props, "spot" | "onSpot">): ReactElement {
  const { t } = useHotWords();
  const [typed, setTyped] = useState({
    lng: String(spot?.lng ?? ""),
    lat: String(spot?.lat ?? ""),
    datum: spot?.datum ?? ("" as const),
  });
  const put = (change: Partial<typeof typed>): void => {
    const next = { ...typed, ...change };
    setTyped(next);
    const [lng, lat] = [Number(next.lng), Number(next.lat)];
    const isWhole = next.lng !== "" && next.lat !== "" && next.datum !== "";
    const isPlace = Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
    const { datum } = next;
    const whole = isWhole && isPlace && datum !== "" ? { lng, lat, datum } : null;
    onSpot(whole && { ...whole, from: "typed", accuracyM: null });
  };
  return (
    <div className="typed">
      <label>
        <span>{t("hw.spot.lng")}</span>
        <input
          inputMode="decimal"
          value={typed.lng}
          onChange={(event) => put({ lng: event.target.value.trim() })}
        />
      </label>
      <label>
        <span>{t("hw.spot.lat")}</span>
        <input
          inputMode="decimal"
          value={typed.lat}
          onChange={(event) => put({ lat: event.target.value.trim() })}
        />
      </label>
      <Chips
        label={t("hw.spot.datum")}
        choices={datums.map((datum) => ({ value: datum, label: datum }))}
        value={[typed.datum]}
        onChange={(datum) => put({ datum: datum as (typeof datums)[number] })}
      />
    </div>
  );
}
