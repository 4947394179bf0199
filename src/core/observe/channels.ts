import { channel } from "node:diagnostics_channel";

/** What `hotclub:http:start` tells when a request has come. */
export interface HttpStart {
  readonly requestId: string;
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
}

/** What `hotclub:http:end` tells when a request is over. */
export interface HttpEnd extends HttpStart {
  /** The pattern of the route that matched: the name to count by, where paths would be too many. */
  readonly route: string | undefined;
  /** `undefined` when the client left before the response began. */
  readonly status: number | undefined;
  /** `gone`: the client left before the end of the response. `failed`: the application threw. */
  readonly outcome: "answered" | "gone" | "failed";
  readonly durationMs: number;
  /** The size of the response's body as the application gave it. */
  readonly bodyBytes: number;
}

/** What `hotclub:websocket:start` tells when a socket asks to be accepted. */
export interface WebSocketStart {
  readonly requestId: string;
  readonly path: string;
}

/** What `hotclub:websocket:message` tells of each message of a socket. */
export interface WebSocketTraffic extends WebSocketStart {
  /** `in`: from the client. */
  readonly direction: "in" | "out";
  readonly bytes: number;
}

/** What `hotclub:websocket:end` tells when a socket is over. */
export interface WebSocketEnd extends WebSocketStart {
  readonly route: string | undefined;
  /** Whether the handshake was accepted. */
  readonly accepted: boolean;
  readonly code: number;
  readonly durationMs: number;
}

/** What `hotclub:task:start` tells when a worker begins a run. */
export interface TaskStart {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  /** 1 for the first try. */
  readonly attempt: number;
}

/** What `hotclub:task:end` tells when a run is over. */
export interface TaskEnd extends TaskStart {
  readonly outcome: "completed" | "failed";
  readonly durationMs: number;
}

/** Node's diagnostics channels that Hotclub tells what happens on. They cost next to nothing while nobody listens. */
export const diagnostics = {
  httpStart: channel("hotclub:http:start"),
  httpEnd: channel("hotclub:http:end"),
  webSocketStart: channel("hotclub:websocket:start"),
  webSocketMessage: channel("hotclub:websocket:message"),
  webSocketEnd: channel("hotclub:websocket:end"),
  taskStart: channel("hotclub:task:start"),
  taskEnd: channel("hotclub:task:end"),
} as const;
