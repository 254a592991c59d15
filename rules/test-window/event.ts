/** Events of tests (试验); see ../event.ts. */
import type { TestEnd } from "./end.ts";
import type { Expected, LinkageMode } from "./test-window.ts";

export type TestEvent =
  | {
      readonly type: "test-opened";
      readonly test: string;
      readonly site: string;
      readonly tester: string;
      readonly by: string;
      readonly linkage: LinkageMode;
      readonly endsAt: number;
      readonly expected: readonly Expected[];
    }
  | {
      readonly type: "press-announced";
      readonly test: string;
      readonly device: string;
      readonly point: string;
      readonly by: string;
    }
  | {
      readonly type: "test-signal-came";
      readonly test: string;
      readonly device: string;
      readonly points: readonly string[];
    }
  | {
      readonly type: "test-ended";
      readonly test: string;
      readonly why: TestEnd;
      readonly by: string | null;
      /** Listed, and no signal came. */
      readonly missing: readonly Expected[];
      /** Alarms of the test whose condition has not ended: each is real from now on. */
      readonly notBack: readonly string[];
    };
