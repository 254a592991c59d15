/**
 * What a tour's script acts with: time that runs faster, waiting for what the gateway has committed,
 * fingers on simulated devices, and commands of a person. It knows what is its own, so that it
 * leaves alone what somebody else has opened or joined.
 */
import type { Act } from "#devices/ipc.ts";
import type { Alarm } from "#rules/alarm/alarm.ts";
import type { Command } from "#rules/command.ts";
import { type Order, type OrderReply, orderAtEnd } from "#rules/dispatch/order.ts";
import { type Incident, verificationAtEnd } from "#rules/incident/incident.ts";
import { deviceKey } from "#rules/inventory.ts";
import type { Actor } from "#rules/signal.ts";
import { pointKey, type State } from "#rules/state.ts";
import type { Demo } from "./demo.ts";
import { Refused } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { TourStep } from "./tour-script.ts";

/** What the parts of the gateway need among themselves; more is a fault of theirs. */
const answerWithinMs = 10_000;

/** Why a tour ended before its time. */
export class Ended extends Error {
  readonly why: "stopped" | "interrupted";

  constructor(why: "stopped" | "interrupted") {
    super(why);
    this.why = why;
  }
}

type StageOptions = {
  readonly gateway: Gateway;
  readonly demo: Demo;
  readonly actor: Actor;
  readonly site: string;
  readonly speed: number;
  readonly tell: (step: TourStep) => void;
};

type Wait = { readonly look: () => void; readonly end: (why: Ended) => void };

export class Stage {
  readonly #o: StageOptions;
  readonly #waits = new Set<Wait>();
  /** Buttons of the tour that were pressed, with how often. */
  readonly #pressed = new Map<string, number>();
  readonly #cut = new Set<string>();
  readonly #own = new Set<string>();
  readonly #startedAt: number;
  #ended: Ended | null = null;

  constructor(options: StageOptions) {
    this.#o = options;
    this.#startedAt = options.gateway.clock.now();
  }

  get state(): State {
    return this.#o.gateway.committed.state;
  }

  /** Times of the rules in force, which no speed changes. */
  get settings() {
    return this.#o.gateway.artefacts.world(this.state).settings;
  }

  get linkLostAfterMs(): number {
    return this.#o.gateway.config.linkLostAfterMs;
  }

  tell(step: TourStep): void {
    this.#o.tell(step);
  }

  /** Called after each commit: waits are looked at, and whether somebody needs the gateway. */
  look(): void {
    this.#claim();
    if (!this.#ended && this.#foreign()) this.end("interrupted");
    for (const wait of this.#waits) wait.look();
  }

  end(why: "stopped" | "interrupted"): void {
    if (this.#ended) return;
    this.#ended = new Ended(why);
    for (const wait of this.#waits) wait.end(this.#ended);
  }

  /** Lets time pass: `ms` at speed 1. */
  async pause(ms: number): Promise<void> {
    await this.#wait(() => null, ms / this.#o.speed);
  }

  /** Waits until the committed state shows something; null where it does not in time. */
  until<T>(condition: (state: State) => T | null | undefined, withinMs: number) {
    return this.#wait(() => condition(this.state) ?? null, withinMs);
  }

  /** Presses a button; gives its incident. */
  async press(device: string): Promise<Incident> {
    const key = deviceKey(this.#o.site, device);
    this.#pressed.set(key, (this.#pressed.get(key) ?? 0) + 1);
    await this.#act({ action: "press", site: this.#o.site, device });
    const incident = await this.until((state) => {
      const id = this.#alarmAt(state, key, "press")?.incident;
      return id && this.#own.has(id) ? state.incidents.get(id) : null;
    }, answerWithinMs);
    if (!incident) throw new Error(`no incident of ${key}`);
    return incident;
  }

  async cut(device: string): Promise<void> {
    this.#cut.add(device);
    await this.#act({ action: "cut", site: this.#o.site, device });
  }

  async restore(device: string): Promise<void> {
    if (!this.#cut.delete(device)) return;
    await this.#o.demo.act({ action: "restore", site: this.#o.site, device });
  }

  linkAlarm(device: string): Alarm | null {
    return this.#alarmAt(this.state, deviceKey(this.#o.site, device), "link");
  }

  /** The crew of a station answers by its box. */
  async reply(order: Order | undefined, reply: OrderReply): Promise<void> {
    if (!order) return;
    await this.#act({ action: "reply", station: order.station, order: order.id, reply });
    await this.until(() => order.state === reply || orderAtEnd(order.state), answerWithinMs);
  }

  /** A person's command. Whoever watches may have been faster: what is done already is no fault. */
  async command(command: Command): Promise<void> {
    if (this.#ended) throw this.#ended;
    await this.#command(command);
  }

  orders(incident: Incident): Order[] {
    return incident.orders.flatMap((id) => this.state.orders.get(id) ?? []);
  }

  /** Acknowledges (接警) every alarm of an incident that still waits for somebody. */
  async acknowledge(incident: Incident): Promise<void> {
    for (const id of incident.alarms) {
      if (!this.#waitsForSomebody(id)) continue;
      await this.command({ command: "acknowledge", alarm: id });
    }
  }

  /** Resets (复位) the alarms of an incident that has ended. */
  async reset(incident: Incident): Promise<void> {
    for (const id of incident.alarms) await this.#reset(id);
  }

  /** Ends everything that is still open of what the tour has begun. */
  async putAway(): Promise<void> {
    const site = this.#o.site;
    for (const device of [...this.#cut]) {
      await this.restore(device);
      await this.#settled(device);
    }
    for (const id of this.#own) {
      const incident = this.state.incidents.get(id);
      if (!incident || !this.#isOwn(incident)) continue;
      if (incident.closedAt === null) await this.#close(incident);
      if (incident.closedAt !== null) await this.reset(incident).catch(() => {});
    }
    this.#o.gateway.log.debug({ site, incidents: this.#own.size }, "the tour has put away");
  }

  /** 试验 recalls everybody; what was confirmed before ends by a recall of each. */
  async #close(incident: Incident): Promise<void> {
    const { id } = incident;
    if (!verificationAtEnd(incident.verification) || incident.verification === "undetermined") {
      await this.#command({ command: "verify", incident: id, result: "test" });
    }
    for (const order of this.orders(incident)) {
      if (orderAtEnd(order.state)) continue;
      await this.#command({ command: "recall", order: order.id, reason: "test" });
    }
  }

  async #reset(id: string): Promise<void> {
    if (this.#waitsForSomebody(id)) await this.#command({ command: "acknowledge", alarm: id });
    if (this.state.alarms.get(id)?.state !== "acknowledged") return;
    await this.#command({ command: "reset", alarm: id });
  }

  /** A link that was cut is back, and its alarm is gone. */
  async #settled(device: string): Promise<void> {
    const { clock } = this.#o.gateway;
    const end = clock.now() + answerWithinMs;
    while (clock.now() < end) {
      const alarm = this.linkAlarm(device);
      if (!alarm) return;
      if (this.#waitsForSomebody(alarm.id)) {
        await this.#command({ command: "acknowledge", alarm: alarm.id });
      }
      await new Promise<void>((resolve) => clock.wakeAt(clock.now() + 100, resolve));
    }
  }

  #waitsForSomebody(id: string): boolean {
    const state = this.state.alarms.get(id)?.state;
    return state === "unacknowledged" || state === "returned-unacknowledged";
  }

  async #command(command: Command): Promise<void> {
    try {
      await this.#o.gateway.command(this.#o.actor, command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#o.gateway.log.debug({ command: command.command, code: error.code }, "tour: refused");
    }
  }

  async #act(act: Act): Promise<void> {
    if (this.#ended) throw this.#ended;
    await this.#o.demo.act(act);
  }

  #alarmAt(state: State, key: string, point: string): Alarm | null {
    const id = state.openByPoint.get(pointKey(key, point));
    return (id !== undefined && state.alarms.get(id)) || null;
  }

  /** Incidents that our presses have opened are ours. */
  #claim(): void {
    for (const key of this.#pressed.keys()) {
      const alarm = this.#alarmAt(this.state, key, "press");
      if (alarm?.incident && alarm.raisedAt >= this.#startedAt) this.#own.add(alarm.incident);
    }
  }

  /** An incident that is not ours, or one of ours that somebody else's alarm has joined. */
  #foreign(): boolean {
    for (const ids of this.state.openBySite.values()) {
      for (const id of ids) {
        const incident = this.state.incidents.get(id);
        if (incident && !this.#isOwn(incident)) return true;
      }
    }
    return false;
  }

  #isOwn(incident: Incident): boolean {
    return incident.alarms.every((id) => {
      const alarm = this.state.alarms.get(id);
      if (!alarm) return true;
      const presses = this.#pressed.get(deviceKey(alarm.site, alarm.device));
      return presses !== undefined && alarm.presses <= presses;
    });
  }

  #wait<T>(look: () => T | null, ms: number): Promise<T | null> {
    if (this.#ended) return Promise.reject(this.#ended);
    const { clock } = this.#o.gateway;
    return new Promise((resolve, reject) => {
      const finish = (then: () => void): void => {
        cancel();
        this.#waits.delete(wait);
        then();
      };
      const wait: Wait = {
        look: () => {
          const found = look();
          if (found !== null) finish(() => resolve(found));
        },
        end: (why) => finish(() => reject(why)),
      };
      const cancel = clock.wakeAt(clock.now() + ms, () => finish(() => resolve(null)));
      this.#waits.add(wait);
      wait.look();
    });
  }
}
