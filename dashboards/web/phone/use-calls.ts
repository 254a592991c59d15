/**
 * What the person of this session is called for (rule E01), asked for every few seconds: no station's
 * stream tells it, for it is about a person and not about a station.
 */
import { useCallback, useEffect, useState } from "react";
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
  const [calls, setCalls] = useState<Read>({ view: null, failure: null });
  const read = useCallback(async (): Promise<void> => {
    try {
      const view = await getJson<CalledView>("/api/v1/calls");
      setCalls({ view, failure: null });
    } catch (failure) {
      setCalls(({ view }) => ({ view, failure }));
    }
  }, []);
  useEffect(() => {
    const wake = (): void => {
      if (document.visibilityState === "visible") void read();
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    document.addEventListener("visibilitychange", wake);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [read]);
  return { ...calls, again: () => void read() };
}
