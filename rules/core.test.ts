/** Undo, serialization, calendar, versions: what the loop and the replay rely on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDateTime, localTime } from "./calendar.ts";
import type { Command } from "./command.ts";
import { decide } from "./decide.ts";
import type { World } from "./draft.ts";
import type { Recorded } from "./event.ts";
import { evolve } from "./evolve.ts";
import { indexInventory } from "./inventory-index.ts";
import { districtInventory, districtPacks } from "./scenarios/fixture.ts";
import { defaultSettings } from "./settings.ts";
import type { SignalBody } from "./signal.ts";
import { deserializeState, initialState, type State, serializeState } from "./state.ts";
import { UnknownEvent, upcast } from "./upcast.ts";
import { plainWriter, UndoLog, type Writer } from "./writer.ts";

const world: World = {
  inventory: indexInventory(districtInventory),
  settings: defaultSettings,
  packs: districtPacks,
};
const begin = 1_790_000_000_000;

/** A step names what it acts on by a number, because ids are only known when it is played. */
type Step = { readonly what: number; readonly which: number; readonly waitMs: number };

const steps = fc.array(
  fc.record({ what: fc.nat(15), which: fc.nat(1000), waitMs: fc.nat(90_000) }),
  { maxLength: 40 },
);

function pick(map: ReadonlyMap<string, unknown>, which: number): string {
  return [...map.keys()][which % Math.max(1, map.size)] ?? "none";
}

function bodyOf(state: State, { what, which }: Step): SignalBody {
  const actor = { person: "P-1", seat: "desk" };
  const incident = pick(state.incidents, which);
  const alarm = pick(state.alarms, which);
  const order = pick(state.orders, which);
  const command = (one: Command): SignalBody => ({ kind: "command", actor, command: one });
  const device = `b${(which % 3) + 1}`;
  const site = which % 2 === 0 ? "s1" : "s2";
  switch (what) {
    case 0:
    case 1:
    case 2:
      return {
        kind: "press",
        site,
        device,
        presses: [{ seq: which, ts: null, digest: String(which) }],
      };
    case 3:
      return {
        kind: "reply",
        station: state.orders.get(order)?.station ?? "R1",
        order,
        revision: 1,
        reply: which % 2 ? "accepted" : "refused",
        seq: null,
        ts: null,
      };
    case 4:
      return command({ command: "acknowledge", alarm });
    case 5:
      return command({ command: "verify", incident, result: "confirmed" });
    case 6:
      return command({
        command: "verify",
        incident,
        result: "false",
        look: { how: "camera", found: "nothing" },
        cause: "A1",
        second: "P-2",
      });
    case 7:
      return command({
        command: "merge",
        into: incident,
        from: pick(state.incidents, which + 1),
        reason: "same-fire",
      });
    case 8:
      return command({ command: "split", incident, alarms: [alarm], reason: "another-fire" });
    case 9:
      return command({ command: "reopen", incident, reason: "fire-again" });
    case 10:
      return { kind: "level", rule: "S05", site, device, level: which % 2 === 0, since: 0 };
    case 11:
      return { kind: "started", aliveUntil: begin, version: "0", damage: null };
    case 12:
      return command({ command: "reset", alarm });
    case 13:
    case 14: {
      const rule = which % 5 === 0 ? "F03" : "F02";
      return { kind: "level", rule, site, device, level: true, since: 0 };
    }
    default:
      return { kind: "time" };
  }
}

function apply(state: State, body: SignalBody, at: number, id: string, writer: Writer): Recorded[] {
  const signal = { ...body, id: id.padStart(26, "0"), at };
  return decide(state, signal, world).map((event) => {
    const envelope = { position: state.position + 1, at, signal: signal.id, v: 1 };
    const recorded = { ...envelope, ...event } as Recorded;
    evolve(state, recorded, writer);
    return recorded;
  });
}

function copy(state: State): State {
  return deserializeState(serializeState(state));
}

test("CO-1: whatever a signal did can be undone, and the undo log changes nothing else", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const state = initialState();
      let at = begin;
      list.forEach((step, i) => {
        at += step.waitMs;
        const body = bodyOf(state, step);
        const before = serializeState(state);
        const undo = new UndoLog();
        const plain = copy(state);
        apply(state, body, at, String(i), undo);
        apply(plain, body, at, String(i), plainWriter);
        assert.equal(serializeState(state), serializeState(plain));
        undo.rollback(0);
        assert.equal(serializeState(state), before);
        apply(state, body, at, String(i), plainWriter);
      });
    }),
    { numRuns: 150 },
  );
});

test("CO-2: events that went through JSON give the same state; a state comes back from its text", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const [live, stored] = [initialState(), initialState()];
      let at = begin;
      list.forEach((step, i) => {
        at += step.waitMs;
        for (const event of apply(live, bodyOf(live, step), at, String(i), plainWriter)) {
          evolve(stored, JSON.parse(JSON.stringify(event)) as Recorded, plainWriter);
        }
      });
      assert.equal(serializeState(stored), serializeState(live));
      assert.deepEqual(copy(live), live);
    }),
    { numRuns: 100 },
  );
});

test("CO-3: the same signals decide the same, however often (I6)", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const run = (): string => {
        const state = initialState();
        let at = begin;
        list.forEach((step, i) => {
          at += step.waitMs;
          apply(state, bodyOf(state, step), at, String(i), plainWriter);
        });
        return serializeState(state);
      };
      assert.equal(run(), run());
    }),
    { numRuns: 50 },
  );
});

test("CO-4: dates by integer arithmetic agree with the calendar of the machine", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (at) => {
      const date = new Date(at + 480 * 60_000);
      const local = localTime(at, 480);
      assert.deepEqual(
        [local.year, local.month, local.day, local.hour, local.minute, local.second],
        [
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          date.getUTCHours(),
          date.getUTCMinutes(),
          date.getUTCSeconds(),
        ],
      );
    }),
  );
  assert.equal(formatDateTime(1_795_370_400_000, 480), "2026-11-23 02:00:00");
});

test("CO-5: an event this program cannot know is refused by name, never guessed", () => {
  assert.throws(() => upcast({ type: "moon-landed", v: 1 }), UnknownEvent);
  assert.throws(() => upcast({ type: "gateway-stopped", v: 2 }), /gateway-stopped version 2/);
  assert.throws(() => upcast({}), UnknownEvent);
});

test("CO-6: a signal on which the rules throw is named in the journal; a press is an alarm all the same", () => {
  const state = initialState();
  const press = {
    kind: "press",
    site: "s1",
    device: "b1",
    presses: [{ seq: 1, ts: null, digest: "d" }],
  } as const;
  const events = apply(
    state,
    { kind: "quarantine", quarantined: press, error: "TypeError" },
    begin,
    "1",
    plainWriter,
  );
  assert.deepEqual(
    events.map((e) => e.type),
    [
      "signal-quarantined",
      "alarm-raised",
      "escalation-armed",
      "incident-opened",
      "operator-prompted",
    ],
  );
});
