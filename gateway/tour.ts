/**
 * The demo tour (播放演示): five minutes that a visitor watches on the real gateway, played by the
 * simulated devices and by the same commands a person gives; the actor is whoever started it, the
 * seat is `tour`. A real incident always comes first: the tour does not begin beside one, and ends
 * when one opens.
 */
import type { TourView } from "./api/contract.ts";
import type { Demo } from "./demo.ts";
import { Refused } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { play, type TourStep, tourDevices, tourSite } from "./tour-script.ts";
import { Ended, Stage } from "./tour-stage.ts";

/** Speed 1 is five minutes. The clocks of the rules are not part of it: they keep their times. */
export const fastest = 60;

/** How long an orderly stop of the gateway waits until the tour has put everything away. */
const closeWithinMs = 3000;

export type StepListener = (step: TourStep, sinceMs: number) => void;

type Run = {
  readonly stage: Stage;
  readonly startedAt: number;
  readonly ended: Promise<TourStep>;
};

export class Tour {
  readonly #gateway: Gateway;
  readonly #demo: Demo | null;
  readonly #listeners = new Set<StepListener>();
  #run: Run | null = null;
  #step: TourStep | null = null;

  constructor(gateway: Gateway, demo: Demo | null) {
    this.#gateway = gateway;
    this.#demo = demo;
    gateway.committed.addReader("tour", () => this.#run?.stage.look());
  }

  view(): TourView {
    const startedAt = this.#run?.startedAt ?? null;
    return {
      demo: this.#demo !== null,
      running: this.#run !== null,
      step: this.#step,
      startedAt,
    };
  }

  /** `by`: id of the person. Throws `Refused` where the tour may not begin now. */
  start(by: string, speed = 1): void {
    const demo = this.#mayStart(speed);
    const { clock, log } = this.#gateway;
    const startedAt = clock.now();
    const stage = new Stage({
      gateway: this.#gateway,
      demo,
      actor: { person: by, seat: "tour" },
      site: tourSite,
      speed,
      tell: (step) => this.#tell(step, startedAt),
    });
    log.info({ by, speed }, "the tour begins");
    const ended = this.#play(stage).then((last) => {
      this.#run = null;
      this.#tell(last, startedAt);
      this.#step = null;
      log.info({ last }, "the tour has ended");
      return last;
    });
    this.#run = { stage, startedAt, ended };
  }

  /** Ends the tour and closes what it has opened; nothing where none runs. */
  stop(): void {
    this.#run?.stage.end("stopped");
  }

  onStep(listener: StepListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when no tour runs any more, with how the last one ended; null where none runs. */
  async ended(): Promise<TourStep | null> {
    return (await this.#run?.ended) ?? null;
  }

  /** Before the gateway stops: puts everything away as far as that can be done in time. */
  async close(): Promise<void> {
    if (!this.#run) return;
    this.stop();
    const { clock } = this.#gateway;
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.wakeAt(clock.now() + closeWithinMs, resolve);
    });
    await Promise.race([this.#run.ended, late]);
    cancel();
  }

  async #play(stage: Stage): Promise<TourStep> {
    let last: TourStep = "ended";
    try {
      await play(stage);
    } catch (error) {
      last = error instanceof Ended ? error.why : "failed";
      if (last === "failed") this.#gateway.log.error({ err: error }, "the tour failed");
    }
    try {
      await stage.putAway();
    } catch (error) {
      this.#gateway.log.error({ err: error }, "the tour could not put everything away");
      last = "failed";
    }
    return last;
  }

  #mayStart(speed: number): Demo {
    if (!(speed >= 1 && speed <= fastest)) {
      const allowed = `a number from 1 to ${fastest}`;
      throw new Refused({ code: "bad-speed", message: "the speed is not possible", allowed });
    }
    if (!this.#demo) {
      const message = "there are no simulators: the gateway was started without --demo";
      throw new Refused({ code: "no-demo", message, allowed: "firelink start --demo" });
    }
    if (this.#run) {
      const message = "the tour is under way already";
      throw new Refused({ code: "tour-running", message, allowed: "stop it first" });
    }
    const { state } = this.#gateway.committed;
    const open = [...state.openBySite.values()].flat();
    const [first] = open.map((id) => state.incidents.get(id)?.number ?? id);
    if (first !== undefined) {
      const message = `incident ${first} is open: a tour must not stand in its way`;
      throw new Refused({ code: "incident-open", message, allowed: "close it first" });
    }
    const { devices } = this.#gateway.artefacts.world(state).inventory;
    const missing = tourDevices.find((device) => !devices.get(`${tourSite}/${device}`));
    if (missing !== undefined) {
      const message = `the inventory has no ${tourSite}/${missing}, which the tour presses`;
      const allowed = "the district of the demo";
      throw new Refused({ code: "no-such-device", message, allowed });
    }
    return this.#demo;
  }

  #tell(step: TourStep, startedAt: number): void {
    this.#step = step;
    const sinceMs = this.#gateway.clock.now() - startedAt;
    for (const listener of this.#listeners) listener(step, sinceMs);
  }
}
