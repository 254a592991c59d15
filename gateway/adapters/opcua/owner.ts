/**
 * The one owner of reconnection: one loop for each server and login, which connects, serves until
 * something breaks, leaves the server alone for a while, and begins again. Notices silence by
 * itself.
 */
import { BackOff } from "../modbus/back-off.ts";
import type { CertificateStore } from "./certificates.ts";
import { Connection } from "./connection.ts";
import { faultOf, OpcuaError } from "./fault.ts";
import type { OpcuaDevice, OpcuaLink } from "./protocol.ts";
import { Session } from "./session.ts";
import { type Outlet, Subscription } from "./subscription.ts";

export type OwnerOptions = {
  readonly store: CertificateStore;
  readonly out: Outlet & { readonly link: (key: string, link: OpcuaLink) => void };
  readonly ready: () => Promise<void>;
  /** False while the main thread has enough to do with what it was given. */
  readonly isReady: () => boolean;
};

const tickMs = 500;
/** A tick that is so late: we slept ourselves, and nobody else was silent. */
const lateTickMs = 2000;
const lostAfterFailures = 3;
const lostAfterMs = 5000;
/** Shorter lives than this do not make a server well again. */
const wellAfterMs = 5000;
const recentMs = 600_000;

/**
 * Of a server that was live a while ago, at most 2 s with its jitter; of one that was not; of one
 * that does not want us.
 */
const limits = {
  recent: { leastMs: 200, mostMs: 1600, lostAfter: lostAfterFailures },
  absent: { leastMs: 1000, mostMs: 30_000, lostAfter: lostAfterFailures },
  refusing: { leastMs: 5000, mostMs: 60_000, lostAfter: lostAfterFailures },
};

/** To try these again quickly locks accounts and fills the logs of others. */
const refusals = new Set([
  "untrusted-certificate",
  "bad-certificate",
  "login-refused",
  "no-endpoint",
]);

export class Owner {
  readonly #o: OwnerOptions;
  readonly #first: OpcuaDevice;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #live = new Set<string>();
  /** Work for the loop while it serves: subscriptions to make and to delete. */
  readonly #gone: Subscription[] = [];
  readonly #session: Session;
  #otherHost: string | null = null;
  #broken: ((error: OpcuaError) => void) | null = null;
  #wake: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #tickedAt = 0;
  #backOffs = backOffs();
  #failures = 0;
  #failedAt: number | null = null;
  #wellSince: number | null = null;
  #lastWell: number | null = null;
  #error: OpcuaError | null = null;
  #nextTryAt: number | null = null;
  /** What was wrong may be right by now, though we failed: no pause after that. */
  #atOnce = false;
  #stopped = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(devices: readonly OpcuaDevice[], options: OwnerOptions) {
    this.#o = options;
    this.#first = devices[0] as OpcuaDevice;
    const { ready } = options;
    const say = (what: string, status?: string) => this.#say("info", what, status);
    this.#session = new Session({ login: this.#first.login, say, ready });
    this.watch(devices);
  }

  start(): void {
    this.#tickedAt = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#ended = this.#run();
  }

  /** The devices of this server from now on; those that stay as they were are not touched. */
  watch(devices: readonly OpcuaDevice[]): void {
    const wanted = new Map(devices.map((device) => [device.key, device] as const));
    let isChanged = false;
    for (const [key, subscription] of this.#subscriptions) {
      if (isSame(wanted.get(key), subscription.device)) continue;
      this.#drop(key, subscription);
      isChanged = true;
    }
    for (const [key, device] of wanted) {
      if (this.#subscriptions.has(key)) continue;
      this.#subscriptions.set(key, new Subscription(device, this.#o.out));
      this.#tell(key);
      isChanged = true;
    }
    if (isChanged) this.#wake?.();
  }

  /** Connects now, or asks for all of the device again. */
  retry(key: string): void {
    const subscription = this.#subscriptions.get(key);
    if (!subscription) return;
    if (this.#broken && subscription.id > 0) {
      this.#drop(key, subscription);
      this.#subscriptions.set(key, new Subscription(subscription.device, this.#o.out));
    }
    this.#wake?.();
  }

  /** A certificate is believed now that was not: whoever waits for it need wait no longer. */
  trusted(): void {
    this.#atOnce = true;
    if (!this.#broken) this.#wake?.();
  }

  /** Ends the session on the server, or after a while without it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#broken?.(new OpcuaError("session-closed", "stopped"));
    this.#wake?.();
    await this.#ended;
    await this.#session.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const broken = Promise.withResolvers<never>();
      broken.promise.catch(() => {});
      try {
        await this.#connect(broken.reject);
        this.#broken = broken.reject;
        await this.#serve(broken);
      } catch (error) {
        this.#broken = null;
        if (this.#stopped) return;
        this.#session.detach();
        this.#failed(faultOf(error));
      }
      await this.#pause();
    }
  }

  async #connect(broken: (error: OpcuaError) => void): Promise<void> {
    const { endpoint, security } = this.#first;
    const connection = await Connection.open(endpoint, security, this.#o.store, broken);
    try {
      const isResumed = await this.#session.start(connection, [...this.#subscriptions.values()]);
      // Of a session that is gone: their numbers may be those of others now.
      if (!isResumed) this.#gone.length = 0;
    } catch (error) {
      connection.abandon();
      throw error;
    }
    // To create thousands of items takes longer than silence may last.
    for (const subscription of this.#subscriptions.values()) subscription.heard();
    this.#otherHost = connection.otherHost;
  }

  /** Until `broken`; devices may come and go meanwhile. */
  async #serve(broken: PromiseWithResolvers<never>): Promise<void> {
    const heard = () => this.#noteLive();
    while (!this.#stopped) {
      // Before the work: what changes while it is done is not to be missed.
      const changed = Promise.withResolvers<void>();
      this.#wake = changed.resolve;
      for (const subscription of this.#gone.splice(0)) await this.#session.remove(subscription);
      for (const subscription of this.#subscriptions.values()) {
        if (subscription.id === 0) await this.#session.add(subscription);
      }
      this.#noteLive();
      this.#session.publish(this.#subscriptions, heard, broken.reject);
      await Promise.race([broken.promise, changed.promise]);
    }
  }

  async #pause(): Promise<void> {
    const ms = this.#atOnce ? 0 : Math.max(0, (this.#nextTryAt ?? 0) - performance.now());
    this.#atOnce = false;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#nextTryAt = null;
  }

  #failed(error: OpcuaError): void {
    const now = performance.now();
    if (this.#wellSince !== null) this.#lastWell = now;
    const wasWell = this.#wellSince !== null && now - this.#wellSince > wellAfterMs;
    if (wasWell) this.#backOffs = backOffs();
    this.#wellSince = null;
    this.#failures += 1;
    this.#failedAt ??= now;
    const isNew = this.#error?.message !== error.message;
    this.#error = error;
    this.#live.clear();
    const backOff = this.#backOffs[this.#kindOf(error, now)];
    backOff.fail(now);
    this.#nextTryAt = backOff.until;
    if (isNew) this.#say("warn", `${error.fault}: ${error.message}`, error.status ?? undefined);
    this.#tellAll();
  }

  #kindOf({ fault }: OpcuaError, now: number): keyof typeof limits {
    if (refusals.has(fault)) return "refusing";
    return this.#lastWell !== null && now - this.#lastWell < recentMs ? "recent" : "absent";
  }

  #tick(): void {
    const now = performance.now();
    const sleptOurselves = now - this.#tickedAt > lateTickMs;
    this.#tickedAt = now;
    if (!this.#broken) {
      this.#tellLost(now);
      return;
    }
    for (const subscription of this.#subscriptions.values()) {
      if (sleptOurselves || !this.#o.isReady()) subscription.heard();
      subscription.giveUpWaiting(now);
      if (subscription.items.takeNews()) this.#tell(subscription.device.key);
      if (subscription.id === 0 || !subscription.isSilent(now)) continue;
      this.#broken(new OpcuaError("silent", "connected, and the server says nothing"));
    }
    this.#noteLive();
  }

  /** Not by a failure but by time: the first try may hang for as long. */
  #tellLost(now: number): void {
    const since = now - (this.#failedAt ?? now);
    if (since > lostAfterMs && since <= lostAfterMs + 2 * tickMs) this.#tellAll();
  }

  #noteLive(): void {
    if (!this.#broken) return;
    for (const [key, { id, items }] of this.#subscriptions) {
      if (this.#live.has(key) || id === 0 || !items.isComplete) continue;
      this.#live.add(key);
      this.#say("info", "live");
      this.#tell(key);
    }
    if (this.#wellSince !== null || this.#live.size < this.#subscriptions.size) return;
    this.#wellSince = performance.now();
    this.#failedAt = null;
    this.#failures = 0;
    this.#error = null;
  }

  #drop(key: string, subscription: Subscription): void {
    this.#subscriptions.delete(key);
    this.#live.delete(key);
    if (subscription.id > 0) this.#gone.push(subscription);
  }

  #tellAll(): void {
    for (const key of this.#subscriptions.keys()) this.#tell(key);
  }

  #tell(key: string): void {
    const subscription = this.#subscriptions.get(key);
    if (!subscription) return;
    subscription.items.takeNews();
    this.#o.out.link(key, this.#linkOf(key, subscription));
  }

  #linkOf(key: string, { items, revised }: Subscription): OpcuaLink {
    const isLive = this.#live.has(key);
    const { sessions, resumed, timeoutMs } = this.#session;
    return {
      state: isLive ? "live" : this.#stateOfBroken(),
      failures: isLive ? 0 : this.#failures,
      fault: isLive ? null : (this.#error?.fault ?? null),
      why: isLive ? null : (this.#error?.message ?? null),
      nextTryAt: isLive ? null : this.#nextTryAt,
      holes: [...items.holes],
      unfit: [...items.unfit],
      revised: revised ? { ...revised, sessionTimeoutMs: timeoutMs } : null,
      otherHost: this.#otherHost,
      eventsRefused: items.eventsRefused,
      sessions,
      resumed,
      overflows: items.overflows,
    };
  }

  #stateOfBroken(): OpcuaLink["state"] {
    // Connected again: what arrives meanwhile is true, and not to be made unknown once more.
    if (this.#failures === 0 || this.#broken) return "starting";
    const forMs = performance.now() - (this.#failedAt ?? performance.now());
    return this.#failures >= lostAfterFailures || forMs > lostAfterMs ? "lost" : "failing";
  }

  #say(level: "info" | "warn", what: string, status?: string): void {
    for (const key of this.#subscriptions.keys()) {
      this.#o.out.log(key, { level, what, ...(status ? { status } : {}) });
    }
  }
}

function isSame(one: OpcuaDevice | undefined, other: OpcuaDevice): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function backOffs(): Record<keyof typeof limits, BackOff> {
  return {
    recent: new BackOff(limits.recent),
    absent: new BackOff(limits.absent),
    refusing: new BackOff(limits.refusing),
  };
}
