/** The simulated pump room as a server: where it listens. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PumpRoomSimulator } from "./simulator.ts";

test("PU-24: two pump rooms stand beside each other, each on a free port above the reserved ones", async () => {
  const rooms = [new PumpRoomSimulator(), new PumpRoomSimulator()];
  const ports = await Promise.all(rooms.map((room) => room.start()));
  await Promise.all(rooms.map((room) => room.stop()));
  assert.notEqual(ports[0], ports[1]);
  for (const port of ports) assert.ok(port >= 1024, String(port));
});
