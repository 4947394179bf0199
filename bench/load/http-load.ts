import { connect } from "node:net";
import { once } from "node:events";

import { loadByExchange } from "./exchange-load.js";
import type { LoadResult } from "./load-result.js";

/** How long an answer may take before the load gives up, in milliseconds. */
const patienceMs = 10_000;

/** A request that is sent over and over. */
export interface HttpRequestSpec {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Keeps `connections` busy with one request each, or with several in turn whose answers are equally long. */
export async function loadHttp(
  port: number,
  spec: HttpRequestSpec | readonly [HttpRequestSpec, ...HttpRequestSpec[]],
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const [first, ...others] = Array.isArray(spec)
    ? (spec as readonly [HttpRequestSpec, ...HttpRequestSpec[]])
    : [spec as HttpRequestSpec];
  const request = requestBytes(first);
  const answerBytes = await lengthOfAnswer(port, request);
  return loadByExchange(port, { connections, request: [request, ...others.map(requestBytes)], answerBytes }, seconds);
}

function requestBytes({ method = "GET", path, headers = {}, body = "" }: HttpRequestSpec): Buffer {
  const lines = Object.entries({
    host: "localhost",
    ...headers,
    ...(body !== "" && { "content-length": String(Buffer.byteLength(body)) }),
  });
  const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)].join("\r\n");
  return Buffer.from(`${head}\r\n\r\n${body}`);
}

async function lengthOfAnswer(port: number, request: Buffer): Promise<number> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.write(request);
  let answer = "";
  while (!isWhole(answer)) {
    const [piece] = (await once(socket, "data", { signal: AbortSignal.timeout(patienceMs) })) as [Buffer];
    answer += piece.toString("latin1");
  }
  socket.destroy();
  return answer.length;
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  if (/transfer-encoding: *chunked/i.test(answer)) return answer.endsWith("\r\n0\r\n\r\n");
  const length = /content-length: *(\d+)/i.exec(answer)?.[1];
  return end >= 0 && length !== undefined && answer.length >= end + 4 + Number(length);
}
