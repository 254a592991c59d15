/**
 * What people do at the desk. Nothing is shown as done before the gateway has committed it: an act
 * is pending until its answer is here and the stream has reached its position.
 */
import { createContext, useCallback, useContext, useMemo, useRef, useState } from "react";
import type {
  ActBody,
  AlarmRow,
  IncidentCard,
  OrderRow,
  SessionView,
} from "#gateway/api/contract.ts";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import type { ChecklistRow } from "#rules/incident/checklist.ts";
import { postJson, Refused } from "../shared/api.ts";
import { type LiveSource, useLiveStore } from "../shared/live.ts";
import type { DeskPermitAct } from "./hot-work/may.ts";
import { type Refusal, toRefusal } from "./refusal.ts";
import type { DeskSound } from "./use-sound.ts";

export type Command = ActBody["command"];
export type ByPin = NonNullable<ActBody["by"]>;
export type Signed = { readonly by?: ByPin; readonly second?: ByPin };

export type Dialog =
  | { readonly kind: "help" }
  | { readonly kind: "devices" }
  | { readonly kind: "tests" }
  | { readonly kind: "figures" }
  | { readonly kind: "report" }
  | { readonly kind: "completeness" }
  | { readonly kind: "roads" }
  | { readonly kind: "stations" }
  | {
      readonly kind: "reassign";
      readonly card: IncidentCard;
      readonly orders: readonly OrderRow[];
    }
  | { readonly kind: "shelved" }
  | { readonly kind: "shelve"; readonly alarm: AlarmRow }
  | { readonly kind: "code"; readonly alarm: AlarmRow }
  | { readonly kind: "take-out"; readonly alarm: AlarmRow | null; readonly device: string }
  | { readonly kind: "permit-act"; readonly permit: PermitView; readonly act: DeskPermitAct }
  | { readonly kind: "person" }
  | { readonly kind: "pin"; readonly command: Command; readonly signed: Signed }
  | { readonly kind: "false"; readonly card: IncidentCard }
  | { readonly kind: "call-119"; readonly card: IncidentCard }
  | { readonly kind: "not-possible"; readonly card: IncidentCard; readonly row: ChecklistRow }
  | { readonly kind: "test"; readonly card: IncidentCard }
  | { readonly kind: "order"; readonly card: IncidentCard }
  | { readonly kind: "everybody"; readonly card: IncidentCard }
  | { readonly kind: "call-out"; readonly card: IncidentCard }
  | { readonly kind: "call-answer"; readonly card: IncidentCard }
  | { readonly kind: "recall"; readonly orders: readonly OrderRow[] }
  | { readonly kind: "radio"; readonly orders: readonly OrderRow[] };

/** True once committed; a refusal otherwise. Null where a PIN is asked for first. */
export type Outcome = true | Refusal | null;

export type DeskContextValue = {
  readonly seat: string;
  readonly session: SessionView;
  readonly sound: DeskSound;
  readonly act: (command: Command, signed?: Signed) => Promise<Outcome>;
  readonly isPending: (command: Command) => boolean;
  readonly open: (dialog: Dialog | null) => void;
  readonly refuse: (refusal: Refusal | null) => void;
  /** The card of an incident or an alarm, whatever page lies over it. */
  readonly select: (key: string) => void;
  /** The page of SITE/DEVICE over the card, or the card again. */
  readonly showDevice: (device: string | null) => void;
};

export const DeskContext = createContext<DeskContextValue | null>(null);

export function useDesk(): DeskContextValue {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("no DeskContext above this component");
  return desk;
}

const seenWithinMs = 3000;

type Options = {
  readonly seat: string;
  readonly open: (dialog: Dialog) => void;
  readonly refuse: (refusal: Refusal | null) => void;
};

export function useActs({ seat, open, refuse }: Options): {
  readonly act: DeskContextValue["act"];
  readonly isPending: DeskContextValue["isPending"];
} {
  const store = useLiveStore();
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const running = useRef(new Set<string>());

  const act = useCallback(
    async (command: Command, signed: Signed = {}): Promise<Outcome> => {
      const key = keyOf(command);
      if (running.current.has(key)) return null;
      if (store.live().access === "read-only" && !signed.by) {
        open({ kind: "pin", command, signed });
        return null;
      }
      running.current.add(key);
      setPending(new Set(running.current));
      // The no to an earlier act was seen, or somebody would not act again.
      refuse(null);
      try {
        const body: ActBody = { seat, command, ...signed };
        const { position } = await postJson<{ position: number }>("/api/v1/commands", body);
        await shown(store, position);
        return true;
      } catch (error) {
        if (needsPin(error) && !signed.by) {
          open({ kind: "pin", command, signed });
          return null;
        }
        const refusal = toRefusal(error);
        refuse(refusal);
        return refusal;
      } finally {
        running.current.delete(key);
        setPending(new Set(running.current));
      }
    },
    [seat, open, refuse, store],
  );

  return useMemo(
    () => ({ act, isPending: (command) => pending.has(keyOf(command)) }),
    [act, pending],
  );
}

/** What is committed is shown by the stream; a stream that is late does not hold the button. */
async function shown(store: LiveSource, position: number): Promise<void> {
  if (store.live().position >= position) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      leave();
      resolve();
    };
    const timer = setTimeout(done, seenWithinMs);
    const leave = store.subscribe(() => {
      if (store.live().position >= position) done();
    });
  });
}

export function needsPin(error: unknown): boolean {
  return error instanceof Refused && (error.status === 401 || error.code === "read-only");
}

/** One act of a kind on one thing at a time: a second press of the button is no second act. */
export function keyOf(command: Command): string {
  return JSON.stringify(command, Object.keys(command).sort());
}
