/**
 * Thousands of devices in a process of their own: each with its birth, its last will, its ack topic,
 * and the patience to come back. Tells how many are connected whenever that changes.
 */
import { connect } from "mqtt";

type Start = {
  readonly url: string;
  readonly root: string;
  readonly logins: readonly {
    readonly username: string;
    readonly password: string;
    readonly keys: readonly string[];
  }[];
};

const reportEveryMs = 100;
/** Connections that are begun in one go; a real crowd is not of one mind either. */
const atOnce = 50;

async function gather({ url, root, logins }: Start): Promise<void> {
  const connected = new Set<string>();
  const wanted = logins.flatMap(({ username, password, keys }) =>
    keys.map((key) => ({ username, password, key })),
  );
  for (let i = 0; i < wanted.length; i += atOnce) {
    for (const { username, password, key } of wanted.slice(i, i + atOnce)) {
      const status = `${root}/${key}/status`;
      const will = {
        topic: status,
        payload: Buffer.from("offline"),
        qos: 1,
        retain: true,
      } as const;
      const clientId = key.replace("/", "-");
      const client = connect(url, { username, password, clientId, will, keepalive: 30 });
      client.on("error", () => {});
      client.on("connect", () => {
        client.publish(status, "online", { qos: 1, retain: true });
        client.subscribe(`${root}/${key}/ack`, { qos: 1 }, (error) => {
          if (!error) connected.add(key);
        });
      });
      client.on("close", () => connected.delete(key));
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  let told = -1;
  setInterval(() => {
    if (connected.size === told) return;
    told = connected.size;
    process.send?.({ connected: told });
  }, reportEveryMs);
}

process.on("message", (message: Start) => void gather(message));
process.on("disconnect", () => process.exit(0));
