/** Each curve by name, with its value at the cursor or now, its limits, and the way to leave it out. */
import type { ReactElement } from "react";
import type { TrendSeries } from "#gateway/api/contract.ts";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { isInstant } from "../device/instant.ts";
import { instantText, unitText, withUnit } from "../device/reading.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { useNow } from "../use-now.ts";
import { limitText, Swatch } from "./limit-name.tsx";
import { edgesOfGap, type Reading, readingAt } from "./plot.ts";
import type { TrendsWord } from "./words/zh.ts";

type Props = {
  readonly series: readonly TrendSeries[];
  /** Points that were asked for and are not there: an old link may name some. */
  readonly missing: readonly string[];
  /** Instant that is looked at. */
  readonly at: number;
  /** What was read of them: a gap at its edge goes on beyond it. */
  readonly read: { readonly from: number; readonly to: number };
  readonly utcOffsetMin: number;
  readonly onRemove: ((id: string) => void) | null;
};

export function Legend({ series, missing, at, read, utcOffsetMin, onRemove }: Props): ReactElement {
  const { t, text } = useWords<TrendsWord | DeviceWord>();
  const speech = { t, text, utcOffsetMin, read, now: useNow() };
  return (
    <ul className="trends-legend">
      {series.map((of, i) => {
        const reading = readingAt(of, at);
        const name = `${text(of.siteName)} · ${text(of.deviceName)} ${of.device} · ${text(of.name)}`;
        const kept =
          of.deadBand &&
          t("trends.dead-band", { value: withUnit(of.deadBand, unitText(of.unit, speech)) });
        const limits = of.limits.map((limit) => limitText(limit, of.unit, speech));
        return (
          <li key={of.id} data-point={of.id}>
            <Swatch curve={i} />
            <span
              className="trends-name"
              title={[name, kept, ...limits].filter(Boolean).join("\n")}
            >
              <strong>{text(of.name)}</strong>{" "}
              <span className="muted">
                {text(of.siteName)} {of.device}
              </span>
            </span>
            <output className="trends-value" data-gap={reading.gap?.why}>
              {valueText(of, reading, speech)}
            </output>
            <Remove id={of.id} name={name} onRemove={onRemove} />
          </li>
        );
      })}
      {missing.map((id) => (
        <li key={id} data-missing={id}>
          <span className="trends-name" title={id}>
            <strong>{id}</strong>
          </span>
          <span className="trends-value problem">{t("trends.missing")}</span>
          <Remove id={id} name={id} onRemove={onRemove} />
        </li>
      ))}
    </ul>
  );
}

type RemoveProps = Pick<Props, "onRemove"> & { readonly id: string; readonly name: string };

function Remove({ id, name, onRemove }: RemoveProps): ReactElement | null {
  const { t } = useWords<TrendsWord>();
  if (!onRemove) return null;
  return (
    <button
      type="button"
      className="button quiet"
      aria-label={t("trends.remove", { name })}
      onClick={() => onRemove(id)}
    >
      ×
    </button>
  );
}

type Speech = Pick<ReturnType<typeof useWords<TrendsWord | DeviceWord>>, "t" | "text"> & {
  readonly utcOffsetMin: number;
  readonly read: Props["read"];
  readonly now: number;
};

function valueText(of: TrendSeries, { value, least, most, gap }: Reading, speech: Speech): string {
  const { t } = speech;
  if (gap) return gapText(of, gap, speech);
  if (value === null) return t("trends.unknown");
  const main = wordOf(of, value, speech);
  if (least === null || most === null || least === most || of.type !== "number") return main;
  if (isInstant(of.id)) return main;
  const range = { min: withUnit(least, null), max: withUnit(most, unitText(of.unit, speech)) };
  return `${main}(${t("trends.range", range)})`;
}

function gapText(of: TrendSeries, gap: TrendSeries["gaps"][number], speech: Speech): string {
  const { t, utcOffsetMin, read, now } = speech;
  const { begin, end } = edgesOfGap(of, gap, read, now);
  const [first, last] = [gap.from, gap.to].map((at) => formatWhen(at, now, utcOffsetMin));
  const why = t(`trends.gap.${gap.why}`);
  const from = begin === "before" ? t("trends.gap-before", { at: first ?? "" }) : (first ?? "");
  if (end === "now") return t("trends.gap-now", { why, from });
  const to = end === "after" ? t("trends.gap-after", { at: last ?? "" }) : (last ?? "");
  return t("trends.gap-of", { why, from, to });
}

function wordOf(of: TrendSeries, value: number, speech: Speech): string {
  const { t, text } = speech;
  if (of.type === "boolean") return t(value >= 0.5 ? "value.yes" : "value.no");
  const word = of.values?.find((one) => one.value === value);
  if (word) return text(word.name);
  if (isInstant(of.id)) return instantText(Math.round(value), speech);
  return withUnit(value, unitText(of.unit, speech));
}

/** Why it was not known, for the shade of a chart. */
export function useGapWords(): Readonly<Record<string, string>> {
  const { t } = useWords<TrendsWord>();
  const reasons = ["uncertain", "bad", "stale", "none"] as const;
  return Object.fromEntries(reasons.map((why) => [why, t(`trends.gap.${why}`)]));
}
