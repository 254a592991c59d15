/**
 * The life cycle of an alarm as a table (ISA-18.2-2016 fig. 6, IEC 62682).
 *
 * A latched alarm (fire) does not return by itself when its condition ends: it waits for a reset.
 * The system never acknowledges by itself, and an unacknowledged alarm cannot be reset.
 */
export type AlarmState = "normal" | "unacknowledged" | "acknowledged" | "returned-unacknowledged";

export type AlarmTrigger = "raise" | "return" | "acknowledge" | "reset";

/** What a trigger does: a new state, nothing ("same"), or a refusal with its reason. */
export type Step =
  | { readonly to: AlarmState }
  | { readonly same: true }
  | { readonly refused: AlarmRefusal };

export type AlarmRefusal =
  | "not-open"
  | "already-acknowledged"
  | "acknowledge-first"
  | "condition-not-ended"
  | "not-latched";

const same: Step = { same: true };
const to = (state: AlarmState): Step => ({ to: state });
const refused = (reason: AlarmRefusal): Step => ({ refused: reason });

type Row = Readonly<Record<AlarmTrigger, Step>>;

/** Fire: held until a person resets it. */
export const latchedTable: Readonly<Record<AlarmState, Row>> = {
  normal: {
    raise: to("unacknowledged"),
    return: same,
    acknowledge: refused("not-open"),
    reset: refused("not-open"),
  },
  unacknowledged: {
    raise: same,
    return: same,
    acknowledge: to("acknowledged"),
    reset: refused("acknowledge-first"),
  },
  acknowledged: {
    raise: same,
    return: same,
    acknowledge: refused("already-acknowledged"),
    reset: to("normal"),
  },
  "returned-unacknowledged": {
    raise: to("unacknowledged"),
    return: same,
    acknowledge: to("normal"),
    reset: refused("acknowledge-first"),
  },
};

/** Everything else: returns when its condition ends, gone when that is acknowledged. */
export const unlatchedTable: Readonly<Record<AlarmState, Row>> = {
  normal: {
    raise: to("unacknowledged"),
    return: same,
    acknowledge: refused("not-open"),
    reset: refused("not-open"),
  },
  unacknowledged: {
    raise: same,
    return: to("returned-unacknowledged"),
    acknowledge: to("acknowledged"),
    reset: refused("not-latched"),
  },
  acknowledged: {
    raise: same,
    return: to("normal"),
    acknowledge: refused("already-acknowledged"),
    reset: refused("not-latched"),
  },
  "returned-unacknowledged": {
    raise: to("unacknowledged"),
    return: same,
    acknowledge: to("normal"),
    reset: refused("not-latched"),
  },
};

/** The next step of an alarm; `latched` picks the table. */
export function stepAlarm(state: AlarmState, trigger: AlarmTrigger, latched: boolean): Step {
  return (latched ? latchedTable : unlatchedTable)[state][trigger];
}
