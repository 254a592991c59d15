/**
 * The answers of the crew. Each is sent once, when a person presses: one that did not arrive is said
 * to be not sent and waits for the person, never for the link (a "turned out" of an hour ago that
 * goes out by itself would be a lie).
 */
import { useCallback, useEffect, useState } from "react";
import type { CrewOrders, ReplyBody } from "#gateway/api/contract.ts";
import { postJson, Refused, Unreachable } from "../shared/api.ts";
import { keep, recall } from "../shared/keep.ts";
import { seatOf } from "../shared/seat.ts";
import { stillWanted } from "./crew.ts";
import type { PhoneLink } from "./phone-link.ts";

export type Answer = {
  readonly order: string;
  readonly revision: number;
  readonly reply: ReplyBody["reply"];
  readonly reason?: NonNullable<ReplyBody["reason"]>;
};
export type By = NonNullable<ReplyBody["by"]>;

export type Sending = Answer & {
  readonly state: "sending" | "unsent" | "refused";
  readonly failure: unknown;
};

export type Answers = {
  /** By order. */
  readonly of: ReadonlyMap<string, Sending>;
  /** Set where a person must say who they are, by PIN, before this goes out. */
  readonly asks: { readonly answer: Answer; readonly failure: unknown } | null;
  readonly send: (answer: Answer, by?: By) => Promise<void>;
  readonly drop: (order: string) => void;
  readonly withdraw: () => void;
};

/** Refusals that a PIN answers. */
const pinCodes = new Set(["read-only", "bad-pin", "too-many-pins"]);

export function useAnswers(
  link: PhoneLink<CrewOrders>,
  view: CrewOrders | null,
  readOnly: boolean,
): Answers {
  const [of, setOf] = useState<ReadonlyMap<string, Sending>>(new Map());
  const [asks, setAsks] = useState<Answers["asks"]>(null);

  const put = useCallback((order: string, sending: Sending | null): void => {
    setOf((before) => {
      const after = new Map(before);
      if (sending === null) after.delete(order);
      else after.set(order, sending);
      return after;
    });
  }, []);

  // It may have arrived after all, or somebody else of the crew was quicker. A no stays to be read.
  useEffect(() => {
    if (view === null) return;
    for (const { order, reply, state } of of.values()) {
      if (state === "unsent" && !stillWanted(view, order, reply)) put(order, null);
    }
  }, [view, of, put]);

  const send = async (answer: Answer, by?: By): Promise<void> => {
    if (readOnly && by === undefined) return setAsks({ answer, failure: null });
    const { order, revision, reply, reason } = answer;
    const seat = seatOf({ getItem: recall, setItem: keep }, "phone");
    const body = {
      seat,
      revision,
      reply,
      ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { by }),
    } satisfies ReplyBody;
    put(order, { ...answer, state: "sending", failure: null });
    try {
      await postJson(`/api/v1/orders/${order}/reply`, body);
      setAsks(null);
      await link.read();
      put(order, null);
    } catch (failure) {
      if (failure instanceof Refused && pinCodes.has(failure.code)) {
        put(order, null);
        return setAsks({ answer, failure: by === undefined ? null : failure });
      }
      setAsks(null);
      const state = failure instanceof Unreachable ? "unsent" : "refused";
      put(order, { ...answer, state, failure });
      void link.read();
    }
  };

  return {
    of,
    asks,
    send,
    drop: (order) => put(order, null),
    withdraw: () => setAsks(null),
  };
}
