/**
 * Local history and the InfluxDB writer as a gateway runs them, fed with samples whose values count
 * up: what a database has can be held against what was sampled.
 */
import assert from "node:assert/strict";
import type { Sample } from "#rules/sample.ts";
import type { SignalBody } from "#rules/signal.ts";
import { SystemClock } from "../clock.ts";
import { History } from "../history/history.ts";
import type { InfluxConfig } from "../influx/config.ts";
import { Influx } from "../influx/influx.ts";
import { JournalFile } from "../journal/file.ts";
import { createMetrics } from "../metrics.ts";
import { type Database, databaseName } from "./databases.ts";
import { until } from "./process.ts";

export const points = ["p0", "p1", "p2"] as const;
export const devices = Array.from({ length: 10 }, (_, i) => `d${i}`);

export class FedInflux {
  readonly history: History;
  readonly influx: Influx;
  readonly levels: SignalBody[] = [];
  readonly failures: string[] = [];
  readonly logged: Record<string, unknown>[] = [];
  readonly metrics = createMetrics();
  readonly #clock = new SystemClock(0);
  /** Samples of each series so far. */
  count = 0;
  #fed = 0;
  #stored = 0;
  #at: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(folder: string, url: string, config: Partial<InfluxConfig> = {}) {
    JournalFile.openForWriting(folder).close();
    this.#at = this.#clock.now() - 86_400_000 * 2;
    const failed = (part: string, error: unknown) => this.failures.push(`${part}: ${error}`);
    const log = {
      info: (fields: object) => this.logged.push({ ...fields }),
      warn: (fields: object) => this.logged.push({ ...fields }),
    };
    this.history = new History({
      folder,
      clock: this.#clock,
      mostBytes: 2 ** 31,
      isFollowed: true,
      stored: (count) => {
        this.#stored += count;
      },
      shed: (count, why) => this.failures.push(`shed ${count} ${why}`),
    });
    this.influx = new Influx({
      folder,
      config: {
        url,
        org: "",
        bucket: databaseName,
        retentionPolicy: null,
        token: null,
        tokenFile: null,
        api: "auto",
        resendMs: 60_000,
        timeoutMs: 1000,
        lagAlarmMs: 60_000,
        ...config,
      },
      clock: this.#clock,
      metrics: this.metrics,
      log,
      push: (body) => this.levels.push(body) > 0,
      failed,
      outOfDoubt: (place) => this.history.forget(place),
    });
    this.history.start();
    this.influx.start();
  }

  /** Ten ms apart, some of each point of each device. */
  feed(rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      this.#at += 10;
      for (const device of devices) {
        const samples = points.map(
          (point): Sample => ({
            point,
            value: this.count,
            quality: "good",
            reason: null,
            at: this.#at,
            sourceTs: null,
          }),
        );
        this.history.append(`s/${device}`, samples, this.#at, "test-kind");
      }
      this.count += 1;
      this.#fed += devices.length * points.length;
    }
  }

  /** All that was fed is in the local store. */
  stored(): Promise<true> {
    return until("all is stored", () => this.#stored === this.#fed || null);
  }

  /** 3,000 samples a second, until it is told to end. */
  feedOn(): () => void {
    this.#timer = setInterval(() => this.feed(5), 50);
    return () => clearInterval(this.#timer ?? undefined);
  }

  /** All that was sampled is written. */
  async written(withinMs = 30_000): Promise<void> {
    const isWritten = (): boolean => {
      const status = this.influx.status();
      return status?.state === "writing" && status.lagPoints === 0;
    };
    await this.stored();
    // What it says of itself is a second old.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await until("all is written", isWritten, withinMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer ?? undefined);
    await this.influx.stop();
    await this.history.close();
  }
}

/** Every sample once, each series in order. */
export async function assertWhole(database: Database, count: number): Promise<void> {
  for (const point of points) {
    const found = await database.read("test_kind", point);
    assert.deepEqual(
      [...found.keys()].sort(),
      devices.map((device) => `s/${device}`),
    );
    for (const [device, { times, values }] of found) {
      const where = `${database.kind} ${device} ${point}`;
      assert.equal(values.length, count, where);
      assert.ok(
        values.every((value, i) => value === i),
        `${where}: out of order`,
      );
      assert.ok(
        times.every((at, i) => i === 0 || at > (times[i - 1] ?? 0)),
        `${where}: times`,
      );
    }
  }
}
