/**
 * The detector: samples of devices to levels of rules. In memory, never journalled; `decide` compares
 * its levels with the alarm table (DESIGN §3, Detection).
 *
 * Three things keep it honest. A hold runs on over a value that is unknown for a moment, but nothing
 * is set while it is unknown. What stands is not ended by the unknown: it is reported as unknown.
 * And a rule says nothing at all until it knows: a restart neither ends nor repeats an alarm.
 */

import { type Profile, slotsOf } from "../profile.ts";
import type { Sample } from "../sample.ts";
import type { Level } from "../signal.ts";
import { Budget, type Meter } from "./budget.ts";
import { causesNow } from "./causes.ts";
import type { Known } from "./cel.ts";
import {
  activate,
  clearAfterMs,
  type DeviceState,
  type Instance,
  isWorse,
  keyOf,
  put,
  takenOver,
  type Watched,
} from "./instance.ts";
import type { CompiledPack, CompiledRule } from "./pack.ts";
import { type Moment, recall, remember, type Stored } from "./past.ts";
import { levelOf, parkedLevel } from "./report.ts";
import { judgeTrust, valuesFor } from "./trust.ts";
import { earliest } from "./votes.ts";

/** A rule that cannot tell, although its device answers: nobody would hear of what it watches for. */
export type BlindRule = {
  readonly rule: string;
  readonly each: string | null;
  readonly since: number;
};

/** A rule may not know for a moment; after this it is blind. */
const blindAfterMs = 300_000;
/** Blind rules that are named of one device. */
const mostBlind = 100;

export class Detector {
  readonly #devices = new Map<string, DeviceState>();
  readonly #incidentSites = new Set<string>();
  readonly #budget: Budget;
  /** What waits for time: holds that run. */
  /** Of one `take`: rules that read what it has, and slots it has written. New ones cost each message. */
  readonly #touched = new Set<number>();
  readonly #written = new Set<number>();
  readonly #running = new Map<Instance, DeviceState>();
  #looks = 0;

  /** With a meter, a rule that takes too much of the thread is parked. */
  constructor(meter: Meter | null = null) {
    this.#budget = new Budget(meter);
  }

  /**
   * A device with its pack. Of one that is there already, what its rules remember goes on: an adoption
   * neither begins a hold anew nor ends what stands. What stood by a rule that it has no more is
   * unknown from now on. `past`: what was stored of one that is new here; its windows know it again,
   * and nothing is said of it.
   */
  watch(
    device: Watched,
    pack: CompiledPack,
    profile: Profile,
    now: number,
    past: readonly Moment[] = [],
  ): Level[] {
    const before = this.#devices.get(device.key);
    const stays = new Set(pack.rules.map(keyOf));
    const left = this.forget(device.key, stays);
    const sources = new Set(pack.rules.map(({ source }) => source));
    for (const source of sources) {
      if (!this.#budget.replace(profile.kind, source)) continue;
      left.push(parkedLevel(profile.kind, source.id, false, now));
    }
    const known = before?.profile === profile ? before : null;
    const values = known?.values ?? profile.points.map(() => undefined);
    const state: DeviceState = {
      ...device,
      pack,
      profile,
      slots: slotsOf(profile),
      samples: known?.samples ?? profile.points.map(() => undefined),
      values,
      trusted: values,
      distrusted: new Set(),
      readings: known?.readings ?? profile.points.map(() => 0),
      good: known?.good ?? 0,
      answersSince: known?.answersSince ?? null,
      instances: takenOver(pack.rules, known?.instances ?? [], now),
    };
    this.#devices.set(device.key, state);
    judgeTrust(state);
    if (!known) remember(state, past);
    const looked = known ? state.instances.keys() : pack.whole;
    return [
      ...left,
      ...[...looked].flatMap((n) => this.#look(state, state.instances[n] as Instance, now)),
    ];
  }

  /** Nobody looks at it any more: what stands is unknown, but for rules that stay. */
  forget(key: string, stays: ReadonlySet<string> = new Set()): Level[] {
    const state = this.#devices.get(key);
    if (!state) return [];
    for (const instance of state.instances) this.#running.delete(instance);
    this.#devices.delete(key);
    return state.instances
      .filter(({ active, rule }) => active && !stays.has(keyOf(rule)))
      .map((one) => levelOf(state, one, undefined));
  }

  /** Looks at rules so far: while it stays as it is, no hold begins and none ends. */
  get looks(): number {
    return this.#looks;
  }

  get watched(): Iterable<string> {
    return this.#devices.keys();
  }

  /** Takes what was read of a device and gives the levels that changed by it. */
  take(key: string, samples: readonly Sample[], now: number): Level[] {
    const state = this.#devices.get(key);
    if (!state) return [];
    const [touched, written] = [this.#touched, this.#written];
    // Only after a fault is anything left; clearing an empty set takes a new table.
    if (touched.size > 0) touched.clear();
    if (written.size > 0) written.clear();
    const levels: Level[] = [];
    const goodBefore = state.good;
    for (const sample of samples) {
      const slot = state.slots.get(sample.point);
      if (slot === undefined) continue;
      const readers = state.pack.readers[slot];
      if (readers === undefined || readers.length === 0) {
        put(state, slot, sample);
        continue;
      }
      // A press that came and went between two messages was one: each value of a point is looked at.
      if (written.has(slot)) this.#lookTouched(state, levels, now);
      put(state, slot, sample);
      written.add(slot);
      for (const n of readers) touched.add(n);
    }
    if ((goodBefore === 0) !== (state.good === 0)) {
      state.answersSince = state.good === 0 ? null : now;
      for (const n of state.pack.whole) touched.add(n);
    }
    this.#lookTouched(state, levels, now);
    return levels;
  }

  #lookTouched(state: DeviceState, levels: Level[], now: number): void {
    if (this.#touched.size === 0) return;
    for (const n of this.#touched) {
      levels.push(...this.#look(state, state.instances[n] as Instance, now));
    }
    this.#touched.clear();
    this.#written.clear();
  }

  /** Of a device that answers: rules that have not known for minutes. */
  blind(key: string, now: number): BlindRule[] {
    const { answersSince = null, instances = [] } = this.#devices.get(key) ?? {};
    if (answersSince === null) return [];
    return instances
      .flatMap(({ rule: { id, each }, unknownSince }) => {
        if (unknownSince === null) return [];
        return { rule: id, each, since: Math.max(unknownSince, answersSince) };
      })
      .filter(({ since }) => now - since >= blindAfterMs)
      .slice(0, mostBlind);
  }

  /** An incident opens or ends at a site: other holds are in force there. */
  incident(site: string, open: boolean, now: number): Level[] {
    if (open === this.#incidentSites.has(site)) return [];
    if (open) this.#incidentSites.add(site);
    else this.#incidentSites.delete(site);
    return [...this.#devices.values()]
      .filter((state) => state.site === site)
      .flatMap((state) => state.instances.flatMap((one) => this.#look(state, one, now)));
  }

  /** When the next hold is over; null where none runs. */
  nextAt(): number | null {
    let next: number | null = null;
    for (const [instance, state] of this.#running) {
      const at = this.#nextAt(instance, state);
      if (at !== null && (next === null || at < next)) next = at;
    }
    return next;
  }

  /** Time has come to `now`: what is due is looked at. */
  tick(now: number): Level[] {
    const due = [...this.#running].filter(([instance, state]) => {
      const at = this.#nextAt(instance, state);
      return at !== null && at <= now;
    });
    return due.flatMap(([instance, state]) => this.#look(state, instance, now));
  }

  /** The level did not get through: it is said again at the next look. False where none will be. */
  unsaid({ rule, site, device, point }: Level): boolean {
    const state = this.#devices.get(`${site}/${device}`);
    const one = state?.instances.find((i) => i.rule.id === rule && i.rule.point === point);
    if (!state || !one) return false;
    one.reported = "nothing";
    one.worse = false;
    one.unsaid = true;
    this.#running.set(one, state);
    return true;
  }

  /** A hold that is over, or a condition that time alone changes. */
  #nextAt(one: Instance, state: DeviceState): number | null {
    return earliest([this.#dueAt(one, state), one.timedAt]);
  }

  #dueAt(one: Instance, state: DeviceState): number | null {
    const { source } = one.rule;
    if (one.unsaid) return 0;
    if (one.active && one.clearingSince !== null) return one.clearingSince + clearAfterMs(one);
    if (one.pendingSince === null) return null;
    if (!one.active) return one.pendingSince + this.#setAfterMs(one, state);
    if (one.worse || source.worseAfterMs === undefined) return null;
    return one.pendingSince + source.worseAfterMs;
  }

  #setAfterMs({ rule: { source } }: Instance, { site }: DeviceState): number {
    const inIncident = source.setAfterInIncidentMs;
    return inIncident !== undefined && this.#incidentSites.has(site)
      ? inIncident
      : source.setAfterMs;
  }

  #look(state: DeviceState, one: Instance, now: number): Level[] {
    this.#looks += 1;
    const { kind } = state.profile;
    const { source } = one.rule;
    const budget = this.#budget.stateOf(kind, source.id);
    if (budget === "parked") return this.#judge(state, one, now, undefined);
    let levels: Level[] = [];
    const isOver = this.#budget.spend(kind, source, () => {
      levels = this.#judge(state, one, now, one.rule);
    });
    if (budget === "freed") levels.unshift(parkedLevel(kind, source.id, false, now));
    return isOver ? [...levels, ...this.#park(kind, source.id, now)] : levels;
  }

  /** Nobody is watched by it any more: what it raised is unknown, and a fault says so. */
  #park(kind: string, rule: string, now: number): Level[] {
    const unknown = [...this.#devices.values()]
      .filter(({ profile }) => profile.kind === kind)
      .flatMap((state) =>
        state.instances
          .filter((one) => one.rule.id === rule)
          .flatMap((one) => this.#judge(state, one, now, undefined)),
      );
    return [...unknown, parkedLevel(kind, rule, true, now)];
  }

  /** `conditions` undefined: it is parked, and nothing is known. */
  #judge(
    state: DeviceState,
    one: Instance,
    now: number,
    conditions: Pick<CompiledRule, "when" | "until"> | undefined,
  ): Level[] {
    const { source } = one.rule;
    one.unsaid = false;
    const { good, readings } = state;
    const sight = { values: valuesFor(state, one), good, readings, now };
    const wasActive = one.active;
    const { when, until } = conditions ?? {};
    const set = when?.run(sight, one.memory);
    const end = until ? until.run(sight, one.memory) : set === undefined ? undefined : !set;
    one.timedAt = earliest([when, until].map((of) => of?.dueAt?.(one.memory, now) ?? null));
    if (one.active) this.#lookForEnd(one, end, now);
    else if (set === false) one.pendingSince = null;
    else if (set === true) {
      one.pendingSince ??= now;
      if (now - one.pendingSince >= this.#setAfterMs(one, state)) activate(one, now);
    }
    const isUnknown = set === undefined && (!one.active || end === undefined);
    one.unknownSince = isUnknown ? (one.unknownSince ?? now) : null;
    const levels = [...this.#report(state, one, set, isUnknown, now)];
    if (one.active && set === true && isWorse(one, source.worseAfterMs, now)) {
      one.worse = true;
      levels.push({ ...levelOf(state, one, true), worse: true });
    }
    if (this.#nextAt(one, state) === null) this.#running.delete(one);
    else this.#running.set(one, state);
    const isTold = one.rule.distrusts.length > 0 && wasActive !== one.active;
    return isTold ? [...levels, ...this.#trustAnew(state, now)] : levels;
  }

  /** What may be relied on has changed: whoever reads it looks again. */
  #trustAnew(state: DeviceState, now: number): Level[] {
    const touched = judgeTrust(state).flatMap((slot) => state.pack.readers[slot] ?? []);
    return [...new Set(touched)]
      .map((n) => state.instances[n] as Instance)
      .filter(({ rule }) => rule.distrusts.length === 0)
      .flatMap((one) => this.#look(state, one, now));
  }

  /** What was stored of what the n-th rule of the pack looks at: it knows its window, and is judged. */
  recall(key: string, n: number, past: readonly Stored[], now: number): Level[] {
    const state = this.#devices.get(key);
    const one = state?.instances[n];
    if (!state || !one) return [];
    recall(state, one, past);
    return this.#look(state, one, now);
  }

  /** Points that a rule says nobody may rely on now. */
  distrusted(key: string): string[] {
    const { distrusted = [], profile } = this.#devices.get(key) ?? {};
    return [...distrusted].flatMap((slot) => profile?.points[slot]?.id ?? []).sort();
  }

  #lookForEnd(one: Instance, end: Known<boolean>, now: number): void {
    if (end === false) one.clearingSince = null;
    if (end !== true) return;
    one.clearingSince ??= now;
    if (now - one.clearingSince < clearAfterMs(one)) return;
    one.active = false;
    one.causes = [];
    one.endedAt = now;
    one.worse = false;
    one.pendingSince = null;
    one.clearingSince = null;
  }

  *#report(
    state: DeviceState,
    one: Instance,
    set: Known<boolean>,
    isUnknown: boolean,
    now: number,
  ): Generator<Level> {
    // A hold that runs is neither true nor false yet.
    if (!one.active && set === true) return;
    const level = isUnknown ? undefined : one.active;
    const causes =
      set === true && level === true ? causesNow(one.rule.when, one.memory, state, now) : [];
    const isNew = causes.some((point) => !one.causes.includes(point));
    if (level === one.reported && !isNew) return;
    one.reported = level;
    if (isNew) one.causes = [...new Set([...one.causes, ...causes])].sort();
    yield levelOf(state, one, level);
  }
}
