import { randomBytes } from "node:crypto";

/** A masked text frame, as clients send it (RFC 6455 §5.3). */
export function textFrame(text: string): Buffer {
  return frame(0x1, Buffer.from(text));
}

export function pongFrame(payload: Buffer): Buffer {
  return frame(0xa, payload);
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  let head: Buffer;
  if (length < 126) head = Buffer.from([0x80 | opcode, 0x80 | length]);
  else if (length < 65_536) {
    head = Buffer.from([0x80 | opcode, 0x80 | 126, 0, 0]);
    head.writeUInt16BE(length, 2);
  } else {
    head = Buffer.alloc(10);
    head.set([0x80 | opcode, 0x80 | 127]);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** What a server's frames say. */
export interface FrameEvents {
  /** A whole message: the last frame of one. */
  message(): void;
  ping(payload: Buffer): void;
  /** 1005 where the frame names no code. */
  close(code: number): void;
}

/** Counts the messages in what a server sends; nothing is kept of them. */
export class FrameReader {
  readonly #events: FrameEvents;
  #rest: Buffer | undefined;
  /** Bytes of a message that are still to come, and whether its last frame is being read. */
  #skip = 0;
  #isLast = false;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  push(piece: Buffer): void {
    let data = this.#rest === undefined ? piece : Buffer.concat([this.#rest, piece]);
    this.#rest = undefined;
    for (;;) {
      if (this.#skip > 0) {
        const used = Math.min(this.#skip, data.length);
        this.#skip -= used;
        data = data.subarray(used);
        if (this.#skip > 0) return;
        if (this.#isLast) this.#events.message();
      }
      if (data.length === 0) return;
      const used = this.#readHead(data);
      if (used === 0) {
        this.#rest = data;
        return;
      }
      data = data.subarray(used);
    }
  }

  /** Gives how many bytes were taken; 0 where more are needed. Control frames are taken whole. */
  #readHead(data: Buffer): number {
    const [first = 0, second = 0] = data;
    const short = second & 0x7f;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (data.length < head) return 0;
    const length = short === 127 ? Number(data.readBigUInt64BE(2)) : short === 126 ? data.readUInt16BE(2) : short;
    const opcode = first & 0xf;
    if (opcode >= 8) {
      if (data.length < head + length) return 0;
      const payload = data.subarray(head, head + length);
      if (opcode === 9) this.#events.ping(payload);
      else if (opcode === 8) this.#events.close(length >= 2 ? payload.readUInt16BE(0) : 1005);
      return head + length;
    }
    this.#isLast = (first & 0x80) !== 0;
    this.#skip = length;
    if (length === 0 && this.#isLast) this.#events.message();
    return head;
  }
}
