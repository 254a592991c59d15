/**
 * A short report: one line for each file, every failure in full, every test that was left out by
 * name. With FIRELINK_STRICT_TESTS set, a test that was left out fails the run.
 */
type TestEvent = {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly file?: string;
    readonly nesting: number;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly message?: string;
    /** What still ran when the runner was told to stop. */
    readonly tests?: readonly { readonly name: string }[];
    readonly details?: {
      readonly duration_ms?: number;
      readonly error?: Error & { readonly cause?: unknown };
      readonly type?: string;
    };
  };
};

const strict = process.env.FIRELINK_STRICT_TESTS === "1";

export default async function* report(source: AsyncIterable<TestEvent>) {
  let [passed, left, failed] = [0, 0, 0];
  for await (const { type, data } of source) {
    // A suite is no test, unless it was left out whole: then its tests never speak for themselves.
    if (data?.details?.type === "suite" && !data.skip && !data.todo) continue;
    if (type === "test:stdout" || type === "test:stderr") {
      yield data.message ?? "";
    } else if (type === "test:pass" && (data.skip || data.todo)) {
      left += 1;
      yield `left out: ${data.name} (${data.skip || data.todo})\n`;
    } else if (type === "test:pass") {
      passed += 1;
      const seconds = (data.details?.duration_ms ?? 0) / 1000;
      if (seconds > 2) yield `  ${seconds.toFixed(1)} s ${data.name}\n`;
    } else if (type === "test:interrupted") {
      for (const { name } of data.tests ?? []) yield `did not end: ${name}\n`;
    } else if (type === "test:fail") {
      failed += 1;
      const error = data.details?.error;
      yield `FAILED: ${data.name} (${data.file ?? ""})\n${describe(error)}\n`;
    }
  }
  yield `${passed} passed, ${failed} failed, ${left} left out\n`;
  if (strict && left > 0) {
    yield "a test was left out: that is a failure here\n";
    process.exitCode = 1;
  }
}

function describe(error: (Error & { readonly cause?: unknown }) | undefined): string {
  const cause = error?.cause;
  if (cause instanceof Error) return `${cause.stack ?? cause.message}\n${describe(cause)}`;
  return cause === undefined ? (error?.message ?? "") : String(cause);
}
