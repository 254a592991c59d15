/** Counts over time as bars, with the line of the target; read out as a text, for who does not see it. */
import type { ReactElement } from "react";

type Props = {
  readonly title: string;
  readonly counts: readonly { readonly from: number; readonly count: number }[];
  readonly target: number;
  readonly targetWord: string;
  /** What stands under the axis: the first, some between and the last. */
  readonly label: (from: number) => string;
  readonly every: number;
};

const width = 640;
const height = 166;
const foot = 30;
const head = 24;

export function Bars({ title, counts, target, targetWord, label, every }: Props): ReactElement {
  const most = Math.max(target * 1.25, ...counts.map(({ count }) => count));
  const scale = (count: number): number => ((height - foot - head) * count) / most;
  const step = width / Math.max(1, counts.length);
  const base = height - foot;
  const highest = Math.max(0, ...counts.map(({ count }) => count));
  const line = base - scale(target);
  return (
    <figure className="bars">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}: ${highest}`}>
        {counts.map(({ from, count }, i) => (
          <rect
            key={from}
            className={count > target ? "bar over" : "bar"}
            x={i * step + step * 0.1}
            y={base - scale(count)}
            width={step * 0.8}
            height={scale(count)}
          >
            <title>{`${label(from)}: ${count}`}</title>
          </rect>
        ))}
        <line className="axis" x1="0" x2={width} y1={base} y2={base} />
        <line className="goal" x1="0" x2={width} y1={line} y2={line} />
        <text className="goal-word" x={width - 2} y={line - 4} textAnchor="end">
          {targetWord}
        </text>
        {highest > 0 && (
          <text x="2" y={Math.max(22, base - scale(highest) - 3)}>
            {highest}
          </text>
        )}
        {counts.map(({ from }, i) =>
          i % every === 0 ? (
            <text key={from} x={i * step} y={height - 6}>
              {label(from)}
            </text>
          ) : null,
        )}
      </svg>
    </figure>
  );
}
