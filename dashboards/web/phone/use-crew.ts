/** A link as React reads it, and a clock that ticks only while something counts. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { CrewOrders, SessionView } from "#gateway/api/contract.ts";
import { elapsed, type Feed, type Linked, PhoneLink } from "./phone-link.ts";

/** A station's orders; of a permit that it inspects as well it hears at once. */
const ofStation = (station: string): Feed => ({
  stream: `station=${station}`,
  path: `/api/v1/stations/${station}/orders`,
  concerns: ({ stations, permits = [] }) => stations.includes(station) || permits.length > 0,
});

export function useCrew(station: string, access: SessionView["access"]) {
  return useLink<CrewOrders>(() => ofStation(station), access);
}

type View = { readonly position: number; readonly at: number };

/** The feed of the first call holds: a page of another station, or site, is another page. */
export function useLink<V extends View>(
  feed: () => Feed,
  access: SessionView["access"],
): { readonly crew: Linked<V>; readonly link: PhoneLink<V> } {
  const [link] = useState(() => new PhoneLink<V>(feed(), access));
  const crew = useSyncExternalStore(link.subscribe, link.now);
  useEffect(() => {
    link.start();
    const wake = (): void => {
      const silentMs = elapsed() - link.now().heardAt;
      if (document.visibilityState === "visible" && silentMs > 2500) link.again();
    };
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    return () => {
      document.removeEventListener("visibilitychange", wake);
      removeEventListener("online", wake);
      link.stop();
    };
  }, [link]);
  return { crew, link };
}

/** `elapsed()`, once a second. */
export function useSecond(): number {
  const [now, setNow] = useState(elapsed);
  useEffect(() => {
    const timer = setInterval(() => setNow(elapsed()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Keeps the screen on where the phone can; says whether it does. */
export function useWakeLock(): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let ended = false;
    const ask = async (): Promise<void> => {
      if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (ended) return void lock.release();
        setHeld(true);
        lock.addEventListener("release", () => setHeld(false));
      } catch {
        // A low battery refuses it: the sound still wakes the crew.
        setHeld(false);
      }
    };
    const again = (): void => void ask();
    void ask();
    document.addEventListener("visibilitychange", again);
    return () => {
      ended = true;
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, []);
  return held;
}
