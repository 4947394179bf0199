import type { RawConnection, RawResponse } from "./raw-connection.js";

/** The opcodes of RFC 6455 §5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** How a frame differs from a plain one. */
export interface FrameOptions {
  readonly fin?: boolean;
  /** The three reserved bits. */
  readonly rsv?: number;
  readonly masked?: boolean;
  /** What the frame says of its length, when that is a lie. */
  readonly claimedLength?: number;
}

/** One frame as a client sends it. */
export function frame(opcode: number, payload: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = options;
  const data = Buffer.from(payload);
  const length = options.claimedLength ?? data.length;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const maskBit = masked ? 0x80 : 0;
  if (length < 126) {
    head.push(maskBit | length);
  } else if (length < 65_536) {
    head.push(maskBit | 126, length >> 8, length & 255);
  } else {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(length));
    head.push(maskBit | 127, ...size);
  }
  const mask = masked ? [0x12, 0x34, 0x56, 0x78] : [];
  return Buffer.concat([
    Buffer.from([...head, ...mask]),
    masked ? data.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : data,
  ]);
}

/** The request that opens a WebSocket. */
export function handshake(path: string, ...headers: string[]): string {
  return [
    `GET ${path} HTTP/1.1`,
    "Host: test",
    "Upgrade: websocket",
    "Connection: keep-alive, Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
    "",
    "",
  ].join("\r\n");
}

/** Opens a WebSocket on a raw connection. */
export async function openWebSocket(
  connection: RawConnection,
  path: string,
  ...headers: string[]
): Promise<RawResponse> {
  connection.send(handshake(path, ...headers));
  return connection.anyResponse();
}

/** The next frame of the server, or `undefined` when the connection ends without one. */
export async function readFrame(
  connection: RawConnection,
): Promise<{ readonly opcode: number; readonly payload: Buffer } | undefined> {
  const head = Buffer.from(await connection.read(2), "latin1");
  const [first, second] = head;
  if (first === undefined || second === undefined) return undefined;
  let length = second & 127;
  if (length === 126) length = Buffer.from(await connection.read(2), "latin1").readUInt16BE();
  else if (length === 127) length = Number(Buffer.from(await connection.read(8), "latin1").readBigUInt64BE());
  return { opcode: first & 15, payload: Buffer.from(await connection.read(length), "latin1") };
}

/** The code of the close frame that comes next, skipping others; 1006 when the connection ends without one. */
export async function readCloseCode(connection: RawConnection): Promise<number> {
  for (;;) {
    const next = await readFrame(connection);
    if (next === undefined) return 1006;
    if (next.opcode === opcodes.close) return next.payload.length < 2 ? 1005 : next.payload.readUInt16BE();
  }
}
