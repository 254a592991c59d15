/** Where the thread of a back-test begins: it steps back before it loads what it needs, which takes 0.4 s. */
import { constants, setPriority } from "node:os";

// On Linux a priority is a thread's own.
setPriority(0, constants.priority.PRIORITY_LOW);
await import("./backtest-worker.ts");
