/**
 * Frames of Modbus TCP and RTU, cut strictly out of a stream of bytes. Pure.
 *
 * modbus-serial fills the missing rest of a TCP frame that comes in two segments with zeros and
 * computes a checksum over them: a wrong value that looks right. So the cutting is ours; requests
 * and answers within a frame stay the library's, which speaks RTU frames.
 */

/** What a stream gave: a whole answer as an RTU frame, more to come, or bytes that are no Modbus. */
export type Cut =
  | { readonly frame: Buffer }
  | { readonly wait: true }
  | { readonly garbage: string };

export interface Framer {
  /** The bytes that go on the wire for a request given as an RTU frame. */
  request(frame: Buffer): Buffer;
  /** Takes bytes that have come; called with the rest again until it says wait. */
  push(bytes: Buffer): Cut;
}

const headerBytes = 7;
/** Unit and PDU: a PDU is at most 253 bytes (Modbus Application Protocol V1.1b3, 4.1). */
const mostLength = 254;
const crcBytes = 2;

/** Modbus TCP: a header with a transaction of its own for each request. */
export class TcpFramer implements Framer {
  #transaction = 0;
  #rest: Buffer = Buffer.alloc(0);

  request(frame: Buffer): Buffer {
    this.#transaction = (this.#transaction + 1) % 65_536;
    const bytes = Buffer.alloc(6 + frame.length - crcBytes);
    bytes.writeUInt16BE(this.#transaction, 0);
    bytes.writeUInt16BE(frame.length - crcBytes, 4);
    frame.copy(bytes, 6, 0, frame.length - crcBytes);
    return bytes;
  }

  push(bytes: Buffer): Cut {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= headerBytes) {
      const length = this.#rest.readUInt16BE(4);
      if (this.#rest.readUInt16BE(2) !== 0 || length < 3 || length > mostLength) {
        return { garbage: "no header of Modbus TCP" };
      }
      if (this.#rest.length < 6 + length) break;
      const transaction = this.#rest.readUInt16BE(0);
      const body = this.#rest.subarray(6, 6 + length);
      this.#rest = this.#rest.subarray(6 + length);
      // An answer to an earlier request, late: nobody waits for it any more.
      if (transaction === this.#transaction) return { frame: withCrc(body) };
    }
    return { wait: true };
  }
}

/**
 * RTU: no header and no transaction. The length follows from what was asked; what comes after a
 * time-out could be taken for the next answer, so the line is opened anew then (link.ts).
 */
export class RtuFramer implements Framer {
  #asked: Buffer = Buffer.alloc(0);
  #rest: Buffer = Buffer.alloc(0);

  request(frame: Buffer): Buffer {
    this.#asked = frame;
    this.#rest = Buffer.alloc(0);
    return frame;
  }

  push(bytes: Buffer): Cut {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const [unit, code] = [this.#asked[0], this.#asked[1] ?? 0];
    if (this.#rest.length < 2) return { wait: true };
    if (this.#rest[0] !== unit) return { garbage: `unit ${this.#rest[0]} answers for ${unit}` };
    const length = this.#lengthOf(code);
    if (length === null) return { garbage: `function ${this.#rest[1]} answers ${code}` };
    if (this.#rest.length < length) return { wait: true };
    if (this.#rest.length > length) return { garbage: "more than was asked for" };
    const frame = this.#rest;
    if (frame.readUInt16LE(length - crcBytes) !== crc16(frame.subarray(0, -crcBytes))) {
      return { garbage: "checksum" };
    }
    this.#rest = Buffer.alloc(0);
    return { frame };
  }

  /** Bytes of the answer; null where it answers something else. */
  #lengthOf(code: number): number | null {
    const got = this.#rest[1];
    if (got === (code | 0x80)) return 5;
    if (got !== code) return null;
    const count = this.#asked.readUInt16BE(4);
    return 3 + (code <= 2 ? Math.ceil(count / 8) : count * 2) + crcBytes;
  }
}

function withCrc(body: Buffer): Buffer {
  const frame = Buffer.alloc(body.length + crcBytes);
  body.copy(frame);
  frame.writeUInt16LE(crc16(body), body.length);
  return frame;
}

/** CRC-16/MODBUS (Modbus over Serial Line V1.02, 6.2.2). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
