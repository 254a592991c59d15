/**
 * How messages on the own topics of a principal are taken past Aedes. Asked for once, and remembered until
 * somebody subscribes or leaves: at 20,000 messages a second rights and subscribers are not looked up for each.
 */
import type { TopicEmitter } from "./emitter.ts";
import type { BrokerHooks, Principal, Skim } from "./port.ts";

/** Null: somebody subscribes to it. What is not its own is not here, so strangers fill no memory. */
export type Ways<P> = {
  readonly who: P;
  changes: number;
  readonly of: Map<string, Skim | null>;
};

export class WayFinder<P extends Principal> {
  readonly #emitter: TopicEmitter;
  readonly #hooks: Pick<BrokerHooks<P>, "maySkip" | "skim">;
  readonly #topicBytes: number;
  readonly #ways = new WeakMap<P, Ways<P>>();

  constructor(
    emitter: TopicEmitter,
    hooks: Pick<BrokerHooks<P>, "maySkip" | "skim">,
    topicBytes: number,
  ) {
    this.#emitter = emitter;
    this.#hooks = hooks;
    this.#topicBytes = topicBytes;
  }

  /** The same for all connections of a principal. */
  waysOf(who: P): Ways<P> {
    const known = this.#ways.get(who);
    if (known) return known;
    const ways: Ways<P> = { who, changes: this.#emitter.changes, of: new Map() };
    this.#ways.set(who, ways);
    return ways;
  }

  /** Null where messages on this topic are not taken. */
  find(ways: Ways<P>, topic: string): Skim | null {
    if (ways.changes !== this.#emitter.changes) {
      ways.changes = this.#emitter.changes;
      ways.of.clear();
    }
    const known = ways.of.get(topic);
    if (known !== undefined) return known;
    if (topic.length > this.#topicBytes || !this.#hooks.maySkip(topic)) return null;
    const own = this.#hooks.skim(ways.who, topic);
    if (!own) return null;
    const way = this.#emitter.hasListener(topic) ? null : own;
    ways.of.set(topic, way);
    return way;
  }
}
