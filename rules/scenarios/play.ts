/**
 * Plays a scenario: a text of one step per line, on virtual time, against the real rules.
 *
 *   press s1/b1            somebody presses; `seq 7` and `ts -40s` if it matters
 *   detect F02 s1/b1       a rule of its pack has become true; `clear`: false, `lose`: unknown;
 *                          `causes d1,d2`: the points that make it true
 *   panel s1/b1 reset 4    what a panel says of itself: `reset` counts, `muted`, `auto` yes or no
 *   shelve P05 4h other    a person puts it aside; `unshelve P05`
 *   take-out s1/b1 2h other   of service; `rule P03`, `points d1,d2`; `return s1/b1`
 *   +20s                   time passes; deadlines fire at their own instants, in order
 *   reply R1 accepted      a station answers its order
 *   reply-to R1 1 accepted   … an earlier revision of it
 *   deliver R1             its box has confirmed the order; `deliver R1 1`: the second channel
 *   status R1 maintenance  a station says what it can do; `crew 3`, `by P-2`, `box` for its own box
 *   reinforce 2            请求增援 by the desk; `of R1`: by its crew on the spot
 *   reassign R1 2          改派: the station goes to the second incident
 *   restart                the process ends and starts again from its serialized state
 *   away 5min              … and in between time passes with nobody watching
 *   verify false cause B2  a person's command; `by P-2`, `second P-3`, `ask`; somebody has looked on
 *                          the spot, or `look camera`, `look hot-work-crew`, `look none`
 *   answer-false yes by P-2   the second person of a P0 that somebody calls false
 *   note call-119 done     a row of the checklist: `done`, `open`, `not-possible no-access`
 *   command-119            119 commands; `command-119 ended`
 *   linkage s1 manual      how the linkage controller of a site is to stand, as the shift records it
 *   import R1 authority notify   another inventory is adopted: R1's `authority`, `lifecycle` or
 *                          `certainty` is now another; `import R1 gone` leaves R1 out
 *   permit …               hot work: permit.ts
 *   roads close bridge 120.5 30.09 2h   what is known of the roads changes; roads.ts has the steps
 *   expect order R2 second-after-silence
 *   expect candidate R4 further-away   what the ranking of the last incident says of it
 *   expect way R4 matrix 6 closed      who said how long its way takes, minutes, and whether it may be closed
 *
 * A line that begins with # is a remark. Every step that makes no sense is an error with its line.
 */
import type { PanelNote } from "../alarm/panel.ts";
import type { Command } from "../command.ts";
import { dueDeadline, nextDeadlineAt } from "../deadline.ts";
import { decide } from "../decide.ts";
import type { Order, OrderReply } from "../dispatch/order.ts";
import type { StationStatus } from "../dispatch/status.ts";
import type { World } from "../draft.ts";
import type { Recorded } from "../event.ts";
import { evolve } from "../evolve.ts";
import type { Incident } from "../incident/incident.ts";
import type { Inventory, LifecycleState, Responder } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { defaultSettings } from "../settings.ts";
import { actorOf, type Level, type SignalBody } from "../signal.ts";
import { deserializeState, initialState, type State, serializeState } from "../state.ts";
import { currentVersion } from "../upcast.ts";
import { plainWriter } from "../writer.ts";
import { at, commandOf, duration, option, signed } from "./commands.ts";
import { expect } from "./expect.ts";
import { districtInventory, districtPacks } from "./fixture.ts";
import { permitStep } from "./permit.ts";
import { measuredWays, ScenarioRoads } from "./roads.ts";

/** 2026-11-23 10:00:00 +08:00: by day, when who stands by does not go. */
const begin = 1_795_399_200_000;

export class Scenario {
  state: State = initialState();
  now = begin;
  /** Everything decided so far. */
  readonly events: Recorded[] = [];
  /** What the last step decided. */
  last: Recorded[] = [];
  world: World = {
    inventory: indexInventory(districtInventory),
    settings: defaultSettings,
    packs: districtPacks,
  };
  readonly #roads = new ScenarioRoads();
  #inventory: Inventory = districtInventory;
  #imports = 0;
  #signals = 0;
  #seq = 0;

  constructor() {
    this.take({ kind: "started", aliveUntil: null, version: "0", damage: null });
  }

  take(body: SignalBody): void {
    this.#signals += 1;
    const id = String(this.#signals).padStart(26, "0");
    const signal = { ...body, id, at: this.now };
    this.last = [];
    for (const event of decide(this.state, signal, this.world)) {
      const actor = actorOf(signal);
      const envelope = { position: this.state.position + 1, at: this.now, signal: id, actor };
      const recorded = { ...envelope, v: currentVersion(event.type), ...event } as Recorded;
      // What is folded is what would come back from the disk.
      const stored = JSON.parse(JSON.stringify(recorded)) as Recorded;
      evolve(this.state, stored, plainWriter);
      this.events.push(stored);
      this.last.push(stored);
    }
  }

  press(site: string, device: string, seq: number | null, tsOffsetMs: number | null): void {
    this.#seq = seq ?? this.#seq + 1;
    const ts = tsOffsetMs === null ? null : this.now + tsOffsetMs;
    const press = { seq: this.#seq, ts, digest: `${site}${device}${this.#seq}` };
    this.take({ kind: "press", site, device, presses: [press] });
  }

  detect(rule: string, site: string, device: string, more: Partial<Level> = {}): void {
    this.take({ kind: "level", rule, site, device, level: true, since: this.now, ...more });
  }

  command(command: Command, person = "P-1"): void {
    this.take({ kind: "command", actor: { person, seat: "desk" }, command });
  }

  /** Changes one responder, or leaves it out, and adopts what that gives. */
  adopt(id: string, change: (responder: Responder) => Responder | null): void {
    const responders = this.#inventory.responders.flatMap((r) =>
      r.id === id ? (change(r) ?? []) : r,
    );
    this.#inventory = { ...this.#inventory, responders };
    this.#imports += 1;
    const hash = `inventory-${this.#imports}`;
    this.command({ command: "adopt", artefact: "inventory", hash, summary: {} });
    this.world = { ...this.world, inventory: indexInventory(this.#inventory) };
  }

  roads(words: Step): void {
    if (words[0] === "measured") return this.take(measuredWays(words, this.incident.id, duration));
    const { inventory } = this.world;
    const artefact = this.#roads.step(words, { at: this.now, inventory }, duration);
    const { known } = this.#roads;
    const hash = `${artefact}-${this.events.length}`;
    this.command({ command: "adopt", artefact, hash, summary: {} });
    this.world = { ...this.world, roads: known };
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (
      let at = nextDeadlineAt(this.state);
      at !== null && at <= end;
      at = nextDeadlineAt(this.state)
    ) {
      this.now = Math.max(this.now, at);
      const all: Recorded[] = [];
      while (dueDeadline(this.state, this.now)) {
        this.take({ kind: "time" });
        all.push(...this.last);
      }
      this.last = all;
    }
    this.now = end;
  }

  restart(): void {
    const aliveUntil = this.now;
    this.state = deserializeState(serializeState(this.state));
    this.take({ kind: "started", aliveUntil, version: "0", damage: null });
  }

  /** Nobody watches for a while; what was due fires when the gateway is back. */
  away(ms: number): void {
    const aliveUntil = this.now;
    this.now += ms;
    this.state = deserializeState(serializeState(this.state));
    this.take({ kind: "started", aliveUntil, version: "0", damage: null });
    this.pass(0);
  }

  /** The open incident, or the last one. */
  get incident(): Incident {
    const all = [...this.state.incidents.values()];
    const incident = all.findLast((i) => i.closedAt === null) ?? all.at(-1);
    if (!incident) throw new Error("there is no incident");
    return incident;
  }

  /** The last order of a station. */
  orderOf(station: string): Order {
    const order = [...this.state.orders.values()].findLast((o) => o.station === station);
    if (!order) throw new Error(`${station} has no order`);
    return order;
  }
}

export type Step = readonly string[];

/** Plays a whole text; throws with the line that did not hold. */
export function play(text: string): Scenario {
  const scenario = new Scenario();
  text.split("\n").forEach((line, index) => {
    const words = line.replace(/#.*/, "").trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) return;
    try {
      step(scenario, words);
    } catch (error) {
      throw new Error(`line ${index + 1}: ${line.trim()}: ${(error as Error).message}`);
    }
  });
  return scenario;
}

function step(s: Scenario, [word = "", ...rest]: Step): void {
  if (word.startsWith("+")) return s.pass(duration(word.slice(1)));
  switch (word) {
    case "press":
      return press(s, rest);
    case "detect":
    case "clear":
    case "lose":
      return level(s, word, rest);
    case "panel":
      return panel(s, rest);
    case "reply-to":
      return replyTo(s, rest);
    case "reply":
    case "deliver":
      return fromStation(s, word, rest);
    case "status":
      return status(s, rest);
    case "import":
      return importChange(s, rest);
    case "permit":
      return permitStep(s, rest);
    case "roads":
      return s.roads(rest);
    case "restart":
      return s.restart();
    case "away":
      return s.away(duration(rest[0] ?? ""));
    case "expect":
      return expect(s, rest);
    default:
      return s.command(commandOf(s, word, rest), option(rest, "by"));
  }
}

const levels = { detect: true, clear: false, lose: "unknown" } as const;

function level(s: Scenario, word: keyof typeof levels, [rule = "", key, ...more]: Step): void {
  const { site, device } = at(key);
  const causes = option(more, "causes")?.split(",");
  s.detect(rule, site, device, { level: levels[word], ...(causes ? { causes } : {}) });
}

function panel(s: Scenario, [key, note = "", said = ""]: Step): void {
  const value = note === "reset" ? Number(said) : said === "yes";
  const body = { kind: "panel", ...at(key), point: note, value, ts: null } as const;
  s.take({ ...body, note: note as PanelNote });
}

function importChange(s: Scenario, [id = "", key = "", value = ""]: Step): void {
  s.adopt(id, (responder) => {
    if (key === "gone") return null;
    if (key === "lifecycle") return { ...responder, lifecycle: { state: value as LifecycleState } };
    if (key === "authority" || key === "certainty") return { ...responder, [key]: value };
    throw new Error(`${key} cannot be imported here`);
  });
}

function press(s: Scenario, [key = "", ...options]: Step): void {
  const [site = "", device = ""] = key.split("/");
  const seq = option(options, "seq");
  const ts = option(options, "ts");
  s.press(
    site,
    device,
    seq === undefined ? null : Number(seq),
    ts === undefined ? null : signed(ts),
  );
}

function fromStation(s: Scenario, word: string, [station = "", reply = "", reason]: Step): void {
  const { id: order, revision } = s.orderOf(station);
  if (word === "deliver") {
    // The second word is the channel here: `deliver R1 1` is the telephone.
    return s.take({ kind: "delivery", station, order, revision, channel: Number(reply || 0) });
  }
  const said = { kind: "reply", station, order, revision, seq: null, ts: null } as const;
  const body = { ...said, reply: reply as OrderReply };
  s.take(reason === undefined ? body : { ...body, reason });
}

function status(s: Scenario, [station = "", word = "", ...more]: Step): void {
  const crew = option(more, "crew");
  const said = {
    ...{ station, status: word as StationStatus },
    ...(crew === undefined ? {} : { crew: Number(crew) }),
  };
  if (more.includes("box")) return s.take({ kind: "station-status", ...said });
  s.command({ command: "note-status", ...said }, option(more, "by"));
}

/** To an earlier revision: an answer that has crossed a newer order on its way. */
function replyTo(s: Scenario, [station = "", revision, reply = ""]: Step): void {
  const { id: order } = s.orderOf(station);
  const said = { kind: "reply", station, order, revision: Number(revision) } as const;
  s.take({ ...said, reply: reply as OrderReply, seq: null, ts: null });
}
