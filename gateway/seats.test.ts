import assert from "node:assert/strict";
import { test } from "node:test";
import type { SignalBody } from "#rules/signal.ts";
import { Seats } from "./seats.ts";
import { VirtualClock } from "./simulation/virtual-clock.ts";

const begin = 1_800_000_000_000;

function setUp(isFull = () => false) {
  const clock = new VirtualClock(begin);
  const said: string[] = [];
  const changes: string[] = [];
  const seats = new Seats({
    clock,
    unattendedAfterMs: 30_000,
    push: (body: SignalBody) => {
      if (isFull() || body.kind !== "level") return false;
      const { rule, site, device, level, since } = body;
      said.push(
        `${(clock.now() - begin) / 1000} ${rule} ${site}/${device} ${level} ${since - begin}`,
      );
      return true;
    },
    changed: (seat, isAttended, person) => changes.push(`${seat} ${isAttended} ${person}`),
  });
  seats.start();
  const present = (stream = "T1", audio = true) =>
    seats.attend("desk-1", { audio, stream, person: "P-1" });
  return { clock, seats, said, changes, present };
}

/** A page that says each 5 s that its sound runs. */
function stay(clock: VirtualClock, present: () => void, seconds: number): void {
  for (let n = 0; n < seconds; n += 5) {
    present();
    clock.advance(5000);
  }
}

test("SD-12: nobody there for 30 s is said once; who comes ends it, and was not there before", () => {
  const { clock, seats, said, present, changes } = setUp();
  clock.advance(29_999);
  assert.deepEqual(said, []);
  assert.deepEqual(seats.state(), { attended: 0, unattendedSince: begin });
  clock.advance(60_000);
  assert.deepEqual(said, ["30 G03 station/gateway true 0"]);
  seats.streamOpened("T1", "desk-1");
  present();
  assert.deepEqual(seats.state(), { attended: 1, unattendedSince: null });
  assert.equal(said.length, 2);
  assert.match(said[1] ?? "", /G03 station\/gateway false/);
  assert.deepEqual(changes, ["desk-1 true P-1"]);
});

test("SD-12: a live stream without sound is no attended seat, nor is sound without a stream", () => {
  const { clock, seats, said, present } = setUp();
  present();
  seats.streamOpened("T1", "desk-1");
  assert.equal(seats.state().attended, 0);
  present("T1", false);
  assert.equal(seats.state().attended, 0);
  present("T2", true);
  // The stream of another seat proves nothing for this one.
  seats.attend("desk-2", { audio: true, stream: "T1", person: "P-1" });
  assert.equal(seats.state().attended, 0);
  clock.advance(30_000);
  assert.equal(said.length, 1);
});

test("SD-12: sound that is switched off, a page that goes silent, a stream that ends: 30 s each", () => {
  for (const [leave, silentMs] of [
    [(s: ReturnType<typeof setUp>) => s.present("T1", false), 0],
    [(s: ReturnType<typeof setUp>) => s.seats.streamClosed("T1"), 0],
    // What it said last holds for 12 s.
    [() => {}, 12_000 - 5000],
  ] as const) {
    const s = setUp();
    s.seats.streamOpened("T1", "desk-1");
    stay(s.clock, s.present, 120);
    assert.equal(s.said.length, 1);
    leave(s);
    s.clock.advance(silentMs + 29_999);
    assert.equal(s.said.length, 1);
    s.clock.advance(1);
    assert.match(s.said[1] ?? "", /true/);
    assert.equal(s.changes.at(-1), "desk-1 false P-1");
  }
});

test("SD-12: eight tabs of one seat are one; a second seat keeps the room attended", () => {
  const { clock, seats, said } = setUp();
  for (let n = 0; n < 8; n += 1) seats.streamOpened(`T${n}`, "desk-1");
  seats.streamOpened("U", "desk-2");
  const all = () => {
    for (let n = 0; n < 8; n += 1) {
      seats.attend("desk-1", { audio: n === 0, stream: `T${n}`, person: "P-1" });
    }
    seats.attend("desk-2", { audio: true, stream: "U", person: "P-2" });
  };
  all();
  assert.equal(seats.state().attended, 2);
  seats.streamClosed("U");
  assert.equal(seats.state().attended, 1);
  for (let n = 1; n < 8; n += 1) seats.streamClosed(`T${n}`);
  assert.equal(seats.state().attended, 1);
  seats.streamClosed("T0");
  clock.advance(30_000);
  assert.equal(said.length, 2);
});

test("SD-12: a reload of the page within 30 s is nothing; an inbox that is full is asked again", () => {
  let isFull = false;
  const { clock, seats, said, present } = setUp(() => isFull);
  seats.streamOpened("T1", "desk-1");
  present();
  seats.streamClosed("T1");
  clock.advance(20_000);
  seats.streamOpened("T2", "desk-1");
  present("T2");
  clock.advance(11_000);
  assert.equal(said.length, 1);
  isFull = true;
  clock.advance(60_000);
  assert.equal(said.length, 1);
  isFull = false;
  clock.advance(1000);
  assert.match(said[1] ?? "", /true/);
  seats.stop();
  assert.equal(clock.nextAt(), null);
});
