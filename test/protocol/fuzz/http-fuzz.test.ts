import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RawConnection } from "../raw-connection.js";
import { FuzzedServer, fuzzOptions, fuzzTimeoutMs } from "./fuzzed-server.js";
import { cuts, packets, validRequest } from "./valid-request.js";
import { serversHere } from "../servers-here.js";

async function sendInPackets(connection: RawConnection, parts: readonly Buffer[]): Promise<void> {
  for (const part of parts) {
    await new Promise((resolve) => connection.socket.write(part, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Heads of which one reader takes less, and another more, for the body; each is followed by a hidden request. */
const twoWays = fc.oneof(
  fc
    .record({ first: fc.nat(50), second: fc.nat(50) })
    .map(({ first, second }) => [
      `Content-Length: ${first}`,
      `Content-Length: ${second === first ? second + 1 : second}`,
    ]),
  fc
    .nat(50)
    .chain((length) =>
      fc.constantFrom(
        ["Transfer-Encoding: chunked", `Content-Length: ${length}`],
        [`Content-Length: ${length}`, "Transfer-Encoding: chunked"],
        [`Content-Length: ${length}`, "Transfer-Encoding: identity"],
        [`Content-Length: +${length}`],
        [`Content-Length: ${length}, ${length}`],
        [`Content-Length: 0x${length}`],
        [`Content-Length: ${length} 1`],
        [`Content-Length : ${length}`],
        [`X: y\r\n Content-Length: ${length}`],
      ),
    ),
  fc.constantFrom(
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding: chunked, identity"],
    ["Transfer-Encoding: identity, chunked", "Transfer-Encoding: identity"],
    ["Transfer-Encoding: \x0bchunked"],
    ["Transfer-Encoding : chunked"],
    ["X: y\r\n\tTransfer-Encoding: chunked"],
    ["Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"],
  ),
);

const ambiguousBody = fc.constantFrom(
  "0\r\n\r\n",
  "3\r\nabc\r\n0\r\n\r\n",
  "0\r\nX: y\r\n\r\n",
  "0\r\na:",
  "3;a=b\r\nabc\r\n0\r\n\r\n",
  "3\nabc\n0\n\n",
  "+3\r\nabc\r\n0\r\n\r\n",
  "0x3\r\nabc\r\n0\r\n\r\n",
  "3 \r\nabc\r\n0\r\n\r\n",
  "",
  "abcdef",
);

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  what: fc.constantFrom("set", "insert", "remove", "repeat"),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 9, 10, 13, 32, 58, 127, 128, 255)),
});

function mutate(bytes: Buffer, mutations: readonly { at: number; what: string; byte: number }[]): Buffer {
  let result = bytes;
  for (const { at, what, byte } of mutations) {
    const place = Math.floor(at * result.length);
    const before = result.subarray(0, place);
    const after = result.subarray(place);
    if (what === "set") result = Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
    else if (what === "insert") result = Buffer.concat([before, Buffer.from([byte]), after]);
    else if (what === "remove") result = Buffer.concat([before, after.subarray(1 + (byte % 8))]);
    else result = Buffer.concat([before, after.subarray(0, byte), after]);
  }
  return result;
}

describe.each(serversHere)("the protocol server %s under random bytes", (name) => {
  let server: FuzzedServer;

  beforeAll(async () => {
    server = await FuzzedServer.start(name);
  });
  afterAll(() => server.stop());

  it(
    "hands over valid requests as they were sent, however they are cut into packets",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(validRequest, cuts), { minLength: 1, maxLength: 4 }), async (requests) => {
          let connection = await server.connect();
          try {
            for (const [{ method, path, hash, bytes, lineEnd }, at] of requests) {
              // The library of uws answers 505 when a request line comes in two packets.
              await sendInPackets(connection, packets(bytes, at, name === "uws" ? lineEnd : 0));
              const response = await connection.response();
              expect(JSON.parse(response.body)).toEqual({ method, path, hash });
              if (response.header("connection") !== "close") continue;
              connection.destroy();
              connection = await server.connect();
            }
            expect(connection.unread).toBe("");
          } finally {
            connection.destroy();
          }
        }),
        fuzzOptions,
      );
      await server.check();
    },
    fuzzTimeoutMs,
  );

  it(
    "lets no request slip in behind one whose length can be read in two ways",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("GET", "POST", "DELETE"),
          fc.constantFrom("n", "l", "p", "e"),
          twoWays,
          ambiguousBody,
          cuts,
          async (method, how, headers, body, at) => {
            const head = `${method} /${how}/front HTTP/1.1\r\nHost: test\r\n`;
            const hidden = "GET /hidden HTTP/1.1\r\nHost: test\r\n\r\n";
            const bytes = Buffer.from(`${head}${headers.join("\r\n")}\r\n\r\n${body}${hidden}`, "latin1");
            const connection = await server.connect();
            await sendInPackets(connection, packets(bytes, at, head.length));
            await expect(server.check()).resolves.toBeUndefined();
            connection.destroy();
          },
        ),
        fuzzOptions,
      );
    },
    fuzzTimeoutMs,
  );

  it(
    "goes on after anything at all",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(validRequest, { minLength: 1, maxLength: 3 }),
          fc.array(mutation, { minLength: 1, maxLength: 6 }),
          cuts,
          async (requests, mutations, at) => {
            const original = Buffer.concat(requests.map((request) => request.bytes)).toString("latin1");
            // With other lengths, what stood in a body may rightly be a request of its own.
            const bytes = mutate(Buffer.from(original.replaceAll("/hidden", "/no-one"), "latin1"), mutations);
            const connection = await server.connect();
            await sendInPackets(connection, packets(bytes, at));
            await expect(server.check()).resolves.toBeUndefined();
            connection.destroy();
          },
        ),
        fuzzOptions,
      );
    },
    fuzzTimeoutMs,
  );
});
