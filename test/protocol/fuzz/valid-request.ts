import { createHash } from "node:crypto";

import fc from "fast-check";

/** A request that every server must understand, and what its application must see. */
export interface ValidRequest {
  readonly method: string;
  readonly path: string;
  readonly hash: string;
  readonly bytes: Buffer;
  /** Where the request line ends. */
  readonly lineEnd: number;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-_.~".split("");
const token = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 12 });

const headerLine = fc
  .record({
    name: fc.constantFrom("X-A", "accept", "Cookie", "x-content-length", "Transfer-Encodings", "User-Agent"),
    value: fc.string({ unit: fc.constantFrom(..."abcXYZ 0123;=,:/()\t".split("")), maxLength: 40 }),
  })
  .map(({ name, value }) => `${name}: ${value.trim()}`);

/** What a body could be made of to be taken for something else. */
const insidiousPiece = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      "GET /hidden HTTP/1.1\r\nHost: test\r\n\r\n",
      "0\r\n\r\n",
      "\r\n\r\n",
      "5\r\nhello\r\n",
      "POST /hidden HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc",
    )
    .map((text) => Buffer.from(text)),
);

type Framing = "none" | "length" | "chunked";

function frame(framing: Framing, pieces: readonly Buffer[]): { header: string | undefined; bytes: Buffer } {
  if (framing === "none") return { header: undefined, bytes: Buffer.alloc(0) };
  if (framing === "length") {
    const bytes = Buffer.concat(pieces);
    return { header: `Content-Length: ${bytes.length}`, bytes };
  }
  const chunks = pieces
    .filter((piece) => piece.length > 0)
    .map((piece) => Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]));
  return { header: "Transfer-Encoding: chunked", bytes: Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]) };
}

export const validRequest: fc.Arbitrary<ValidRequest> = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
    how: fc.constantFrom("n", "l", "p"),
    name: token,
    headers: fc.array(headerLine, { maxLength: 6 }),
    framing: fc.constantFrom<Framing>("none", "length", "chunked"),
    pieces: fc.array(insidiousPiece, { maxLength: 5 }),
  })
  .map(({ method, how, name, headers, framing, pieces }) => {
    const path = `/${how}/${name}`;
    const { header, bytes } = frame(framing, pieces);
    const line = `${method} ${path} HTTP/1.1\r\n`;
    const lines = ["Host: test", ...headers, ...(header === undefined ? [] : [header])];
    const head = `${line}${lines.join("\r\n")}\r\n\r\n`;
    const hash = createHash("sha256");
    if (framing !== "none") hash.update(Buffer.concat(pieces));
    return {
      method,
      path,
      hash: hash.digest("hex"),
      bytes: Buffer.concat([Buffer.from(head, "latin1"), bytes]),
      lineEnd: line.length,
    };
  });

/** Where to cut bytes into packets, as parts of the whole. */
export const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

/** `bytes` in packets, none of them cut before `from`. */
export function packets(bytes: Buffer, at: readonly number[], from = 0): Buffer[] {
  const room = bytes.length - from;
  const places = at.map((part) => from + Math.floor(part * room)).toSorted((a, b) => a - b);
  return [0, ...places]
    .map((start, i) => bytes.subarray(start, places[i] ?? bytes.length))
    .filter((one) => one.length > 0);
}
