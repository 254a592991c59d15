/**
 * A journal as years of service write it: presses, repeats, orders, replies, acknowledgements,
 * false alarms, closed and archived incidents. Decided by the real rules, written by the real file.
 */

import { dueDeadline } from "#rules/deadline.ts";
import { decide } from "#rules/decide.ts";
import type { World } from "#rules/draft.ts";
import { evolve } from "#rules/evolve.ts";
import { emptyInventory, type Inventory } from "#rules/inventory.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import { defaultSettings } from "#rules/settings.ts";
import type { SignalBody } from "#rules/signal.ts";
import { initialState, type State } from "#rules/state.ts";
import { plainWriter } from "#rules/writer.ts";
import { createIds } from "../id.ts";
import { genesis } from "../journal/chain.ts";
import { encodeEvent, record } from "../journal/codec.ts";
import { type Head, JournalFile } from "../journal/file.ts";

const sites = 200;
const buttonsPerSite = 10;
const batch = 5000;

function inventory(): Inventory {
  const at = (i: number) => ({
    lng: 120.3 + (i % 40) * 0.01,
    lat: 29.9 + Math.floor(i / 40) * 0.03,
    accuracyM: 50,
    source: "made",
  });
  const text = (name: string) => ({ zh: name, en: name });
  const ids = Array.from({ length: sites }, (_, i) => `s${i}`);
  return {
    ...emptyInventory,
    towns: [{ id: "T1", name: text("T1"), position: at(0) }],
    responders: Array.from({ length: 20 }, (_, i) => ({
      id: `K${i}`,
      kind: "rescue" as const,
      name: text(`K${i}`),
      town: "T1",
      position: at(i * 10),
      certainty: "confirmed" as const,
      lifecycle: { state: "in-service" as const },
      authority: "order" as const,
      channels: [{ kind: "mqtt" as const }],
    })),
    sites: ids.map((id, i) => ({ id, name: text(id), town: "T1", position: at(i) })),
    devices: ids.flatMap((site) =>
      Array.from({ length: buttonsPerSite }, (_, n) => ({
        id: `b${n}`,
        site,
        kind: "button",
        place: text(`${site} b${n}`),
      })),
    ),
  };
}

/** Writes at least `count` events. */
export function writeHistory(folder: string, count: number): void {
  const world: World = {
    inventory: indexInventory(inventory()),
    settings: defaultSettings,
    packs: [],
  };
  const file = JournalFile.openForWriting(folder);
  const state = initialState();
  const newId = createIds();
  let head: Head = { position: 0, hash: genesis };
  let bodies: Uint8Array[] = [];
  let now = 1_700_000_000_000;
  const flush = (): void => {
    head = file.append({ first: head.position + 1, bodies, artefacts: [] }, head);
    bodies = [];
  };
  const take = (body: SignalBody): void => {
    const signal = { ...body, id: newId(now), at: now };
    for (const event of decide(state, signal, world)) {
      const position = state.position + 1;
      const recorded = record(event, { position, at: now, signal: signal.id });
      bodies.push(encodeEvent(recorded));
      evolve(state, recorded, plainWriter);
    }
    if (bodies.length >= batch) flush();
  };
  for (let n = 0; state.position < count; n += 1) {
    now += 60_000;
    for (let due = dueDeadline(state, now); due; due = dueDeadline(state, now)) {
      take({ kind: "time" });
    }
    play(n, state, take);
  }
  if (bodies.length > 0) flush();
  file.close();
}

/** One incident from its press to its end. */
function play(n: number, state: State, take: (body: SignalBody) => void): void {
  const site = `s${n % sites}`;
  const device = `b${Math.floor(n / sites) % buttonsPerSite}`;
  const press = (seq: number) =>
    take({ kind: "press", site, device, presses: [{ seq, ts: null, digest: `${n}-${seq}` }] });
  for (let i = 0; i < 4; i += 1) press(n * 4 + i);
  const open = state.openBySite.get(site)?.at(-1);
  const incident = open === undefined ? undefined : state.incidents.get(open);
  if (!incident) return;
  const actor = { person: "P-1", seat: "desk" };
  const [order = ""] = incident.orders;
  const station = state.orders.get(order)?.station ?? "";
  take({ kind: "delivery", station, order, revision: 1, channel: 0 });
  for (const reply of ["accepted", "turned-out", "on-scene", "returned"] as const) {
    take({ kind: "reply", station, order, revision: 1, reply, seq: 1, ts: null });
  }
  const [alarm = ""] = incident.alarms;
  take({ kind: "command", actor, command: { command: "acknowledge", alarm } });
  const { id } = incident;
  take({
    kind: "command",
    actor,
    command: {
      command: "verify",
      incident: id,
      result: "false",
      look: { how: "camera", found: "nothing" },
      cause: "A1",
    },
  });
  take({ kind: "command", actor, command: { command: "reset", alarm } });
}
