/**
 * The link in a call-out's message: whoever holds it answers for this person and this call-out, and
 * for nothing else. Its token is an HMAC under a key of the data folder; nothing is stored.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export class AnswerLinks {
  readonly #key: Buffer;

  constructor(folder: string) {
    const path = join(folder, "links.key");
    if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 });
    this.#key = readFileSync(path);
  }

  pathOf(callOut: string, person: string): string {
    return `/c/${callOut}/${person}/${this.#token(callOut, person).toString("base64url")}`;
  }

  isGenuine(callOut: string, person: string, token: string): boolean {
    const given = Buffer.from(token, "base64url");
    const own = this.#token(callOut, person);
    return given.length === own.length && timingSafeEqual(given, own);
  }

  #token(callOut: string, person: string): Buffer {
    return createHmac("sha256", this.#key).update(`${callOut}\0${person}`).digest().subarray(0, 16);
  }
}
