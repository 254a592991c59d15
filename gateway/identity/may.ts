/**
 * May this asker do this? The one function that every route, stream, topic and line of control.sock
 * asks. It refuses by default: an action, a role or a scope that it does not know is a no.
 *
 * Pure, and cheap: each PUBLISH asks it, so an answer about a topic is a constant.
 */

import type { Command } from "#rules/command.ts";
import type { HotWorkCommand } from "#rules/hot-work/command.ts";
import type { Party } from "#rules/hot-work/permit.ts";
import { Refused } from "../errors.ts";
import type { Principal } from "./credentials.ts";
import type { Person } from "./people.ts";
import { mayPublish, maySubscribe } from "./rights.ts";
import type { Topics } from "./topics.ts";

export type Asker =
  | {
      readonly kind: "person";
      readonly person: Person;
      /** read-only: the session has expired. Lists and sound go on, acts ask for a PIN. */
      readonly access: "full" | "read-only";
    }
  /** An MQTT credential. */
  | { readonly kind: "client"; readonly who: Principal }
  /** control.sock: whoever can open it owns the data folder. */
  | { readonly kind: "cli" }
  | { readonly kind: "nobody"; readonly loopback: boolean };

export const actions = [
  /** Pages, files of pages, signing in, health: what stands before the door. */
  "enter",
  "read",
  /** Names with telephone numbers. */
  "read-contacts",
  "stream",
  /** A command of a person. */
  "act",
  /** A station's answer to its own order, by its crew. */
  "reply",
  /** A page says that somebody sees and hears it. */
  "attend",
  /** The demonstration. */
  "tour",
  "metrics",
  "publish",
  "subscribe",
  /** Users, PINs, credentials, imports. */
  "administrate",
  /** Reports of hot work, and acts on permits: which, by role, stands in hotWorkRoles. */
  "hot-work",
] as const;
export type Action = (typeof actions)[number];

/**
 * What it is about. A person of one site may only what names that site, a station's person only what
 * names that station; `ownScope` gives what to name where the request names nothing.
 */
export type Scope = {
  readonly site?: string | undefined;
  readonly station?: string | undefined;
  readonly command?: Command["command"] | undefined;
  readonly topic?: string | undefined;
  /** Of a check on site: for whom somebody signs. */
  readonly party?: Party | undefined;
};

export type Verdict =
  | { readonly may: true }
  | { readonly may: false; readonly code: string; readonly allowed: string };

const yes: Verdict = Object.freeze({ may: true });
const no = (code: string, allowed: string): Verdict => Object.freeze({ may: false, code, allowed });

const signInFirst = no("unauthorized", "sign in first");
const askForPin = no("read-only", "the session has expired: act by PIN, or sign in again");
const nothing = no("forbidden", "nothing of this kind for this asker");
const otherHotWork = no("forbidden", "acts of hot work of another role");
const otherParty = no("forbidden", "the firm signs for the firm, officials for officials");
const administrator = no("forbidden", "role admin");

/** What each role may, within its scope. What is not listed is refused. */
const rights: Readonly<Record<string, ReadonlySet<Action>>> = {
  admin: new Set<Action>([
    ...(["read", "read-contacts", "stream", "act", "reply", "attend", "tour", "metrics"] as const),
    ...(["administrate", "hot-work"] as const),
  ]),
  operator: new Set<Action>([
    ...(["read", "read-contacts", "stream", "act", "attend", "tour", "metrics"] as const),
    "hot-work",
  ]),
  viewer: new Set<Action>(["read", "stream", "metrics"]),
  station: new Set<Action>(["read", "stream", "reply", "hot-work"]),
  park: new Set<Action>(["read", "stream", "hot-work"]),
  watcher: new Set<Action>(["read", "stream", "hot-work"]),
  platform: new Set<Action>(["read", "hot-work"]),
};

/** What an expired session keeps: it looks and listens, and whoever hears it is a person. */
const withoutPin: ReadonlySet<Action> = new Set(["read", "read-contacts", "stream", "attend"]);

const atThePlace = ["check-in", "confirm-stop", "look-at-place", "hand-over-watch"] as const;
const byTheCrew = ["accept-inspection", "decline-inspection", "sign-inspection"] as const;

/**
 * What of hot work a role may that may not everything of it. The station checks and approves nothing; the
 * firm approves and accepts no inspection; the town's officers work at a desk.
 */
const hotWorkRoles: Readonly<Record<string, ReadonlySet<string>>> = {
  station: new Set<HotWorkCommand["command"]>([
    ...byTheCrew,
    ...(["waive-party", "note-gas-test", "stop-work"] as const),
  ]),
  watcher: new Set<HotWorkCommand["command"]>([
    ...atThePlace,
    ...(["start-work", "stop-work", "resume-work", "end-work", "take-final-photo"] as const),
    ...(["note-gas-test", "note-wind"] as const),
  ]),
  platform: new Set<HotWorkCommand["command"]>([
    ...(["report-hot-work", "cancel-permit", "note-hot-work"] as const),
  ]),
};
/** The firm approves its own work and refuses it: a desk of the town or the district does neither. */
const ofTheFirmAlone: ReadonlySet<string> = new Set<HotWorkCommand["command"]>([
  ...(["approve-permit", "refuse-permit", "waive-gas-test"] as const),
]);
const notOfThePark: ReadonlySet<string> = new Set<HotWorkCommand["command"]>([
  ...(["accept-inspection", "decline-inspection", "check-by-video", "reschedule-permit"] as const),
]);

const ofTheFirm: ReadonlySet<Party> = new Set<Party>(["firm-safety-officer", "firm-brigade"]);

/** A check is none where the firm signs for those who look at it, or they for the firm. */
function maySignFor(role: string, { party, command }: Scope): boolean {
  if (party === undefined || role === "admin") return true;
  if (role === "park") return ofTheFirm.has(party);
  // That a party does not exist officials may say of any.
  return command === "waive-party" || !ofTheFirm.has(party);
}

/** Commands that change what the rules go by: for administrators, whatever their route. */
const administrative: ReadonlySet<string> = new Set<Command["command"]>(["adopt"]);

export function may(asker: Asker, action: Action, scope: Scope, topics?: Topics): Verdict {
  switch (asker.kind) {
    case "client":
      return mayClient(asker.who, action, scope, topics);
    case "person":
      return mayPerson(asker, action, scope);
    case "cli":
      return action === "publish" || action === "subscribe" || !isAction(action) ? nothing : yes;
    case "nobody":
      if (action === "enter" || (action === "metrics" && asker.loopback)) return yes;
      return signInFirst;
    default:
      asker satisfies never;
      return nothing;
  }
}

/** Throws `Refused` with the reason and what is allowed. */
export function insist(asker: Asker, action: Action, scope: Scope = {}): void {
  const verdict = may(asker, action, scope);
  if (verdict.may) return;
  const { code, allowed } = verdict;
  throw new Refused({ code, message: `${action}: ${code}`, allowed });
}

/** What a person sees who asks for nothing in particular: everything, one site, or one station. */
export function ownScope({ role, scope }: Person): Scope {
  if (role === "station") return { station: scope };
  return scope === "*" ? {} : { site: scope };
}

function mayPerson(
  { person, access }: Asker & { kind: "person" },
  action: Action,
  scope: Scope,
): Verdict {
  if (action === "enter") return yes;
  const { role } = person;
  if (!Object.hasOwn(rights, role) || !rights[role]?.has(action)) return byAnotherRole(action);
  if (scope.command !== undefined && administrative.has(scope.command) && role !== "admin") {
    return administrator;
  }
  if (action === "hot-work" && !mayHotWork(role, scope.command)) return otherHotWork;
  if (action === "hot-work" && !maySignFor(role, scope)) return otherParty;
  if (access !== "full" && !withoutPin.has(action)) return askForPin;
  // The figures of the gateway itself belong to no site.
  if (action === "metrics") return yes;
  return withinScope(person, scope);
}

function mayHotWork(role: string, command: string | undefined): boolean {
  if (command === undefined) return true;
  if (role === "park") return !notOfThePark.has(command);
  if (role === "operator") return !ofTheFirmAlone.has(command);
  return Object.hasOwn(hotWorkRoles, role) ? hotWorkRoles[role]?.has(command) === true : true;
}

function withinScope({ role, scope: own }: Person, scope: Scope): Verdict {
  if (role === "station") return scope.station === own ? yes : no("forbidden", `station ${own}`);
  return own === "*" || scope.site === own ? yes : no("forbidden", `site ${own}`);
}

function byAnotherRole(action: Action): Verdict {
  const able = Object.keys(rights).filter((role) => rights[role]?.has(action));
  return able.length === 0 ? nothing : no("forbidden", `role ${able.join(" or ")}`);
}

function isAction(action: string): boolean {
  return (actions as readonly string[]).includes(action);
}

/** Refusals of topics, by code: made once, for a device that insists asks a thousand times. */
const topicRefusals = new Map<string, Verdict>(
  [
    ["no-such-topic", "the topics of docs/architecture.md"],
    ["wrong-direction", "event, state, status of a device; reply of a station"],
    ["not-your-device", "devices of this credential"],
    ["not-your-station", "stations of this credential"],
    ["outside-root", "topics below the root"],
    ["not-your-topic", "ack, cmd, order and task of this credential; alarm; heartbeat"],
  ].map(([code = "", allowed = ""]) => [code, no(code, allowed)]),
);

function mayClient(
  who: Principal,
  action: Action,
  { topic }: Scope,
  topics: Topics | undefined,
): Verdict {
  if (topics === undefined || topic === undefined) return nothing;
  let code: string | null;
  if (action === "publish") code = mayPublish(who, topics, topic);
  else if (action === "subscribe") code = maySubscribe(who, topics, topic);
  else return nothing;
  return code === null ? yes : (topicRefusals.get(code) ?? nothing);
}
