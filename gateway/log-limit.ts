/**
 * Bounds what one kind of trouble may write into the log: a flood of bad messages must not become a
 * flood of lines (I8). The metric counts all of them; the log has the first of each second, and how
 * many were left out.
 */
import type { Clock } from "./clock.ts";

const linesPerSecond = 20;
const windowMs = 1000;

type Window = { begin: number; lines: number; left: number };

export class LogLimit {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Null where the line is to be left out; else how many lines of this kind were left out since the
   * last one that was written.
   */
  take(kind: string): number | null {
    const now = this.#clock.monotonic();
    const window = this.#windows.get(kind);
    if (!window || now - window.begin >= windowMs) {
      this.#windows.set(kind, { begin: now, lines: 1, left: 0 });
      return window?.left ?? 0;
    }
    window.lines += 1;
    if (window.lines <= linesPerSecond) return 0;
    window.left += 1;
    return null;
  }
}
