/**
 * Every time and count the rules obey, with its default and the page it rests on.
 *
 * Settings are a content-addressed artefact: an event adopts them, so a replay next month uses the
 * numbers of the day. Units stand last in each name.
 */

import { defaultPlans, type FirstAlarmPlan } from "./dispatch/first-alarm.ts";
import { defaultHotWork, type HotWorkSettings } from "./hot-work/settings.ts";
import type { ArrivalClass, Text } from "./inventory.ts";

export type Settings = {
  readonly v: 1;
  /** Local time for daily numbers, days and nights, minutes east of UTC. Keqiao: +08:00. */
  readonly utcOffsetMin: number;
  readonly repeat: {
    /** The same (device, seq, ts) within this time is a repeat (DESIGN §3, Repeats). */
    readonly withTsMs: number;
    /** Without a usable ts: the same (device, seq, payload) within this time. */
    readonly withoutTsMs: number;
    /** Keys kept for each device. */
    readonly windowLength: number;
  };
  readonly press: {
    /** A press whose believed device time is older than this is marked late (迟到). */
    readonly lateAfterMs: number;
    /** A device clock further off than this is not believed (DESIGN §3, Time). */
    readonly clockOffMs: number;
    /** A press made at most this long ago can be late; beyond it the clock is wrong. */
    readonly lateAtMostMs: number;
  };
  readonly incident: {
    /** Alarms without an incident this old or younger join one that opens in their zone. */
    readonly joinWithinMs: number;
    /** A closed incident can be reopened for this long; then it leaves the state. */
    readonly keepClosedMs: number;
    /** Nobody has said whether a P0 is false: it stays open (domain D). */
    readonly secondPersonAfterMs: number;
    /** 119 is not logged so long after the checklist has opened: it sounds again. */
    readonly call119AfterMs: number;
  };
  readonly dispatch: {
    /** Rescue stations ordered at receipt, by priority (domain E, first alarm). */
    readonly stationsP0: number;
    readonly stationsP1: number;
    /** By itself never more rescue stations than this for one incident. */
    readonly maxStations: number;
    /** No PUBACK from the station's box: the screen says so. */
    readonly undeliveredAfterMs: number;
    /** No acceptance: the same station again, by its second channel. */
    readonly secondChannelAfterMs: number;
    /** No acceptance: the second station too, the first kept. */
    readonly secondStationAfterMs: number;
    /** No acceptance: the third station and the brigades of the town. */
    readonly thirdStationAfterMs: number;
    /** No result, and no crew has accepted: treated as real (domain D, decide). */
    readonly verifierSilentAfterMs: number;
    /** The same where a crew has accepted (F02: micro station 3 min on scene). */
    readonly unverifiedAfterMs: number;
    /** Night, local hours: fewer people are awake, and more goes out at once. */
    readonly nightFromHour: number;
    readonly nightUntilHour: number;
    /** Night, local hours: who would stand by goes at once. */
    /** A unit that was told of a false alarm has not answered its recall: it is chased. */
    readonly recallAnswerAfterMs: number;
  };
  readonly travel: {
    /** Detour model of domain E: straight line × detour ÷ speed + gate, never under the clamp. */
    readonly hillsSouthOfLat: number;
    readonly detourPlain: number;
    readonly detourHills: number;
    readonly speedPlainKmh: number;
    readonly speedHillsKmh: number;
    readonly gateMs: number;
    readonly atLeastMs: number;
    readonly turnoutMs: number;
    /** Hours of the local day in which every way takes longer (domain E), and how much. */
    readonly peaks?: readonly { readonly fromMin: number; readonly toMin: number }[];
    readonly peakFactor?: number;
  };
  readonly hotWork: HotWorkSettings;
  readonly ranking: {
    /** A status older than this is asked for (询问), and its station ranked so much later. */
    readonly staleAfterMs: number;
    readonly askMs: number;
    /** On the way back from another incident. */
    readonly returningMs: number;
    /** The first-due station wins where it is less than this behind. */
    readonly firstDueMs: number;
    /** Of a station whose area nobody else reaches within its limit and `coverSlackMs`. */
    readonly leavesArea: {
      readonly leastMs: number;
      readonly mostMs: number;
      readonly coverSlackMs: number;
    };
    readonly mutualAidMs: number;
    /** Turnout by kind; that of a rescue station is `travel.turnoutMs`. */
    readonly microTurnoutMs: number;
    readonly enterpriseTurnoutMs: number;
    readonly volunteerTurnoutMs: number;
    /** A micro station walks so far, goes by e-bike beyond, and by road where it is further. */
    readonly walkUpToM: number;
    readonly onFootUpToM: number;
    readonly walkKmh: number;
    readonly bikeKmh: number;
  };
  /** The 1-3-5 clock: its labels are local, for the phrase is read in more than one way. */
  readonly arrival: {
    readonly microMs: number;
    readonly neighboursMs: number;
    /** Of an area that no inventory has classed. */
    readonly defaultClass: ArrivalClass;
    readonly labels: {
      readonly micro: Text;
      readonly neighbours: Text;
      readonly station: Text;
    };
  };
  /** First-alarm plans, the more special ones first. */
  readonly plans: readonly FirstAlarmPlan[];
};

/** As an older gateway adopted them: what it did not know yet is the default. */
export function completeSettings(given: Partial<Settings>): Settings {
  const { repeat, press, incident, dispatch, travel, ranking, hotWork } = defaultSettings;
  return {
    ...defaultSettings,
    ...given,
    repeat: { ...repeat, ...given.repeat },
    press: { ...press, ...given.press },
    incident: { ...incident, ...given.incident },
    dispatch: { ...dispatch, ...given.dispatch },
    travel: { ...travel, ...given.travel },
    hotWork: { ...hotWork, ...given.hotWork },
    ranking: { ...ranking, ...given.ranking },
  };
}

export const defaultSettings: Settings = {
  v: 1,
  utcOffsetMin: 480,
  repeat: { withTsMs: 600_000, withoutTsMs: 60_000, windowLength: 64 },
  press: { lateAfterMs: 30_000, clockOffMs: 300_000, lateAtMostMs: 86_400_000 },
  incident: {
    joinWithinMs: 60_000,
    keepClosedMs: 86_400_000,
    secondPersonAfterMs: 120_000,
    call119AfterMs: 60_000,
  },
  dispatch: {
    stationsP0: 3,
    stationsP1: 1,
    maxStations: 3,
    undeliveredAfterMs: 10_000,
    secondChannelAfterMs: 20_000,
    secondStationAfterMs: 60_000,
    thirdStationAfterMs: 120_000,
    verifierSilentAfterMs: 90_000,
    unverifiedAfterMs: 180_000,
    nightFromHour: 22,
    nightUntilHour: 6,
    recallAnswerAfterMs: 60_000,
  },
  travel: {
    hillsSouthOfLat: 29.97,
    detourPlain: 1.35,
    detourHills: 1.6,
    speedPlainKmh: 40,
    speedHillsKmh: 35,
    gateMs: 20_000,
    atLeastMs: 60_000,
    turnoutMs: 60_000,
    peaks: [
      { fromMin: 7 * 60, toMin: 9 * 60 },
      { fromMin: 16 * 60 + 30, toMin: 18 * 60 + 30 },
    ],
    peakFactor: 1.3,
  },
  hotWork: defaultHotWork,
  ranking: {
    staleAfterMs: 1_800_000,
    askMs: 120_000,
    returningMs: 120_000,
    firstDueMs: 60_000,
    leavesArea: { leastMs: 180_000, mostMs: 600_000, coverSlackMs: 300_000 },
    mutualAidMs: 180_000,
    microTurnoutMs: 60_000,
    enterpriseTurnoutMs: 60_000,
    volunteerTurnoutMs: 480_000,
    walkUpToM: 250,
    onFootUpToM: 1500,
    walkKmh: 5,
    bikeKmh: 20,
  },
  arrival: {
    microMs: 60_000,
    neighboursMs: 180_000,
    defaultClass: "10",
    labels: {
      micro: { zh: "微站到点", en: "Micro station at the point" },
      neighbours: { zh: "邻站到场", en: "Neighbours on scene" },
      station: { zh: "消防站到场", en: "Station on scene" },
    },
  },
  plans: defaultPlans,
};
