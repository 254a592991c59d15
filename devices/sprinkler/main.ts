/**
 * One simulated warehouse as a process of its own: the library is heavy, and a server is killed,
 * stopped and started again in tests. It is told what it is over IPC, and ends when that channel
 * closes, however the parent ended.
 */
import { type SimulatorOptions, WarehouseSimulator } from "./simulator.ts";

export type ToWarehouse =
  | ({ readonly kind: "start"; readonly port?: number } & SimulatorOptions)
  | { readonly kind: "act"; readonly id: number; readonly words: readonly string[] };

export type FromWarehouse =
  /** After what time, and with how much memory, it serves how many nodes. */
  | {
      readonly kind: "started";
      readonly endpoint: string;
      /** DER in base64: whoever trusts nobody by default can trust this one. */
      readonly certificate: string;
      readonly nodes: number;
      readonly startedInMs: number;
      readonly rssMb: number;
    }
  | { readonly kind: "failed"; readonly message: string }
  /** With how many changes of values have been served so far. */
  | { readonly kind: "done"; readonly id: number; readonly changes: number }
  | { readonly kind: "refused"; readonly id: number; readonly message: string };

let simulator: WarehouseSimulator | null = null;

function tell(message: FromWarehouse): void {
  if (process.connected) process.send?.(message);
}

async function start(message: Extract<ToWarehouse, { kind: "start" }>): Promise<void> {
  try {
    const made = new WarehouseSimulator(message);
    const endpoint = await made.start(message.port);
    simulator = made;
    tell({
      kind: "started",
      endpoint,
      certificate: made.certificate().toString("base64"),
      nodes: made.nodes.length,
      startedInMs: Math.round(performance.now()),
      rssMb: Math.round(process.memoryUsage.rss() / 1e6),
    });
  } catch (error) {
    tell({ kind: "failed", message: (error as Error).message });
  }
}

process.on("message", (message: ToWarehouse) => {
  if (message.kind === "start") return void start(message);
  try {
    if (!simulator) throw new Error("the warehouse does not serve yet");
    simulator.act(message.words);
    tell({ kind: "done", id: message.id, changes: simulator.changes });
  } catch (error) {
    tell({ kind: "refused", id: message.id, message: (error as Error).message });
  }
});
process.on("disconnect", () => process.exit(0));
