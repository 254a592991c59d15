/** Loaded before a gateway of a test (`--import`): its wall clock is this much ahead. */
import { jumpClock } from "./jump-clock.ts";

jumpClock(Number(process.env.TEST_AHEAD_MS ?? 0));
