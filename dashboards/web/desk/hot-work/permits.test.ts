/** Which permit comes first on the desk, and what it waits for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { byNeed, clockOf, formatSpan, permitsOf } from "./permits.ts";
import { shownHotWork } from "./use-shown.ts";

const hour = 3_600_000;
const minute = 60_000;
/** 2026-11-26 08:00 at +08:00. */
const now = Date.UTC(2026, 10, 26, 0, 0);

type Of = {
  readonly id?: string;
  readonly state?: PermitView["state"];
  readonly from?: number;
  readonly until?: number;
  readonly watch?: Partial<PermitView["watch"]>;
  readonly stop?: PermitView["stop"];
  readonly check?: Partial<NonNullable<PermitView["check"]>>;
};

function permit({ id = "W1", state = "active", from = now, until = now + hour, ...of }: Of) {
  const watch = { checkedInAt: null, nextAt: null, missed: 0, until: null, finalPhoto: null };
  return {
    ...{ id, state, stop: of.stop ?? null, check: of.check ?? null },
    report: { startsAt: from, endsAt: until },
    watch: { ...watch, ...of.watch },
  } as unknown as PermitView;
}

test("HD-1: what stands still is on top, then what burns, what is watched, what is to come; a draft is nobody's", () => {
  const all = [
    permit({ id: "a", state: "closed" }),
    permit({ id: "b", state: "matched", from: now + 2 * hour, until: now + 3 * hour }),
    permit({ id: "c", state: "fire-watch" }),
    permit({ id: "d" }),
    permit({ id: "e", state: "suspended" }),
    permit({ id: "f", state: "checked", from: now + hour, until: now + 3 * hour }),
    permit({ id: "g", state: "draft" }),
  ];
  const ids = (list: readonly PermitView[]) => list.map(({ id }) => id).join("");
  assert.equal(ids(permitsOf(all, now, { utcOffsetMin: 480, days: 1 })), "edcfba");
  assert.equal(ids([...all].sort(byNeed).slice(0, 2)), "ed");
});

test("HD-1: a day begins at local midnight, and what began before and goes on is of it", () => {
  const of = { utcOffsetMin: 480, days: 1 };
  const yesterday = permit({ from: now - 9 * hour, until: now - 8.5 * hour });
  assert.equal(permitsOf([yesterday], now, of).length, 0);
  assert.equal(permitsOf([yesterday], now - 9 * hour, of).length, 1);
  const overNight = permit({ from: now - 9 * hour, until: now - 7 * hour });
  assert.equal(permitsOf([overNight], now, of).length, 1);
  const tomorrow = permit({ from: now + 17 * hour, until: now + 18 * hour });
  assert.equal(permitsOf([tomorrow], now, of).length, 0);
  assert.equal(permitsOf([tomorrow], now, { ...of, days: 2 }).length, 1);
  const watched = permit({ until: now - 9 * hour, from: now - 11 * hour, watch: { until: now } });
  assert.equal(permitsOf([watched], now, of).length, 1);
});

test("HD-2: each permit says the one time that it waits for, and when that runs out", () => {
  const clock = (of: Of) => {
    const found = clockOf(permit(of), now);
    return found && `${found.name} ${(found.at - now) / minute}${found.isUrgent ? " !" : ""}`;
  };
  assert.equal(clock({ watch: { nextAt: now + 5 * minute } }), "check-in 5");
  assert.equal(clock({ watch: { nextAt: now + minute } }), "check-in 1 !");
  assert.equal(clock({ watch: { nextAt: now + 9 * minute, missed: 1 } }), "check-in 9 !");
  assert.equal(
    clock({ state: "fire-watch", watch: { until: now + 43 * minute } }),
    "fire-watch 43",
  );
  assert.equal(clock({ state: "fire-watch", watch: { until: now - minute } }), "photo -1 !");
  const stop = {
    at: now - minute,
    cause: "impaired",
    by: [],
    what: [],
    confirmBy: 1,
    confirmed: false,
    looked: false,
  };
  assert.equal(
    clock({ state: "suspended", stop: stop as PermitView["stop"] }),
    "confirm-stop -1 !",
  );
  const check = { need: "always", expectedAt: now + 20 * minute } as const;
  assert.equal(clock({ state: "matched", check }), "inspector 20");
  assert.equal(clock({ state: "checked", from: now + hour }), "starts 60");
  assert.equal(clock({ state: "closed" }), null);
});

test("HD-3: a time of another day is said with its date; an address names a page or none", () => {
  assert.equal(formatSpan(now, now + 4 * hour, now, 480), "08:00–12:00");
  assert.equal(formatSpan(now - 24 * hour, now, now, 480), "11-25 08:00–08:00");
  assert.deepEqual(shownHotWork("#hot-work"), { what: "list" });
  assert.deepEqual(shownHotWork("#hot-work/wall"), { what: "wall" });
  assert.deepEqual(shownHotWork("#hot-work/permit/W1a"), { what: "permit", permit: "W1a" });
  assert.equal(shownHotWork("#hot-work/permit/<x>"), null);
  assert.equal(shownHotWork("#rules"), null);
});
