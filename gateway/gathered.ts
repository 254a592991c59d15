/**
 * A list that is filled again and again: it keeps its room, and gives copies of their exact length. A new
 * `[]` that grows by `push` has room for 17 at once, which is most of what a short message costs the
 * garbage collector.
 */
export class Gathered<T> {
  readonly #items: T[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(item: T): void {
    this.#items[this.#size] = item;
    this.#size += 1;
  }

  copy(): T[] {
    return this.#items.slice(0, this.#size);
  }

  /** The same items in the same order. */
  isSame(other: Gathered<T>): boolean {
    if (this.#size !== other.#size) return false;
    for (let i = 0; i < this.#size; i += 1) if (this.#items[i] !== other.#items[i]) return false;
    return true;
  }

  /** Items stay until others take their places. */
  clear(): void {
    this.#size = 0;
  }
}
