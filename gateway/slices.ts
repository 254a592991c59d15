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

/** A list in parts of at most `most`; 0 is no limit, as the servers mean it (Part 5, 6.3.11). */
export function inParts<T>(list: readonly T[], most: number): T[][] {
  const size = most > 0 ? most : Math.max(1, list.length);
  const parts: T[][] = [];
  for (let i = 0; i < list.length; i += size) parts.push(list.slice(i, i + size));
  return parts;
}
