/**
 * The file of webhooks (`webhooks.file`): read and checked at start, each fault with file, line, what is
 * wrong and what is allowed. Secrets, and addresses that are secrets, stand in files or the environment.
 */
import { readFileSync } from "node:fs";
import Type from "typebox";
import type { Config } from "../config.ts";
import { object, oneOf, readYamlFile, type YamlFault } from "../yaml-file.ts";
import { type Endpoint, type Format, formats } from "./formats.ts";

/** Who is called by which endpoint, and how long after the call-out. */
export type CallStep = { readonly endpoint: string; readonly afterMs: number };

export type WebhookFile = {
  readonly endpoints: Map<string, Endpoint>;
  readonly callOut: readonly CallStep[];
};

const name = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$",
  allowed: "1 to 32 of A-Z a-z 0-9 _ -",
});
const path = Type.String({ minLength: 1, maxLength: 500, allowed: "the path of a file" });
const variable = Type.String({ pattern: "^[A-Z][A-Z0-9_]{0,63}$", allowed: "NAME_OF_A_VARIABLE" });
const count = (most: number) =>
  Type.Integer({ minimum: 1, maximum: most, allowed: `a whole number, 1 to ${most}` });
const address = Type.String({ pattern: "^https?://[^\\s]{1,900}$", allowed: "http(s)://…" });

const row = object({
  name,
  format: oneOf(formats),
  url: Type.Optional(address),
  urlFile: Type.Optional(path),
  urlEnv: Type.Optional(variable),
  secretFile: Type.Optional(path),
  secretEnv: Type.Optional(variable),
  perMinute: Type.Optional(count(100_000)),
  atOnce: Type.Optional(count(64)),
});

export const webhooksSchema = object({
  endpoints: Type.Array(row, { maxItems: 100 }),
  callOut: Type.Optional(
    Type.Array(
      object({
        endpoint: name,
        afterMs: Type.Optional(
          Type.Integer({ minimum: 0, maximum: 3_600_000, allowed: "milliseconds, 0 to 3600000" }),
        ),
      }),
      { maxItems: 4 },
    ),
  ),
});

type Given = Type.Static<typeof webhooksSchema>;
type Row = Given["endpoints"][number];
type Environment = Readonly<Record<string, string | undefined>>;

/** The endpoints of the configuration; `voice.url` is a generic one named voice. */
export function endpointsOf({ webhooksFile, voice }: Config, env: Environment): WebhookFile {
  const read = webhooksFile === null ? none() : readWebhooks(webhooksFile, env);
  if (voice && !read.endpoints.has("voice")) {
    const secret = voice.secretFile === null ? null : readFileSync(voice.secretFile);
    read.endpoints.set("voice", { url: voice.url, secret });
  }
  return read;
}

const none = (): WebhookFile => ({ endpoints: new Map(), callOut: [] });

/** Throws `Refused` (bad-file) with every fault. */
export function readWebhooks(file: string, env: Environment): WebhookFile {
  const { value, refuse } = readYamlFile<Given>(file, webhooksSchema);
  const faults: YamlFault[] = [];
  const endpoints = new Map<string, Endpoint>();
  value.endpoints.forEach((given, i) => {
    const fault = (key: string, message: string) =>
      void faults.push({ path: ["endpoints", i, key], message });
    if (endpoints.has(given.name)) fault("name", `${given.name} stands here twice`);
    const url = givenOf(given, "url", env, fault);
    if (url === null) fault("name", "has no address; allowed: one of url, urlFile, urlEnv");
    else if (!/^https?:\/\/\S+$/.test(url))
      fault("name", "its address is none; allowed: http(s)://…");
    const secret = givenOf(given, "secret", env, fault);
    const { format, perMinute, atOnce } = given;
    endpoints.set(given.name, {
      url: url ?? "",
      secret: secret === null ? null : Buffer.from(secret),
      format: format as Format,
      ...(perMinute === undefined ? {} : { perMinute }),
      ...(atOnce === undefined ? {} : { atOnce }),
    });
  });
  const callOut = (value.callOut ?? []).map(({ endpoint, afterMs = 0 }, i) => {
    if (!endpoints.has(endpoint)) {
      const message = `there is no endpoint ${endpoint}; allowed: ${[...endpoints.keys()].join(", ")}`;
      faults.push({ path: ["callOut", i, "endpoint"], message });
    }
    return { endpoint, afterMs };
  });
  refuse(faults);
  return { endpoints, callOut };
}

/** Of `url` or `secret`: the text itself, of a file, or of the environment; at most one of them. */
function givenOf(
  row: Row,
  key: "url" | "secret",
  env: Environment,
  fault: (key: string, message: string) => void,
): string | null {
  const given = [key, `${key}File`, `${key}Env`].filter(
    (one) => row[one as keyof Row] !== undefined,
  );
  if (given.length > 1) fault(given[1] ?? key, `stands beside ${given[0]}; allowed: one of them`);
  if (key === "url" && row.url !== undefined) return row.url;
  const file = key === "url" ? row.urlFile : row.secretFile;
  const named = key === "url" ? row.urlEnv : row.secretEnv;
  if (file !== undefined) {
    try {
      return readFileSync(file, "utf8").trim();
    } catch (error) {
      fault(`${key}File`, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  } else if (named !== undefined) {
    const value = env[named];
    if (value) return value;
    fault(`${key}Env`, `${named} is not set; allowed: a variable of the environment`);
  }
  return null;
}
