/** What happens to an incident beside its orders, as screens read it; and what is said to 119. */

import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { callOf } from "#rules/alarm/called.ts";
import { deadlineId } from "#rules/deadline.ts";
import { checklistRows } from "#rules/incident/checklist.ts";
import type { Incident, Look } from "#rules/incident/incident.ts";
import { type Wait, waitsOf } from "#rules/incident/waits.ts";
import type { Building } from "#rules/inventory.ts";
import { whereOf } from "#rules/place.ts";
import { placeText, ruleText, say, siteText } from "#rules/text/render.ts";
import type { IncidentCard } from "../api/contract.ts";
import type { Call119View, ChecklistView } from "../api/incident-contract.ts";
import { PackedInventory } from "../inventory/lookup.ts";
import { Table } from "../inventory/table.ts";
import { tenantsOf } from "./contacts.ts";
import { hotWorkView } from "./hot-work-near.ts";
import { both, type Sight } from "./sight.ts";

type HandlingParts = Pick<
  IncidentCard,
  "hotWork" | "look" | "proposal" | "checklist" | "command119" | "waits" | "linkageMode"
>;

export function handlingParts(sight: Sight, incident: Incident): HandlingParts {
  const { state, world, nameOf } = sight;
  const { look, proposal, command119 } = incident;
  const named = <T extends { readonly by: string }>(of: T) => ({ ...of, byName: nameOf(of.by) });
  const recorded = state.linkageModes.get(incident.site);
  const isClearedUp = incident.verification === "false" && incident.closedAt === null;
  const waits = isClearedUp ? waitsOf({ state, world, events: [] }, incident) : [];
  const leader = callOf(world.inventory, incident.site, "shift-leader").person;
  return {
    hotWork: hotWorkView(sight, incident),
    look: look && lookView(sight, look),
    proposal: proposal && {
      at: proposal.at,
      by: proposal.by,
      byName: nameOf(proposal.by),
      cause: proposal.cause,
      look: lookView(sight, proposal.look),
      answerBy: proposal.answerBy,
      leader: { person: leader, name: leader === null ? null : nameOf(leader) },
    },
    checklist: checklistView(sight, incident),
    command119: command119 && named(command119),
    waits: waits.map((wait) => ({ ...wait, text: waitText(sight, wait) })),
    linkageMode: recorded ? named(recorded) : null,
  };
}

function lookView({ nameOf }: Sight, { how, found, person, arrivedAt }: Look) {
  const personName = person === undefined ? null : nameOf(person);
  return { how, found, person: person ?? null, personName, arrivedAt: arrivedAt ?? null };
}

function checklistView(sight: Sight, incident: Incident): ChecklistView | null {
  const { state, world, nameOf } = sight;
  const { checklist, via119 } = incident;
  if (checklist === null) return null;
  const { openedAt, why, overdue } = checklist;
  const person = overdue?.calls[0]?.person ?? null;
  return {
    openedAt,
    why,
    rows: checklistRows.map((row) => {
      const note = checklist.rows.get(row);
      const by = note?.by ?? null;
      return {
        row,
        state: note?.state ?? "open",
        at: note?.at ?? null,
        by,
        byName: by === null ? null : nameOf(by),
        bySignal: note !== undefined && by === null,
        reason: note?.reason ?? null,
      };
    }),
    overdueAt: state.deadlines.get(deadlineId("call-119", incident.id))?.at ?? null,
    overdue: overdue && { at: overdue.at, person, name: person === null ? null : nameOf(person) },
    via119: via119.map((id) => world.inventory.responders.get(id)?.name ?? both(() => id)),
  };
}

/** Named as people know it: the unit, the place, the device. */
function waitText(sight: Sight, { code, of }: Wait) {
  const { state, world } = sight;
  const order = state.orders.get(of);
  const alarm = state.alarms.get(of);
  return both((language) => {
    const station = order && world.inventory.responders.get(order.station);
    const name = station?.name[language] ?? (alarm ? placeText(language, alarm, world) : of);
    return say(language, `wait.${code}`, { name });
  });
}

/** What a person says to 119, in the order it is asked for. firelink dials nobody. */
export function call119Of(
  sight: Sight,
  incident: Incident,
  caller: Call119View["caller"],
): Call119View {
  const { state, world } = sight;
  const { inventory } = world;
  const site = inventory.sites.get(incident.site);
  const park = site?.parent === undefined ? undefined : inventory.sites.get(site.parent);
  const alarms = incident.alarms.flatMap((id) => state.alarms.get(id) ?? []);
  const scene = sceneAlarm(alarms);
  const building = buildingOf(sight, incident);
  const position = scene ? whereOf(inventory, scene).position : null;
  const sectors = [site?.sector, ...tenantsOf(inventory, incident).map(({ sector }) => sector)];
  const isListed = sectors.some((sector) => sector !== undefined);
  const unknown = both((l) => siteText(l, incident, world));
  return {
    position: state.position,
    number: incident.number,
    address: site?.address ?? park?.address ?? null,
    siteName: site?.name ?? unknown,
    building,
    place: scene ? both((l) => placeText(l, scene, world)) : unknown,
    what: scene ? both((l) => ruleText(l, scene, world)) : unknown,
    chemicals: isListed ? sectors.includes("hazardous-chemicals") : null,
    gates: (site?.gates ?? park?.gates ?? []).map(({ name }) => name),
    position84: position && { lng: position.lng, lat: position.lat },
    caller,
  };
}

function buildingOf({ world }: Sight, { site, building }: Incident) {
  if (building === null) return null;
  const { inventory } = world;
  if (!(inventory instanceof PackedInventory)) return both(() => building);
  const { buildings } = inventory.packed.tables;
  return new Table<Building>(buildings).get(`${site}/${building}`)?.name ?? both(() => building);
}
