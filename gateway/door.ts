/** Who may come in and act: credentials of devices, people, their sessions and PINs, the seats. */
import type { Logger } from "pino";
import type { SignalBody } from "#rules/signal.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { Credentials } from "./identity/credentials.ts";
import { People } from "./identity/people.ts";
import { Photos } from "./identity/photos.ts";
import { Pins } from "./identity/pins.ts";
import { Sessions } from "./identity/sessions.ts";
import type { Metrics } from "./metrics.ts";
import { Seats } from "./seats.ts";

export type DoorOptions = {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly push: (body: SignalBody) => boolean;
};

export class Door {
  readonly credentials: Credentials;
  readonly people: People;
  readonly photos: Photos;
  readonly sessions: Sessions;
  readonly pins: Pins;
  readonly seats: Seats;

  constructor({ config, log, clock, metrics, push }: DoorOptions) {
    this.credentials = new Credentials(config.data);
    this.people = new People(config.data);
    this.photos = new Photos(config.data);
    this.sessions = new Sessions(clock);
    this.pins = new Pins({
      people: this.people,
      clock,
      counted: (result) => metrics.pins.inc({ result }),
    });
    this.seats = new Seats({
      clock,
      unattendedAfterMs: config.seatUnattendedAfterMs,
      push,
      changed: (seat, isAttended, person, attended) => {
        metrics.seats.set(attended);
        log.info({ seat, isAttended, person, attended }, "seat");
      },
    });
  }

  /** No clock of the door runs any more; what is on disk can still be read. */
  stop(): void {
    this.seats.stop();
    this.sessions.stop();
  }

  close(): void {
    this.credentials.close();
    this.photos.close();
    this.people.close();
  }
}
