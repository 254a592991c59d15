/** Long work of the main thread, a little at a time: an alarm that comes meanwhile waits for none of it. */

/** Of one slice; the loop's own bar is 5 ms (DESIGN §3, Processes). */
const sliceMs = 2;

/** Runs the steps to their end; null where it was called off. */
export async function inSlices<T>(
  steps: Generator<unknown, T>,
  isOff: () => boolean = () => false,
): Promise<T | null> {
  for (;;) {
    const until = performance.now() + sliceMs;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve));
    if (isOff()) return null;
  }
}
