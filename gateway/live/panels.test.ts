/** What panels say of themselves: each change once, nothing of a value that is not known, nothing lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sample } from "#rules/sample.ts";
import type { SignalBody } from "#rules/signal.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import type { LiveDevice } from "./devices.ts";
import { Panels } from "./panels.ts";

const profiles = readProfiles();

function setUp(kind: string) {
  const said: string[] = [];
  let room = true;
  const panels = new Panels((body: SignalBody) => {
    if (!room || body.kind !== "panel") return false;
    said.push(`${body.point} ${body.note} ${body.value} ${body.ts}`);
    return true;
  });
  const profile = profiles.get(kind) ?? assert.fail(`no profile ${kind}`);
  const device = { key: "s/d", site: "s", device: "d", kind, profile } as unknown as LiveDevice;
  const take = (point: string, value: Sample["value"], quality: Sample["quality"] = "good") =>
    panels.take(device, [{ point, value, quality, reason: null, at: 9, sourceTs: 7 }]);
  const full = (is: boolean) => {
    room = !is;
  };
  return { said, take, full, panels };
}

test("PN-7: resets, mute, disablements and AUTO of a panel go to the rules, other points do not", () => {
  const { said, take } = setUp("warehouse");
  take("panel_resets", 3);
  take("panel_muted", true);
  take("panel_disablements", 2);
  take("panel_auto_mode", false);
  take("sp1_auto", true);
  take("panel_state", 1);
  take("panel_resets", 3);
  take("panel_resets", null, "bad");
  take("panel_resets", 4, "stale");
  take("panel_resets", 4);
  assert.deepEqual(said, [
    "panel_resets reset 3 7",
    "panel_muted muted true 7",
    "panel_disablements disabled 2 7",
    "panel_auto_mode auto false 7",
    "sp1_auto auto true 7",
    "panel_resets reset 4 7",
  ]);
});

test("PN-7: selectors of the four pumps of a pump room are said as well", () => {
  const { said, take } = setUp("pump-room");
  for (const pump of ["hydrant_pump1", "hydrant_pump2", "sprinkler_pump1", "sprinkler_pump2"]) {
    take(`${pump}_auto`, false);
  }
  assert.equal(said.length, 4);
});

test("PN-8: what finds no place in the inbox is said after the next commit, as it is by then", () => {
  const { said, take, full, panels } = setUp("warehouse");
  full(true);
  take("panel_muted", true);
  take("panel_muted", false);
  panels.again();
  assert.deepEqual(said, []);
  full(false);
  panels.again();
  panels.again();
  assert.deepEqual(said, ["panel_muted muted false 7"]);
});
