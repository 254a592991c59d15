/**
 * Which card is shown. A person's choice stays; the desk itself only moves to something more urgent
 * when nobody has touched anything for a while, and then no key acts until the eye has followed.
 */
import { startTransition, useCallback, useEffect, useRef, useState } from "react";
import { mostUrgent, type Row, stepFrom, urgencies } from "./rows.ts";
import type { HeldRows } from "./use-held-rows.ts";

/** As long as a telephone call may take until somebody answers. */
const untouchedForMs = 30_000;
const settlesInMs = 700;
/** Where the list has no room beside what covers the card: nobody sits there to watch for alarms. */
const handheld = "(max-width: 720px)";

export type Selection = {
  readonly row: Row | null;
  readonly select: (key: string) => void;
  readonly step: (by: number) => void;
  readonly mostUrgent: () => void;
  /** False just after the desk changed the card by itself. */
  readonly settled: () => boolean;
};

type Surroundings = {
  /** A dialog is open. */
  readonly busy: boolean;
  /** Something else lies over the card; `uncover` takes it away. */
  readonly covered: boolean;
  /** What lies over it is about this row: it stays. */
  readonly isAbout: (row: Row) => boolean;
  readonly uncover: () => void;
};

export function useSelection(
  list: HeldRows,
  { busy, covered, isAbout, uncover }: Surroundings,
): Selection {
  const [key, setKey] = useState<string | null>(null);
  const touchedAt = useRef(0);
  const movedAt = useRef(0);
  const last = useRef<Row | null>(null);
  const all = [...list.fresh, ...list.shown];
  const found = all.find((row) => row.key === key) ?? null;
  // What has just ended stays in sight, marked, until something else is looked at.
  const ended = last.current?.key === key && last.current ? { ...last.current, gone: true } : null;
  const row = found ?? ended;
  last.current = row;

  useEffect(() => {
    const touched = (): void => {
      touchedAt.current = Date.now();
    };
    addEventListener("pointerdown", touched, true);
    addEventListener("keydown", touched, true);
    return () => {
      removeEventListener("pointerdown", touched, true);
      removeEventListener("keydown", touched, true);
    };
  }, []);

  // To open a page is a choice too, also by its address.
  useEffect(() => {
    if (covered) touchedAt.current = Date.now();
  }, [covered]);

  const next = mostUrgent([...all].sort(byUrgency));
  useEffect(() => {
    if (!next || next.key === key || busy) return;
    const idle = Date.now() - touchedAt.current > untouchedForMs;
    const better =
      row === null ||
      (idle && next.needsSomeone && (row.gone || byUrgency(next, row) < 0 || !row.needsSomeone));
    if (!better) return;
    const gives = idle && next.needsSomeone && !isAbout(next) && !matchMedia(handheld).matches;
    if (covered && !gives) return;
    uncover();
    // The row is drawn first, by itself: the card is ten times as much to draw.
    return afterNextFrame(() => {
      movedAt.current = Date.now();
      startTransition(() => setKey(next.key));
    });
  }, [next, key, busy, row, covered, isAbout, uncover]);

  const select = useCallback(
    (to: string) => {
      uncover();
      // Whoever chose the card looks at it already.
      movedAt.current = 0;
      setKey(to);
    },
    [uncover],
  );
  const step = (by: number): void => {
    const to = stepFrom(list.shown, key, by);
    if (!to) return;
    select(to.key);
    document.querySelector<HTMLElement>(`[data-key="${to.key}"]`)?.focus({ preventScroll: true });
  };
  const toMostUrgent = (): void => {
    list.release();
    if (next) select(next.key);
  };
  const settled = useCallback(() => Date.now() - movedAt.current > settlesInMs, []);
  return { row, select, step, mostUrgent: toMostUrgent, settled };
}

/** Gives what calls it off. */
function afterNextFrame(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

function byUrgency(a: Row, b: Row): number {
  return urgencies.indexOf(a.urgency) - urgencies.indexOf(b.urgency);
}
