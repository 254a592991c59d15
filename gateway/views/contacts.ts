/**
 * Whom to telephone about an incident: out of people.db at the moment somebody asks, and never into
 * the journal, a stream or a log.
 */
import { callOf } from "#rules/alarm/called.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { Responder, Tenant, Text } from "#rules/inventory.ts";
import type { InventoryIndex } from "#rules/inventory-index.ts";
import type { State } from "#rules/state.ts";
import { say } from "#rules/text/render.ts";
import type { Contacts } from "../api/contract.ts";
import type { StaffRow } from "../identity/people.ts";
import { PackedInventory } from "../inventory/lookup.ts";
import { Table } from "../inventory/table.ts";
import { both, type Sight } from "./sight.ts";

type Contact = Contacts["contacts"][number];
type Wanted = { readonly person: string; readonly kind: Contact["kind"]; readonly of: Text };

/** Who of a roster answers the telephone, in this order; else whoever stands first. */
const leading = ["duty-leader", "station-leader"];
const mostTenants = 8;

export function contactsOf(
  { state, world, nameOf }: Sight,
  incident: Incident,
  staffOf: (id: string) => StaffRow | null,
): Contacts {
  const { inventory } = world;
  const site = inventory.sites.get(incident.site);
  const orders = incident.orders.flatMap((id) => state.orders.get(id) ?? []);
  const responders = orders.flatMap(({ station }) => inventory.responders.get(station) ?? []);
  const wanted: Wanted[] = [
    ...callersOf(state, incident),
    ...calledFor(state, incident),
    ...leaderOfShift(inventory, incident),
    ...(site?.contact24h
      ? [{ person: site.contact24h, kind: "site-24h", of: site.name } as const]
      : []),
    ...tenantsOf(inventory, incident).flatMap(({ contact24h, name }) =>
      contact24h ? [{ person: contact24h, kind: "tenant-24h", of: name } as const] : [],
    ),
    // Who was ordered before who is merely near: an operator telephones from the top.
    ...[...responders, ...inventory.microOf(incident.site)].flatMap((responder) =>
      leaderOf(responder, staffOf),
    ),
  ];
  const seen = new Set<string>();
  const contacts = wanted.flatMap(({ person, kind, of }): Contact[] => {
    const row = staffOf(person);
    // Who is called and has no number must be seen to have none.
    if ((!row && kind !== "escalation") || seen.has(person)) return [];
    seen.add(person);
    const name = row?.name ?? nameOf(person) ?? person;
    return [{ person, name, kind, of, phone: row?.phone ?? null }];
  });
  return { position: state.position, contacts };
}

/** Who has telephoned and can be called back. */
function callersOf(state: State, { alarms }: Incident): Wanted[] {
  return alarms.flatMap((id) => {
    const { caller, via } = state.alarms.get(id)?.reported ?? {};
    if (!caller) return [];
    const of = both((l) => say(l, `reported-via.${via}`));
    return [{ person: caller, kind: "caller" as const, of }];
  });
}

/** While nobody acknowledges: whom rule E01 has called, the last one first. */
function calledFor(state: State, { alarms }: Incident): Wanted[] {
  const steps = alarms
    .flatMap((id) => state.alarms.get(id) ?? [])
    .filter((alarm) => alarm.state === "unacknowledged")
    .flatMap(({ escalation }) => escalation?.steps ?? []);
  return steps
    .toSorted((a, b) => b.at - a.at)
    .flatMap(({ to, person }) =>
      person === null
        ? []
        : { person, kind: "escalation" as const, of: both((l) => say(l, `escalation.${to}`)) },
    );
}

/** 119 is not logged, or a P0 waits for its second person: the shift leader is to be called. */
function leaderOfShift(
  inventory: InventoryIndex,
  { site, checklist, proposal }: Incident,
): Wanted[] {
  const isOverdue = checklist?.overdue && !checklist.rows.has("call-119");
  const { person } = callOf(inventory, site, "shift-leader");
  if (person === null || !(isOverdue || proposal)) return [];
  return [{ person, kind: "escalation", of: both((l) => say(l, "escalation.shift-leader")) }];
}

function leaderOf(
  { kind, name, roster = [] }: Responder,
  staffOf: (id: string) => StaffRow | null,
): Wanted[] {
  const rows = roster.slice(0, 50).flatMap((id) => staffOf(id) ?? []);
  const leader = leading.map((role) => rows.find((row) => row.role === role)).find(Boolean);
  const person = leader ?? rows[0];
  const why = kind === "micro" ? "micro-station" : "station";
  return person ? [{ person: person.id, kind: why, of: name }] : [];
}

/** Of the building where there is one, else of the site. */
export function tenantsOf(inventory: InventoryIndex, { site, building }: Incident): Tenant[] {
  if (!(inventory instanceof PackedInventory)) return [];
  const found: Tenant[] = [];
  for (const tenant of new Table<Tenant>(inventory.packed.tables.tenants).values()) {
    const isThere = building === null || tenant.building === undefined;
    if (tenant.site === site && (isThere || tenant.building === building)) found.push(tenant);
    if (found.length === mostTenants) break;
  }
  return found;
}
