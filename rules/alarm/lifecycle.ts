/**
 * The life cycle of an alarm as tables (ISA-18.2-2016 fig. 6, IEC 62682): what its condition and people
 * make of it, and the three ways in which it is kept from the desk meanwhile.
 *
 * A latched alarm (fire) does not return by itself when its condition ends: it waits for a reset.
 * The system never acknowledges by itself, and an unacknowledged alarm cannot be reset. What is kept
 * from the desk goes on living: it comes and goes in silence, and is shown as it stands by then.
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

/** 暂缓提醒 (state G of the figure), 按设计抑制 (H), 停用 (I). */
export type Hold = "shelved" | "by-design" | "out-of-service";

type HoldRow = {
  /** Who keeps it from the desk: somebody, or a rule because of another alarm. */
  readonly begins: "person" | "rule";
  /** What ends it. `urgency`: it is more urgent by now, or real after all. */
  readonly ends: readonly ("person" | "time" | "rule" | "urgency")[];
  /** Null: for as long as its cause stands. */
  readonly longestMs: number | null;
  /** Whether a fire may be kept from the desk so. A press never may (DESIGN §2, law 3). */
  readonly fire: boolean;
};

const hourMs = 3_600_000;

/** The one that counts first is shown. */
export const holdTable: Readonly<Record<Hold, HoldRow>> = {
  "out-of-service": {
    begins: "person",
    ends: ["person", "time", "urgency"],
    longestMs: 30 * 24 * hourMs,
    fire: true,
  },
  "by-design": { begins: "rule", ends: ["rule", "urgency"], longestMs: null, fire: false },
  shelved: {
    begins: "person",
    ends: ["person", "time", "urgency"],
    longestMs: 8 * hourMs,
    fire: false,
  },
};

type Held = {
  readonly shelved: object | null;
  readonly byDesign: string | null;
  readonly outOfService: object | null;
};

/** What keeps an alarm from the desk now; null where it is shown. */
export function holdOf({ shelved, byDesign, outOfService }: Held): Hold | null {
  if (outOfService !== null) return "out-of-service";
  if (byDesign !== null) return "by-design";
  return shelved === null ? null : "shelved";
}

export type HoldRefusal = "never-a-press" | "never-a-fire";

/** Why an alarm may not be kept from the desk so; null where it may. */
export function holdRefusal(
  hold: Hold,
  {
    rule,
    class: of,
    priority,
  }: { readonly rule: string; readonly class: string; readonly priority: string },
): HoldRefusal | null {
  if (rule === "F01") return "never-a-press";
  return !holdTable[hold].fire && (of === "fire" || of === "emergency" || priority === "P0")
    ? "never-a-fire"
    : null;
}
