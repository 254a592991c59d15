/**
 * The one way to change state: small in-place changes that can be undone.
 *
 * The loop keeps one log per turn; a throw rolls back to the mark of that signal. At replay the
 * plain writer is used, which remembers nothing. In place, because a spread of a big object per
 * event made a replay 60 times slower.
 */
export interface Writer {
  set<K, V>(map: Map<K, V>, key: K, value: V): void;
  remove<K, V>(map: Map<K, V>, key: K): void;
  patch<T extends object>(target: T, changes: Partial<T>): void;
  push<T>(list: T[], item: T): void;
  /** Replaces the whole content of a short list. */
  replace<T>(list: T[], items: readonly T[]): void;
  add<T>(set: Set<T>, item: T): void;
}

export const plainWriter: Writer = {
  set: (map, key, value) => {
    map.set(key, value);
  },
  remove: (map, key) => {
    map.delete(key);
  },
  patch: (target, changes) => {
    Object.assign(target, changes);
  },
  push: (list, item) => {
    list.push(item);
  },
  replace: (list, items) => {
    list.splice(0, list.length, ...items);
  },
  add: (set, item) => {
    set.add(item);
  },
};

/** Remembers how to take each change back, newest first. */
export class UndoLog implements Writer {
  #undo: (() => void)[] = [];

  mark(): number {
    return this.#undo.length;
  }

  rollback(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()?.();
  }

  clear(): void {
    this.#undo.length = 0;
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    if (map.has(key)) {
      const before = map.get(key) as V;
      this.#undo.push(() => map.set(key, before));
    } else {
      this.#undo.push(() => map.delete(key));
    }
    map.set(key, value);
  }

  /** Undoing a removal appends the key again: no decision may depend on the order of a Map. */
  remove<K, V>(map: Map<K, V>, key: K): void {
    if (!map.has(key)) return;
    const before = map.get(key) as V;
    this.#undo.push(() => map.set(key, before));
    map.delete(key);
  }

  patch<T extends object>(target: T, changes: Partial<T>): void {
    const before: Partial<T> = {};
    for (const key of Object.keys(changes) as (keyof T)[]) before[key] = target[key];
    this.#undo.push(() => Object.assign(target, before));
    Object.assign(target, changes);
  }

  push<T>(list: T[], item: T): void {
    this.#undo.push(() => list.pop());
    list.push(item);
  }

  replace<T>(list: T[], items: readonly T[]): void {
    const before = [...list];
    this.#undo.push(() => list.splice(0, list.length, ...before));
    list.splice(0, list.length, ...items);
  }

  add<T>(set: Set<T>, item: T): void {
    if (set.has(item)) return;
    this.#undo.push(() => set.delete(item));
    set.add(item);
  }
}
