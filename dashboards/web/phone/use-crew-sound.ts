/**
 * The sound of the phone: repeats until an order is taken or silenced. What was silenced stays so
 * over a reload; that the browser holds the sound back is said on the page.
 */
import { useEffect, useRef, useState } from "react";
import type { CalledOutRow, CalledRow } from "#gateway/api/contract.ts";
import { keep, recall } from "../shared/keep.ts";
import { Sounder } from "../shared/sound.ts";
import { type CrewSound, soundFor } from "./crew.ts";
import type { Crew } from "./phone-link.ts";

const key = "firelink-phone-silenced";
const keptAtMost = 200;
/** A sound that is played once has been heard after this. */
const onceMs = 1500;

export type PhoneSound = {
  /** False while the browser holds the sound back. */
  readonly running: boolean;
  /** What sounds now, or would if it could. */
  readonly now: CrewSound | null;
  readonly silenced: ReadonlySet<string>;
  readonly turnOn: () => void;
  /** Null silences the loss of the link. */
  readonly silence: (keys: readonly string[] | null) => void;
};

export function useCrewSound(
  crew: Pick<Crew, "link" | "view">,
  gatewayNow: number,
  calls: readonly CalledRow[],
  callOuts: readonly CalledOutRow[],
): PhoneSound {
  const [running, setRunning] = useState(false);
  const [silenced, setSilenced] = useState<ReadonlySet<string>>(readSilenced);
  const [lostSilenced, setLostSilenced] = useState(false);
  const sounder = useRef<Sounder | null>(null);

  useEffect(() => {
    if (sounder.current !== null) return;
    sounder.current = new Sounder({ onRunning: setRunning });
    sounder.current.start();
  }, []);

  const lost = crew.link === "lost";
  useEffect(() => {
    if (!lost) setLostSilenced(false);
  }, [lost]);

  const orders = crew.view?.orders ?? [];
  const now = soundFor({ orders, calls, callOuts, lost, lostSilenced, silenced, now: gatewayNow });
  const silence = (keys: readonly string[] | null): void => {
    if (keys === null) return setLostSilenced(true);
    setSilenced((before) => {
      const after = new Set([...before, ...keys].slice(-keptAtMost));
      keep(key, JSON.stringify([...after]));
      return after;
    });
  };

  const kind = now?.kind ?? null;
  const once = kind === "P3" ? (now?.keys.join(" ") ?? "") : "";
  useEffect(() => sounder.current?.play(kind), [kind]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `once` names what is heard
  useEffect(() => {
    if (once === "" || !running) return;
    const timer = setTimeout(() => silence(once.split(" ")), onceMs);
    return () => clearTimeout(timer);
  }, [once, running]);

  return { running, now, silenced, turnOn: () => void sounder.current?.turnOn(), silence };
}

function readSilenced(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(recall(key) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : []);
  } catch {
    return new Set();
  }
}
