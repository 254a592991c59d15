/**
 * The topics of DESIGN §6 under one root: built and parsed in one place, so that no string of a
 * device ever becomes part of a topic unchecked.
 */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** First levels that are no sites. */
const reserved = new Set(["station", "alarm", "heartbeat"]);

type DeviceTopic<Kind extends string> = {
  readonly kind: Kind;
  readonly site: string;
  readonly device: string;
  /** SITE/DEVICE, as `deviceKey` gives it. */
  readonly key: string;
};

export type ParsedTopic =
  | DeviceTopic<"event">
  | DeviceTopic<"state">
  | DeviceTopic<"status">
  | DeviceTopic<"ack">
  | DeviceTopic<"cmd">
  | { readonly kind: "order"; readonly station: string }
  | { readonly kind: "task"; readonly station: string }
  | { readonly kind: "reply"; readonly station: string }
  | { readonly kind: "answer"; readonly station: string }
  | { readonly kind: "alarm"; readonly alarm: string }
  | { readonly kind: "heartbeat" };

const deviceKinds = new Set(["event", "state", "status", "ack", "cmd"]);
const stationKinds = new Set(["order", "task", "reply", "answer"]);

/** Topics whose parsing is remembered; a district of 20,000 devices has four of each. */
const mostRemembered = 100_000;

export type Topics = {
  readonly root: string;
  /** Null where the topic is none of ours: another root, a bad id, a level too many. */
  parse(topic: string): ParsedTopic | null;
  event(site: string, device: string): string;
  state(site: string, device: string): string;
  status(site: string, device: string): string;
  ack(site: string, device: string): string;
  cmd(site: string, device: string): string;
  order(station: string): string;
  /** What is no emergency: an inspection of hot work. */
  task(station: string): string;
  reply(station: string): string;
  /** What was said to an order elsewhere: on a phone, by radio. */
  answer(station: string): string;
  alarm(alarm: string): string;
  heartbeat(): string;
};

export function createTopics(root: string): Topics {
  const device = (kind: string) => (site: string, id: string) => `${root}/${site}/${id}/${kind}`;
  const station = (kind: string) => (id: string) => `${root}/station/${id}/${kind}`;
  const known = new Map<string, ParsedTopic>();
  return {
    root,
    // Each message asks two or three times, and a device's topics stay the same for years. What is
    // no topic of ours is not remembered: strangers cannot fill the memory.
    parse: (topic) => {
      const remembered = known.get(topic);
      if (remembered) return remembered;
      const parsed = parse(root, topic);
      if (known.size >= mostRemembered) known.clear();
      if (parsed) known.set(topic, parsed);
      return parsed;
    },
    event: device("event"),
    state: device("state"),
    status: device("status"),
    ack: device("ack"),
    cmd: device("cmd"),
    order: station("order"),
    task: station("task"),
    reply: station("reply"),
    answer: station("answer"),
    alarm: (id) => `${root}/alarm/${id}`,
    heartbeat: () => `${root}/heartbeat`,
  };
}

function parse(root: string, topic: string): ParsedTopic | null {
  if (!topic.startsWith(`${root}/`)) return null;
  const [first = "", second = "", third, ...more] = topic.slice(root.length + 1).split("/");
  if (more.length > 0) return null;
  if (third === undefined) {
    if (first === "heartbeat" && second === "") return topic.endsWith("/") ? null : { kind: first };
    return first === "alarm" && idPattern.test(second) ? { kind: first, alarm: second } : null;
  }
  if (!idPattern.test(second)) return null;
  if (first === "station" && stationKinds.has(third)) {
    return { kind: third as "order" | "task" | "reply" | "answer", station: second };
  }
  if (reserved.has(first) || !idPattern.test(first) || !deviceKinds.has(third)) return null;
  return { kind: third as "event", site: first, device: second, key: `${first}/${second}` };
}
