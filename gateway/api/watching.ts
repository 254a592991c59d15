/**
 * Values on their way to the screens that look at them: twice a second, what has been read of each
 * device since, rendered once for all who watch it; an empty frame now and then, so that a screen
 * notices when none comes. A reader that does not keep up is given all of it again when it does;
 * nothing waits for it, alarms least of all.
 */
import type { Sample } from "#rules/sample.ts";
import type { Gateway } from "../gateway.ts";
import { linkView, pointFrame } from "../views/devices.ts";
import type { TelemetryFrame } from "./frames.ts";

export const telemetryEveryMs = 500;
/** Ticks without news after which an empty frame says that there is none. */
const quietTicks = 4;

export type Reader = {
  readonly send: (bytes: Buffer) => void;
  /** False where earlier frames have not left yet. */
  readonly keepsUp: () => boolean;
};

type Watch = {
  readonly reader: Reader;
  readonly devices: readonly string[];
  /** Devices of which it has to be given everything. */
  readonly behind: Set<string>;
};

/** What went out of a device last: a point that was read again has another sample. */
type Sent = { samples: ReadonlyMap<string, Sample>; link: string; quiet: number };

export class Watching {
  readonly #gateway: Gateway;
  readonly #render: (frame: TelemetryFrame) => Buffer;
  /** By stream. */
  readonly #watches = new Map<string, Watch>();
  readonly #sent = new Map<string, Sent>();

  constructor(gateway: Gateway, render: (frame: TelemetryFrame) => Buffer) {
    this.#gateway = gateway;
    this.#render = render;
  }

  /** From now on this stream watches these devices and no others. */
  watch(stream: string, devices: readonly string[], reader: Reader): void {
    if (devices.length === 0) this.#watches.delete(stream);
    else this.#watches.set(stream, { reader, devices, behind: new Set(devices) });
  }

  forget(stream: string): void {
    this.#watches.delete(stream);
  }

  tick(): void {
    const keys = new Set([...this.#watches.values()].flatMap(({ devices }) => devices));
    for (const key of this.#sent.keys()) if (!keys.has(key)) this.#sent.delete(key);
    for (const key of keys) {
      const { whole, news } = this.#framesOf(key);
      for (const { reader, devices, behind } of this.#watches.values()) {
        if (!devices.includes(key)) continue;
        if (!reader.keepsUp()) behind.add(key);
        else if (behind.delete(key)) reader.send(whole());
        else if (news) reader.send(news);
      }
    }
  }

  /** Everything of a device, where somebody needs it, and what is new of it. */
  #framesOf(key: string): { whole: () => Buffer; news: Buffer | null } {
    const { clock, telemetry } = this.#gateway;
    const device = telemetry.devices.get(key);
    const samples = device?.values.samples() ?? [];
    const link = device ? linkView(this.#gateway, device) : null;
    const sent = this.#sent.get(key);
    const said = JSON.stringify({ ...link, nextTryInMs: link?.nextTryInMs === null });
    const fresh = samples.filter((sample) => sent?.samples.get(sample.point) !== sample);
    const isNews = fresh.length > 0 || said !== sent?.link || sent.quiet + 1 >= quietTicks;
    this.#sent.set(key, {
      samples: fresh.length > 0 || !sent ? byPoint(samples) : sent.samples,
      link: said,
      quiet: isNews ? 0 : (sent?.quiet ?? 0) + 1,
    });
    const frame = (of: readonly Sample[]): Buffer =>
      this.#render({
        device: key,
        at: clock.now(),
        link,
        points: of.map((sample) => pointFrame(sample, sample.point)),
      });
    let whole: Buffer | null = null;
    return {
      whole: () => {
        whole ??= frame(samples);
        return whole;
      },
      news: isNews ? frame(fresh) : null,
    };
  }
}

function byPoint(samples: readonly Sample[]): ReadonlyMap<string, Sample> {
  return new Map(samples.map((sample) => [sample.point, sample] as const));
}
