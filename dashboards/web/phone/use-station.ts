/**
 * What the station has said of itself, and a new word of it. Sent once, when a person presses; what did
 * not arrive is said, and waits for nobody.
 */
import { useCallback, useEffect, useState } from "react";
import type { ReinforceBody, StationView, StatusBody } from "#gateway/api/contract.ts";
import { getJson, postJson } from "../shared/api.ts";
import { keep, recall } from "../shared/keep.ts";
import { seatOf } from "../shared/seat.ts";

export type Said = Omit<StatusBody, "seat" | "by">;

export type StationWord = {
  readonly view: StationView | null;
  /** Of the last press; null where it has arrived. */
  readonly failure: unknown;
  readonly busy: boolean;
  readonly say: (said: Said) => Promise<boolean>;
};

const everyMs = 30_000;

/** `position`: of the orders' page, which moves whenever something of this station has changed. */
export function useStation(station: string, position: number | null): StationWord {
  const [view, setView] = useState<StationView | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const read = useCallback(async (): Promise<void> => {
    // What cannot be read now keeps its age on the page.
    const next = await getJson<StationView>(`/api/v1/stations/${station}`).catch(() => null);
    if (next) setView(next);
  }, [station]);

  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), everyMs);
    return () => clearInterval(timer);
  }, [read]);
  useEffect(() => {
    if (position !== null) void read();
  }, [read, position]);

  const say = async (said: Said): Promise<boolean> => {
    setBusy(true);
    setFailure(null);
    try {
      const body = { seat: phoneSeat(), ...said } satisfies StatusBody;
      await postJson(`/api/v1/stations/${station}/status`, body);
      await read();
      return true;
    } catch (error) {
      setFailure(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { view, failure, busy, say };
}

/** 请求增援: the next station, asked for from the spot. Throws what the page says. */
export async function askForMore(order: string): Promise<void> {
  const body = { seat: phoneSeat(), count: 1 } satisfies ReinforceBody;
  await postJson(`/api/v1/orders/${order}/reinforce`, body);
}

function phoneSeat(): string {
  return seatOf({ getItem: recall, setItem: keep }, "phone");
}
