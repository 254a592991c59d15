import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "./live-state.ts";
import { reduce } from "./live-state.ts";
import { chooseSound, type SoundKind, samplesOf, tones } from "./sound-choice.ts";
import { alarmRow, incidentCard, liveFrom } from "./testing/cards.ts";

const none: ReadonlySet<string> = new Set();
const kindOf = (live: Live, heard = none): SoundKind | null =>
  chooseSound({ live, lostSilenced: null, heard })?.kind ?? null;

const system = { class: "system", priority: "P2", rule: "S02" } as const;

const cases: readonly [string, Live, SoundKind | null][] = [
  ["nothing open", liveFrom(), null],
  ["an unconfirmed fire", liveFrom({ alarms: [alarmRow()] }), "P1-fire"],
  [
    "suppression below fire",
    liveFrom({ alarms: [alarmRow({ class: "suppression" }), alarmRow({ id: "a2" })] }),
    "P1-fire",
  ],
  [
    "suppression alone",
    liveFrom({ alarms: [alarmRow({ class: "suppression" })] }),
    "P1-suppression",
  ],
  ["supervisory", liveFrom({ alarms: [alarmRow(system)] }), "P2"],
  ["fault", liveFrom({ alarms: [alarmRow({ class: "fault", priority: "P3" })] }), "P3"],
  ["test", liveFrom({ alarms: [alarmRow({ class: "test", priority: "P4" })] }), null],
  [
    "a confirmed incident sounds as such, whatever its alarm began as",
    liveFrom({ incidents: [incidentCard({ priority: "P0", alarms: [alarmRow()] })] }),
    "P0",
  ],
  ["silenced, not acknowledged", liveFrom({ alarms: [alarmRow({ sounding: false })] }), null],
  [
    "acknowledged, not silenced",
    liveFrom({ alarms: [alarmRow({ state: "acknowledged" })] }),
    "P1-fire",
  ],
];

for (const [what, live, kind] of cases) {
  test(`DK-7: ${what}: ${kind ?? "silence"}`, () => assert.equal(kindOf(live), kind));
}

test("DK-7: the soft sound of a fault is heard once", () => {
  const live = liveFrom({ alarms: [alarmRow({ class: "fault", priority: "P3" })] });
  assert.equal(kindOf(live, new Set(["a1"])), null);
});

test("DK-8: a lost link has a sound of its own until this seat silences that loss", () => {
  const lost = reduce(liveFrom({ alarms: [alarmRow()] }), {
    kind: "link",
    link: "lost",
    since: 1000,
  });
  assert.equal(chooseSound({ live: lost, lostSilenced: null, heard: none })?.kind, "lost");
  assert.equal(chooseSound({ live: lost, lostSilenced: 1000, heard: none })?.kind, "P1-fire");
  assert.equal(chooseSound({ live: lost, lostSilenced: 500, heard: none })?.kind, "lost");
});

test("DK-8: a press that is not on disk sounds like a fire and cannot be silenced", () => {
  const live = liveFrom();
  const recording = { ...live.recording, recording: false, unrecordedCount: 1 };
  assert.equal(kindOf({ ...live, recording }), "P1-fire");
});

test("DK-9: each sound has a rhythm of its own, is audible and never clips", () => {
  const shapes = new Set<string>();
  for (const tone of Object.values(tones)) {
    const samples = samplesOf(tone, 8000);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    assert.ok(peak > 0.1 && peak <= 1, `peak ${peak}`);
    shapes.add(`${tone.periodMs}/${tone.parts.length}/${tone.repeats}`);
  }
  assert.equal(shapes.size, Object.keys(tones).length);
  assert.equal(tones.P3.repeats, false);
  assert.ok(tones.P0.parts.reduce((sum, part) => sum + part.ms, 0) === tones.P0.periodMs);
});
