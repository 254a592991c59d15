/**
 * Background load in a process of its own: QoS 0 `state` messages of 120 bytes and three points, at
 * a fixed rate. Says what it really sent when it is told to stop.
 */
import { connect } from "mqtt";

type Start = {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly topics: readonly string[];
  readonly perSecond: number;
};

const clientsPerRate = 1000;
const sliceMs = 5;

async function load(start: Start): Promise<() => number> {
  const { url, username, password, topics, perSecond } = start;
  const count = Math.max(1, Math.ceil(perSecond / clientsPerRate));
  const clients = Array.from({ length: count }, (_, i) =>
    connect(url, { username, password, clientId: `telemetry-${i}`, keepalive: 60 }),
  );
  await Promise.all(
    clients.map(
      (client) =>
        new Promise<void>((resolve) =>
          client.once("connect", () => {
            (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
            resolve();
          }),
        ),
    ),
  );
  let sent = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * perSecond;
    while (sent < due) {
      const body = {
        v: 1,
        seq: sent,
        ts: 1_790_000_000_000 + sent,
        points: { pressure_mpa: 0.42 },
      };
      const payload = JSON.stringify({
        ...body,
        points: { ...body.points, level_m: 2.1, flow_ls: 0 },
      });
      const topic = topics[sent % topics.length] ?? "";
      clients[sent % count]?.publish(topic, payload.padEnd(120), { qos: 0 });
      sent += 1;
    }
  }, sliceMs);
  return () => {
    clearInterval(timer);
    for (const client of clients) client.end(true);
    return Math.round(sent / ((performance.now() - began) / 1000));
  };
}

let stop: (() => number) | null = null;
process.on("message", (message: Start | "stop") => {
  if (message === "stop") {
    process.send?.({ perSecond: stop?.() ?? 0 }, () => process.exit(0));
  } else {
    void load(message).then((end) => {
      stop = end;
      process.send?.("ready");
    });
  }
});
process.on("disconnect", () => process.exit(0));
