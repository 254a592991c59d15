/** replay: how long a start takes over a million events, chain checked, without and with a snapshot. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { genesis } from "#gateway/journal/chain.ts";
import { JournalFile } from "#gateway/journal/file.ts";
import { replay } from "#gateway/journal/replay.ts";
import { writeSnapshot } from "#gateway/journal/snapshot.ts";
import { writeHistory } from "#gateway/testing/history.ts";
import { makeFolder } from "#gateway/testing/process.ts";
import { initialState } from "#rules/state.ts";
import { atMost, type Benchmark, median } from "./bench.ts";

/** Events after the snapshot: what the gateway writes between two of them by default. */
const fullTail = 20_000;

type Opened = { readonly readyMs: number; readonly position: number; readonly damage: unknown };

function open(folder: string): Opened {
  const program = join(import.meta.dirname, "replay/open.ts");
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const opened = JSON.parse(stdout) as Opened;
  if (opened.damage !== null) throw new Error("the journal is damaged");
  return opened;
}

/** Snapshot of everything but the tail, made by the same fold as the worker's. */
function snapshotBefore(folder: string, position: number): void {
  const file = JournalFile.openForReading(folder);
  const state = initialState();
  const head = replay(file, state, { position: 0, hash: genesis }, { upTo: position });
  writeSnapshot(folder, state, head);
  file.close();
}

export const run: Benchmark = async ({ smoke }) => {
  const count = smoke ? 10_000 : 1_000_000;
  const rounds = smoke ? 1 : 5;
  const folder = makeFolder();
  try {
    writeHistory(folder.path, count);
    const cold = Array.from({ length: rounds }, () => open(folder.path));
    const [{ position } = { position: 0 }] = cold;
    const tail = smoke ? 1000 : fullTail;
    snapshotBefore(folder.path, position - tail);
    const warm = Array.from({ length: rounds }, () => open(folder.path));
    const perMillion = (median(cold.map((o) => o.readyMs)) / 1000) * (1_000_000 / position);
    const withSnapshot = median(warm.map((o) => o.readyMs)) / 1000;
    return {
      figures: {
        events: position,
        cold_s: median(cold.map((o) => o.readyMs)) / 1000,
        with_snapshot_s: withSnapshot,
        tail,
      },
      bars: {
        million_s: atMost(perMillion, 10),
        ready_with_snapshot_s: atMost(withSnapshot, 3),
      },
    };
  } finally {
    folder.remove();
  }
};
