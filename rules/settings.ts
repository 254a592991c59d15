/**
 * Every time and count the rules obey, with its default and the page it rests on.
 *
 * Settings are a content-addressed artefact: an event adopts them, so a replay next month uses the
 * numbers of the day. Units stand last in each name.
 */
import { defaultHotWork, type HotWorkSettings } from "./hot-work/settings.ts";

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
    /** No result of a verification: the first alarm goes (F02: micro station 3 min on scene). */
    readonly unverifiedAfterMs: number;
    /** Night, local hours: fewer people are awake, and more goes out at once. */
    readonly nightFromHour: number;
    readonly nightUntilHour: number;
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
  };
  readonly hotWork: HotWorkSettings;
};

/** As an older gateway adopted them: what it did not know yet is the default. */
export function completeSettings(given: Partial<Settings>): Settings {
  const { repeat, press, incident, dispatch, travel, hotWork } = defaultSettings;
  return {
    ...defaultSettings,
    ...given,
    repeat: { ...repeat, ...given.repeat },
    press: { ...press, ...given.press },
    incident: { ...incident, ...given.incident },
    dispatch: { ...dispatch, ...given.dispatch },
    travel: { ...travel, ...given.travel },
    hotWork: { ...hotWork, ...given.hotWork },
  };
}

export const defaultSettings: Settings = {
  v: 1,
  utcOffsetMin: 480,
  repeat: { withTsMs: 600_000, withoutTsMs: 60_000, windowLength: 64 },
  press: { lateAfterMs: 30_000, clockOffMs: 300_000, lateAtMostMs: 86_400_000 },
  incident: { joinWithinMs: 60_000, keepClosedMs: 86_400_000 },
  dispatch: {
    stationsP0: 3,
    stationsP1: 1,
    maxStations: 3,
    undeliveredAfterMs: 10_000,
    secondChannelAfterMs: 20_000,
    secondStationAfterMs: 60_000,
    thirdStationAfterMs: 120_000,
    unverifiedAfterMs: 180_000,
    nightFromHour: 22,
    nightUntilHour: 6,
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
  },
  hotWork: defaultHotWork,
};
