/**
 * Holds the list still while the pointer is over it or the key focus in it. A pointer holds for as
 * long as it stays: a click must hit what was seen. The focus moves with its row, so it holds only
 * while keys are pressed.
 */
import { type FocusEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { arrange, type Row } from "./rows.ts";

const focusHoldsMs = 15_000;

export type HeldRows = {
  readonly shown: readonly Row[];
  readonly fresh: readonly Row[];
  readonly held: boolean;
  /** Lets the rows take their places, whoever is in the list: asked for by a key or a click. */
  readonly release: () => void;
  readonly handlers: {
    readonly onPointerEnter: () => void;
    readonly onPointerMove: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: () => void;
    readonly onKeyDown: () => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
  };
};

export function useHeldRows(rows: readonly Row[]): HeldRows {
  const [held, setHeld] = useState<readonly Row[] | null>(null);
  const pointer = useRef(false);
  const focusUntil = useRef(0);
  const newest = useRef(rows);
  newest.current = rows;

  const hold = useCallback(() => setHeld((now) => now ?? newest.current), []);
  const letGo = useCallback(() => {
    if (!pointer.current && Date.now() >= focusUntil.current) setHeld(null);
  }, []);

  useEffect(() => {
    if (held === null) return;
    const timer = setInterval(letGo, 1000);
    return () => clearInterval(timer);
  }, [held, letGo]);

  const handlers = useMemo(() => {
    const enter = (): void => {
      pointer.current = true;
      hold();
    };
    const focus = (): void => {
      focusUntil.current = Date.now() + focusHoldsMs;
      hold();
    };
    return {
      onPointerEnter: enter,
      onPointerMove: enter,
      onPointerLeave: () => {
        pointer.current = false;
        letGo();
      },
      onFocus: focus,
      onKeyDown: focus,
      onBlur: (event: FocusEvent<HTMLElement>) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        focusUntil.current = 0;
        letGo();
      },
    };
  }, [hold, letGo]);

  const release = useCallback(() => {
    focusUntil.current = 0;
    setHeld(null);
  }, []);

  const { shown, fresh } = useMemo(() => arrange(rows, held), [rows, held]);
  return { shown, fresh, held: held !== null, release, handlers };
}
