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
    readonly error: unknown;
    /** What was read and is no whole packet yet. */
    readonly _list: { readonly length: number };
    readonly _stateCounter: number;
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
    typeof _parser._list?.length === "number" &&
    _parser._stateCounter === 0 &&
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

/** Who takes messages past Aedes, which does not see them. */
export type Skimmer = {
  /** Whether messages on this topic are taken at all. */
  readonly wants: (topic: string) => boolean;
  /** Straight after `wants` said yes to the topic: true where this one was taken. */
  readonly take: (topic: string, text: string) => boolean;
};

/**
 * Longer payloads take the long way, one at a time for each client: what waits for its turn is held in
 * memory, and a state is a few hundred bytes.
 */
const mostTextBytes = 4096;
/** In the place of bytes that are no UTF-8. What has one, rightly or not, takes the long way. */
const replacement = "\ufffd";

/**
 * The skimmer is asked of each PUBLISH with QoS 0 that is not retained, of a client that has been let in, before
 * Aedes sees it. Only for what needs no answer: nothing here holds up the reading of the socket.
 *
 * Those with which a chunk begins are taken where they lie, without the parser, which costs more than
 * all the rest of a message's way (ADR 56). From the first that is something else on, the parser has
 * the chunk, as it would have had it, and what it makes is offered too.
 */
export function skimPublish(client: Client, mostBytes: number, skimmer: Skimmer): void {
  const parser = inside(client)._parser;
  const parse = parser.parse.bind(parser);
  const emit = parser.emit.bind(parser);
  /** The beginning of a plain PUBLISH; the parser has nothing while there is one. */
  let begun: Buffer | null = null;
  parser.parse = (chunk: Buffer): number => {
    if (parser._list.length > 0 || parser._stateCounter > 0 || parser.error) return parse(chunk);
    const bytes = begun ? Buffer.concat([begun, chunk]) : chunk;
    begun = null;
    const { at, isCut } = skimChunk(bytes, mostBytes, skimmer);
    if (at === bytes.length) return 0;
    if (!isCut) return parse(bytes.subarray(at));
    begun = Buffer.from(bytes.subarray(at));
    return begun.length;
  };
  parser.emit = (event: string, ...args: unknown[]): boolean => {
    const packet = args[0] as ParsedPublish | undefined;
    const isPlain =
      event === "packet" && packet?.cmd === "publish" && packet.qos === 0 && !packet.retain;
    if (!isPlain) return emit(event, ...args);
    const { topic, payload } = packet;
    return isTaken(skimmer, topic, payload, 0, payload.length) || emit(event, ...args);
  };
}

/** The first byte of a PUBLISH with QoS 0, not retained, not repeated. */
const plainPublish = 0x30;

/** How far the chunk was taken, and whether what follows is a plain PUBLISH that is not all here. */
function skimChunk(
  bytes: Buffer,
  mostBytes: number,
  skimmer: Skimmer,
): { at: number; isCut: boolean } {
  let at = 0;
  while (bytes[at] === plainPublish) {
    // The length, 7 bits a byte (MQTT 3.1.1, 2.2.3): nobody may send what has more than three.
    let [from, length, shift, byte] = [at + 1, 0, 0, 128];
    for (; byte >= 128 && shift < 21; shift += 7, from += 1) {
      if (from >= bytes.length) return { at, isCut: true };
      byte = bytes[from] as number;
      length += (byte & 127) << shift;
    }
    if (byte >= 128 || length < 2 || length > mostBytes) break;
    const end = from + length;
    if (end > bytes.length) return { at, isCut: true };
    const topicEnd = from + 2 + ((bytes[from] as number) << 8) + (bytes[from + 1] as number);
    if (topicEnd > end) break;
    const topic = bytes.toString("utf8", from + 2, topicEnd);
    if (!isTaken(skimmer, topic, bytes, topicEnd, end)) break;
    at = end;
  }
  return { at, isCut: false };
}

/** As a text: a buffer of its own for each payload would cost more than its text. */
function isTaken(
  { wants, take }: Skimmer,
  topic: string,
  bytes: Buffer,
  from: number,
  end: number,
): boolean {
  if (end - from > mostTextBytes || !wants(topic)) return false;
  const text = bytes.toString("utf8", from, end);
  return !text.includes(replacement) && take(topic, text);
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
