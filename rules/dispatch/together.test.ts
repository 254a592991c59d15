/** Where parts of dispatch meet: the only station, 119, pages to stand by, merged and reopened incidents. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { play } from "../scenarios/play.ts";

const onlyR1 = "import R2 gone\nimport R3 gone\nimport R4 gone\n";
const looked = `${onlyR1}detect F02 s1/b1
acknowledge s1/b1
reply M1 accepted
+60s
reply M1 returned
`;

test("DM-1: the only station goes when it is treated as real or confirmed; nothing closes over its head", () => {
  play(`${looked}+120s
expect prompt unverified
expect kind R1 turn-out
expect no closed
expect response ordered`);
  play(`${looked}verify confirmed
expect kind R1 turn-out
expect no closed
expect response ordered`);
});

test("DM-2: what 119 commanded and burns again orders anew; merging brings its command along", () => {
  play(`press s1/b1
acknowledge s1/b1
command-119
reply R1 accepted
reply R1 returned
reply M1 returned
verify confirmed
expect closed
reopen fire-again
expect no command-119
expect state R1 issued`);
  play(`detect F02 s2/b1
acknowledge s2/b1
press s1/b1
acknowledge s1/b1
command-119
verify confirmed
merge 1 2
expect command-119
expect no event order-issued`);
});

test("DM-3: who stands by is the first to reinforce, and is replaced where it is reassigned", () => {
  play(`detect F02 s1/b1
reinforce 1
expect kind R1 turn-out
expect no order R2`);
  play(`detect F02 s1/b1
press s2/b1
reassign R1 2
expect no prompt no-further-station
expect kind R2 stand-by`);
});

test("DM-4: who stood by and has left is out; who has returned stands in its station", () => {
  play(`detect F02 s1/b1
reply R1 accepted
expect no engaged R1 out
reply R1 turned-out
expect engaged R1 out`);
  play(`press s1/b1
reply R1 turned-out
press s2/b1
reassign R1 2
reply R1 turned-out
reply R1 returned
expect no engaged R1 returning
expect said R1 in-service`);
});

test("DM-5: a notice that is received stops no clock of those who are ordered", () => {
  play(`import R2 authority notify
import R1 gone
press s1/b1
expect kind R2 notify
reply R2 accepted
+60s
expect prompt second-station-ordered`);
});

test("DM-6: after a false alarm no clock orders anybody, however long its clearing up takes", () => {
  play(`press s1/b1
deliver R1
+30s
detect F02 s1/b1
verify false cause A1
expect no closed
+2min
expect no order R2
expect no order B1`);
});

test("DM-7: what is done, and who has arrived, counts for the incident it is merged into", () => {
  play(`press s1/b1
verify confirmed
press s2/b1
verify confirmed
note call-119 done
note evacuate done
merge 1 2
expect row call-119 done
expect row evacuate done
+2min
expect no prompt call-119-overdue`);
  play(`press s1/b3
press s1/b1
reply M1 accepted
reply M1 on-scene
merge 1 2
expect reached micro
+5min
expect no prompt late-micro`);
});

test("DM-8: a micro station that says it cannot is nobody who looks", () => {
  play(`status M1 low-crew
detect F02 s1/b1
expect no order M1
expect prompt no-verifier
expect kind R1 turn-out`);
});

test("DM-10: a word of too few people is half an hour old: that station is asked, and not left for ever", () => {
  play(`status R1 low-crew
press s1/b1
expect no order R1`);
  play(`status R1 low-crew
+31min
press s1/b1
expect order R1 nearest
expect asked R1`);
});

test("DM-11: a delivery of what was never sent is none, whatever a provider says", () => {
  const scenario = play("press s1/b1");
  const { id: order, station } = scenario.orderOf("R1");
  for (const [revision, channel] of [
    [1, 1_000_000_000],
    [1, -1],
    [1, 0.5],
    [Number.NaN, 0],
    [2, 0],
  ] as const) {
    scenario.take({ kind: "delivery", station, order, revision, channel });
    assert.deepEqual(scenario.last, []);
  }
});

test("DM-12: who stands by twice goes once, and who has gone elsewhere meanwhile is nobody who stands by", () => {
  play(`detect F02 s1/b1
detect F02 s1/b3
merge 1 2
verify confirmed
expect stations 3
expect order R2
expect order R3`);
  play(`detect F02 s1/b1
detect F02 s1/b3
press s1/b3
reply R1 turned-out
press s1/b1
expect order R2 nearest`);
});

test("DM-13: who had refused and accepts when it is over is not out; what a person has ordered stands when it burns again", () => {
  play(`press s1/b1
deliver R1
reply R1 refused engine-out
detect F02 s1/b1
verify false cause A1
expect no closed
reply R1 accepted
expect refused at-end
expect no engaged R1 out`);
  play(`press s1/b1
deliver R1
detect F02 s1/b1
verify false cause A1
expect no closed
order R2
reopen fire-again
expect orders R2 1
expect state R1 issued`);
});

test("DM-14: who accepts and cannot come after all is replaced; so is who is reassigned beside a mere notice", () => {
  play(`press s1/b1
reply R1 accepted
reply R1 refused engine-out
expect order R2 after-refusal`);
  play(`import R2 authority notify
press s1/b1
order R2
expect kind R2 notify
reply R1 accepted
press s2/b1
reassign R1 2
expect order R3 after-refusal`);
});

test("DM-15: who comes for one that takes its word back has a clock of its own, where none runs", () => {
  play(`press s1/b1
reply R1 accepted
+30s
reply R1 refused engine-out
expect order R2 after-refusal
+1min
expect order R3 third-after-silence
expect order B1 brigade-of-town`);
  play(`press s1/b1
reply R1 accepted
reply R1 refused engine-out
reply R2 accepted
restart
+5min
expect no order R3`);
});

test("DM-16: a micro station on the spot is nobody who fights a large fire: who is reassigned is replaced", () => {
  play(`press s1/b1
reply M1 on-scene
reply R1 accepted
press s2/b1
reassign R1 2
expect order R2 after-refusal`);
});

test("DM-17: what stood beneath work, or a test, and is real opens the checklist as it would have at once", () => {
  play(`take-out s1/b1 2h other
detect F03 s1/b1
expect incidents 0
return s1/b1
+1h
expect incidents 1
expect checklist two-signals`);
});

test("DM-18: only a crew whose order stands asks for more", () => {
  play(`press s1/b1
reply R1 refused engine-out
reinforce 1 of R1
expect refused at-end
expect no order R3`);
});

test("DM-9: what was called off and burns again is late by a clock of its own", () => {
  const { incident, now } = play(`press s1/b1
deliver R1
verify false cause A1
expect no closed
+20min
reopen fire-again`);
  assert.equal(incident.arrival?.from, now);
});
