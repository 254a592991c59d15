/**
 * What a webhook is sent and what its answer means, by format: generic JSON, the robots of DingTalk and
 * WeCom, and providers of voice calls and SMS, whose answer says only that they have taken it.
 */
import { createHmac } from "node:crypto";

export const formats = ["json", "dingtalk", "wecom", "voice", "sms"] as const;
export type Format = (typeof formats)[number];

export type Endpoint = {
  readonly url: string;
  /** Signs what is sent, and what comes back as a receipt; null where the endpoint needs none. */
  readonly secret: Buffer | null;
  /** Generic JSON where it is absent. */
  readonly format?: Format;
  readonly perMinute?: number;
  readonly atOnce?: number;
};

export type Message = {
  /** One sentence in Chinese: what a robot shows, a voice speaks, an SMS has. */
  readonly text: string;
  /** The whole, for whoever reads JSON. */
  readonly body: object;
  /** Telephone numbers; only providers get them. */
  readonly to?: readonly string[];
  /** Where the person answers. */
  readonly link?: string;
};

export type Verdict =
  /** `accepted`: a provider has it and will say what became of it. */
  | { readonly how: "delivered" | "accepted" }
  | { readonly failed: string; readonly retryAfterMs?: number };

export type Sending = {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

export const isProvider = ({ format }: Endpoint): boolean => format === "voice" || format === "sms";

/** `receipts`: where a provider says what became of it; null where nobody from outside may. */
export function sendingOf(
  { url, secret, format = "json" }: Endpoint,
  key: string,
  message: Message,
  { at, receipts }: { readonly at: number; readonly receipts: string | null },
): Sending {
  const { text, body, to = [], link } = message;
  const line = link === undefined ? text : `${text} ${link}`;
  switch (format) {
    case "dingtalk":
      return plain(dingtalkUrl(url, secret, at), { msgtype: "text", text: { content: line } });
    case "wecom":
      return plain(url, { msgtype: "text", text: { content: clip(line, wecomTextBytes) } });
    case "voice":
    case "sms": {
      // What is asked of the provider wins: an order has a kind of its own, which its text says.
      const asked = { ...body, v: 1, key, kind: format, to, text, link, receipts };
      return signed(url, secret, key, asked);
    }
    case "json":
      return signed(url, secret, key, body);
    default:
      return format satisfies never;
  }
}

function plain(url: string, body: object): Sending {
  return { url, body: JSON.stringify(body), headers: {} };
}

function signed(url: string, secret: Buffer | null, key: string, body: object): Sending {
  const text = JSON.stringify(body);
  const signature = secret ? { "x-firelink-signature": signatureOf(secret, text) } : {};
  return { url, body: text, headers: { "idempotency-key": key, ...signature } };
}

export function signatureOf(secret: Buffer, body: string | Buffer): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Its sign is the time and the secret, signed with the secret; a robot without one has a keyword. */
function dingtalkUrl(url: string, secret: Buffer | null, at: number): string {
  if (secret === null) return url;
  const signing = Buffer.concat([Buffer.from(`${at}\n`), secret]);
  const sign = createHmac("sha256", secret).update(signing).digest("base64");
  const address = new URL(url);
  address.searchParams.set("timestamp", String(at));
  address.searchParams.set("sign", sign);
  return address.href;
}

/** A text of a WeCom robot has at most 2,048 bytes. */
const wecomTextBytes = 2048;

function clip(text: string, mostBytes: number): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  let cut = "";
  let size = 3;
  for (const char of text) {
    size += Buffer.byteLength(char);
    if (size > mostBytes) break;
    cut += char;
  }
  return `${cut}…`;
}

/** Errors of a robot come with status 200 and a code of their own. */
export function verdictOf(
  { format = "json" }: Endpoint,
  { status, body, retryAfter }: Answered,
): Verdict {
  if (status < 200 || status >= 300) {
    const seconds = /^\d{1,5}$/.test(retryAfter ?? "") ? Number(retryAfter) : null;
    const later = seconds === null ? {} : { retryAfterMs: seconds * 1000 };
    return { failed: `status-${status}`, ...later };
  }
  if (format === "voice" || format === "sms") return { how: "accepted" };
  if (format === "json") return { how: "delivered" };
  const code = errcodeOf(body);
  return code === 0 ? { how: "delivered" } : { failed: `errcode-${code ?? "missing"}` };
}

export type Answered = {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
};

function errcodeOf(body: string): number | null {
  try {
    const { errcode } = JSON.parse(body) as { errcode?: unknown };
    return typeof errcode === "number" ? errcode : null;
  } catch {
    return null;
  }
}
