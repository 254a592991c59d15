/** What the InfluxDB writer says of itself, for metrics, screens and the alarm G08. */
export type SenderState =
  | "connecting"
  | "writing"
  /** Nobody answers there. */
  | "unreachable"
  /** The token is wrong, or may not write there; or every point is refused, whatever it is. */
  | "refused"
  /** Bucket or database does not exist. */
  | "no-database"
  /** It answers, and takes nothing now. */
  | "waiting";

export type InfluxStatus = {
  readonly state: SenderState;
  /** As the server calls itself; null until it was reached. */
  readonly server: string | null;
  /** Which way of writing it speaks. */
  readonly api: "1" | "2" | null;
  /** In the words of the server or the network. */
  readonly why: string | null;
  /** Samples in the local store that have not been written. */
  readonly lagPoints: number;
  /** How long the oldest of them waits. */
  readonly lagMs: number;
  /** Since the start of the gateway. */
  readonly samples: number;
  readonly events: number;
  /** Samples and marks that the server would not take. */
  readonly aside: number;
  readonly requests: number;
  readonly failures: number;
};
