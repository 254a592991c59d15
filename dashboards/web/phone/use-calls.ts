/**
 * What the person of this session is called for (rule E01), asked for every few seconds: no station's
 * stream tells it, for it is about a person and not about a station.
 */
import { useEffect, useState } from "react";
import type { CalledView } from "#gateway/api/contract.ts";
import { getJson } from "../shared/api.ts";

const everyMs = 5000;

export type Calls = {
  readonly view: CalledView | null;
  /** The last try did not work: what stands here may be old. */
  readonly failure: unknown;
  /** Reads once more, now: something was answered. */
  readonly again: () => void;
};

type Read = Omit<Calls, "again">;

export function useCalls(): Calls {
  const [turn, setTurn] = useState(0);
  const [calls, setCalls] = useState<Read>({ view: null, failure: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn reads once more.
  useEffect(() => {
    let ended = false;
    const read = async (): Promise<void> => {
      try {
        const view = await getJson<CalledView>("/api/v1/calls");
        if (!ended) setCalls({ view, failure: null });
      } catch (failure) {
        if (!ended) setCalls(({ view }) => ({ view, failure }));
      }
    };
    const wake = (): void => {
      if (document.visibilityState === "visible") void read();
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    document.addEventListener("visibilitychange", wake);
    return () => {
      ended = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [turn]);
  return { ...calls, again: () => setTurn((n) => n + 1) };
}
