/**
 * Detection in its shell: gives the detector its devices, packs, samples and time, and takes its
 * levels to the inbox. A level that finds no place there is said again.
 */
import { type BlindRule, Detector } from "#rules/detect/detector.ts";
import { type CompiledPack, compilePack } from "#rules/detect/pack.ts";
import type { Profile } from "#rules/profile.ts";
import type { Packs } from "#rules/rulebook.ts";
import type { Sample } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import type { Clock } from "./clock.ts";
import type { LiveDevice } from "./live/devices.ts";

export type DetectionOptions = {
  readonly clock: Clock;
  /** False where the inbox is full. */
  readonly push: (level: Level) => boolean;
  readonly failed: (error: unknown) => void;
};

const tryAgainMs = 100;

export class Detection {
  readonly #o: DetectionOptions;
  readonly #detector = new Detector();
  #packs: Packs | null = null;
  /** By profile: two warehouses of different size have different points. */
  #compiled = new Map<Profile, CompiledPack | null>();
  #watched = new Map<string, LiveDevice>();
  readonly #sites = new Set<string>();
  /** Last words about what is watched no more, while the inbox is full. */
  readonly #owed: Level[] = [];
  #cancel: (() => void) | null = null;
  #wakeAt: number | null = null;
  #stopped = false;

  constructor(options: DetectionOptions) {
    this.#o = options;
  }

  /** These devices and packs are in force; a device that stays as it was goes on undisturbed. */
  watch(devices: readonly LiveDevice[], packs: Packs): void {
    if (packs !== this.#packs) {
      this.#packs = packs;
      this.#compiled = new Map();
      this.#watched = new Map();
    }
    const now = this.#o.clock.now();
    const next = new Map(devices.map((device) => [device.key, device] as const));
    for (const key of [...this.#detector.watched]) {
      if (!next.has(key)) this.#say(this.#detector.forget(key));
    }
    for (const device of devices) {
      if (this.#watched.get(device.key) === device) continue;
      const pack = this.#packOf(device.profile, packs);
      if (!pack) {
        this.#say(this.#detector.forget(device.key));
        continue;
      }
      this.#say(this.#detector.watch(device, pack, device.profile, now));
      this.#say(this.#detector.take(device.key, device.values.samples(), now));
    }
    this.#watched = next;
    this.#arm();
  }

  take(device: LiveDevice, samples: readonly Sample[], at: number): void {
    this.#say(this.#detector.take(device.key, samples, at));
    this.#arm();
  }

  /** Rules of a device that cannot tell, although it answers. */
  blind(key: string): BlindRule[] {
    return this.#detector.blind(key, this.#o.clock.now());
  }

  /** Whether incidents are open at sites, as committed; gives the sites where that has changed. */
  incidents(state: State): (readonly [site: string, open: boolean])[] {
    const now = this.#o.clock.now();
    const changed: (readonly [string, boolean])[] = [];
    for (const [site, open] of state.openBySite) {
      if (open.length > 0 === this.#sites.has(site)) continue;
      changed.push([site, open.length > 0]);
    }
    for (const site of this.#sites) if (!state.openBySite.has(site)) changed.push([site, false]);
    for (const [site, open] of changed) {
      if (open) this.#sites.add(site);
      else this.#sites.delete(site);
      this.#say(this.#detector.incident(site, open, now));
    }
    if (changed.length > 0) this.#arm();
    return changed;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #packOf(profile: Profile, packs: Packs): CompiledPack | null {
    const known = this.#compiled.get(profile);
    if (known !== undefined) return known;
    const { kind } = profile;
    const rules = packs.filter((pack) => pack.kind === kind).flatMap((pack) => pack.rules);
    const compiled = compilePack({ v: 1, pack: kind, kind, rules }, profile);
    // Packs of an earlier version that this one cannot read: their rules are out, and that is said.
    const isWrong = Array.isArray(compiled);
    if (isWrong) this.#o.failed(new Error(`packs for ${kind}: ${compiled[0]?.message}`));
    this.#compiled.set(profile, isWrong ? null : compiled);
    return isWrong ? null : compiled;
  }

  #say(levels: readonly Level[]): void {
    for (const level of levels) {
      if (!this.#o.push(level) && !this.#detector.unsaid(level)) this.#owed.push(level);
    }
  }

  /** One timer for the next hold that is over. */
  #arm(): void {
    const at = this.#owed.length > 0 ? 0 : this.#detector.nextAt();
    if (this.#stopped || (at === this.#wakeAt && this.#cancel)) return;
    this.#cancel?.();
    this.#cancel = null;
    this.#wakeAt = at;
    if (at === null) return;
    const { clock } = this.#o;
    this.#cancel = clock.wakeAt(Math.max(at, at === 0 ? clock.now() + tryAgainMs : at), () => {
      this.#cancel = null;
      this.#say([...this.#owed.splice(0), ...this.#detector.tick(clock.now())]);
      this.#arm();
    });
  }
}
