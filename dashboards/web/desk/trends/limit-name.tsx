/** What a line of a limit is called: its rule, its side, and its value as the rule has it. */
import type { CSSProperties, ReactElement } from "react";
import type { TrendSeries } from "#gateway/api/contract.ts";
import { useWords, type Words } from "../../shared/i18n.ts";
import { unitText } from "../device/reading.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import type { TrendsWord } from "./words/zh.ts";

type Limit = TrendSeries["limits"][number];

/** Limits under the pointer, each with the number of its curve, and where the pointer is in the chart, px. */
export type Pointed = {
  readonly limits: readonly (readonly [curve: number, limit: Limit])[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
};

/** A line is thin: a pointer that is so near means it. */
export const nearPx = 6;
const besidePx = 12;
const abovePx = 8;
/** Higher there is no room above it. */
const roomPx = 60;
/** Of a value: a rule's own has fewer, one that a device says as a float has more than it means. */
const digits = 6;

type Props = { readonly pointed: Pointed; readonly series: readonly TrendSeries[] };

export function LimitName({ pointed, series }: Props): ReactElement {
  const speech = useWords<TrendsWord | DeviceWord>();
  const curvesOf = new Map<string, number[]>();
  for (const [i, limit] of pointed.limits) {
    const said = limitText(limit, series[i]?.unit ?? null, speech);
    curvesOf.set(said, [...(curvesOf.get(said) ?? []), i]);
  }
  return (
    <ul className="trends-limit" style={placeOf(pointed)}>
      {[...curvesOf].map(([said, curves]) => (
        <li key={said}>
          {curves.map((i) => (
            <Swatch key={i} curve={i} />
          ))}
          {said}
        </li>
      ))}
    </ul>
  );
}

/** The line of a curve as the chart draws it. */
export function Swatch({ curve }: { readonly curve: number }): ReactElement {
  return <span className="trends-swatch" data-curve={(curve % 4) + 1} data-dashed={curve >= 4} />;
}

/** "P11 主电源丢失:低于 300 V". */
export function limitText(
  { rule, ruleName, side, value }: Limit,
  unit: string | null,
  { t, text }: Pick<Words<TrendsWord | DeviceWord>, "t" | "text">,
): string {
  const number = value === null ? t("trends.unknown") : `${Number(value.toPrecision(digits))}`;
  const of = unit === null || unit === "count" ? "" : ` ${unitText(unit, { t })}`;
  return t(`trends.limit.${side}`, { rule, name: text(ruleName), value: `${number}${of}` });
}

/** Beside the pointer, towards the middle: it is not cut off at an edge. */
function placeOf({ x, y, width }: Pointed): CSSProperties {
  const isLow = y < roomPx;
  return {
    top: y + (isLow ? abovePx : -abovePx),
    maxWidth: Math.max(x, width - x) - besidePx,
    ...(x > width / 2 ? { right: width - x + besidePx } : { left: x + besidePx }),
    ...(isLow ? {} : { transform: "translateY(-100%)" }),
  };
}
