/** MQTT clients of tests: connected, with TCP_NODELAY, and closed by the test that made them. */
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { Started } from "./process.ts";
import { firelinkJson } from "./process.ts";

export type Credential = { readonly username: string; readonly password: string };

export async function connectAs(
  gateway: Pick<Started, "mqttUrl">,
  { username, password }: Credential,
  more: IClientOptions = {},
): Promise<MqttClient> {
  const client = connect(gateway.mqttUrl, { username, password, reconnectPeriod: 0, ...more });
  client.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${username} cannot connect`)), 10_000);
    client.once("connect", () => {
      clearTimeout(timer);
      (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
      resolve();
    });
    client.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
  return client;
}

export function deviceCredential(folder: string, ...keys: string[]): Credential {
  return firelinkJson(folder, ["device", "credential", ...keys]);
}

export function stationCredential(folder: string, ...ids: string[]): Credential {
  return firelinkJson(folder, ["station", "credential", ...ids]);
}
