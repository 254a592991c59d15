/** The broker's questions answered with the gateway's parts: rights, intake, delivery. */
import type { SignalBody } from "#rules/signal.ts";
import type { BrokerHooks } from "./adapters/mqtt/port.ts";
import type { Credentials, Principal } from "./identity/credentials.ts";
import { type Action, type Asker, may } from "./identity/may.ts";
import type { Topics } from "./identity/topics.ts";
import type { Intake } from "./intake.ts";
import type { Outbox } from "./outbox/outbox.ts";

export type HookOptions = {
  readonly credentials: Pick<Credentials, "check">;
  readonly topics: Topics;
  readonly intake: Intake;
  readonly outbox: Outbox;
  readonly push: (body: SignalBody) => boolean;
  readonly isStopping: () => boolean;
  readonly refused: (code: string, client: string | null, detail: string) => void;
};

export function brokerHooks(o: HookOptions): BrokerHooks<Principal> {
  const { topics } = o;
  const ask = asking(topics);
  return {
    authenticate: (_client, username, password) => o.credentials.check(username, password),
    mayPublish: (who, topic) => ask(who, "publish", topic),
    maySubscribe: (who, filter) => ask(who, "subscribe", filter),
    maySkip: (topic) => topic.endsWith("/state"),
    keepsRetain: (topic) => topic.endsWith("/state") || topic.endsWith("/status"),
    receive: (publish, done) => {
      // Wills of connections that we cut ourselves at a stop say nothing about the devices.
      if (o.isStopping() && publish.topic.endsWith("/status")) return done(false);
      o.intake.receive(publish, done);
    },
    skim: (who, topic) => {
      const parsed = topics.parse(topic);
      if (parsed?.kind !== "state" || ask(who, "publish", topic) !== null) return null;
      return (clientId, text) => o.intake.skim({ topic: parsed, clientId, text });
    },
    delivered: (who, _client, topic, tag) => {
      const parsed = topics.parse(topic);
      if (parsed?.kind === "cmd" && who.devices.has(parsed.key)) o.outbox.commandDelivered(tag);
      if (!parsed || !("station" in parsed) || !who.stations.has(parsed.station)) return;
      const [of = "", number = ""] = tag.split(":");
      const { station } = parsed;
      const revision = Number(number);
      if (parsed.kind === "task") o.push({ kind: "task-delivery", station, permit: of, revision });
      if (parsed.kind !== "order") return;
      o.push({ kind: "delivery", station, order: of, revision, channel: 0 });
    },
    subscribed: (who, _client, filters) => {
      // Wildcards cover the own topics; it is enough that some of them were subscribed.
      if (filters.length === 0) return;
      for (const station of who.stations) {
        if (filters.some((f) => covers(f, topics.order(station)))) {
          o.outbox.stationConnected(station);
        }
        if (filters.some((f) => covers(f, topics.task(station)))) {
          o.outbox.tasksWanted(station);
        }
      }
      for (const key of who.devices) {
        const [site = "", device = ""] = key.split("/");
        if (filters.some((f) => covers(f, topics.ack(site, device)))) {
          o.outbox.deviceConnected(site, device);
        }
      }
    },
    disconnected: () => {},
    refused: o.refused,
  };
}

type Ask = (who: Principal, action: Action, topic: string) => string | null;

/**
 * `may` for topics: the code of a refusal, or null. A flood asks it before each message, so that one
 * question serves them all.
 */
function asking(topics: Topics): Ask {
  const question = { topic: "" };
  const askers = new WeakMap<Principal, Asker>();
  return (who, action, topic) => {
    let asker = askers.get(who);
    if (!asker) {
      asker = { kind: "client", who };
      askers.set(who, asker);
    }
    question.topic = topic;
    const verdict = may(asker, action, question, topics);
    return verdict.may ? null : verdict.code;
  };
}

/** True where the filter, whose only wildcard may stand last, matches the topic. */
function covers(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const head = filter.slice(0, -1);
  return /[+#]$/.test(filter) && topic.startsWith(head);
}
