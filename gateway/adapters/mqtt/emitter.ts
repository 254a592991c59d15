/**
 * The broker's message queue: a topic trie, delivered at once, without concurrency limits.
 *
 * Aedes' own queue (mqemitter) lets one frozen subscriber stall everybody and overflows the stack
 * when it leaves (ADR 12, defects 2 and 3). Here each subscriber is called with a callback that
 * nobody waits for; output is bounded per client in the broker. The publisher's own callback is
 * deferred by one `setImmediate`: a synchronous one takes the back-pressure off the reading side.
 */
type Listener = (packet: { topic: string }, done: () => void) => void;

type Level = {
  readonly children: Map<string, Level>;
  readonly listeners: Set<Listener>;
};

const newLevel = (): Level => ({ children: new Map(), listeners: new Set() });
const noop = (): void => {};

export class TopicEmitter {
  readonly #root = newLevel();
  #changes = 0;
  #closed = false;

  on(filter: string, listener: Listener, done?: () => void): this {
    this.#changes += 1;
    let level = this.#root;
    for (const word of filter.split("/")) {
      let child = level.children.get(word);
      if (!child) {
        child = newLevel();
        level.children.set(word, child);
      }
      level = child;
    }
    level.listeners.add(listener);
    if (done) setImmediate(done);
    return this;
  }

  removeListener(filter: string, listener: Listener, done?: () => void): this {
    this.#changes += 1;
    remove(this.#root, filter.split("/"), 0, listener);
    if (done) setImmediate(done);
    return this;
  }

  emit(packet: { topic: string }, done: (error?: Error) => void = noop): this {
    if (this.#closed) {
      setImmediate(done, new Error("the broker is closed"));
      return this;
    }
    for (const listener of this.match(packet.topic)) listener(packet, noop);
    setImmediate(done);
    return this;
  }

  /** Grows whenever somebody subscribes or leaves: while it stays, `hasListener` says the same. */
  get changes(): number {
    return this.#changes;
  }

  /** Whether anybody subscribes to the topic; builds no set. */
  hasListener(topic: string): boolean {
    return this.#root.children.size > 0 && reaches(this.#root, topic.split("/"), 0);
  }

  /** Listeners of a topic, each once however many of its filters match. */
  match(topic: string): ReadonlySet<Listener> {
    const found = new Set<Listener>();
    collect(this.#root, topic.split("/"), 0, found);
    return found;
  }

  close(done: () => void = noop): this {
    this.#closed = true;
    setImmediate(done);
    return this;
  }
}

/** MQTT 3.1.1, 4.7: `+` is one level, `#` is all that follow, its parent included. */
function collect(
  level: Level,
  words: readonly string[],
  index: number,
  found: Set<Listener>,
): void {
  const rest = level.children.get("#");
  if (rest) for (const listener of rest.listeners) found.add(listener);
  const word = words[index];
  if (word === undefined) {
    for (const listener of level.listeners) found.add(listener);
    return;
  }
  const exact = level.children.get(word);
  if (exact) collect(exact, words, index + 1, found);
  const any = level.children.get("+");
  if (any) collect(any, words, index + 1, found);
}

function reaches(level: Level, words: readonly string[], index: number): boolean {
  if ((level.children.get("#")?.listeners.size ?? 0) > 0) return true;
  const word = words[index];
  if (word === undefined) return level.listeners.size > 0;
  const exact = level.children.get(word);
  if (exact && reaches(exact, words, index + 1)) return true;
  const any = level.children.get("+");
  return any !== undefined && reaches(any, words, index + 1);
}

/** Removes the listener and the branches that have become empty; true where the level is. */
function remove(
  level: Level,
  words: readonly string[],
  index: number,
  listener: Listener,
): boolean {
  const word = words[index];
  if (word === undefined) level.listeners.delete(listener);
  else {
    const child = level.children.get(word);
    if (child && remove(child, words, index + 1, listener)) level.children.delete(word);
  }
  return level.listeners.size === 0 && level.children.size === 0;
}
