/**
 * The record of an incident (警情记录), folded out of the journal: what was known at each step, with the
 * rules, inventory and settings of the day. It runs in the reader's thread; nothing of it is kept by the
 * gateway, so that what is shown next month is what the journal says.
 */
import type { Recorded } from "#rules/event.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { noTimes, noteTimes } from "#rules/incident/times.ts";
import { initialState, type State } from "#rules/state.ts";
import type { DistrictMap, RecordView } from "../api/contract.ts";
import { genesis } from "../journal/chain.ts";
import type { JournalFile } from "../journal/file.ts";
import { replay } from "../journal/replay.ts";
import { readSnapshot } from "../journal/snapshot.ts";
import { incidentCard } from "../views/cards.ts";
import { hotWorkView } from "../views/hot-work-near.ts";
import { mapOf } from "../views/map.ts";
import type { Sight } from "../views/sight.ts";
import { Touched } from "../views/touched.ts";
import type { Opening } from "./find.ts";
import { Frames } from "./frames.ts";
import { Log } from "./log.ts";
import { choiceOf, ordersView, placeView, siteView } from "./parts.ts";

export type RecordSource = {
  readonly folder: string;
  readonly journal: JournalFile;
  /** Whatever is not the state: the world of its artefacts, names, profiles. */
  readonly sight: (state: State) => Sight;
};

export type MadeRecord = {
  readonly record: RecordView;
  /** It has been archived: nothing of it can change any more. */
  readonly isFinal: boolean;
};

type Shot = Pick<
  RecordView,
  "incident" | "place" | "site" | "hotWork" | "district" | "utcOffsetMin"
>;

export function incidentRecord(source: RecordSource, opening: Opening): MadeRecord {
  const { incident: id, position: opened, site } = opening;
  const { state, head } = stateBefore(source, opened);
  const touched = new Touched(state);
  const frames = new Frames();
  const log = new Log(id);
  const times = noTimes(id);
  const choices: RecordView["choices"] = [];
  let map: DistrictMap | null = null;
  let isFinal = false;
  const until = (event: Recorded): boolean => {
    isFinal = event.type === "incident-archived" && event.incident === id;
    return isFinal;
  };
  const before = (event: Recorded): void => {
    frames.endTurn(event, () => source.sight(state), state.incidents.get(id));
  };
  const after = (event: Recorded): void => {
    const [touch] = touched.of([event], state);
    const incident = touch?.incidents.find((one) => one.id === id);
    if (!incident) return;
    const sight = source.sight(state);
    map ??= mapOf(sight, (one) => one === site);
    frames.note(event);
    log.note(event, sight, incident);
    noteTimes(times, event, log.knows);
    if (event.type === "dispatch-ranked") choices.push(choiceOf(event, sight));
  };
  replay(source.journal, state, head, { until, before, after });
  const sight = source.sight(state);
  const last = state.incidents.get(id);
  if (!last || !map) throw new Error(`the journal has no incident ${id} at ${opened}`);
  const { steps } = times;
  return {
    isFinal,
    record: {
      position: state.position,
      ...shotOf(sight, last),
      steps: Object.entries(steps).map(([step, at]) => ({ step: step as keyof typeof steps, at })),
      orders: ordersView(times, sight, site),
      choices,
      map,
      ...log.rows(),
      frames: frames.end(sight, last),
    },
  };
}

function shotOf(sight: Sight, incident: Incident): Shot {
  const { inventory, settings } = sight.world;
  const { name, demonstration } = inventory.district;
  return {
    utcOffsetMin: settings.utcOffsetMin,
    district: { name, demonstration },
    incident: incidentCard(sight, incident),
    place: placeView(sight, incident),
    site: siteView(sight, incident.site),
    hotWork: hotWorkView(sight, incident),
  };
}

/** The state as it was before the incident: from a snapshot that is old enough, else from the beginning. */
function stateBefore({ folder, journal }: RecordSource, opened: number) {
  const known = readSnapshot(folder, journal, () => {}, opened - 1);
  const state = known?.state ?? initialState();
  const from = known?.head ?? { position: 0, hash: genesis };
  return { state, head: replay(journal, state, from, { upTo: opened - 1 }) };
}
