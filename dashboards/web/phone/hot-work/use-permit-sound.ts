/** What these pages sound like: a stop until somebody takes it, a check-in that is due, a lost link. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { keep, recall } from "../../shared/keep.ts";
import { Sounder } from "../../shared/sound.ts";
import type { SoundKind } from "../../shared/sound-choice.ts";
import { urgencyOf } from "./acts.ts";

const key = "firelink-hot-work-seen";
const keptAtMost = 100;

/** This stop of this permit: another one is heard again. */
export function stopKey({ id, stop }: PermitView): string {
  return `${id}:${stop?.at ?? 0}`;
}

export type PermitSound = {
  /** False while the browser holds the sound back. */
  readonly running: boolean;
  readonly now: { readonly kind: SoundKind; readonly keys: readonly string[] } | null;
  readonly turnOn: () => void;
  readonly seen: ReadonlySet<string>;
  readonly markSeen: (key: string) => void;
  readonly silence: (keys: readonly string[] | null) => void;
};

type Of = {
  readonly permits: readonly PermitView[];
  readonly person: string;
  readonly lost: boolean;
  readonly now: number;
};

export function usePermitSound({ permits, person, lost, now }: Of): PermitSound {
  const [running, setRunning] = useState(false);
  const [seen, setSeen] = useState<ReadonlySet<string>>(readSeen);
  const [quietLoss, setQuietLoss] = useState(false);
  const sounder = useRef<Sounder | null>(null);
  useEffect(() => {
    if (sounder.current !== null) return;
    sounder.current = new Sounder({ onRunning: setRunning });
    sounder.current.start();
  }, []);
  useEffect(() => {
    if (!lost) setQuietLoss(false);
  }, [lost]);
  const kind = lost && !quietLoss ? "lost" : soundOf({ permits, person, now }, seen);
  useEffect(() => sounder.current?.play(kind), [kind]);
  const markSeen = useCallback((one: string): void => {
    setSeen((before) => {
      const after = new Set([...before, one].slice(-keptAtMost));
      keep(key, JSON.stringify([...after]));
      return after;
    });
  }, []);
  return {
    running,
    now: kind && { kind, keys: [] },
    turnOn: () => void sounder.current?.turnOn(),
    ...{ seen, markSeen },
    silence: () => setQuietLoss(true),
  };
}

/** A stop sounds like a confirmed fire: something burns, and its water is gone. */
export function soundOf(
  { permits, person, now }: Omit<Of, "lost">,
  seen: ReadonlySet<string>,
): SoundKind | null {
  const isMine = (permit: PermitView): boolean => permit.report.watcher.id === person;
  const stops = permits.filter((permit) => urgencyOf(permit, now) === "stop");
  if (stops.some((permit) => isMine(permit) || !seen.has(stopKey(permit)))) return "P0";
  const isDue = permits.some((permit) => isMine(permit) && urgencyOf(permit, now) !== null);
  return isDue ? "P2" : null;
}

function readSeen(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(recall(key) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : []);
  } catch {
    return new Set();
  }
}
