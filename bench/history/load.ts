/**
 * Telemetry of which every sample is worth storing, in a process of its own: QoS 0 `state` messages
 * of 120 bytes and three points, each another value than before, at a fixed rate.
 */
import { connect, type MqttClient } from "mqtt";

export type Login = {
  readonly username: string;
  readonly password: string;
  /** Topics it may publish below. */
  readonly topics: readonly string[];
};

export type LoadStart = {
  readonly url: string;
  readonly logins: readonly Login[];
  readonly perSecond: number;
};

const connectionsOfLogin = 5;
const sliceMs = 5;

type Way = { readonly client: MqttClient; readonly topics: readonly string[] };

async function load({ url, logins, perSecond }: LoadStart): Promise<() => number> {
  const ways = await Promise.all(
    logins.flatMap(({ username, password, topics }, n) =>
      Array.from({ length: connectionsOfLogin }, async (_, i): Promise<Way> => {
        const client = connect(url, { username, password, clientId: `load-${n}-${i}` });
        await new Promise<void>((resolve) => client.once("connect", () => resolve()));
        (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
        return { client, topics: topics.filter((_, k) => k % connectionsOfLogin === i) };
      }),
    ),
  );
  let sent = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; sent < due; sent += 1) publish(ways, sent);
  }, sliceMs);
  return () => {
    clearInterval(timer);
    return sent;
  };
}

function publish(ways: readonly Way[], n: number): void {
  const way = ways[n % ways.length];
  const round = Math.floor(n / ways.length);
  const topic = way?.topics[round % way.topics.length];
  const times = Math.floor(round / (way?.topics.length ?? 1));
  const points = { temp_c: 20 + (times % 40), rssi_dbm: -60 - 5 * (times % 9), uptime_s: n };
  way?.client.publish(topic ?? "", JSON.stringify({ v: 1, seq: n, points }).padEnd(120));
}

let stop: (() => number) | null = null;
process.on("message", (message: LoadStart | "stop") => {
  if (message === "stop") {
    // What is on its way may still be in the socket: the connections stay until the process ends.
    process.send?.({ sent: stop?.() ?? 0 });
  } else {
    void load(message).then((end) => {
      stop = end;
      process.send?.("ready");
    });
  }
});
process.on("disconnect", () => process.exit(0));
