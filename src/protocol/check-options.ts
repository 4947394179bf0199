import { ListenOptionInvalid } from "./errors.js";
import {
  defaultHttpLimits,
  defaultWebSocketLimits,
  type HttpLimits,
  type ListenOptions,
  type WebSocketLimits,
} from "./server.js";

const maxInteger = 2 ** 30;

/** Systems take 104 or 108, and a socket that takes a path over has a longer one at first. */
const maxPathBytes = 96;

/** The limits of `options` over the defaults. Throws `ListenOptionInvalid`, also for port, socket and TLS. */
export function checkOptions(options: ListenOptions): { http: HttpLimits; webSocket: WebSocketLimits } {
  const { port = 0, unixSocket } = options;
  expectInteger("port", port, 0, 65_535);
  if (unixSocket !== undefined && (unixSocket === "" || Buffer.byteLength(unixSocket) > maxPathBytes)) {
    throw new ListenOptionInvalid({
      option: "unixSocket",
      value: unixSocket,
      expected: `a path of 1 to ${maxPathBytes} bytes`,
    });
  }
  const http = { ...defaultHttpLimits, ...options.http };
  expectInteger("http.maxHeaderBytes", http.maxHeaderBytes, 1024, maxInteger);
  expectInteger("http.headersTimeoutMs", http.headersTimeoutMs, 1, maxInteger);
  expectInteger("http.keepAliveTimeoutMs", http.keepAliveTimeoutMs, 1, maxInteger);
  expectInteger("http.bodyTimeoutMs", http.bodyTimeoutMs, 1, maxInteger);
  expectInteger("http.minBodyBytesPerS", http.minBodyBytesPerS, 0, maxInteger);
  expectInteger("http.sendTimeoutMs", http.sendTimeoutMs, 1, maxInteger);
  expectInteger("http.maxBackpressureBytes", http.maxBackpressureBytes, 0, maxInteger);
  const webSocket = { ...defaultWebSocketLimits, ...options.webSocket };
  expectInteger("webSocket.maxMessageBytes", webSocket.maxMessageBytes, 125, maxInteger);
  expectInteger("webSocket.maxBackpressureBytes", webSocket.maxBackpressureBytes, 1, maxInteger);
  expectInteger("webSocket.handshakeTimeoutMs", webSocket.handshakeTimeoutMs, 1, maxInteger);
  // uWebSockets.js ends the whole process for a value outside of this.
  if (webSocket.idleTimeoutS !== 0) expectInteger("webSocket.idleTimeoutS", webSocket.idleTimeoutS, 8, 960);
  return { http, webSocket };
}

function expectInteger(option: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new ListenOptionInvalid({ option, value, expected: `a whole number from ${min} to ${max}` });
}
