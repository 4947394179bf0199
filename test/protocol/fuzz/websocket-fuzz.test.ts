import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { frame, handshake, opcodes, readFrame } from "../raw-websocket.js";
import { FuzzedServer, fuzzOptions, fuzzTimeoutMs } from "./fuzzed-server.js";
import { cuts, packets } from "./valid-request.js";
import { serversHere } from "../servers-here.js";

const message = fc.record({
  data: fc.oneof(
    // By code points, so that no half of a surrogate pair stands alone.
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.uint8Array({ maxLength: 400 }),
    fc.nat(70_000).map((length) => new Uint8Array(length).fill(length)),
  ),
  /** Where the message is cut into fragments, as parts of it. */
  fragments: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  /** After which fragments a ping comes. */
  pings: fc.array(fc.boolean(), { maxLength: 5 }),
});

function framesOf({ data, fragments, pings }: typeof message extends fc.Arbitrary<infer T> ? T : never): Buffer {
  const bytes = Buffer.from(data);
  const opcode = typeof data === "string" ? opcodes.text : opcodes.binary;
  const ends = [...fragments.map((part) => Math.floor(part * bytes.length)), bytes.length].toSorted((a, b) => a - b);
  const frames = ends.flatMap((end, i) => {
    const piece = bytes.subarray(ends[i - 1] ?? 0, end);
    const one = frame(i === 0 ? opcode : opcodes.continuation, piece, { fin: i === ends.length - 1 });
    return pings[i] === true ? [one, frame(opcodes.ping, "?")] : [one];
  });
  return Buffer.concat(frames);
}

const anyFrame = fc
  .record({
    opcode: fc.nat(15),
    payload: fc.uint8Array({ maxLength: 300 }),
    fin: fc.boolean(),
    rsv: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(7)),
    masked: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean()),
    claimedLength: fc.option(fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1), fc.constant(2 ** 52)), { nil: undefined }),
  })
  .map(({ opcode, payload, claimedLength, ...rest }) =>
    frame(opcode, payload, { ...rest, ...(claimedLength !== undefined && { claimedLength }) }),
  );

describe.each(serversHere)("sockets of the protocol server %s under random frames", (name) => {
  let server: FuzzedServer;

  beforeAll(async () => {
    server = await FuzzedServer.start(name);
  });
  afterAll(() => server.stop());

  it(
    "hands over valid messages as they were sent, in whatever fragments and packets",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), cuts, async (messages, at) => {
          const connection = await server.connect();
          connection.send(handshake("/"));
          expect((await connection.anyResponse()).status).toBe(101);
          for (const packet of packets(Buffer.concat(messages.map(framesOf)), at)) connection.send(packet);
          for (const { data } of messages) {
            let answer = await readFrame(connection);
            while (answer?.opcode === opcodes.pong) answer = await readFrame(connection);
            expect(answer?.opcode).toBe(typeof data === "string" ? opcodes.text : opcodes.binary);
            expect(answer?.payload.equals(Buffer.from(data))).toBe(true);
          }
          connection.destroy();
        }),
        fuzzOptions,
      );
    },
    fuzzTimeoutMs,
  );

  it(
    "goes on after any frames and bytes at all",
    async () => {
      const anything = fc.array(
        fc.oneof(
          anyFrame,
          message.map(framesOf),
          fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
        ),
        { minLength: 1, maxLength: 6 },
      );
      await fc.assert(
        fc.asyncProperty(anything, cuts, async (frames, at) => {
          const connection = await server.connect();
          connection.send(handshake("/"));
          expect((await connection.anyResponse()).status).toBe(101);
          for (const packet of packets(Buffer.concat(frames), at)) connection.send(packet);
          await expect(server.check()).resolves.toBeUndefined();
          connection.destroy();
        }),
        fuzzOptions,
      );
    },
    fuzzTimeoutMs,
  );
});
