/**
 * A wall clock that jumps, for threads and processes of tests; monotonic time goes on as it was.
 */
const RealDate = Date;
let offMs = 0;

export function jumpClock(ms: number): void {
  offMs += ms;
  globalThis.Date = JumpedDate as DateConstructor;
}

class JumpedDate extends RealDate {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(RealDate.now() + offMs);
    else super(args[0]);
  }

  static override now(): number {
    return RealDate.now() + offMs;
  }
}
