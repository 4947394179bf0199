import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readArguments } from "../../src/cli/bench/bench-run.js";
import { type BenchDocument, benchTable, readDocument } from "../../src/cli/bench/document.js";
import { readHeaders, readPath, requestSpec, requestText } from "../../src/cli/bench/request.js";
import { scratch } from "../project/scratch.js";
import { AnswerReader } from "../../src/cli/bench/answer-reader.js";
import { figuresOf } from "../../src/cli/bench/figures.js";
import { FrameReader, textFrame } from "../../src/cli/bench/frames.js";
import { HttpLoad } from "../../src/cli/bench/http-load.js";
import { Latencies } from "../../src/cli/bench/latencies.js";

/** The same bytes in pieces of the sizes that a network gives them. */
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });

function pieces(data: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = [];
  for (let at = 0, next = 0; at < data.length; next++) {
    const size = sizes[next % sizes.length] ?? 1;
    cut.push(data.subarray(at, at + size));
    at += size;
  }
  return cut;
}

const answer = fc.record({
  status: fc.constantFrom(200, 204, 304, 302, 404, 500),
  body: fc.string({ maxLength: 60 }),
  isChunked: fc.boolean(),
});

function answerText({ status, body, isChunked }: { status: number; body: string; isChunked: boolean }): string {
  const head = `HTTP/1.1 ${status} Said\r\nx-a: b\r\n`;
  if (status === 204 || status === 304) return `${head}\r\n`;
  const length = Buffer.byteLength(body);
  if (!isChunked) return `${head}Content-Length: ${length}\r\n\r\n${body}`;
  const chunk = length === 0 ? "" : `${length.toString(16)}\r\n${body}\r\n`;
  return `${head}transfer-encoding: chunked\r\n\r\n${chunk}0\r\nx-trailer: c\r\n\r\n`;
}

describe("the reader of answers", () => {
  it("finds each answer and its status, however the bytes come", () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 5 }), cuts, (answers, sizes) => {
        const statuses: number[] = [];
        const reader = new AnswerReader((status) => statuses.push(status), false);
        for (const piece of pieces(Buffer.from(answers.map(answerText).join("")), sizes)) reader.push(piece);
        expect(statuses).toEqual(answers.map(({ status }) => status));
      }),
    );
  });

  it("takes what has no length to go on until the connection ends", () => {
    const statuses: number[] = [];
    const reader = new AnswerReader((status) => statuses.push(status), false);
    reader.push(Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nsome"));
    reader.push(Buffer.from("thing"));
    expect(statuses).toEqual([]);
    expect(reader.end()).toBe(true);
    expect(statuses).toEqual([200]);
  });

  it("expects no body for HEAD, and refuses what is no HTTP", () => {
    const statuses: number[] = [];
    const reader = new AnswerReader((status) => statuses.push(status), true);
    reader.push(Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"));
    expect(statuses).toEqual([200]);
    expect(() => reader.push(Buffer.from("SSH-2.0\r\n\r\n"))).toThrow("something else than HTTP/1.1");
  });
});

describe("the reader of frames", () => {
  const head = (opcode: number, length: number, isLast = true): Buffer => {
    const first = (isLast ? 0x80 : 0) | opcode;
    if (length < 126) return Buffer.from([first, length]);
    return Buffer.from([first, 126, length >> 8, length & 0xff]);
  };

  it("counts messages of any length, in one frame or several, however the bytes come", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.boolean(), cuts, (sizes, isSplit, at) => {
        const frames = sizes.flatMap((size) =>
          isSplit
            ? [head(1, size, false), Buffer.alloc(size), head(9, 1), Buffer.from("p"), head(0, 2), Buffer.alloc(2)]
            : [head(1, size), Buffer.alloc(size)],
        );
        let [messages, pings] = [0, 0];
        const reader = new FrameReader({ message: () => (messages += 1), ping: () => (pings += 1), close() {} });
        for (const piece of pieces(Buffer.concat(frames), at)) reader.push(piece);
        expect(messages).toBe(sizes.length);
        expect(pings).toBe(isSplit ? sizes.length : 0);
      }),
    );
  });

  it("reads the code that a server closes with", () => {
    const codes: number[] = [];
    const reader = new FrameReader({ message() {}, ping() {}, close: (code) => codes.push(code) });
    reader.push(Buffer.from([0x88, 2, 0x03, 0xf3]));
    reader.push(Buffer.from([0x88, 0]));
    expect(codes).toEqual([1011, 1005]);
  });

  it("masks what it sends, with a length of any size", () => {
    for (const length of [0, 125, 126, 65_535, 65_536]) {
      const frame = textFrame("x".repeat(length));
      const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
      expect(frame).toHaveLength(headBytes + 4 + length);
      const mask = frame.subarray(headBytes, headBytes + 4);
      const first = (frame[headBytes + 4] ?? 0) ^ (mask[0] ?? 0);
      expect(length === 0 ? 0x78 : first).toBe(0x78);
    }
  });
});

describe("the figures of a bench", () => {
  it("have percentiles that are right within a few percent, of any number of times", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1 }), (times) => {
        const latencies = new Latencies();
        for (const ms of times) latencies.add(ms);
        const sorted = [...times].sort((a, b) => a - b);
        for (const share of [0.5, 0.99, 1]) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          expect(Math.abs((latencies.percentile(share) ?? 0) / exact - 1)).toBeLessThan(0.025);
        }
      }),
    );
    expect(new Latencies().percentile(0.5)).toBeNull();
  });

  it("are medians of rounds per CPU second, with everything that was lost or went otherwise", () => {
    const round = (done: number, errors: Record<string, number> = {}) => ({
      done,
      delivered: done * 2,
      lost: 1,
      errors,
      p50: 1,
      p99: 2,
      seconds: 2,
      busy: 0.5,
      cpuSeconds: 1,
    });
    const memory = { before: 1, after: 2 };
    const rounds = [round(10), round(30, { "status 500": 2 }), round(20, { "status 500": 1 })];
    expect(figuresOf("GET /", "requests", rounds, memory, 4)).toMatchObject({
      perCpuSecond: 20,
      spread: [10, 30],
      perSecond: 10,
      cpuSecondsPerUnit: 0.05,
      lost: 7,
      errors: { "status 500": 3 },
      serverBusy: 0.5,
      loadBusy: 0.5,
    });
    expect(figuresOf("s", "deliveries", rounds, memory, 0, ({ delivered }) => delivered).perCpuSecond).toBe(40);
  });
});

describe("a load of requests", () => {
  it("counts an answer of each connection where they take longer than a round, and opens again what was closed", async () => {
    // Its clock is the load's, so that no answer comes before the round would be over.
    const server = createServer((_request, response) => void setTimeout(() => response.end("late"), 200));
    const sockets: Socket[] = [];
    server.on("connection", (socket) => sockets.push(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const load = await HttpLoad.open(port, "GET / HTTP/1.1\r\nhost: a\r\n\r\n", 4);
    const first = await load.round(0.01);
    expect(first).toMatchObject({ done: 4, lost: 0 });
    await Promise.all(sockets.splice(0).map((socket) => once(socket.end(), "close")));
    const second = await load.round(0.01);
    expect(second).toMatchObject({ done: 4, lost: 0 });
    expect([first.errors, second.errors]).toEqual([{}, {}]);
    expect(await load.close()).toBe(0);
    server.close();
    await once(server, "close");
  });
});

describe("what the command line of a bench says", () => {
  it("becomes a request as it goes over the wire", () => {
    const options = { header: ["X-Key: a b", "host: example.com"], cookie: "a=b", body: '{"n":1}' };
    const spec = requestSpec("/rooms/?page=2", options, readHeaders(options, "localhost"));
    expect(requestText(spec)).toBe(
      'POST /rooms/?page=2 HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 7\r\nhost: example.com\r\nx-key: a b\r\ncookie: a=b\r\n\r\n{"n":1}',
    );
  });

  it("is refused where it makes no sense", async () => {
    const directory = await scratch({ "other.json": "{}", "broken.json": "{" });
    expect(() => readHeaders({ header: ["nonsense"] }, "localhost")).toThrow('it must read "name: value"');
    expect(() => readHeaders({ header: ["a: b\r\nc: d"] }, "localhost")).toThrow('it must read "name: value"');
    expect(() => readHeaders({ header: [], cookie: "a=b\n" }, "localhost")).toThrow("control characters");
    expect(() => readPath("--route", "rooms/")).toThrow("it begins with a slash");
    expect(() => readPath("--route", "/a b")).toThrow("without spaces");
    expect(() => readArguments("{")).toThrow("--args {: ");
    expect(() => readDocument("--baseline", `${directory}/other.json`)).toThrow(
      "nothing that hotclub bench --json has printed",
    );
    expect(() => readDocument("--baseline", `${directory}/broken.json`)).toThrow(/^--baseline .*broken\.json: /);
    expect(() => readDocument("--baseline", `${directory}/none.json`)).toThrow(/no such file/);
  });
});

describe("the table of a bench", () => {
  const memoryBytes = { before: 2 ** 20, after: 2 ** 21 };
  const rounds = (done: number) => [
    { done, delivered: 0, lost: 0, errors: {}, p50: 1, p99: 2, seconds: 1, busy: 0.95, cpuSeconds: 1 },
  ];
  const document = (done: number, its: Partial<BenchDocument> = {}): BenchDocument => ({
    format: 1,
    project: "measured",
    measuredAt: "2026-11-21T12:00:00.000Z",
    machine: { cpu: "a processor", cores: 2, memoryGiB: 4, system: "linux 6", isPinned: true },
    versions: { node: "20.19.0", hotclub: "0.1.0" },
    benches: [figuresOf("GET /", "requests", rounds(done), memoryBytes, 0)],
    skipped: { "GET /secret/": "it answers 302" },
    ...its,
  });

  it("compares two results, and says what has to be known beside the figures", () => {
    const other = { ...document(0).machine, cpu: "another" };
    const table = benchTable(document(1500), document(1000, { machine: other }));
    expect(table.split("\n")).toEqual([
      "target  counted   per CPU s  lowest  highest  per s  p50 ms  p99 ms  lost  MiB  to baseline",
      "GET /   requests      1,500   1,500    1,500  1,500    1.00    2.00     0    2         1.50",
      "GET /: the load used 95 % of its core: requests per second are its limit, those per CPU second are not.",
      "GET /secret/ was not measured: it answers 302",
      "The baseline is of another machine (another): the ratios say little.",
    ]);
    expect(benchTable(document(1500), document(0))).toMatch(/ +new$/m);
    expect(benchTable(document(1500), undefined)).not.toContain("baseline");
  });
});
