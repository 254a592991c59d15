/** What a rule would have said beside what was said: spans that overlap stand in one row. Pure. */
import type { Span } from "./backtest.ts";

export type Sided<T extends Span> = {
  readonly device: string;
  readonly point: string;
  /** Of all of them together; null where one stands at the end. */
  readonly from: number;
  readonly to: number | null;
  /** In the order of the sides that were given. */
  readonly sides: readonly (readonly T[])[];
};

type Placed<T> = T & { readonly device: string; readonly point: string };

export function sideBySide<T extends Span>(
  lists: readonly (readonly Placed<T>[])[],
): Sided<Placed<T>>[] {
  const all = lists.flatMap((list, side) => list.map((span) => ({ side, span })));
  const byPlace = Map.groupBy(all, ({ span }) => `${span.device}#${span.point}`);
  const rows = [...byPlace.values()].flatMap((placed) => rowsOf(placed, lists.length));
  return rows.sort((a, b) => a.from - b.from || (a.device < b.device ? -1 : 1));
}

function rowsOf<T extends Span>(
  placed: { readonly side: number; readonly span: Placed<T> }[],
  count: number,
): Sided<Placed<T>>[] {
  const rows: Sided<Placed<T>>[] = [];
  let row: { from: number; to: number; sides: Placed<T>[][] } | null = null;
  const end = ({ device, point }: Placed<T>): void => {
    if (!row) return;
    const to = row.to === Number.POSITIVE_INFINITY ? null : row.to;
    rows.push({ device, point, from: row.from, to, sides: row.sides });
  };
  placed.sort((a, b) => a.span.from - b.span.from);
  for (const { side, span } of placed) {
    const until = span.to ?? Number.POSITIVE_INFINITY;
    if (!row || span.from > row.to) {
      end(span);
      row = { from: span.from, to: until, sides: Array.from({ length: count }, () => []) };
    }
    row.to = Math.max(row.to, until);
    row.sides[side]?.push(span);
  }
  const [first] = placed;
  if (first) end(first.span);
  return rows;
}
