/**
 * What the adapter on the main thread and its worker say to each other, and what a device, a point
 * and a link of OPC UA are. Nothing here imports node-opcua: only the worker loads it.
 */
import type { Reading } from "#rules/sample.ts";

/** A point behind a node; in the terms of Part 4, a monitored item. */
export type MonitoredPoint = {
  readonly id: string;
  readonly nodeId: string;
  readonly type: "boolean" | "number" | "text";
  readonly samplingMs?: number;
  /** Absolute: the server does not report a change of a number that is smaller. */
  readonly deadBand?: number;
  readonly range?: readonly [least: number, most: number];
  /** The values that an enumeration has. */
  readonly values?: readonly number[];
};

export const securityModes = ["none", "sign", "sign-and-encrypt"] as const;
export const securityPolicies = [
  "Basic256Sha256",
  "Aes128_Sha256_RsaOaep",
  "Aes256_Sha256_RsaPss",
] as const;

export type OpcuaSecurity = {
  readonly mode: (typeof securityModes)[number];
  /** Of a mode other than none; Basic256Sha256 where it is not said. */
  readonly policy?: (typeof securityPolicies)[number];
};

export type OpcuaLogin =
  | { readonly as: "anonymous" }
  | { readonly as: "user"; readonly user: string; readonly password: string }
  /** Both PEM. */
  | { readonly as: "x509"; readonly certificate: string; readonly privateKey: string };

export type OpcuaDevice = {
  /** SITE/DEVICE. */
  readonly key: string;
  readonly endpoint: string;
  readonly security: OpcuaSecurity;
  readonly login: OpcuaLogin;
  readonly points: readonly MonitoredPoint[];
  /**
   * Node whose events are its alarms; null for none. Without it the Server object, which has those
   * of everybody: two devices of one endpoint need a notifier each.
   */
  readonly notifier?: string | null;
};

/** A reading with the times of source and server, ms UTC, where they were given. */
export type ItemReading = readonly [
  point: string,
  reading: Reading,
  sourceTs: number | null,
  serverTs: number | null,
];

/** An event of AlarmConditionType (Part 9); null is what the server left out. */
export type ConditionEvent = {
  /** Hexadecimal. */
  readonly eventId: string | null;
  readonly conditionId: string | null;
  readonly conditionName: string | null;
  readonly sourceNode: string | null;
  readonly sourceName: string | null;
  /** ms UTC. */
  readonly time: number | null;
  /** 1 to 1000. */
  readonly severity: number | null;
  readonly active: boolean | null;
  readonly acked: boolean | null;
  readonly retain: boolean | null;
  readonly message: string | null;
  /** It was so before: the answer to a ConditionRefresh. */
  readonly refreshed: boolean;
};

export type OpcuaFault =
  | "no-connection"
  | "timeout"
  /** The server has no endpoint of this mode and policy. */
  | "no-endpoint"
  /** The certificate of the server is not in the trust list. */
  | "untrusted-certificate"
  /** Expired, not yet valid, or no certificate at all. */
  | "bad-certificate"
  | "login-refused"
  /** The server refuses something else; `why` has its status code. */
  | "refused"
  /** Connected, and nothing was heard for too long. */
  | "silent"
  | "session-closed"
  /** The worker of the gateway died. */
  | "worker-died";

/** What the server made of our wishes (Part 4, 5.13.2 and 5.14.2). */
export type Revised = {
  readonly publishingMs: number;
  readonly keepAliveMs: number;
  readonly lifetimeMs: number;
  readonly sessionTimeoutMs: number;
  /** Least and most of all items; null where there is none. */
  readonly samplingMs: readonly [number, number] | null;
  readonly queue: readonly [number, number] | null;
};

export type OpcuaLink = {
  /** `live`: every item is created and has given its first value. `lost`: unknown until it is. */
  readonly state: "starting" | "live" | "failing" | "lost";
  /** Failures in a row. */
  readonly failures: number;
  readonly fault: OpcuaFault | null;
  readonly why: string | null;
  /** Monotonic ms of the next try, where it is being left alone. */
  readonly nextTryAt: number | null;
  /** Points whose node the server refuses to monitor or gives no value of. */
  readonly holes: readonly string[];
  /** Points whose node gives what cannot be a value of theirs. */
  readonly unfit: readonly string[];
  readonly revised: Revised | null;
  /** Host that the server calls itself, where it is not the one we call. */
  readonly otherHost: string | null;
  /** Why there are no alarms and conditions; null where there are, or none are wanted. */
  readonly eventsRefused: string | null;
  /** Sessions that were begun, and resumed after their connection was lost. */
  readonly sessions: number;
  readonly resumed: number;
  /** Values of which the server said that its queue was too short for them. */
  readonly overflows: number;
};

export type LogLine = {
  readonly level: "info" | "warn";
  readonly what: string;
  readonly point?: string;
  readonly status?: string;
};

export type Certificate = {
  /** SHA-1, as OPC UA has it everywhere. */
  readonly thumbprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly applicationUri: string | null;
};

/** One that nobody has trusted yet, and which server showed it last; null since a restart. */
export type RejectedCertificate = Certificate & {
  readonly shownBy: { readonly endpoint: string; readonly at: number } | null;
};

export type Certificates = {
  readonly own: Certificate | null;
  readonly trusted: readonly Certificate[];
  readonly rejected: readonly RejectedCertificate[];
};

export type ToWorker =
  | { readonly do: "watch"; readonly devices: readonly OpcuaDevice[] }
  | { readonly do: "retry"; readonly key: string }
  /** So many batches of readings were taken in. */
  | { readonly do: "taken"; readonly batches: number }
  | { readonly do: "certificates"; readonly id: number }
  | { readonly do: "trust"; readonly id: number; readonly thumbprint: string }
  | { readonly do: "stop" };

export type FromWorker =
  | { readonly tell: "readings"; readonly key: string; readonly readings: readonly ItemReading[] }
  | { readonly tell: "event"; readonly key: string; readonly event: ConditionEvent }
  /** `nextTryAt` as ms from now: the threads' clocks do not begin at the same time. */
  | { readonly tell: "link"; readonly key: string; readonly link: OpcuaLink }
  | { readonly tell: "log"; readonly key: string; readonly line: LogLine }
  | { readonly tell: "failed"; readonly key: string; readonly message: string }
  | { readonly tell: "answer"; readonly id: number; readonly answer: Certificates | boolean }
  | { readonly tell: "stopped" };
