/**
 * A test (试验): a list of expected signals, not a muted area. What is listed shows as a test; what is
 * not listed is real, and so is a press that nobody has announced (GB 25201; DESIGN §2, law 3).
 */
import { numberOf } from "../numbers.ts";
import type { Packs } from "../rulebook.ts";
import { pointKey, type State } from "../state.ts";

/** A point of a device of the site; of a button, its press. */
export type Expected = { readonly device: string; readonly point: string };

/** How the linkage controller stood before the test, as the person on site has read it. */
export const linkageModes = ["auto", "manual", "unknown"] as const;
export type LinkageMode = (typeof linkageModes)[number];

export type TestWindow = {
  readonly id: string;
  readonly site: string;
  /** The person on site, and who opened it: ids, never names. */
  readonly tester: string;
  readonly openedBy: string;
  readonly linkage: LinkageMode;
  readonly openedAt: number;
  readonly endsAt: number;
  readonly expected: readonly Expected[];
  /** Keys of expected points whose signal has come. */
  readonly came: Set<string>;
  /** Key of a press → when it was last announced. */
  readonly announced: Map<string, number>;
};

export const mostExpected = 2000;

/** Numbers of rule T01 at a site. */
export function testLimits(
  packs: Packs,
  site: string,
): { readonly longestMs: number; readonly announcedWithinMs: number } {
  return {
    longestMs: numberOf(packs, "T01", "longestMs", site),
    announcedWithinMs: numberOf(packs, "T01", "announcedWithinMs", site),
  };
}

export function expectedKey({ device, point }: Expected): string {
  return pointKey(device, point);
}

/** The test that expects all of these points of a device; null where one of them is not listed. */
export function testOf(
  { tests }: State,
  site: string,
  device: string,
  points: readonly string[],
): TestWindow | null {
  if (points.length === 0) return null;
  for (const test of tests.values()) {
    if (test.site === site && points.every((point) => expects(test, { device, point }))) {
      return test;
    }
  }
  return null;
}

export function expects({ expected }: TestWindow, { device, point }: Expected): boolean {
  return expected.some((one) => one.device === device && one.point === point);
}

export function isAnnounced(test: TestWindow, press: Expected, at: number, packs: Packs): boolean {
  const announcedAt = test.announced.get(expectedKey(press));
  return (
    announcedAt !== undefined && at - announcedAt <= testLimits(packs, test.site).announcedWithinMs
  );
}
