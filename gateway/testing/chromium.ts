/** Real browsers for tests: Debian's Chromium without a window, and a cable that can be pulled. */
import { existsSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type BrowserContext, chromium, type Browser as Program } from "playwright-core";

const executablePath = process.env.FIRELINK_CHROMIUM ?? "/usr/bin/chromium";

/** Why a test that needs it is left out; false where it is here. */
export const needsChromium = existsSync(executablePath)
  ? false
  : "chromium is not installed (npm run setup:test)";

/** Its autoplay policy is its own, as on a desk: no sound before a gesture. */
export function launchChromium(args: readonly string[] = []): Promise<Program> {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-background-networking", ...args],
  });
}

/** Signs a browser in without its page: the session of `cookie`, as `name=value`. */
export async function giveCookie(
  context: BrowserContext,
  url: string,
  cookie: string,
): Promise<void> {
  const [name = "", value = ""] = cookie.split("=");
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Strict" }]);
}

/** A TCP line between a browser and its gateway. Cut, it drops what runs and takes nothing new. */
export class Cable {
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  constructor(target: string) {
    this.#target = Number(new URL(target).port);
    this.#server = createServer((socket) => this.#join(socket));
  }

  /** Resolves with the address of this end. */
  start(): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
      });
    });
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket): void {
    if (this.#isCut) return void near.destroy();
    const far = connect(this.#target, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on("error", () => {});
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
