/**
 * Every reach into what Aedes 1.2 does not publish, in one file. Aedes is pinned exactly; `check`
 * fails at start where an update has moved one of them.
 */
import type { Client } from "aedes";

type Parsed = { readonly cmd: string; readonly messageId?: number };

/** A PUBLISH as the parser gives it. */
export type ParsedPublish = Parsed & {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
};

type Inside = {
  /** Highest brokerCounter delivered to this client: the monotonic de-duplication. */
  duplicates: Record<string, number>;
  _nextId: number;
  _keepaliveTimer: NodeJS.Timeout | null;
  readonly _parser: {
    parse(bytes: Buffer): number;
    readonly packet: { readonly length: number };
    on(event: "packet", listener: (packet: Parsed) => void): void;
    emit(event: string, ...args: unknown[]): boolean;
  };
};

function inside(client: Client): Inside {
  return client as unknown as Inside;
}

/** Throws where this Aedes is not the one these reaches were written for. */
export function checkInternals(client: Client): void {
  const { duplicates, _nextId, _parser } = inside(client);
  const known =
    typeof duplicates === "object" &&
    typeof _nextId === "number" &&
    typeof _parser?.parse === "function" &&
    typeof _parser.packet?.length === "number";
  if (!known) throw new Error("this version of Aedes is not the one the adapter was written for");
}

/**
 * Defect 1: a packet that was overtaken by a newer one is taken for a duplicate and dropped. In one
 * process, with a trie that names each subscriber once, there is nothing to de-duplicate.
 */
export function disableDeduplication(client: Client): void {
  inside(client).duplicates = new Proxy(Object.create(null) as Record<string, number>, {
    get: () => 0,
    set: () => true,
    deleteProperty: () => true,
  });
}

/** Defect 4: no limit to a packet's size. The announced length is known with the fixed header. */
export function limitPacketSize(client: Client, bytes: number, exceeded: () => void): void {
  const parser = inside(client)._parser;
  const parse = parser.parse.bind(parser);
  parser.parse = (chunk: Buffer): number => {
    const rest = parse(chunk);
    if (parser.packet.length > bytes) exceeded();
    return rest;
  };
}

export function onPuback(client: Client, confirmed: (messageId: number) => void): void {
  inside(client)._parser.on("packet", (packet) => {
    if (packet.cmd === "puback" && packet.messageId !== undefined) confirmed(packet.messageId);
  });
}

/**
 * `take` sees each PUBLISH of a client that has been let in before Aedes does; true keeps it from
 * Aedes. Only for what needs no answer: nothing here holds up the reading of the socket.
 */
export function skimPublish(client: Client, take: (packet: ParsedPublish) => boolean): void {
  const parser = inside(client)._parser;
  const emit = parser.emit.bind(parser);
  parser.emit = (event: string, ...args: unknown[]): boolean => {
    const packet = args[0] as Parsed | undefined;
    const isPublish = event === "packet" && packet?.cmd === "publish";
    return (isPublish && take(packet as ParsedPublish)) || emit(event, ...args);
  };
}

/** A packet identifier for a message to this client, from Aedes' own counter. */
export function takeMessageId(client: Client): number {
  const state = inside(client);
  const id = state._nextId;
  state._nextId = id >= 65_535 ? 1 : id + 1;
  return id;
}

/** As if the client had just been heard. */
export function refreshKeepAlive(client: Client): void {
  inside(client)._keepaliveTimer?.refresh();
}
