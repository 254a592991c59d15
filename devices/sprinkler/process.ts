/**
 * A simulated warehouse as the other simulators see it: a process of its own, for the server of OPC
 * UA takes 300 MB. It ends when the channel closes. Where the server's package is not installed (it
 * is one for development) that is said, and the rest of the demo goes on.
 */
import { type ChildProcess, fork } from "node:child_process";
import type { FromSimulator, WarehouseStart } from "../ipc.ts";
import type { FromWarehouse, ToWarehouse } from "./main.ts";

type Answer = { readonly resolve: () => void; readonly reject: (error: Error) => void };

export class WarehouseProcess {
  readonly #child: ChildProcess;
  readonly #who: string;
  readonly #waiting = new Map<number, Answer>();
  #count = 0;
  #ended: string | null = null;

  constructor(of: WarehouseStart, tell: (message: FromSimulator) => void) {
    this.#who = `${of.site}/${of.device}`;
    const path = new URL("./main.ts", import.meta.url);
    this.#child = fork(path, [], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    this.#child.on("message", (message: FromWarehouse) => {
      switch (message.kind) {
        case "started": {
          const { endpoint: address, certificate } = message;
          return tell({ kind: "serves", endpoint: of.endpoint, address, certificate });
        }
        case "failed":
          return this.#end(message.message);
        case "done":
          this.#waiting.get(message.id)?.resolve();
          return void this.#waiting.delete(message.id);
        case "refused":
          this.#waiting.get(message.id)?.reject(new Error(message.message));
          return void this.#waiting.delete(message.id);
      }
    });
    this.#child.once("exit", (code) => {
      this.#end(`it ended with ${code}; is node-opcua installed?`);
      tell({ kind: "seen", who: this.#who, what: `the warehouse ${this.#ended}` });
    });
    const { root, areaM2, pki } = of;
    this.#send({ kind: "start", root, areaM2, pki });
  }

  act(words: readonly string[]): Promise<void> {
    if (this.#ended) return Promise.reject(new Error(`${this.#who}: ${this.#ended}`));
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ kind: "act", id, words });
    });
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const { reject } of this.#waiting.values()) reject(new Error(`${this.#who}: ${why}`));
    this.#waiting.clear();
  }

  #send(message: ToWarehouse): void {
    if (this.#child.connected) this.#child.send(message);
  }
}
