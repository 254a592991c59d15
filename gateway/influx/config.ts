/** What the configuration says of InfluxDB. */
import type { KeyName } from "../config.ts";

export type InfluxConfig = {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly retentionPolicy: string | null;
  readonly token: string | null;
  readonly tokenFile: string | null;
  readonly api: "auto" | "1" | "2";
  readonly resendMs: number;
  readonly timeoutMs: number;
  readonly lagAlarmMs: number;
};

/** Null where no address is set. */
export function buildInflux(get: <T>(name: KeyName) => T): InfluxConfig | null {
  const url = get<string | null>("influx.url");
  if (url === null) return null;
  return {
    url,
    org: get<string | null>("influx.org") ?? "",
    bucket: get("influx.bucket"),
    retentionPolicy: get("influx.retention-policy"),
    token: get("influx.token"),
    tokenFile: get("influx.token-file"),
    api: get("influx.api"),
    resendMs: get<number>("influx.resend-seconds") * 1000,
    timeoutMs: get("influx.timeout-ms"),
    lagAlarmMs: get<number>("influx.lag-alarm-seconds") * 1000,
  };
}
