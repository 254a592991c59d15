/** How long the steps of an incident took, each beside its 1-3-5 limit where it has one. Pure. */
import type { RecordView } from "#gateway/api/contract.ts";

type Order = RecordView["orders"][number];

export type StepTime = {
  readonly step: RecordView["steps"][number]["step"];
  readonly at: number | null;
  /** Since the incident was received. */
  readonly sinceMs: number | null;
  /** Whose step it was, and what it took from its order on. */
  readonly by: Order | null;
  readonly tookMs: number | null;
  readonly limitMs: number | null;
  readonly late: boolean;
};

export function stepTimes({ steps, orders }: Pick<RecordView, "steps" | "orders">): StepTime[] {
  const received = steps.find(({ step }) => step === "received")?.at ?? null;
  return steps.map(({ step, at }) => {
    const by = at === null ? null : (orders.find((order) => reachedAt(order, step) === at) ?? null);
    const tookMs = by && at !== null ? at - by.issuedAt : null;
    const limitMs = by ? limitOf(by, step) : null;
    return {
      ...{ step, at, by, tookMs, limitMs },
      sinceMs: at !== null && received !== null ? at - received : null,
      late: isLate(tookMs, limitMs),
    };
  });
}

export function isLate(tookMs: number | null, limitMs: number | null): boolean {
  return tookMs !== null && limitMs !== null && tookMs > limitMs;
}

function reachedAt(order: Order, step: StepTime["step"]): number | null {
  if (step === "accepted") return order.acceptedAt;
  if (step === "turned-out") return order.turnedOutAt;
  if (step === "on-scene") return order.onSceneAt;
  return step === "controlled" ? order.controlledAt : null;
}

function limitOf(order: Order, step: StepTime["step"]): number | null {
  if (step === "turned-out") return order.turnOutLimitMs;
  return step === "on-scene" ? order.onSceneLimitMs : null;
}
