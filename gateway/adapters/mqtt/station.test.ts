import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeReply } from "./codec.ts";

const read = (payload: unknown) => decodeReply("KQ-07", Buffer.from(JSON.stringify(payload)));

test("ST-11: a box says what its station can do; what cannot be read says why and is no signal", () => {
  assert.deepEqual(read({ v: 1, status: "in-service", crew: 6, seq: 4 }), {
    ...{ kind: "station-status", station: "KQ-07", status: "in-service", crew: 6 },
  });
  assert.deepEqual(read({ v: 1, status: "maintenance", vehicle: "KQ-07-2" }), {
    ...{ kind: "station-status", station: "KQ-07", status: "maintenance", vehicle: "KQ-07-2" },
  });
  const wrong = (payload: unknown): string => {
    const signal = read(payload);
    return "wrong" in signal ? signal.wrong : "read";
  };
  assert.match(wrong({ v: 2, status: "out" }), /^v is not 1$/);
  assert.match(wrong({ v: 1, status: "asleep" }), /^status is not one of in-service, out/);
  assert.match(wrong({ v: 1, status: "out", crew: -1 }), /^crew is not a number from 0 to 200$/);
  assert.match(wrong({ v: 1, status: "out", vehicle: "../x" }), /^vehicle is not an id$/);
  // With an order it is a reply, whatever else it says.
  assert.match(wrong({ v: 1, order: "O1", status: "out" }), /^revision/);
});
