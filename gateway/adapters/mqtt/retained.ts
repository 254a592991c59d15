/**
 * Defect 5: for every SUBSCRIBE the stock store matches its filters against every retained topic.
 * 5,000 devices that come back after a restart make 25 million matches: 5 s of the main thread. A
 * filter without a wildcard names one topic, and is looked up.
 */
import { Readable } from "node:stream";
import type { Aedes } from "aedes";

type Packet = { readonly topic: string; readonly payload: Buffer | string };

/** The part of an Aedes persistence that keeps retained messages. */
type RetainedStore = {
  storeRetained(packet: Packet): Promise<void>;
  createRetainedStreamCombi(filters: readonly string[]): Readable;
};

/** Keeps a table by topic beside the store of this broker. */
export function indexRetained(aedes: Aedes): void {
  const store = (aedes as unknown as { persistence: RetainedStore }).persistence;
  const byTopic = new Map<string, Packet>();
  const storeAll = store.storeRetained.bind(store);
  const scan = store.createRetainedStreamCombi.bind(store);
  store.storeRetained = (packet) => {
    // An empty payload clears the topic (MQTT 3.1.1, 3.3.1.3).
    if (packet.payload.length === 0) byTopic.delete(packet.topic);
    else byTopic.set(packet.topic, { ...packet });
    return storeAll(packet);
  };
  store.createRetainedStreamCombi = (filters) => {
    if (filters.some((filter) => /[+#]/.test(filter))) return scan(filters);
    return Readable.from(filters.flatMap((filter) => byTopic.get(filter) ?? []));
  };
}
