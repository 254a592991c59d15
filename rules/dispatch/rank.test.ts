import assert from "node:assert/strict";
import { test } from "node:test";
import type { Position, Responder } from "../inventory.ts";
import { defaultSettings } from "../settings.ts";
import { judgeReply, type OrderReply, type OrderState, orderReplies } from "./order.ts";
import { fieldOf, rank } from "./rank.ts";
import { distanceM, estimateMs } from "./travel.ts";

const at = (lng: number, lat: number): Position => ({ lng, lat, accuracyM: 0, source: "test" });
const place = at(120.5, 30.1);

function station(id: string, position: Position): Responder {
  const name = { zh: id, en: id };
  const channels = [{ kind: "mqtt" as const }];
  return {
    id,
    kind: "rescue",
    name,
    town: "T",
    position,
    certainty: "confirmed",
    lifecycle: { state: "in-service" },
    authority: "order",
    channels,
  };
}

test("DI-1: distances on the sphere: one minute of latitude is a nautical mile", () => {
  assert.ok(Math.abs(distanceM(place, at(120.5, 30.1 + 1 / 60)) - 1853) < 3);
  assert.equal(distanceM(place, place), 0);
});

test("DI-2: the detour model: plain 1.35 at 40 km/h, hills 1.6 at 35 km/h, gate 20 s, 60 s at least", () => {
  const { travel } = defaultSettings;
  const north = at(120.5, 30.1 + 0.0449661);
  const straight = distanceM(place, north);
  const plain = (straight * 1.35) / (40 / 3.6) + 20;
  const got = estimateMs(north, place, travel) / 1000;
  // The estimate may count the turnout; it must never be below the drive itself.
  assert.ok(Math.abs(got - plain) < 61, `${got} s for ${plain} s of driving`);
  const inHills = estimateMs(at(120.5, 29.8), at(120.5, 29.8449661), travel) / 1000;
  assert.ok(inHills > got, "hills are slower");
  assert.ok(estimateMs(place, place, travel) >= travel.atLeastMs);
});

test("DI-3: the nearest in time first; equal ones by id, the same on every machine", () => {
  const list = [
    station("C", at(120.6, 30.1)),
    station("B", at(120.51, 30.1)),
    station("A", at(120.51, 30.1)),
  ];
  const names = (of: readonly Responder[]) =>
    rank(fieldOf(of), place, 20, defaultSettings.travel).map((r) => r.station);
  assert.deepEqual(names(list), ["A", "B", "C"]);
  assert.deepEqual(names([...list].reverse()), ["A", "B", "C"]);
});

test("DI-5: replies only move an order forward; a refusal may be taken back, a recall may return", () => {
  const moves: Record<OrderState, readonly OrderReply[]> = {
    issued: ["accepted", "refused", "turned-out", "on-scene", "controlled", "returned"],
    accepted: ["refused", "turned-out", "on-scene", "controlled", "returned"],
    "turned-out": ["on-scene", "controlled", "returned"],
    "on-scene": ["controlled", "returned"],
    controlled: ["returned"],
    returned: [],
    refused: ["accepted"],
    recalled: ["returned"],
  };
  for (const [state, allowed] of Object.entries(moves)) {
    for (const reply of orderReplies) {
      const verdict = judgeReply(state as OrderState, reply);
      assert.equal(verdict === "moves", allowed.includes(reply), `${state} ${reply}: ${verdict}`);
    }
  }
});
