/**
 * Where a Modbus line is, as one text: `tcp://HOST:PORT`, `rtu-tcp://HOST:PORT` (RTU frames over
 * TCP, as simple serial servers pass them on) or `rtu:/dev/ttyUSB0?baud=9600&parity=even&stop=1`.
 *
 * Devices with the same text share one connection: on a line there is one request at a time.
 */
export type Endpoint =
  | { readonly kind: "tcp" | "rtu-tcp"; readonly host: string; readonly port: number }
  | {
      readonly kind: "rtu";
      readonly path: string;
      readonly baud: number;
      readonly parity: (typeof parities)[number];
      readonly stop: 1 | 2;
    };

export const parities = ["none", "even", "odd"] as const;

export const allowedEndpoint =
  "tcp://HOST:PORT, rtu-tcp://HOST:PORT or rtu:/dev/NAME?baud=9600&parity=none|even|odd&stop=1|2";

/** The IANA port of Modbus. */
const usualPort = 502;

/** Null where the text is no endpoint; `allowedEndpoint` says what is one. */
export function parseEndpoint(text: string): Endpoint | null {
  const net = /^(tcp|rtu-tcp):\/\/([A-Za-z0-9._-]{1,253}|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?$/.exec(
    text,
  );
  if (net) {
    const [, kind, host = "", port = String(usualPort)] = net;
    const number = Number(port);
    if (number < 1 || number > 65_535) return null;
    return { kind: kind as "tcp" | "rtu-tcp", host: host.replace(/^\[|\]$/g, ""), port: number };
  }
  const line = /^rtu:(\/[A-Za-z0-9._/-]{1,200})(?:\?(.*))?$/.exec(text);
  return line ? serial(line[1] ?? "", new URLSearchParams(line[2] ?? "")) : null;
}

function serial(path: string, query: URLSearchParams): Endpoint | null {
  const known = new Set(["baud", "parity", "stop"]);
  if ([...query.keys()].some((key) => !known.has(key))) return null;
  const baud = Number(query.get("baud") ?? 9600);
  const stop = Number(query.get("stop") ?? 1);
  const parity = query.get("parity") ?? "none";
  if (!Number.isInteger(baud) || baud < 300 || baud > 1_000_000) return null;
  if ((stop !== 1 && stop !== 2) || !(parities as readonly string[]).includes(parity)) return null;
  return { kind: "rtu", path, baud, stop, parity: parity as (typeof parities)[number] };
}
