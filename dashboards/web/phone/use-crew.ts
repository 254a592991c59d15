/** The link of one station as React reads it, and a clock that ticks only while something counts. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import { type Crew, CrewLink, elapsed } from "./crew-link.ts";

export function useCrew(
  station: string,
  access: SessionView["access"],
): { readonly crew: Crew; readonly link: CrewLink } {
  const [link] = useState(() => new CrewLink({ station, access }));
  const crew = useSyncExternalStore(link.subscribe, link.crew);
  useEffect(() => {
    link.start();
    const wake = (): void => {
      const silentMs = elapsed() - link.crew().heardAt;
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
