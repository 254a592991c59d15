/** Each curve by name, with its value at the cursor or now, its limits, and the way to leave it out. */
import type { ReactElement } from "react";
import type { TrendSeries } from "#gateway/api/contract.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { withUnit } from "../device/reading.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { type Reading, readingAt } from "./plot.ts";
import type { TrendsWord } from "./words/zh.ts";

type Props = {
  readonly series: readonly TrendSeries[];
  /** Instant that is looked at. */
  readonly at: number;
  readonly utcOffsetMin: number;
  readonly onRemove: ((id: string) => void) | null;
};

export function Legend({ series, at, utcOffsetMin, onRemove }: Props): ReactElement {
  const { t, text } = useWords<TrendsWord | DeviceWord>();
  return (
    <ul className="trends-legend">
      {series.map((of, i) => {
        const reading = readingAt(of, at);
        const name = `${text(of.siteName)} · ${text(of.deviceName)} ${of.device} · ${text(of.name)}`;
        const kept =
          of.deadBand && t("trends.dead-band", { value: withUnit(of.deadBand, of.unit) });
        return (
          <li key={of.id} data-point={of.id}>
            <span className="trends-swatch" data-curve={(i % 4) + 1} data-dashed={i >= 4} />
            <span className="trends-name" title={[name, kept].filter(Boolean).join(" · ")}>
              <strong>{text(of.name)}</strong>{" "}
              <span className="muted">
                {text(of.siteName)} {of.device}
              </span>
            </span>
            <output className="trends-value" data-gap={reading.gap?.why}>
              {valueText(of, reading, { t, text, utcOffsetMin })}
            </output>
            {onRemove && (
              <button
                type="button"
                className="button quiet"
                aria-label={t("trends.remove", { name })}
                onClick={() => onRemove(of.id)}
              >
                ×
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

type Speech = Pick<ReturnType<typeof useWords<TrendsWord | DeviceWord>>, "t" | "text"> & {
  readonly utcOffsetMin: number;
};

function valueText(of: TrendSeries, { value, least, most, gap }: Reading, speech: Speech): string {
  const { t, utcOffsetMin } = speech;
  if (gap) {
    const clock = (at: number): string => formatClock(at, utcOffsetMin);
    const why = t(`trends.gap.${gap.why}`);
    return t("trends.gap-of", { why, from: clock(gap.from), to: clock(gap.to) });
  }
  if (value === null) return t("trends.unknown");
  const main = wordOf(of, value, speech);
  if (least === null || most === null || least === most || of.type !== "number") return main;
  const range = { min: withUnit(least, null), max: withUnit(most, of.unit) };
  return `${main}(${t("trends.range", range)})`;
}

export function wordOf(of: TrendSeries, value: number, { t, text }: Speech): string {
  if (of.type === "boolean") return t(value >= 0.5 ? "value.yes" : "value.no");
  const word = of.values?.find((one) => one.value === value);
  return word ? text(word.name) : withUnit(value, of.unit);
}

/** Why it was not known, for the shade of a chart. */
export function useGapWords(): Readonly<Record<string, string>> {
  const { t } = useWords<TrendsWord>();
  const reasons = ["uncertain", "bad", "stale", "none"] as const;
  return Object.fromEntries(reasons.map((why) => [why, t(`trends.gap.${why}`)]));
}
